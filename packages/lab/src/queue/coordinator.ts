import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectionOptions, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { type RunConfig, runId } from '../run-config/run-config.js';
import { recordFailure } from '../store/record-failure.js';
import { prepareRun, readRun } from '../store/run-folder.js';
import { jobId, jobName, keysOf, queueName } from './keys.js';
import { LiveFeed } from './live-feed.js';
import { ParcelError } from './parcel.js';
import type { Payload } from './payload.js';
import { ResultBox } from './result.js';
import type { RunAllQueuedOptions } from './run-all-queued.js';
import { StoredCopy } from './stored-copy.js';

/** Between two looks at what came back. */
const lookMilliseconds = 250;
/** From one time that all open runs are asked for to the next: what Redis should have lost is then made good. */
const askMilliseconds = 15_000;
/** The first wait before a run that failed is tried again; doubled each time. */
const backoffMilliseconds = 1_000;

/**
 * Keeps the runs of one experiment in the queue until each is in its folder. All that it does can be done again: it may be ended at any
 * moment, and Redis may forget its last seconds.
 */
export class Coordinator {
  readonly #queue: Queue<Payload>;
  readonly #feed: LiveFeed;
  readonly #results: ResultBox;
  /** Not over yet, by id. */
  readonly #open = new Map<string, RunConfig>();
  /** Those of them that are being followed. */
  readonly #copies = new Map<string, StoredCopy>();
  /** How often a result did not arrive whole. */
  readonly #spoilt = new Map<string, number>();

  constructor(
    private readonly redis: Redis,
    private readonly experiment: string,
    private readonly options: Omit<RunAllQueuedOptions, 'queue'>,
  ) {
    this.#queue = new Queue(queueName, { connection: redis as ConnectionOptions });
    // The connection tells of its troubles itself.
    this.#queue.on('error', () => {});
    this.#feed = new LiveFeed(redis, experiment);
    this.#results = new ResultBox(redis, experiment);
  }

  /** @returns how many runs are not over; none unless it was interrupted */
  async run(configs: readonly RunConfig[]): Promise<number> {
    const { signal } = this.options.interruption;
    const work = this.#work(configs, signal);
    // Whoever interrupts it while Redis is away does not wait for its return.
    const aborted = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => setTimeout(resolve, 2 * lookMilliseconds));
    });
    try {
      await Promise.race([work, aborted]);
    } finally {
      work.catch(() => {});
      for (const copy of this.#copies.values()) await copy.close();
      this.#copies.clear();
    }
    return this.#open.size;
  }

  async #work(configs: readonly RunConfig[], signal: AbortSignal): Promise<void> {
    await this.#plan(configs);
    for (let asked = Number.NEGATIVE_INFINITY; this.#open.size > 0 && !signal.aborted; ) {
      if (performance.now() - asked > askMilliseconds) {
        await this.#ask();
        asked = performance.now();
      }
      await this.#follow();
      await this.#collect();
      await this.#collectFailures();
      if (this.#open.size > 0) await sleep(lookMilliseconds);
    }
    if (this.#open.size > 0) return;
    const { live, wanted } = keysOf(this.experiment);
    await this.redis.del(live, wanted);
  }

  /** Sorts out the runs that are over. */
  async #plan(configs: readonly RunConfig[]): Promise<void> {
    for (const config of configs) {
      const run = runId(config);
      const found = await readRun(await prepareRun(this.options.folder, config));
      if (found && (found.status === 'completed' || found.status === 'diverged')) {
        // It may have been brought here just before an earlier call was ended.
        await this.#forget(run);
        await this.options.observer?.onEnd?.(found);
      } else this.#open.set(run, config);
    }
  }

  /** Puts the open runs into the queue; those that are in it stay as they are. */
  async #ask(): Promise<void> {
    const { checkpoint, retries } = this.options;
    await this.redis.sadd(keysOf(this.experiment).wanted, ...this.#open.keys());
    await this.#queue.addBulk(
      [...this.#open].map(([run, config]) => ({
        name: jobName,
        data: { format: 1, experiment: this.experiment, config, checkpoint },
        opts: {
          jobId: jobId(this.experiment, run),
          attempts: 1 + retries,
          backoff: { type: 'exponential', delay: backoffMilliseconds },
          // Its result is in Redis by then. One that failed stays, since nothing else tells of it.
          removeOnComplete: true,
        },
      })),
    );
  }

  async #follow(): Promise<void> {
    for await (const { run, progress, lines } of this.#feed.receive()) {
      const config = this.#open.get(run);
      if (!config) continue;
      if (progress) this.options.observer?.onProgress?.(config, progress);
      (await this.#copyOf(run, config))?.append(lines);
      // An attempt is over; who goes on with the run will tell.
      if (lines.at(-1)?.kind === 'end') await this.#close(run);
    }
  }

  async #collect(): Promise<void> {
    for (const run of await this.#results.runs()) {
      const config = this.#open.get(run);
      // Two workers may have had it, where one was taken for dead.
      if (!config) await this.#forget(run);
      else await this.#bringHome(run, config);
    }
  }

  async #bringHome(run: string, config: RunConfig): Promise<void> {
    const copy = await this.#copyOf(run, config);
    if (!copy) return;
    try {
      const result = copy.isOver ? undefined : await this.#results.take(run);
      if (result) await copy.complete(result);
    } catch (error) {
      if (!(error instanceof ParcelError)) throw error;
      return this.#discard(run, config, `its result did not arrive whole: ${error.message}`);
    }
    await this.#end(run);
  }

  /** A run whose result is of no use is asked for again, as often as one that fails. */
  async #discard(run: string, config: RunConfig, reason: string): Promise<void> {
    const count = (this.#spoilt.get(run) ?? 0) + 1;
    this.#spoilt.set(run, count);
    if (count > this.options.retries) return this.#fail(run, reason);
    this.options.observer?.onNote?.(config, `${reason}; trying again`);
    await this.#results.drop(run);
    await this.#ask();
  }

  /** Runs whose attempts are used up. */
  async #collectFailures(): Promise<void> {
    const failed = new Set(await this.#queue.getRanges(['failed'], 0, -1));
    for (const run of this.#open.keys()) {
      const id = jobId(this.experiment, run);
      if (!failed.has(id)) continue;
      const job = await this.#queue.getJob(id);
      await this.#fail(run, job?.failedReason ?? 'no reason given');
      await this.#queue.remove(id);
    }
  }

  async #fail(run: string, reason: string): Promise<void> {
    await this.#close(run);
    const folder = join(this.options.folder, run);
    const found = await readRun(folder);
    if (found?.status !== 'failed' || found.run.reason !== reason) await recordFailure(folder, reason);
    await this.#end(run);
  }

  async #end(run: string): Promise<void> {
    await this.#close(run);
    await this.#forget(run);
    this.#open.delete(run);
    const stored = await readRun(join(this.options.folder, run));
    if (stored) await this.options.observer?.onEnd?.(stored);
  }

  /** Takes what a run has left out of Redis. A job of it that is still there, after a crash, then ends without work. */
  async #forget(run: string): Promise<void> {
    await this.redis.srem(keysOf(this.experiment).wanted, run);
    await this.#results.drop(run);
  }

  async #copyOf(run: string, config: RunConfig): Promise<StoredCopy | undefined> {
    const found = this.#copies.get(run);
    if (found) return found;
    const { observer, folder } = this.options;
    const copy = await StoredCopy.open(join(folder, run), {
      onEpoch: (epoch) => observer?.onEpoch?.(config, epoch),
      onNote: (text) => observer?.onNote?.(config, text),
    });
    if (copy) this.#copies.set(run, copy);
    return copy;
  }

  async #close(run: string): Promise<void> {
    const copy = this.#copies.get(run);
    this.#copies.delete(run);
    await copy?.close();
  }
}
