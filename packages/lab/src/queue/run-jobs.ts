import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProcessEndedError } from '@spectrain/train';
import { DelayedError, type Job, UnrecoverableError, WaitingError } from 'bullmq';
import type { Redis } from 'ioredis';
import { RunProcess } from '../execute/run-process.js';
import { type RunConfig, runId } from '../run-config/run-config.js';
import { type EndLine, isFinal } from '../store/metrics.js';
import { recordFailure } from '../store/record-failure.js';
import { prepareRun } from '../store/run-folder.js';
import { jobId } from './keys.js';
import { LiveFeed } from './live-feed.js';
import { type Payload, parsePayload } from './payload.js';
import { RunReport } from './report-run.js';
import { ResultBox } from './result.js';
import type { WorkerOptions } from './run-worker.js';

/** Until one looks again whether the folder of a run is free. */
const busyMilliseconds = 5_000;

/** What a worker does with jobs of the queue. */
export class RunJobs {
  /** By job, what ends the work on it. */
  readonly #active = new Map<string, AbortController>();
  readonly #processes = new Set<RunProcess>();
  /** Those of them that have nothing to do. */
  readonly #spare: RunProcess[] = [];

  constructor(
    private readonly redis: Redis,
    private readonly options: WorkerOptions,
  ) {
    options.interruption.signal.addEventListener('abort', () => {
      for (const controller of this.#active.values()) controller.abort();
    });
  }

  /** Ends the work on jobs that others have been given. */
  lose(ids: readonly string[]): void {
    for (const id of ids) {
      this.#note(`${id} is not this worker’s any more, which was out of reach for too long; stops it`);
      this.#active.get(id)?.abort();
    }
  }

  /** Kills what is under way. */
  async close(): Promise<void> {
    await Promise.all([...this.#processes].map((child) => child.close()));
  }

  /**
   * Carries out the run that a job asks for, and sends back what became of it.
   * @throws errors that tell the queue what is to be done with the job
   */
  async carryOut(job: Job<unknown>, token: string | undefined): Promise<void> {
    const payload = this.#read(job);
    const { config, experiment } = payload;
    const run = runId(config);
    const results = new ResultBox(this.redis, experiment);
    if (!(await results.isWanted(run))) return;
    const { artifacts } = this.options;
    const parent = artifacts ?? (await mkdtemp(join(tmpdir(), 'spectrain-worker-')));
    const controller = new AbortController();
    if (this.options.interruption.signal.aborted) controller.abort();
    this.#active.set(job.id!, controller);
    try {
      const folder = await prepareRun(parent, config);
      const end = await this.#follow(folder, payload, controller.signal);
      if (end === 'busy') {
        await job.moveToDelayed(Date.now() + busyMilliseconds, token);
        throw new DelayedError();
      }
      this.#note(`${run} ${end.status}${end.reason === undefined ? '' : `: ${end.reason}`}`);
      if (end.status === 'stopped') {
        await job.moveToWait(token);
        throw new WaitingError();
      }
      if (end.status === 'failed') throw new Error(end.reason ?? 'no reason given');
      await results.put(run, folder, end);
    } finally {
      this.#active.delete(job.id!);
      if (artifacts === undefined) await rm(parent, { recursive: true, force: true });
    }
  }

  #read(job: Job<unknown>): Payload {
    try {
      const payload = parsePayload(job.data);
      const id = jobId(payload.experiment, runId(payload.config));
      if (job.id !== id) throw new Error(`id: found ${JSON.stringify(job.id)}; allowed: ${id}`);
      return payload;
    } catch (error) {
      // No other worker, and no later time, makes it right.
      const reason = `job ${job.id}: ${messageOf(error)}`;
      this.#note(`refused ${reason}`);
      throw new UnrecoverableError(reason);
    }
  }

  /** Carries out the run, and tells of it meanwhile. */
  async #follow(
    folder: string,
    { config, experiment, checkpoint }: Payload,
    signal: AbortSignal,
  ): Promise<EndLine | 'busy'> {
    const report = new RunReport(new LiveFeed(this.redis, experiment), runId(config), folder);
    const child = this.#process(config);
    let isDone = false;
    try {
      const end = await child.execute(folder, config, { dataDir: this.options.dataDir, checkpoint }, signal, {
        progress: (progress) => {
          report.progress = progress;
        },
        note: (text) => this.#note(`${runId(config)}: ${text}`),
      });
      isDone = end !== 'busy' && isFinal(end);
      return end;
    } catch (error) {
      return await this.#failed(folder, config, error, signal);
    } finally {
      if (isDone && config.trial !== undefined) this.#spare.push(child);
      else {
        await child.close();
        this.#processes.delete(child);
      }
      await report.end();
    }
  }

  /** As on one machine: trials, whose time is not compared, may have the process of an earlier one. */
  #process(config: RunConfig): RunProcess {
    const child = (config.trial === undefined ? undefined : this.#spare.pop()) ?? new RunProcess();
    this.#processes.add(child);
    return child;
  }

  /** What could not be told in the run's own metrics: of a process that died, or data that are not on this machine. */
  async #failed(
    folder: string,
    config: RunConfig,
    error: unknown,
    signal: AbortSignal,
  ): Promise<EndLine | 'busy'> {
    if (signal.aborted && error instanceof ProcessEndedError) return { kind: 'end', status: 'stopped' };
    return recordFailure(folder, `worker ${this.options.name}: ${config.task}: ${messageOf(error)}`);
  }

  #note(text: string): void {
    this.options.onNote(`${this.options.name}: ${text}`);
  }
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, ' ');
}
