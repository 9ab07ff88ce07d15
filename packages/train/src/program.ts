import {
  blockLayout,
  differentiate,
  Graph,
  lower,
  lowerConvolutions,
  reshape,
  toOnnx,
  type Value,
} from '@spectrain/graph';
import { addLoss, type Loss, type LossName, lossFor } from './losses.js';
import { Layers, type LayersOptions, type Model, type TensorSpec } from './models/layers.js';
import { type OutputSpec, outputSize, type Target, type TargetSpec, targetShapeOf } from './target.js';
import { sizeOf } from './tensors.js';
import type { Dataset } from './types.js';

/** A model compiled for a runtime: plain data, so that it can be sent to another process. */
export interface Program {
  /** Shape of one example. */
  readonly shape: readonly number[];
  /** What the network learns; the shape of `labels` is `[]` for a class, `[length]` for one at every position. */
  readonly targets: TargetSpec;
  readonly output: OutputSpec;
  /** A loss of one's own is an ONNX graph: inputs are output and targets by their names, output is `loss`. */
  readonly loss: LossName | Uint8Array;
  readonly parameters: readonly TensorSpec[];
  readonly buffers: readonly TensorSpec[];
  /**
   * ONNX graph of one step without the update. Inputs `x` `[n, ...shape]`, the targets (`labels` int64 `[n, ...labelShape]` or
   * `targets` float32 `[n, ...targetShape]`), parameters and buffers by name; outputs `loss` (mean over the batch),
   * `grad:<parameter>`, `next:<buffer>`.
   */
  readonly training: Uint8Array;
  /** The same for batches of one size and perhaps one machine, and faster. */
  readonly fixed?: { readonly batchSize: number; readonly training: Uint8Array };
  /** ONNX graph with inputs `x`, parameters and buffers; its output is {@link Program.output}. */
  readonly inference: Uint8Array;
}

export const lossOutput = 'loss';
export const gradientOutput = (parameter: string): string => `grad:${parameter}`;
/** The value after the step of what goes in as `input`. */
export const nextOutput = (input: string): string => `next:${input}`;
export const bufferOutput = nextOutput;

export interface CompileOptions {
  /**
   * Element type of inputs, parameters and gradients. Default float32; float64 is several times slower and serves as the
   * oracle: ONNX Runtime has no convolutions for it, so they become matrix products.
   */
  readonly dtype?: 'float32' | 'float64';
  /** Default: that of the model, or else `crossEntropy` for classes and `mse` for numbers. */
  readonly loss?: Loss | undefined;
  /** Adds {@link Program.fixed} for batches of this size; not for float64. */
  readonly batchSize?: number;
  /** The block of channels that this machine has, see `blockOfChannels`. Without it convolutions stay in the plain layout. */
  readonly block?: number | undefined;
}

/**
 * Traces a model for training and for inference, adds loss and gradients, and writes both graphs as ONNX.
 * @param shape of one example; @param target the number of classes, or a data set
 * @throws RangeError for a loss that is not for these targets
 */
export function compileProgram(
  model: Model,
  shape: readonly number[],
  target: Target,
  { dtype = 'float32', loss: given, batchSize, block }: CompileOptions = {},
): Program {
  const traced = trainingGraph(model, shape, target, { dtype, loss: given });
  const { nn, graph } = traced;
  addGradients(traced);
  const finish = (own: Graph) => toOnnx(lower(dtype === 'float64' ? lowerConvolutions(own) : own));
  return {
    shape,
    targets: traced.targets,
    output: traced.output,
    loss: typeof traced.criterion === 'string' ? traced.criterion : lossProgram(traced),
    parameters: nn.parameters,
    buffers: nn.buffers,
    training: finish(graph),
    ...(batchSize !== undefined &&
      dtype === 'float32' && { fixed: { batchSize, training: toOnnx(fixedGraph(graph, batchSize, block)) } }),
    inference: finish(inferenceGraph(model, shape, target, { dtype })),
  };
}

function fixedGraph(graph: Graph, batchSize: number, block: number | undefined): Graph {
  const dims = { n: batchSize };
  const convolves = graph.nodes.some(({ op }) => op === 'Conv');
  return convolves && block !== undefined ? blockLayout(graph, { block, dims }) : lower(graph, { dims });
}

/** Adds the backward pass, and all outputs. */
function addGradients({ nn, graph, loss, inputs }: TrainingGraph): void {
  graph.output(lossOutput, loss);
  const parameters = nn.parameters.map(({ name }) => inputs.get(name)!);
  const gradients = differentiate(loss, parameters);
  for (const [name, value] of nn.bufferUpdates) graph.output(bufferOutput(name), value);
  gradients.forEach((gradient, i) => {
    graph.output(gradientOutput(nn.parameters[i]!.name), gradient);
  });
}

/** @throws RangeError when a model has other labels than the data */
export function checkLabelShape({ targets, output }: Program, data: Dataset): void {
  if (data.kind === 'regression') return;
  const { labelShape: given = [] } = data;
  if (targets.shape.join() !== given.join())
    throw new RangeError(
      `model: it returns logits [${['n', ...output.shape].join(', ')}]; labels of ${data.name} are [${['n', ...given].join(', ')}].`,
    );
}

/** A loss alone: what an evaluation needs of one that is not built in. */
function lossProgram({ criterion, targets, output, loss: { dtype } }: TrainingGraph): Uint8Array {
  const graph = new Graph({ name: 'loss', reserved: [lossOutput] });
  const computed = graph.input(output.name, ['n', ...output.shape], dtype);
  const wanted = graph.input(targets.name, ['n', ...targets.shape], targets.dtype);
  graph.output(lossOutput, addLoss(criterion, computed, wanted));
  return toOnnx(lower(graph));
}

/** A model as it is trained, to be differentiated and to get outputs. */
export interface TrainingGraph {
  readonly graph: Graph;
  readonly nn: Layers;
  /** How it is trained. */
  readonly criterion: Loss;
  /** The loss of the batch, a scalar. */
  readonly loss: Value;
  readonly targets: TargetSpec;
  readonly output: OutputSpec;
  /** `x`, the targets, parameters and buffers by name. */
  readonly inputs: ReadonlyMap<string, Value>;
}

/**
 * Traces a model for training, and adds the loss.
 * @throws RangeError for a loss that is not for these targets
 */
export function trainingGraph(
  model: Model,
  shape: readonly number[],
  target: Target,
  { loss: given, ...options }: Omit<LayersOptions, 'training'> & Pick<CompileOptions, 'loss'> = {},
): TrainingGraph {
  const criterion = lossFor(target, given, model.loss);
  const { nn, computed, targets, output } = trace(model, shape, target, { ...options, training: true });
  const { graph } = nn;
  const wanted = graph.input(targets.name, ['n', ...targets.shape], targets.dtype);
  const loss = addLoss(criterion, computed, wanted);
  const inputs = new Map(graph.inputs.map((input) => [input.name, input]));
  return { graph, nn, criterion, loss, targets, output, inputs };
}

/**
 * The network alone, for inference: input `x`, output `logits`, or in regression `output`. Parameters and buffers are inputs
 * too, or, where `weights` gives their values, part of the graph.
 */
export function inferenceGraph(
  model: Model,
  shape: readonly number[],
  target: Target,
  options: Omit<LayersOptions, 'training'> = {},
): Graph {
  const { nn, computed, output } = trace(model, shape, target, { ...options, training: false });
  nn.graph.output(output.name, computed);
  return nn.graph;
}

interface Traced {
  readonly nn: Layers;
  /** What the network computes, `[n, ...output.shape]`. */
  readonly computed: Value;
  readonly targets: TargetSpec;
  readonly output: OutputSpec;
}

function trace(model: Model, shape: readonly number[], target: Target, options: LayersOptions): Traced {
  const targetShape = targetShapeOf(target);
  const names = targetShape ? (['targets', 'output'] as const) : (['labels', 'logits'] as const);
  const graph = new Graph({
    name: options.training ? 'training' : 'inference',
    reserved: ['x', ...names, lossOutput],
  });
  const nn = new Layers(graph, options);
  const returned = model(nn, graph.input('x', ['n', ...shape], options.dtype), outputSize(target));
  const traced = targetShape ? asNumbers(returned, targetShape) : asLogits(returned, outputSize(target));
  if (nn.parameters.length === 0)
    throw new Error('Model: it declares no parameter, so there is nothing to train.');
  return { nn, ...traced };
}

function asLogits(logits: Value, classes: number): Omit<Traced, 'nn'> {
  const labelShape = logits.shape.slice(1, -1).filter((dim) => typeof dim === 'number');
  if (logits.shape.length !== labelShape.length + 2 || logits.shape.at(-1) !== classes)
    throw new Error(
      `Model: it must return logits [n, ${classes}] or [n, length, ${classes}]; it returned [${logits.shape.join(', ')}].`,
    );
  return {
    computed: logits,
    targets: { name: 'labels', dtype: 'int64', shape: labelShape },
    output: { name: 'logits', shape: [...labelShape, classes] },
  };
}

/** The numbers in the shape of the targets: what is returned has the same, save for dimensions of 1, or either is one row. */
function asNumbers(returned: Value, shape: readonly number[]): Omit<Traced, 'nn'> {
  const { dtype } = returned;
  const [batch, ...dims] = returned.shape;
  const sizes = dims.filter((dim) => typeof dim === 'number');
  const isRow = sizes.length === 1 || shape.length === 1;
  const fits =
    typeof batch === 'string' &&
    sizes.length === dims.length &&
    (isRow ? sizeOf(sizes) === sizeOf(shape) : withoutOnes(sizes) === withoutOnes(shape));
  if (!fits || (dtype !== 'float32' && dtype !== 'float64'))
    throw new Error(
      `Model: it must return as many floats as the targets [${['n', ...shape].join(', ')}] have; it returned ${dtype} [${returned.shape.join(', ')}].`,
    );
  return {
    computed: sizes.join() === shape.join() ? returned : reshape(returned, [batch, ...shape]),
    targets: { name: 'targets', dtype, shape },
    output: { name: 'output', shape },
  };
}

function withoutOnes(shape: readonly number[]): string {
  return shape.filter((dim) => dim !== 1).join();
}
