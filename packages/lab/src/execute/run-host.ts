/** Entry of the child process that carries out runs, one after the other; see `run-process.ts`. */
import {
  answerParent,
  type Dataset,
  type EpochResult,
  type Progress,
  type RemoteParent,
} from '@spectrain/train';
import { canonical, type RunConfig } from '../run-config/run-config.js';
import type { EndLine } from '../store/metrics.js';
import { RunBusyError } from '../store/run-lock.js';
import { type DataConfig, readTaskData } from '../tasks/task-data.js';
import { type ExecuteOptions, executeRun } from './execute-run.js';
import { measureRun, type RunCost } from './measure-run.js';
import { sampleData } from './sample-data.js';

/** Where data come from, and how often the state is kept: what does not change a run's numbers. */
export interface RunPlace extends Pick<ExecuteOptions, 'checkpoint'> {
  readonly dataDir?: string | undefined;
}

/** What the child process does for its parent. */
export interface RunHostFunctions {
  /** @returns `busy` where another process is at work on the run */
  execute(folder: string, config: RunConfig, place: RunPlace): Promise<EndLine | 'busy'>;
  /** Takes some steps of the run, on data of the right shape if its own are not there. */
  measure(config: RunConfig, dataDir: string | undefined): Promise<RunCost>;
  /** Ends the run under way after its current step, with a checkpoint. */
  stop(): void;
}

/** What it tells meanwhile. */
export interface RunEvents {
  progress(progress: Progress): void;
  epoch(result: EpochResult): void;
  note(text: string): void;
}

let controller = new AbortController();
/** Of the last run: the next one has the same mostly. */
let read: { readonly key: string; readonly data: Dataset } | undefined;

async function dataOf(config: RunConfig, dataDir: string | undefined): Promise<Dataset> {
  const { task, text, sample, normalization, validation } = config;
  const parts: DataConfig = {
    task,
    ...(text && { text }),
    ...(sample && { sample }),
    ...(normalization && { normalization }),
    ...(validation !== undefined && { validation }),
  };
  const key = canonical([parts, dataDir]);
  if (read?.key !== key) {
    read = undefined; // Both need not be in memory at once.
    read = { key, data: await readTaskData(parts, dataDir) };
  }
  return read.data;
}

const parent: RemoteParent<RunHostFunctions, RunEvents> = answerParent<RunHostFunctions, RunEvents>({
  execute: async (folder, config, { dataDir, checkpoint }) => {
    controller = new AbortController();
    if (!process.connected) controller.abort();
    try {
      return await executeRun(folder, config, {
        data: await dataOf(config, dataDir),
        checkpoint,
        signal: controller.signal,
        onProgress: parent.progress.asEvent,
        onEpoch: parent.epoch.asEvent,
        onNote: parent.note.asEvent,
      });
    } catch (error) {
      if (error instanceof RunBusyError) return 'busy';
      throw error;
    }
  },
  measure: async (config, dataDir) => measureRun(config, await sampleData(config, dataDir)),
  stop: () => controller.abort(),
});

// Without a parent the run under way ends with a checkpoint, and with it this process, which nothing else keeps alive.
process.on('disconnect', () => controller.abort());
process.on('SIGTERM', () => controller.abort());
// A terminal sends Ctrl-C to parent and child alike; what it means is for the parent to say.
process.on('SIGINT', () => {});
