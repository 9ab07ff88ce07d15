import { toOnnx } from '@spectrain/graph';
import { type OptimizerSpec, validateSpec } from '@spectrain/optim';
import { countExamples } from './data/count-examples.js';
import type { Job } from './engine.js';
import type { Model } from './models/layers.js';
import { loadModel } from './models/load-model.js';
import { checkLabelShape, compileProgram, inferenceGraph } from './program.js';
import { blockOfChannels } from './runtime/block-of-channels.js';
import { nodeRuntime } from './runtime/node-runtime.js';
import { requireProvider } from './runtime/providers.js';
import { compileStep } from './step-program.js';
import { suggestedThreads } from './suggested-threads.js';
import type { Target } from './target.js';
import { checkValues } from './tensors.js';
import type { JobOptions } from './types.js';

/** A training run that is ready to be opened by an `Engine`, in this process or in another one. */
export interface CompiledJob {
  readonly job: Job;
  /** What suits the network, unless the options say. */
  readonly threads: number;
  readonly provider: string;
  /** The network for inference with these weights, as an ONNX file. */
  toOnnx(weights: Readonly<Record<string, Float32Array>>): Uint8Array;
}

/**
 * Checks the options of a training run and compiles its network for this machine.
 * @throws ModelNameError, ModelFileError, OptimizerSpecError, ProviderError, RangeError
 */
export async function compileJob(options: JobOptions): Promise<CompiledJob> {
  const { data, batchSize = 128, seed = 0, augmentation, parameters, provider = 'cpu' } = options;
  requireInteger('batchSize', batchSize, 1);
  requireInteger('seed', seed, 0);
  if (options.threads !== undefined) requireInteger('threads', options.threads, 1);
  const optimizer: OptimizerSpec = validateSpec(options.optimizer);
  const { loss } = options;
  const model =
    typeof options.model === 'function'
      ? options.model
      : await loadModel(options.model, data, loss === undefined ? {} : { loss });
  const block = provider === 'cpu' ? await blockOfChannels(nodeRuntime({ threads: 1 })) : undefined;
  const size = Math.min(batchSize, countExamples(data).train);
  const program = compileProgram(model, data.shape, data, { loss, batchSize: size, block });
  checkLabelShape(program, data);
  if (parameters) checkValues(parameters, [...program.parameters, ...program.buffers]);
  if (provider !== 'cpu') await requireProvider(provider);
  return {
    job: {
      program,
      ...(provider === 'webgpu' && { whole: compileStep(model, data.shape, data, optimizer, { loss }) }),
      data,
      optimizer,
      batchSize,
      seed,
      ...(augmentation && { augmentation }),
      ...(parameters && { parameters }),
    },
    threads: options.threads ?? suggestedThreads(program, size),
    provider,
    toOnnx: (weights) => inferenceOnnx(model, data, weights),
  };
}

/** A network for inference with its weights, as an ONNX file; a model from a file has the inputs and outputs of that. */
export function inferenceOnnx(
  model: Model,
  data: Target & { readonly shape: readonly number[] },
  weights: Readonly<Record<string, Float32Array>>,
): Uint8Array {
  return toOnnx(model.exported?.(weights) ?? inferenceGraph(model, data.shape, data, { weights }));
}

export function requireInteger(name: string, value: number, min: number): void {
  if (!Number.isSafeInteger(value) || value < min)
    throw new RangeError(`${name}: ${value} is not allowed; a whole number of ${min} or more is.`);
}
