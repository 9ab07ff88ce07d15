import {
  createTrainer,
  type Dataset,
  type EpochResult,
  generateText,
  loadModel,
  type Progress,
  type TracePoint,
  type Trainer,
} from '@spectrain/train';
import type { Experiment, PlannedRun } from './experiment.js';
import type { Interruption } from './interruption.js';
import type { Run } from './results.js';
import { isText } from './text-data.js';

/** What is told about a run while it lasts. */
export interface RunObserver {
  readonly onProgress?: (progress: Progress) => void;
  readonly onEpoch?: (epoch: EpochResult) => void;
  /** Called with the trained network before it is gone; may not fail. */
  readonly onCompleted?: (trainer: Trainer) => Promise<void>;
}

/** Trains one optimizer with one seed. What goes wrong is told in the result, so that the other runs go on. */
export async function trainRun(
  experiment: Experiment,
  data: Dataset,
  { optimizer, spec, seed }: PlannedRun,
  interruption: Interruption,
  { onProgress, onEpoch, onCompleted }: RunObserver = {},
): Promise<Run> {
  const started = performance.now();
  const epochs: EpochResult[] = [];
  const cutShort = (status: 'stopped' | 'failed', reason?: string): Run => ({
    optimizer,
    seed,
    status,
    ...(reason !== undefined && { reason }),
    epochs,
    trace: epochs.map(tracePointOf),
    seconds: (performance.now() - started) / 1000,
    imagesPerSecond: epochs.at(-1)?.imagesPerSecond ?? 0,
  });
  let trainer: Trainer | undefined;
  try {
    const { model, file, batchSize, augmentation, threads, provider } = experiment;
    trainer = await createTrainer({
      data,
      model: file ? await loadModel(model, data, file) : model,
      optimizer: spec,
      batchSize,
      seed,
      ...(augmentation && { augmentation }),
      ...(threads !== undefined && { threads }),
      ...(provider !== undefined && { provider }),
      signal: interruption.signal,
    });
    const fit = trainer.fit({
      epochs: experiment.epochs,
      signal: interruption.signal,
      ...(onProgress && { onProgress }),
      onEpoch: (epoch) => {
        epochs.push(epoch);
        onEpoch?.(epoch);
      },
    });
    const result = await Promise.race([fit, interruption.overdue]);
    if (!result) return cutShort('stopped');
    if (result.status !== 'completed') return { optimizer, seed, ...result };
    await onCompleted?.(trainer);
    const { sample: settings } = experiment;
    if (!settings || !isText(data)) return { optimizer, seed, ...result };
    const sample = generateText(trainer, data, { ...settings, seed, signal: interruption.signal });
    return { optimizer, seed, ...result, sample: await sample };
  } catch (error) {
    // The signal may have ended the child process as well.
    if (interruption.signal.aborted) return cutShort('stopped');
    return cutShort('failed', error instanceof Error ? error.message : String(error));
  } finally {
    // Killed at once, it needs no waiting for.
    void trainer?.close();
  }
}

/** The finer trace is lost with the process that trained. */
function tracePointOf({ step, trainLoss, lr, momentum, p }: EpochResult): TracePoint {
  return {
    step,
    loss: trainLoss,
    lr,
    ...(momentum !== undefined && { momentum }),
    ...(p !== undefined && { p }),
  };
}
