import { toOnnx } from '@spectrain/graph';
import { type OptimizerSpec, validateSpec } from '@spectrain/optim';
import { targetsOf } from './data/batch-targets.js';
import { loadModel } from './models/load-model.js';
import { checkLabelShape, compileProgram, inferenceGraph } from './program.js';
import { blockOfChannels } from './runtime/block-of-channels.js';
import { nodeRuntime } from './runtime/node-runtime.js';
import { requireProvider } from './runtime/providers.js';
import { compileStep } from './step-program.js';
import { suggestedThreads } from './suggested-threads.js';
import { checkValues } from './tensors.js';
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
  const { data, batchSize = 128, seed = 0, augmentation, parameters, signal } = options;
  requireInteger('batchSize', batchSize, 1);
  requireInteger('seed', seed, 0);
  const { provider = 'cpu' } = options;
  if (options.threads !== undefined) requireInteger('threads', options.threads, 1);
  const optimizer: OptimizerSpec = validateSpec(options.optimizer);
  const { loss } = options;
  const model =
    typeof options.model === 'function'
      ? options.model
      : await loadModel(options.model, data, loss === undefined ? {} : { loss });
  const block = provider === 'cpu' ? await blockOfChannels(nodeRuntime({ threads: 1 })) : undefined;
  const size = Math.min(batchSize, targetsOf(data.train).length);
  const program = compileProgram(model, data.shape, data, {
    loss,
    blocked: block === undefined ? undefined : { block, batchSize: size },
  });
  checkLabelShape(program, data);
  if (parameters) checkValues(parameters, [...program.parameters, ...program.buffers]);
  if (provider !== 'cpu') await requireProvider(provider);

  const threads = options.threads ?? suggestedThreads(program, size);
  const job = {
    program,
    ...(provider === 'webgpu' && { whole: compileStep(model, data.shape, data, optimizer, { loss }) }),
    data,
    optimizer,
    batchSize,
    seed,
    ...(augmentation && { augmentation }),
    ...(parameters && { parameters }),
  };
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
  const toOnnxFile = async () => {
    const weights = await child.call((remote) => remote.weights());
    return toOnnx(model.exported?.(weights) ?? inferenceGraph(model, data.shape, data, { weights }));
  };
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

function requireInteger(name: string, value: number, min: number): void {
  if (!Number.isSafeInteger(value) || value < min)
    throw new RangeError(`${name}: ${value} is not allowed; a whole number of ${min} or more is.`);
}
