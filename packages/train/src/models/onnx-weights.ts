import type { Node, Value } from '@spectrain/graph';
import { sizeOf } from '../tensors.js';

/** How batch normalisation in a file is trained. */
export type BatchNormalizationMode = 'train' | 'freeze';

/** What is trained of a file. */
export interface TrainableOptions {
  /**
   * Names of the initialisers that are trained, where `*` stands for any text: `head.*`, or `['fc1.*', 'fc2.*']`. The others
   * stay as they are. Default: all float32 initialisers that layers have as their weights. Constants are not: single numbers in
   * arithmetic, what is added to the input or divides it before the first layer, limits and scales.
   */
  readonly trainable?: string | readonly string[];
  /**
   * `train`: batches are normalised by their own statistics, and running ones, which the file's are the start of, serve
   * inference. `freeze`: the file's statistics serve both; scale and bias are trained only if `trainable` names them.
   * Default `train`.
   */
  readonly batchNormalization?: BatchNormalizationMode;
}

/** What the initialisers of a file are in training; those that are in neither stay constant. */
export interface OnnxWeights {
  readonly parameters: ReadonlySet<Value>;
  /** Running statistics of batch normalisation. */
  readonly buffers: ReadonlySet<Value>;
}

/** Inputs that set an operator up rather than being its weights. */
const settings: Readonly<Record<string, readonly number[]>> = {
  BatchNormalization: [3, 4],
  Clip: [1, 2],
  Dropout: [1],
  OneHot: [2],
  Pad: [2],
  Resize: [1, 2, 3],
};
const arithmetic = new Set(['Add', 'Div', 'Max', 'Mean', 'Min', 'Mul', 'Pow', 'Sub', 'Sum', 'Where']);
/** What may lie between the input of a file and its first layer. */
const preparation = new Set([...arithmetic, 'Cast', 'Flatten', 'Identity', 'Reshape', 'Transpose']);

/**
 * @param nodes those that the logits are computed from
 * @throws RangeError when a pattern fits no initialiser, or nothing is left to train
 */
export function onnxWeights(
  nodes: readonly Node[],
  input: Value,
  initializers: readonly Value[],
  { trainable, batchNormalization = 'train' }: TrainableOptions,
): OnnxWeights {
  const known = new Set(initializers.filter(({ dtype }) => dtype === 'float32'));
  const buffers = new Set<Value>();
  const fit = new Set<Value>();
  const byDefault = new Set<Value>();
  const raw = new Set([input]);
  for (const node of nodes) {
    const isNormalization = node.op === 'BatchNormalization';
    const prepares = preparation.has(node.op) && node.inputs.every((v) => !v || raw.has(v) || v.data);
    if (prepares && node.inputs.some((v) => v && raw.has(v))) for (const out of node.outputs) raw.add(out);
    node.inputs.forEach((value, i) => {
      if (!value || !known.has(value)) return;
      if (isNormalization && i > 2 && batchNormalization === 'train') buffers.add(value);
      if (settings[node.op]?.includes(i)) return;
      fit.add(value);
      const isNumber = arithmetic.has(node.op) && sizeOf(value.shape as readonly number[]) === 1;
      const isPreparation = raw.has(node.outputs[0]!);
      const isFrozen = isNormalization && batchNormalization === 'freeze';
      if (!isNumber && !isPreparation && !isFrozen && value.shape.length > 0) byDefault.add(value);
    });
  }
  for (const value of buffers) for (const set of [fit, byDefault]) set.delete(value);
  const parameters = trainable === undefined ? byDefault : matching([trainable].flat(), [...fit]);
  if (parameters.size === 0) throw new RangeError(nothingToTrain(initializers));
  return { parameters, buffers };
}

function matching(patterns: readonly string[], candidates: readonly Value[]): Set<Value> {
  const matches = (pattern: string) => {
    const parts = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
    const expression = new RegExp(`^${parts.join('.*')}$`, 's');
    const found = candidates.filter(({ name }) => expression.test(name));
    if (found.length === 0)
      throw new RangeError(
        `trainable: "${pattern}" fits none of its weights, which are ${listed(candidates.map(({ name }) => name))}`,
      );
    return found;
  };
  return new Set(patterns.flatMap(matches));
}

function nothingToTrain(initializers: readonly Value[]): string {
  const types = [...new Set(initializers.map(({ dtype }) => dtype))];
  return types.length === 0
    ? 'it has no initialisers, so there is nothing to train'
    : `none of its ${initializers.length} initialisers (${types.join(', ')}) is a float32 weight that can be trained`;
}

/** The first few of some names. */
export function listed(names: readonly string[]): string {
  return names.length > 12
    ? `${names.slice(0, 12).join(', ')} and ${names.length - 12} more`
    : names.join(', ');
}
