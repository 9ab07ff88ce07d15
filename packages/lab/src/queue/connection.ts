import { Redis } from 'ioredis';
import { InputError } from '../input/input-error.js';

/** How long the first connection may take. */
const patienceMilliseconds = 5_000;
/** A reply that does not come for so long means that the link is dead, even if nothing has closed it. */
const replyMilliseconds = 15_000;
/** Between two attempts to connect again: doubled each time, up to the second of them. */
const retryMilliseconds = [250, 5_000] as const;

/**
 * Connects to the Redis of a URL such as `redis://:password@host:6379/0`, or `rediss://` for TLS. From then on a connection that is
 * lost is made again, however long that takes; commands wait meanwhile.
 * @param note is told of a connection that is lost, and of its return
 * @throws InputError within seconds when the URL is none, or nothing answers to it; passwords are not in the message
 */
export async function connectRedis(url: string, note: (text: string) => void): Promise<Redis> {
  requireRedisUrl(url);
  const place = withoutCredentials(url);
  let isEstablished = false;
  let lastError: string | undefined;
  const redis = new Redis(url, {
    // As for `redis-cli`: a password in the environment is not in the list of processes.
    ...(!new URL(url).password && process.env.REDISCLI_AUTH && { password: process.env.REDISCLI_AUTH }),
    lazyConnect: true,
    maxRetriesPerRequest: null,
    connectTimeout: patienceMilliseconds,
    keepAlive: 10_000,
    retryStrategy: (attempt) =>
      isEstablished ? Math.min(retryMilliseconds[0] * 2 ** (attempt - 1), retryMilliseconds[1]) : null,
  });
  redis.on('error', (error) => {
    lastError = error.message;
  });
  try {
    await within(patienceMilliseconds, redis.connect());
  } catch (error) {
    redis.disconnect();
    const reason = lastError ?? (error instanceof Error ? error.message : String(error));
    throw new InputError('--queue', place, `the URL of a Redis that answers (${oneLine(reason)})`);
  }
  isEstablished = true;
  // Not earlier: its timer outlives a connection that is given up.
  redis.options.socketTimeout = replyMilliseconds;
  tellOfLoss(redis, place, note);
  return redis;
}

function tellOfLoss(redis: Redis, place: string, note: (text: string) => void): void {
  let isLost = false;
  // Once, however many attempts it takes.
  redis.on('reconnecting', () => {
    if (!isLost) note(`${place}: connection lost; trying again`);
    isLost = true;
  });
  redis.on('ready', () => {
    if (isLost) note(`${place}: connected again`);
    isLost = false;
  });
}

/** @throws InputError */
export function requireRedisUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isRight =
    url !== undefined &&
    ['redis:', 'rediss:'].includes(url.protocol) &&
    url.hostname !== '' &&
    /^(\/\d*)?$/.test(url.pathname) &&
    url.search === '' &&
    url.hash === '' &&
    isDecodable(url.username) &&
    isDecodable(url.password);
  if (!isRight)
    throw new InputError(
      '--queue',
      withoutCredentials(text),
      'redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE], or the same with rediss:// for TLS; percent-encoded where it has other characters',
    );
}

/** What may be shown of a URL. */
export function withoutCredentials(url: string): string {
  return url.replace(/\/\/.*@/s, '//').replace(/[?#].*/s, '');
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
