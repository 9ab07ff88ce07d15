import type { Progress } from '@spectrain/train';
import type { Redis } from 'ioredis';
import { finiteNumber, object, wholeNumber } from '../input/schema-parts.js';
import { type MetricLine, parseMetrics } from '../store/metrics.js';
import { keepSeconds, keysOf } from './keys.js';

/** News of a run under way. */
export interface LiveNews {
  readonly run: string;
  readonly progress?: Progress;
  readonly lines: readonly MetricLine[];
}

/** So many entries are kept where nobody reads them. */
const keptEntries = 10_000;
const entriesAtOnce = 500;

/**
 * How an experiment's runs are followed while they last. What is lost here, in a crash of Redis or because nobody looked for long,
 * comes with the result.
 */
export class LiveFeed {
  readonly #key: string;

  constructor(
    private readonly redis: Redis,
    experiment: string,
  ) {
    this.#key = keysOf(experiment).live;
  }

  async send(run: string, news: { readonly progress?: Progress; readonly lines?: string }): Promise<void> {
    const fields = ['run', run, 'progress', JSON.stringify(news.progress ?? null), 'lines', news.lines ?? ''];
    await this.redis.xadd(this.#key, 'MAXLEN', '~', keptEntries, '*', ...fields);
    await this.redis.expire(this.#key, keepSeconds);
  }

  /** Takes the news out. */
  async *receive(): AsyncGenerator<LiveNews> {
    for (;;) {
      const entries = await this.redis.xrange(this.#key, '-', '+', 'COUNT', entriesAtOnce);
      for (const [, fields] of entries) yield newsOf(fields);
      if (entries.length > 0) await this.redis.xdel(this.#key, ...entries.map(([id]) => id));
      if (entries.length < entriesAtOnce) return;
    }
  }
}

function newsOf(fields: readonly string[]): LiveNews {
  const [, run = '', , text = 'null', , lines = ''] = fields;
  const progress = progressOf(text);
  return { run, ...(progress && { progress }), lines: parseMetrics(lines) };
}

const progressSchema = object({
  epoch: wholeNumber(1),
  epochs: wholeNumber(1),
  step: wholeNumber(0),
  steps: wholeNumber(1),
  examplesPerSecond: finiteNumber(),
  loss: finiteNumber(),
});

/** Nothing where it is something else, as anybody who reaches the Redis can send, or has a loss that JSON cannot hold. */
function progressOf(text: string): Progress | undefined {
  try {
    return progressSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
