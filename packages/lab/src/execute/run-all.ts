import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EpochResult, ProcessEndedError, type Progress } from '@spectrain/train';
import type { Interruption } from '../interruption.js';
import { type RunConfig, runId } from '../run-config/run-config.js';
import { type EndLine, isFinal } from '../store/metrics.js';
import { recordFailure } from '../store/record-failure.js';
import { prepareRun, readRun, type StoredRun } from '../store/run-folder.js';
import { systemReason } from '../system-reason.js';
import type { RunPlace } from './run-host.js';
import { RunProcess } from './run-process.js';

export interface RunAllOptions extends RunPlace {
  /** The folder that the runs' folders are in. */
  readonly folder: string;
  /** Runs at the same time, each in a process of its own. */
  readonly jobs: number;
  /** How often a run that failed, or whose process died, is tried again. */
  readonly retries: number;
  readonly interruption: Interruption;
  readonly observer?: RunsObserver;
}

/** What is told of runs while they last. */
export interface RunsObserver {
  readonly onProgress?: (config: RunConfig, progress: Progress) => void;
  readonly onEpoch?: (config: RunConfig, epoch: EpochResult) => void;
  readonly onNote?: (config: RunConfig, text: string) => void;
  /** Something that concerns the queue as a whole, where there is one. */
  readonly onQueue?: (text: string) => void;
  /** A run is over; called also for one that was over before. */
  readonly onEnd?: (run: StoredRun) => void | Promise<void>;
}

/** Between two looks at a run that another process is at work on. */
const busyMilliseconds = 250;

/**
 * Carries out the runs that are not over yet, in child processes. What happens to one of them harms no other. Ends early
 * when interrupted; what there is is then in the runs' folders, for the next call.
 */
export async function runAll(configs: readonly RunConfig[], options: RunAllOptions): Promise<void> {
  const waiting = [...configs];
  const lanes = Array.from({ length: Math.min(options.jobs, configs.length) }, () => new Lane(options));
  try {
    await Promise.all(lanes.map((lane) => lane.work(waiting)));
  } finally {
    for (const lane of lanes) lane.close();
  }
}

/**
 * One of the runs at a time. A run that counts has a process of its own, since the first run of a process is slower; trials, whose
 * time is not compared, share one.
 */
class Lane {
  #process: RunProcess | undefined;

  constructor(private readonly options: RunAllOptions) {}

  async work(waiting: RunConfig[]): Promise<void> {
    const { interruption, observer } = this.options;
    const busy: RunConfig[] = [];
    for (;;) {
      const config = waiting.shift() ?? busy.shift();
      if (!config || interruption.signal.aborted) return;
      const stored = await this.#carryOut(config);
      if (stored === undefined) continue;
      if (stored !== 'busy') await observer?.onEnd?.(stored);
      else {
        // Another process may be at work on the same experiment: its runs are ours as well when they are over.
        busy.push(config);
        if (waiting.length === 0) await sleep(busyMilliseconds);
      }
    }
  }

  close(): void {
    void this.#process?.close();
    this.#process = undefined;
  }

  /** @returns nothing of a run that could not even be begun */
  async #carryOut(config: RunConfig): Promise<StoredRun | 'busy' | undefined> {
    const { folder: parent, retries, interruption, observer } = this.options;
    const folder = join(parent, runId(config));
    const found = await readRun(folder);
    if (found?.status === 'completed' || found?.status === 'diverged') return found;
    if (found?.status === 'running') return 'busy';
    for (let attempt = 0; ; attempt++) {
      const end = await this.#attempt(folder, config);
      if (end === 'busy') return 'busy';
      const again = !isFinal(end) && !interruption.signal.aborted && attempt < retries;
      if (config.trial === undefined || !isFinal(end)) this.close();
      if (again) {
        observer?.onNote?.(config, `${end.reason ?? end.status}; trying again`);
        continue;
      }
      const stored = await readRun(folder);
      // What could not be written down, on a full disk, say, is told at least.
      if (end.reason !== undefined && stored?.run.reason === undefined)
        observer?.onNote?.(config, end.reason);
      return stored;
    }
  }

  async #attempt(folder: string, config: RunConfig): Promise<EndLine | 'busy'> {
    const { folder: parent, interruption, observer, dataDir, checkpoint } = this.options;
    this.#process ??= new RunProcess();
    const child = this.#process;
    const kill = () => void child.close();
    void interruption.overdue.then(kill);
    try {
      await prepareRun(parent, config);
      return await child.execute(folder, config, { dataDir, checkpoint }, interruption.signal, {
        progress: (progress) => observer?.onProgress?.(config, progress),
        epoch: (epoch) => observer?.onEpoch?.(config, epoch),
        note: (text) => observer?.onNote?.(config, text),
      });
    } catch (error) {
      const reason = systemReason(error, folder);
      if (!(error instanceof ProcessEndedError)) kill();
      if (interruption.signal.aborted) return { kind: 'end', status: 'stopped' };
      return recordFailure(folder, reason);
    }
  }
}
