import { sizeOf } from '../tensors.js';
import type { Dataset, Normalization, Split } from '../types.js';
import { checkLabels } from './check-labels.js';
import { DataError } from './data-error.js';
import { selectExamples } from './select-examples.js';
import { stratifiedSplit } from './stratified-split.js';

type NumericArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;
/** Numbers, nested as deeply as one likes. */
export type NestedNumbers = NumericArray | readonly (number | NestedNumbers)[];

export interface ArraySplit {
  /** Example after example: flat, or one array an example, or nested like the shape. */
  readonly inputs: NestedNumbers;
  /** Class numbers, from 0. */
  readonly labels: ArrayLike<number>;
}

export interface FromArraysOptions {
  /** Default: `custom`. */
  readonly name?: string;
  /** Shape of one example: `[features]`, or `[channels, height, width]`. */
  readonly shape: readonly number[];
  /** Default: one more than the largest label. */
  readonly classes?: number;
  readonly train: ArraySplit;
  /** Without it a part of `train` is held out. */
  readonly test?: ArraySplit;
  /** The share to hold out of each class, above 0 and below 1. Default 0.2. */
  readonly testShare?: number;
  /** Decides which examples are held out. Default 0. */
  readonly seed?: number;
  readonly normalization?: Normalization;
}

/**
 * A data set of one's own numbers. A `Uint8Array` or `Float32Array` of inputs is used as it is, not copied; all else
 * becomes 32-bit floats.
 * @throws DataError naming what is empty, not finite, out of range, or does not fit the shape or the labels
 */
export function fromArrays(options: FromArraysOptions): Dataset {
  const { name = 'custom', shape, train, test, testShare = 0.2, seed = 0, normalization } = options;
  if (shape.length === 0 || !shape.every((size) => Number.isInteger(size) && size > 0))
    throw new DataError(`shape: [${shape.join(', ')}] is not a list of whole numbers above 0.`);
  if (!(testShare > 0 && testShare < 1))
    throw new DataError(`testShare: ${testShare} is not between 0 and 1.`);
  const classes = options.classes ?? 1 + Math.max(largest(train.labels), test ? largest(test.labels) : 0);
  const given = readSplit('train', train, shape, classes);
  const common = { name, shape, classes, ...(normalization && { normalization }) };
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

function readSplit(
  part: string,
  { inputs, labels }: ArraySplit,
  shape: readonly number[],
  classes: number,
): Split {
  if (labels.length === 0) throw new DataError(`${part}: there are no examples.`);
  const size = shape.reduce((a, b) => a * b, 1);
  const nested = inputs.length === labels.length && typeof inputs[0] === 'object';
  if (nested)
    for (let i = 0; i < inputs.length; i++) {
      const found = countNumbers(inputs[i]!);
      if (found !== size)
        throw new DataError(
          `${part}.inputs: example ${i} has ${found} values; shape [${shape.join(', ')}] needs ${size}.`,
        );
    }
  const values = inputs instanceof Uint8Array || inputs instanceof Float32Array ? inputs : flatten(inputs);
  if (values.length !== labels.length * size)
    throw new DataError(
      `${part}: ${values.length} values do not make ${labels.length} examples [${shape.join(', ')}], one for each label.`,
    );
  const odd = values.findIndex((value: number) => !Number.isFinite(value));
  if (odd >= 0)
    throw new DataError(
      `${part}.inputs: example ${Math.floor(odd / size)} holds ${values[odd]}, which is not finite.`,
    );
  checkLabels(labels, classes, `${part}.labels`);
  return { inputs: values, labels: labels instanceof Uint8Array ? labels : Int32Array.from(labels) };
}

function countNumbers(value: number | NestedNumbers): number {
  if (typeof value === 'number') return 1;
  let count = 0;
  for (const inner of value) count += countNumbers(inner);
  return count;
}

function flatten(nested: NestedNumbers): Float32Array {
  const values = new Float32Array(countNumbers(nested));
  let next = 0;
  const visit = (value: number | NestedNumbers) => {
    if (typeof value === 'number') values[next++] = value;
    else for (const inner of value) visit(inner);
  };
  visit(nested);
  return values;
}

function largest(labels: ArrayLike<number>): number {
  let max = 0;
  for (let i = 0; i < labels.length; i++) max = Math.max(max, labels[i]!);
  return max;
}
