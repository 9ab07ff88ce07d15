import {
  type Attributes,
  batchNormalization,
  type Dim,
  type Graph,
  isKnownOperator,
  type Node,
  type OnnxContents,
  readOnnx,
  rebuild,
  type Value,
} from '@spectrain/graph';
import type { Loss } from '../losses.js';
import { copyNodes, neededNodes } from './copy-nodes.js';
import type { Layers, Model } from './layers.js';
import {
  adaptInput,
  checkBatch,
  checkFloat,
  checkLogits,
  checkSize,
  logitsOf,
  onlyInput,
  outputOf,
  withFreeBatch,
} from './onnx-ends.js';
import { exportOnnxModel } from './onnx-export.js';
import { type OnnxWeights, onnxWeights, type TrainableOptions } from './onnx-weights.js';

export interface OnnxModelOptions extends TrainableOptions {
  /** The output that is trained; default: the only one. */
  readonly output?: string;
  /**
   * `crossEntropy` trains the logits before a Softmax or LogSoftmax at the end; `mse` and functions of one's own get the output
   * as it is. Default `crossEntropy`; from a regression data set it takes `mse` or a function.
   */
  readonly loss?: Loss;
  /** What the file is called in messages. Default: model. */
  readonly name?: string;
}

/** An ONNX file that cannot be trained, or not on these data; the message starts with the name of the file. */
export class ModelFileError extends RangeError {
  override readonly name = 'ModelFileError';
}

/** What else a graph that is trained has under a name, and what no record can have as one. */
const reserved = ['__proto__', 'x', 'labels', 'logits', 'targets', 'output', 'loss', 'finite'];

/**
 * An `.onnx` file as a model to train. Its float32 initialisers become parameters, which start with the values of the file and
 * keep their names. The batch size is free, also where the file has a fixed one, unless its nodes insist on that.
 *
 * The file has one input `[n, ...]`: its shape is that of the examples, save for dimensions of 1, or `[n, features]`. The output
 * `[n, classes]` (or `[n, length, classes]`) is what it is trained on by cross-entropy; of one that ends in Softmax or
 * LogSoftmax, what goes into that. By another loss the output is trained as it is. What a trainer exports has input, outputs and their names as in the file.
 *
 * @throws ModelFileError, a RangeError: at once for a file that cannot be read, has several inputs or outputs, or nothing to
 *   train; when it is traced for data that do not suit it
 */
export function modelFromOnnx(bytes: Uint8Array, options: OnnxModelOptions = {}): Model {
  const { name = 'model' } = options;
  const file = explained(name, () => readFile(bytes, options));
  const model = (nn: Layers, x: Value, classes: number) =>
    explained(name, () => trace(file, nn, x, classes, options));
  return Object.assign(model, {
    loss: options.loss ?? 'crossEntropy',
    exported: (weights: Readonly<Record<string, Float32Array>>) =>
      explained(name, () => exportOnnxModel(file.graph, file.names, weights)),
  });
}

interface ReadModel {
  readonly graph: Graph;
  readonly input: Value;
  readonly outputName: string;
  /** What the loss gets. */
  readonly trained: Value;
  readonly weights: OnnxWeights;
  /** Names of parameters and buffers. */
  readonly names: ReadonlyMap<Value, string>;
}

function explained<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RangeError) || error instanceof ModelFileError) throw error;
    throw new ModelFileError(`${name}: ${error.message}`, { cause: error });
  }
}

function readFile(bytes: Uint8Array, options: OnnxModelOptions): ReadModel {
  const { graph, initializers } = withoutAliases(readOnnx(bytes));
  const input = onlyInput(graph);
  const output = outputOf(graph, options.output);
  const { loss = 'crossEntropy' } = options;
  const trained = loss === 'crossEntropy' ? logitsOf(output.value, output.name) : output.value;
  checkFloat(output.value, output.name);
  const weights = onnxWeights(neededNodes(graph, [trained]), input, initializers, options);
  const taken = new Set(reserved);
  const names = new Map(
    [...weights.parameters, ...weights.buffers].map((value) => {
      const own = taken.has(value.name) ? `weight:${value.name}` : value.name;
      taken.add(own);
      return [value, own];
    }),
  );
  return { graph, input, outputName: output.name, trained, weights, names };
}

/**
 * A file where each weight has values of its own: of weights that start with equal ones, PyTorch writes a single one, and
 * Identity nodes for the others, by the names of those.
 */
function withoutAliases({ graph, initializers }: OnnxContents): OnnxContents {
  const names = new Set(initializers.map(({ name }) => name));
  const returned = new Set(graph.outputs.map(({ value }) => value));
  const separate = rebuild(graph, ({ op, outputs: [output] }, [source]) => {
    if (op !== 'Identity' || !source?.data || !names.has(source.name) || returned.has(output!))
      return undefined;
    const { name } = output!;
    names.add(name);
    const { data, dtype, shape } = source;
    return [source.graph.constant(data, { name, dtype, shape: shape as readonly number[] })];
  });
  return { graph: separate, initializers: separate.constants.filter(({ name }) => names.has(name)) };
}

function trace(
  { graph: file, input, trained, outputName, weights, names }: ReadModel,
  nn: Layers,
  x: Value,
  classes: number,
  { batchNormalization = 'train', loss = 'crossEntropy' }: OnnxModelOptions,
): Value {
  const { graph } = nn;
  const fed = adaptInput(input, x);
  const dims = new Map(input.shape.map((dim, i) => [dim, fed.shape[i]!]));
  const leaf = (value: Value): Value => {
    if (value === input) return fed;
    const { dtype, shape, data } = value as Value & { shape: readonly number[] };
    if (!data) throw new RangeError(`input "${value.name}" is needed, and has no value`);
    const name = names.get(value);
    if (name === undefined) return graph.constant(data, { dtype, shape });
    const init = { kind: 'values', values: data as Float32Array } as const;
    return weights.buffers.has(value) ? nn.buffer(name, shape, init) : nn.parameter(name, shape, init);
  };
  const node = (node: Node, inputs: readonly (Value | undefined)[]): readonly (Value | undefined)[] => {
    if (node.op === 'BatchNormalization') {
      const isTrained = batchNormalization === 'train' && weights.buffers.has(node.inputs[3]!);
      return [normalized(nn, node, inputs as readonly Value[], isTrained)];
    }
    if (node.op === 'Dropout' && !nn.options.training) return [inputs[0]];
    const free = withFreeBatch(node, inputs, input.shape[0]!);
    return addCopy(graph, node, free, dims);
  };
  const [result] = copyNodes(file, [trained], { leaf, node });
  checkBatch(result!, outputName, input.shape[0]!);
  const check = loss === 'crossEntropy' ? checkLogits : checkSize;
  check(result!, outputName, classes);
  return result!;
}

/** A file's node in another graph. */
function addCopy(
  graph: Graph,
  { op, name, attributes, outputs }: Node,
  inputs: readonly (Value | undefined)[],
  dims: ReadonlyMap<Dim, Dim>,
): readonly Value[] {
  const stated = outputs.map(({ dtype, shape }) => ({
    dtype,
    shape: shape.map((dim) => dims.get(dim) ?? dim),
  }));
  const types = isKnownOperator(op) ? { outputs: outputs.length } : { outputTypes: stated };
  return graph.add(op, inputs, attributes, { name, ...types }).outputs;
}

/** Batch normalisation in inference form, or, where it is trained, by the batch's statistics. */
function normalized(
  nn: Layers,
  { name, attributes }: Node,
  [x, scale, bias, runningMean, runningVariance]: readonly Value[],
  isTrained: boolean,
): Value {
  const epsilon = numberIn(attributes, 'epsilon', 1e-5);
  if (!nn.options.training || !isTrained)
    return batchNormalization(x!, scale!, bias!, runningMean!, runningVariance!, { epsilon });
  const values = { scale: scale!, bias: bias!, runningMean: runningMean!, runningVariance: runningVariance! };
  // In ONNX, momentum is the share of the old statistics.
  return nn.batchNormTraining(name, x!, values, {
    epsilon,
    momentum: 1 - numberIn(attributes, 'momentum', 0.9),
  });
}

function numberIn(attributes: Attributes, name: string, fallback: number): number {
  const attribute = attributes[name];
  return attribute?.kind === 'float' ? attribute.value : fallback;
}
