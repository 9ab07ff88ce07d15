import { sizeOf } from '../tensors.js';
import type {
  ClassificationDataset,
  ClassificationSplit,
  Normalization,
  RegressionDataset,
  RegressionSplit,
} from '../types.js';
import { checkLabels } from './check-labels.js';
import { DataError } from './data-error.js';
import { type NestedNumbers, readNumbers } from './nested-numbers.js';
import { selectExamples, selectRegressionExamples } from './select-examples.js';
import { stratifiedSplit } from './stratified-split.js';

export interface ArraySplit {
  /** Example after example: flat, or one array an example, or nested like the shape. */
  readonly inputs: NestedNumbers;
  /** Class numbers, from 0. */
  readonly labels: ArrayLike<number>;
}

export interface RegressionArraySplit {
  /** Example after example: flat, or one array an example, or nested like the shape. */
  readonly inputs: NestedNumbers;
  /** The same for what a network should compute from each of them. */
  readonly targets: NestedNumbers;
}

interface AnyArraysOptions<S> {
  /** Default: `custom`. */
  readonly name?: string;
  /** Shape of one example: `[features]`, or `[channels, height, width]`. */
  readonly shape: readonly number[];
  readonly train: S;
  /** Without it a part of `train` is held out. */
  readonly test?: S;
  /** The share to hold out, of each class where there are classes, above 0 and below 1. Default 0.2. */
  readonly testShare?: number;
  /** Decides which examples are held out. Default 0. */
  readonly seed?: number;
  readonly normalization?: Normalization;
}

export interface FromArraysOptions extends AnyArraysOptions<ArraySplit> {
  /** Default: one more than the largest label. */
  readonly classes?: number;
}

export interface RegressionArraysOptions extends AnyArraysOptions<RegressionArraySplit> {
  /** Shape of the targets of one example: `[1]` or `[]` for one number. It makes this a data set for regression. */
  readonly targetShape: readonly number[];
}

/**
 * A data set of one's own numbers. A `Uint8Array` or `Float32Array` of inputs is used as it is, not copied; all else
 * becomes 32-bit floats.
 * @throws DataError naming what is empty, not finite, out of range, or does not fit the shape, the labels or the targets
 */
export function fromArrays(options: FromArraysOptions): ClassificationDataset;
export function fromArrays(options: RegressionArraysOptions): RegressionDataset;
export function fromArrays(
  options: FromArraysOptions | RegressionArraysOptions,
): ClassificationDataset | RegressionDataset {
  const { shape, testShare = 0.2 } = options;
  if (shape.length === 0) throw new DataError(`shape: [] is not a list of whole numbers above 0.`);
  checkShape('shape', shape);
  if (!(testShare > 0 && testShare < 1))
    throw new DataError(`testShare: ${testShare} is not between 0 and 1.`);
  return 'targetShape' in options ? regression(options) : classification(options);
}

function classification(options: FromArraysOptions): ClassificationDataset {
  const { shape, train, test, testShare = 0.2, seed = 0 } = options;
  const classes = options.classes ?? 1 + Math.max(largest(train.labels), test ? largest(test.labels) : 0);
  const given = readSplit('train', train, shape, classes);
  const common = { ...namedLike(options), classes };
  if (test) return { ...common, train: given, test: readSplit('test', test, shape, classes) };
  const parts = stratifiedSplit(given.labels, testShare, seed);
  if (parts.train.length === 0 || parts.test.length === 0)
    throw new DataError(
      `train: ${given.labels.length} examples are too few to hold out a share of ${testShare} of each class; give test.`,
    );
  const size = sizeOf(shape);
  return {
    ...common,
    train: selectExamples(given, parts.train, size),
    test: selectExamples(given, parts.test, size),
  };
}

function regression(options: RegressionArraysOptions): RegressionDataset {
  const { shape, targetShape, train, test, testShare = 0.2, seed = 0 } = options;
  checkShape('targetShape', targetShape);
  const given = readRegressionSplit('train', train, shape, targetShape);
  const common = { kind: 'regression', ...namedLike(options), targetShape } as const;
  if (test) return { ...common, train: given, test: readRegressionSplit('test', test, shape, targetShape) };
  const count = given.targets.length / sizeOf(targetShape);
  const parts = stratifiedSplit(new Uint8Array(count), testShare, seed);
  if (parts.train.length === 0 || parts.test.length === 0)
    throw new DataError(
      `train: ${count} examples are too few to hold out a share of ${testShare}; give test.`,
    );
  const sizes = [sizeOf(shape), sizeOf(targetShape)] as const;
  const select = (indices: Uint32Array) => selectRegressionExamples(given, indices, ...sizes);
  return { ...common, train: select(parts.train), test: select(parts.test) };
}

function namedLike({
  name = 'custom',
  shape,
  normalization,
}: Pick<FromArraysOptions, 'name' | 'shape' | 'normalization'>) {
  return { name, shape, ...(normalization && { normalization }) };
}

function checkShape(what: string, shape: readonly number[]): void {
  if (!shape.every((size) => Number.isInteger(size) && size > 0))
    throw new DataError(`${what}: [${shape.join(', ')}] is not a list of whole numbers above 0.`);
}

function readSplit(
  part: string,
  { inputs, labels }: ArraySplit,
  shape: readonly number[],
  classes: number,
): ClassificationSplit {
  if (labels.length === 0) throw new DataError(`${part}: there are no examples.`);
  const values = readNumbers(`${part}.inputs`, inputs, shape, labels.length);
  if (values.length !== labels.length * sizeOf(shape))
    throw new DataError(
      `${part}: ${values.length} values do not make ${labels.length} examples [${shape.join(', ')}], one for each label.`,
    );
  checkLabels(labels, classes, `${part}.labels`);
  return { inputs: values, labels: labels instanceof Uint8Array ? labels : Int32Array.from(labels) };
}

function readRegressionSplit(
  part: string,
  { inputs, targets }: RegressionArraySplit,
  shape: readonly number[],
  targetShape: readonly number[],
): RegressionSplit {
  if (inputs.length === 0) throw new DataError(`${part}: there are no examples.`);
  const values = readNumbers(`${part}.inputs`, inputs, shape);
  const count = values.length / sizeOf(shape);
  if (!Number.isInteger(count))
    throw new DataError(
      `${part}.inputs: ${values.length} values do not make examples [${shape.join(', ')}] of ${sizeOf(shape)} each.`,
    );
  const wanted = readNumbers(`${part}.targets`, targets, targetShape, count);
  if (wanted.length !== count * sizeOf(targetShape))
    throw new DataError(
      `${part}.targets: ${wanted.length} values do not make targets [${targetShape.join(', ')}] for ${count} examples.`,
    );
  return {
    inputs: values,
    targets: wanted instanceof Float32Array ? wanted : Float32Array.from(wanted),
  };
}

function largest(labels: ArrayLike<number>): number {
  let max = 0;
  for (let i = 0; i < labels.length; i++) max = Math.max(max, labels[i]!);
  return max;
}
