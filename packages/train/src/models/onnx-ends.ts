import { cast, contentsOf, type Graph, type Node, reshape, type Value } from '@spectrain/graph';
import { sizeOf } from '../tensors.js';
import { listed } from './onnx-weights.js';

/** Name of the batch size in graphs that are trained. */
const batch = 'n';

/** @throws RangeError unless the file has one input, of which the first dimension is the batch */
export function onlyInput({ inputs }: Graph): Value {
  const [input, ...others] = inputs;
  if (!input || others.length > 0)
    throw new RangeError(
      `it has ${inputs.length} inputs (${listed(inputs.map(({ name }) => name))}); files with one input can be trained`,
    );
  if (input.shape.length === 0)
    throw new RangeError(`its input "${input.name}" is a scalar; the first dimension must be the batch`);
  return input;
}

/** @throws RangeError unless there is an output of that name, or only one */
export function outputOf({ outputs }: Graph, name: string | undefined): { name: string; value: Value } {
  const names = listed(outputs.map((output) => output.name));
  if (name === undefined && outputs.length !== 1)
    throw new RangeError(
      `it has ${outputs.length} outputs; option \`output\` says which one is trained: ${names}`,
    );
  const found = name === undefined ? outputs[0] : outputs.find((output) => output.name === name);
  if (!found) throw new RangeError(`it has no output "${name}"; it has ${names}`);
  return found;
}

/** What goes into the last softmax of an output; the output itself where there is none. */
export function logitsOf(output: Value, name: string): Value {
  let last = output;
  while (last.producer?.op === 'Identity') last = last.producer.inputs[0]!;
  const { op = '', attributes = {}, inputs = [] } = last.producer ?? {};
  if (op === 'Softmax' || op === 'LogSoftmax') {
    const axis = attributes.axis?.kind === 'int' ? attributes.axis.value : -1;
    if (axis === -1 || axis === last.shape.length - 1) return inputs[0]!;
  }
  if (op === 'Sigmoid' || op === 'HardSigmoid')
    throw new RangeError(
      `its output "${name}" comes from ${op}, a probability for each class on its own; the loss is cross-entropy of classes that exclude each other, which needs logits or Softmax`,
    );
  return last;
}

/** @throws RangeError for an output of another type */
export function checkFloat({ dtype }: Value, name: string): void {
  if (dtype !== 'float32')
    throw new RangeError(`its output "${name}" is ${dtype}; an output in float32 can be trained`);
}

/**
 * Examples as the file takes them: of the same shape, or, where the order of the elements stays, with other dimensions of 1 or
 * as one row.
 * @throws RangeError when they do not suit the file
 */
export function adaptInput(input: Value, x: Value): Value {
  const [wanted, given] = [input.shape.slice(1), x.shape.slice(1) as readonly number[]];
  const typed = x.dtype === input.dtype ? x : cast(x, input.dtype);
  if (wanted.length === given.length && wanted.every((dim, i) => typeof dim === 'string' || dim === given[i]))
    return typed;
  const fixed = wanted.every((dim) => typeof dim === 'number') ? (wanted as readonly number[]) : undefined;
  const withoutOnes = (dims: readonly number[]) => dims.filter((dim) => dim !== 1).join();
  const fits =
    fixed &&
    (withoutOnes(fixed) === withoutOnes(given) || (fixed.length === 1 && fixed[0] === sizeOf(given)));
  if (!fits)
    throw new RangeError(
      `its input "${input.name}" takes examples [${wanted.join(', ')}]; the data are [${given.join(', ')}]`,
    );
  return reshape(typed, [batch, ...fixed]);
}

/** The inputs of a node; a Reshape to the fixed batch size of a file becomes one to that of the data. */
export function withFreeBatch(
  node: Node,
  inputs: readonly (Value | undefined)[],
  fixedBatch: number | string,
): readonly (Value | undefined)[] {
  const [x, target] = inputs;
  if (node.op !== 'Reshape' || typeof fixedBatch !== 'number' || x?.shape[0] !== batch) return inputs;
  const [first, ...rest] = contentsOf(target) ?? [];
  if (first !== fixedBatch || !rest.every((dim) => typeof dim === 'number')) return inputs;
  return [x, x.graph.constant([0, ...rest], { dtype: 'int64' })];
}

/** @throws RangeError unless the first dimension of an output is that of the data */
export function checkBatch({ shape }: Value, name: string, fileBatch: number | string): void {
  if (shape[0] !== batch)
    throw new RangeError(
      `its output "${name}" is [${shape.join(', ')}] whatever the batch: the file is made for a batch size of ${fileBatch}`,
    );
}

/** @throws RangeError unless an output has so many values an example, or an element of a sequence */
export function checkSize({ shape }: Value, name: string, size: number): void {
  const dims = shape.slice(1).filter((dim) => typeof dim === 'number');
  if (dims.length < shape.length - 1 || (sizeOf(dims) !== size && dims.at(-1) !== size))
    throw new RangeError(
      `its output "${name}" is [${shape.join(', ')}]; the data need ${size} value${size === 1 ? '' : 's'} an example`,
    );
}

/** @throws RangeError unless logits are `[n, classes]` or `[n, length, classes]` */
export function checkLogits({ shape }: Value, name: string, classes: number): void {
  if (shape.length < 2 || shape.at(-1) !== classes)
    throw new RangeError(`its output "${name}" is [${shape.join(', ')}]; the data have ${classes} classes`);
}
