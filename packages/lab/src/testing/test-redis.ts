import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Redis } from 'ioredis';

/** Whether tests can start a Redis of their own. */
export const hasRedis: boolean = canStart('redis-server');

/** A real Redis for tests, on a free port of this machine, that keeps what it is told on disk. */
export class TestRedis {
  #process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly more: readonly string[],
  ) {}

  /** @param more options of `redis-server`: `['--requirepass', 'secret']` */
  static async start(folder: string, more: readonly string[] = []): Promise<TestRedis> {
    const redis = new TestRedis(await freePort(), folder, more);
    await redis.start();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const place = ['--bind', '127.0.0.1', '--port', String(this.port), '--dir', this.folder];
    this.#process = spawn(
      'redis-server',
      [...place, '--save', '', '--appendonly', 'yes', '--appendfsync', 'everysec', ...this.more],
      { stdio: 'ignore' },
    );
    await answers(this.port);
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }
}

/** Until something listens; also a Redis that asks for a password does. */
async function answers(port: number): Promise<void> {
  const redis = new Redis(port, '127.0.0.1', { retryStrategy: () => 50 });
  redis.on('error', () => {});
  await new Promise((resolve) => redis.once('connect', resolve));
  redis.disconnect();
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (typeof address !== 'object' || address === null) throw new Error('no port is free');
  return address.port;
}

function canStart(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
