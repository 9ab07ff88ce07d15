import {
  blockLayout,
  differentiate,
  Graph,
  lower,
  lowerConvolutions,
  reshape,
  softmaxCrossEntropy,
  toOnnx,
  type Value,
} from '@spectrain/graph';
import { Layers, type LayersOptions, type Model, type TensorSpec } from './models/layers.js';
import type { Dataset } from './types.js';

/** A model compiled for a runtime: plain data, so that it can be sent to another process. */
export interface Program {
  /** Shape of one example. */
  readonly shape: readonly number[];
  readonly classes: number;
  /** Shape of the labels of one example: `[]` for a class, `[length]` for one at every position. */
  readonly labelShape: readonly number[];
  readonly parameters: readonly TensorSpec[];
  readonly buffers: readonly TensorSpec[];
  /**
   * ONNX graph of one step without the update. Inputs `x` `[n, ...shape]`, `labels` int64 `[n, ...labelShape]`, parameters
   * and buffers by name; outputs `loss` (mean over all labels), `grad:<parameter>`, `next:<buffer>`.
   */
  readonly training: Uint8Array;
  /** The same for one machine and batch size, faster where there are convolutions. */
  readonly blocked?: { readonly batchSize: number; readonly training: Uint8Array };
  /** ONNX graph with inputs `x`, parameters and buffers; output `logits` `[n, ...labelShape, classes]`. */
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
  /**
   * Adds {@link Program.blocked} to a network with convolutions: for batches of this size, and for the block of channels that
   * the machine has, see `blockOfChannels`.
   */
  readonly blocked?: { readonly block: number; readonly batchSize: number } | undefined;
}

/** Traces a model for training and for inference, adds loss and gradients, and writes both graphs as ONNX. */
export function compileProgram(
  model: Model,
  shape: readonly number[],
  classes: number,
  { dtype = 'float32', blocked }: CompileOptions = {},
): Program {
  const { nn, graph, loss, labelShape, inputs } = trainingGraph(model, shape, classes, { dtype });
  const finish = (own: Graph) => toOnnx(lower(dtype === 'float64' ? lowerConvolutions(own) : own));
  graph.output(lossOutput, loss);
  const gradients = differentiate(
    loss,
    nn.parameters.map(({ name }) => inputs.get(name)!),
  );
  nn.parameters.forEach(({ name }, i) => {
    graph.output(gradientOutput(name), gradients[i]!);
  });
  for (const [name, value] of nn.bufferUpdates) graph.output(bufferOutput(name), value);
  return {
    shape,
    classes,
    labelShape,
    parameters: nn.parameters,
    buffers: nn.buffers,
    training: finish(graph),
    ...(blocked &&
      graph.nodes.some(({ op }) => op === 'Conv') && {
        blocked: {
          batchSize: blocked.batchSize,
          training: toOnnx(blockLayout(graph, { block: blocked.block, dims: { n: blocked.batchSize } })),
        },
      }),
    inference: finish(inferenceGraph(model, shape, classes, { dtype })),
  };
}

/** @throws RangeError when a model has other labels than the data */
export function checkLabelShape({ labelShape, classes }: Program, data: Dataset): void {
  const { labelShape: given = [] } = data;
  if (labelShape.join() !== given.join())
    throw new RangeError(
      `model: it returns logits [${['n', ...labelShape, classes].join(', ')}]; labels of ${data.name} are [${['n', ...given].join(', ')}].`,
    );
}

/** A model as it is trained, to be differentiated and to get outputs. */
export interface TrainingGraph {
  readonly graph: Graph;
  readonly nn: Layers;
  /** Mean cross-entropy of the batch, a scalar. */
  readonly loss: Value;
  /** Shape of the labels of one example. */
  readonly labelShape: readonly number[];
  /** `x`, `labels`, parameters and buffers by name. */
  readonly inputs: ReadonlyMap<string, Value>;
}

/** Traces a model for training, and adds the loss. */
export function trainingGraph(
  model: Model,
  shape: readonly number[],
  classes: number,
  options: Omit<LayersOptions, 'training'> = {},
): TrainingGraph {
  const { nn, logits, labelShape } = trace(model, shape, classes, { ...options, training: true });
  const { graph } = nn;
  const labels = graph.input('labels', ['n', ...labelShape], 'int64');
  const loss =
    labelShape.length === 0
      ? softmaxCrossEntropy(logits, labels)
      : softmaxCrossEntropy(reshape(logits, [-1, classes]), reshape(labels, [-1]));
  return { graph, nn, loss, labelShape, inputs: new Map(graph.inputs.map((input) => [input.name, input])) };
}

/**
 * The network alone, for inference: input `x`, output `logits`. Parameters and buffers are inputs too, or, where
 * `weights` gives their values, part of the graph.
 */
export function inferenceGraph(
  model: Model,
  shape: readonly number[],
  classes: number,
  options: Omit<LayersOptions, 'training'> = {},
): Graph {
  const { nn, logits } = trace(model, shape, classes, { ...options, training: false });
  nn.graph.output('logits', logits);
  return nn.graph;
}

function trace(
  model: Model,
  shape: readonly number[],
  classes: number,
  options: LayersOptions,
): { nn: Layers; logits: Value; labelShape: readonly number[] } {
  const graph = new Graph({
    name: options.training ? 'training' : 'inference',
    reserved: ['x', 'labels', 'logits', lossOutput],
  });
  const nn = new Layers(graph, options);
  const logits = model(nn, graph.input('x', ['n', ...shape], options.dtype), classes);
  const labelShape = logits.shape.slice(1, -1).filter((dim) => typeof dim === 'number');
  if (logits.shape.length !== labelShape.length + 2 || logits.shape.at(-1) !== classes)
    throw new Error(
      `Model: it must return logits [n, ${classes}] or [n, length, ${classes}]; it returned [${logits.shape.join(', ')}].`,
    );
  if (nn.parameters.length === 0)
    throw new Error('Model: it declares no parameter, so there is nothing to train.');
  return { nn, logits, labelShape };
}
