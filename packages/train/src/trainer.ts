import { compileJob, requireInteger } from './job.js';
import { TrainingProcess } from './training-process.js';
import type { Trainer, TrainerOptions } from './types.js';
import { writeWhole } from './write-whole.js';

/**
 * Opens a network for training in a child process of its own, so that the caller stays responsive. The process ends
 * with {@link Trainer.close}, and with its parent; idle, it does not keep the parent alive.
 *
 * @throws ModelNameError, OptimizerSpecError, ProviderError, RangeError before the network is opened; the signal's reason
 * when aborted
 */
export async function createTrainer(options: TrainerOptions): Promise<Trainer> {
  const { data, signal } = options;
  const { job, threads, provider, toOnnx } = await compileJob(options);
  signal?.throwIfAborted();
  const child = new TrainingProcess();
  const giveUp = () => void child.close();
  signal?.addEventListener('abort', giveUp);
  try {
    await child.call((remote) => remote.open(job, { threads, provider }));
    signal?.throwIfAborted();
  } catch (error) {
    await child.close();
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
  const toOnnxFile = async () => toOnnx(await child.call((remote) => remote.weights()));
  return {
    fit: async (fitOptions) => {
      requireInteger('epochs', fitOptions.epochs, 1);
      return child.fit(fitOptions);
    },
    evaluate: (split) => child.call((remote) => remote.evaluate(split)),
    predict: async (inputs) => {
      const size = data.shape.reduce((a, b) => a * b, 1);
      if (inputs.length % size !== 0)
        throw new RangeError(
          `predict: ${inputs.length} values are not a whole number of examples of ${size} values.`,
        );
      return child.call((remote) => remote.predict(inputs));
    },
    weights: () => child.call((remote) => remote.weights()),
    toOnnx: toOnnxFile,
    save: async (path) => writeWhole(path, await toOnnxFile()),
    close: () => child.close(),
  };
}
