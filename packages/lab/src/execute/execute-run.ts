import { rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import {
  type Checkpoint,
  type Dataset,
  type Engine,
  type EpochResult,
  type FitResult,
  generateText,
  latestCheckpoint,
  listCheckpoints,
  type Program,
  type Progress,
  pruneCheckpoints,
  writeCheckpoint,
  writeSafetensors,
  writeWhole,
} from '@spectrain/train';
import type { CheckpointSettings } from '../experiment/experiment.js';
import { type ProbeStates, type RunProbes, watch } from '../probes/run-probes.js';
import type { RunConfig } from '../run-config/run-config.js';
import { EventFile } from '../store/event-file/event-file.js';
import { type EndLine, isFinal, type MetricLine } from '../store/metrics.js';
import { MetricsWriter } from '../store/metrics-writer.js';
import { removeLeftovers } from '../store/remove-leftovers.js';
import { endOf, runFiles } from '../store/run-folder.js';
import { RunBusyError, RunLock } from '../store/run-lock.js';
import { systemReason } from '../system-reason.js';
import { isText } from '../tasks/text-data.js';
import { versions } from '../versions.js';
import { openRun } from './open-run.js';
import { StepLog } from './step-log.js';

export interface ExecuteOptions {
  /** What the run is trained and judged on. */
  readonly data: Dataset;
  readonly checkpoint: CheckpointSettings;
  /** Ends it after the current step, with a checkpoint. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  readonly onEpoch?: (epoch: EpochResult) => void;
  /** Something a person should know. */
  readonly onNote?: (text: string) => void;
}

/** What goes along with the training state into a checkpoint. */
interface Extra {
  readonly log: ReturnType<StepLog['state']>;
  readonly best?: Best;
  readonly probes?: ProbeStates;
}

/** The epoch that was judged best. */
interface Best {
  readonly step: number;
  readonly loss: number;
}

/**
 * Carries out a run in its folder, from the newest checkpoint there, or from the start. Whatever ends it, also `kill -9`, what has
 * been written so far is kept, and the next call goes on from there with the same bits.
 * @returns how it ended; what goes wrong is told in it
 * @throws RunBusyError when another process is at work on it
 */
export async function executeRun(
  folder: string,
  config: RunConfig,
  options: ExecuteOptions,
): Promise<EndLine> {
  let lock: RunLock | undefined;
  try {
    lock = await RunLock.acquire(join(folder, runFiles.lock));
    const metrics = new MetricsWriter(join(folder, runFiles.metrics));
    const events = new EventFile(folder);
    try {
      const end = endOf(metrics.lines);
      if (isFinal(end)) return end;
      await removeLeftovers(folder);
      return await new RunExecution(folder, config, options, metrics, events).run();
    } finally {
      events.close();
      metrics.close();
    }
  } catch (error) {
    if (error instanceof RunBusyError) throw error;
    return { kind: 'end', status: 'failed', reason: systemReason(error, folder) };
  } finally {
    await lock?.release();
  }
}

class RunExecution {
  readonly #checkpoints: string;
  readonly #weights: string;
  readonly #log: StepLog;
  #engine!: Engine;
  /** Steps done, and those in the newest checkpoint. */
  #step = 0;
  #savedStep = 0;
  #saved = performance.now();
  #best: Best | undefined;
  #probes: RunProbes | undefined;

  constructor(
    private readonly folder: string,
    private readonly config: RunConfig,
    private readonly options: ExecuteOptions,
    private readonly metrics: MetricsWriter,
    private readonly events: EventFile,
  ) {
    this.#checkpoints = join(folder, runFiles.checkpoints);
    this.#weights = join(folder, runFiles.weights);
    this.#log = new StepLog(config.logEvery);
  }

  async run(): Promise<EndLine> {
    try {
      const { program, epochsDone } = await this.#open();
      try {
        return await this.#train(program, epochsDone);
      } finally {
        await this.#engine.close();
      }
    } catch (error) {
      return this.#end({ status: 'failed', reason: systemReason(error, this.folder) });
    }
  }

  async #open(): Promise<{ program: Program; epochsDone: number }> {
    const { config, options } = this;
    const checkpoint = await this.#usableCheckpoint();
    const { engine, program } = await openRun(config, options.data, checkpoint?.state);
    this.#engine = engine;
    this.#probes = watch(engine, config, options.data);
    if (checkpoint) {
      const { log, best, probes } = checkpoint.extra as Extra;
      if (probes) this.#probes?.load(probes);
      this.#log.load(log);
      this.#best = best;
      this.#step = this.#savedStep = checkpoint.step;
    }
    this.metrics.append({
      kind: 'start',
      time: new Date().toISOString(),
      step: this.#step,
      host: hostname(),
      pid: process.pid,
      versions: versions(),
    });
    return { program, epochsDone: checkpoint?.state.position.epoch ?? 0 };
  }

  /** The newest one from which the metrics can go on. Newer ones are removed: they would be taken for newer than what follows. */
  async #usableCheckpoint(): Promise<Checkpoint | undefined> {
    const unusable: string[] = [];
    const refuse = (name: string, reason: string) => {
      unusable.push(name);
      this.#note(`${runFiles.checkpoints}/${name} cannot be used: ${reason}`);
    };
    let checkpoint = await latestCheckpoint(this.#checkpoints, (name, { message }) => refuse(name, message));
    const epochs = this.metrics.lines.filter(({ kind }) => kind === 'epoch').length;
    // Whoever removed the metrics wants them again, and all of them.
    if (checkpoint && checkpoint.state.position.epoch > epochs) {
      for (const name of await listCheckpoints(this.#checkpoints))
        if (!unusable.includes(name)) refuse(name, `${runFiles.metrics} has only ${epochs} epochs`);
      checkpoint = undefined;
    }
    for (const name of unusable) await rm(join(this.#checkpoints, name), { recursive: true, force: true });
    return checkpoint;
  }

  async #train(program: Program, epochsDone: number): Promise<EndLine> {
    const left = this.config.epochs - epochsDone;
    // An attempt that was ended right after its last epoch has nothing left to train.
    const { status, reason } =
      left > 0 ? await this.#fit(left) : ({ status: 'completed' } satisfies Partial<FitResult>);
    if (status === 'stopped') {
      await this.#save();
      return this.#end({ status });
    }
    const last = this.#log.end();
    if (last) this.#record({ kind: 'step', ...last });
    if (status === 'diverged') return this.#end({ status, ...(reason !== undefined && { reason }) });
    await this.#saveWeights(program);
    const sample = await this.#sample();
    return this.#end({ status, ...(sample !== undefined && { sample }) });
  }

  #fit(epochs: number): Promise<Pick<FitResult, 'status' | 'reason'>> {
    const { signal, onProgress, onEpoch, checkpoint } = this.options;
    return this.#engine.fit(epochs, {
      progress: (progress) => onProgress?.(progress),
      ...(this.#probes && { beforeStep: this.#probes.beforeStep }),
      step: async (report) => {
        this.#step = report.step;
        const line = this.#log.add(report);
        if (line) this.#record({ kind: 'step', ...line });
        this.#append(await this.#probes?.afterStep());
        if (signal.aborted) this.#engine.stop();
        else if (performance.now() - this.#saved >= 1000 * checkpoint.seconds) await this.#save();
      },
      epoch: async (epoch) => {
        if (this.#record({ kind: 'epoch', ...epoch })) onEpoch?.(epoch);
        this.#append(await this.#probes?.afterEpoch(epoch));
        const isBest = !this.#best || epoch.testLoss < this.#best.loss;
        if (isBest) this.#best = { step: this.#step, loss: epoch.testLoss };
        if (isBest && checkpoint.best) await this.#save();
      },
    });
  }

  /**
   * Adds a line to the metrics, and before that its points to the event file: after a `kill -9` in between, that has a point twice
   * rather than not at all.
   * @returns whether the line is new
   */
  #record(line: MetricLine): boolean {
    if (this.metrics.isNew(line)) this.events.append(line);
    return this.metrics.append(line);
  }

  #append(lines: readonly MetricLine[] = []): void {
    for (const line of lines) this.metrics.append(line);
  }

  /** A checkpoint that cannot be written costs nothing but itself. */
  async #save(): Promise<void> {
    this.#saved = performance.now();
    if (!this.#engine.hasState || this.#step === this.#savedStep) return;
    const { last, best } = this.options.checkpoint;
    const extra: Extra = {
      log: this.#log.state(),
      ...(this.#best && { best: this.#best }),
      ...(this.#probes && { probes: this.#probes.state() }),
    };
    try {
      // What comes before a checkpoint is not computed again.
      this.metrics.sync();
      await writeCheckpoint(this.#checkpoints, this.#engine.state(), { step: this.#step, extra });
      this.#savedStep = this.#step;
      await pruneCheckpoints(this.#checkpoints, last, best && this.#best ? [this.#best.step] : []);
    } catch (error) {
      this.#note(`no checkpoint could be written at step ${this.#step}: ${systemReason(error, this.folder)}`);
    }
  }

  async #saveWeights({ parameters, buffers }: Program): Promise<void> {
    const weights = await this.#engine.weights();
    const tensors = [...parameters, ...buffers].map(
      ({ name, shape }) => [name, { shape, data: weights[name]! }] as const,
    );
    await writeWhole(this.#weights, writeSafetensors(Object.fromEntries(tensors)));
  }

  async #sample(): Promise<string | undefined> {
    const { data, signal } = this.options;
    const { sample, seed } = this.config;
    return sample && isText(data) ? generateText(this.#engine, data, { ...sample, seed, signal }) : undefined;
  }

  #note(text: string): void {
    this.options.onNote?.(text);
    this.metrics.append({ kind: 'note', text });
  }

  #end(end: Omit<EndLine, 'kind'>): EndLine {
    const line: EndLine = { kind: 'end', ...end };
    try {
      this.metrics.append(line);
    } catch (error) {
      // Such as a full disk, which is then the reason already.
      if (end.status !== 'failed')
        return { kind: 'end', status: 'failed', reason: systemReason(error, this.folder) };
    }
    return line;
  }
}
