/** What operators of windows, indices and parts say when shapes do not fit; errors.test.ts has the others. */
import { expect, it } from 'vitest';
import { float, int, ints, string } from '../graph/attribute.js';
import { Graph, type Value } from '../graph/graph.js';
import { conv, convTranspose } from './conv.js';
import { dropout } from './dropout.js';
import { einsum } from './einsum.js';
import { gather, gatherElements, gatherND, scatterElements, scatterND } from './gather.js';
import { averagePool, globalMaxPool, maxPool } from './pool.js';
import { resize } from './resize.js';
import { depthToSpace, spaceToDepth } from './space.js';
import { split } from './split.js';
import { tile } from './tile.js';
import { trilu } from './trilu.js';

const graph = new Graph();
const value = (...shape: (number | string)[]): Value => graph.input(`v${graph.inputs.length}`, shape);
const int64 = (...shape: number[]): Value => graph.input(`v${graph.inputs.length}`, shape, 'int64');
const list = (...values: number[]): Value => graph.constant(values, { dtype: 'int64' });
const [v23, image] = [value(2, 3), value('n', 4, 6, 5)];
const add = (op: string, inputs: (Value | undefined)[], attributes: Parameters<Graph['add']>[2] = {}) =>
  graph.add(op, inputs, attributes);

it.each<[op: string, message: string, call: () => unknown]>([
  [
    'Conv',
    'the input has 4 channels, the weights take 3 in each of 2 groups',
    () => conv(image, value(2, 3, 3, 3), { groups: 2 }),
  ],
  [
    'Conv',
    '3 output channels cannot be divided into 2 groups',
    () => conv(image, value(3, 2, 3, 3), { groups: 2 }),
  ],
  ['Conv', 'group 0 must be 1 or more', () => conv(image, value(2, 4, 3, 3), { groups: 0 })],
  [
    'Conv',
    'input and weights must have the same number of dimensions, 3 to 5',
    () => conv(image, value(4, 4, 3)),
  ],
  [
    'Conv',
    'auto_pad SAME_UPPER with a stride needs a plane of known size',
    () =>
      add('Conv', [value('n', 1, 'h', 5), value(1, 1, 3, 3)], {
        auto_pad: string('SAME_UPPER'),
        strides: ints([2, 2]),
      }),
  ],
  [
    'ConvTranspose',
    'auto_pad with a kernel smaller than the stride is not supported',
    () =>
      add('ConvTranspose', [image, value(4, 1, 1, 1)], {
        auto_pad: string('SAME_LOWER'),
        strides: ints([2, 2]),
      }),
  ],
  [
    'ConvTranspose',
    '4 input channels cannot be divided into 3 groups',
    () => convTranspose(image, value(4, 1, 3, 3), { groups: 3 }),
  ],
  [
    'MaxPool',
    'the input must have 3 to 5 dimensions, the kernel 2 fewer',
    () => maxPool(image, { kernel: [2] }),
  ],
  [
    'MaxPool',
    'the kernel is larger than the padded input',
    () => maxPool(image, { kernel: [3, 8], pads: 1 }),
  ],
  [
    'AveragePool',
    'dilations are not supported: operator set 18 has them for MaxPool only',
    () => add('AveragePool', [image], { kernel_shape: ints([2, 2]), dilations: ints([2, 1]) }),
  ],
  [
    'AveragePool',
    'pads [2, 2, 2, 2] must be less than the kernel, [2, 2]',
    () => averagePool(image, { kernel: [2, 2], pads: 2 }),
  ],
  ['GlobalMaxPool', 'the input must have three dimensions or more', () => globalMaxPool(v23)],
  ['Gather', 'the indices must be int64 or int32', () => gather(v23, v23)],
  ['Gather', 'axis 2 is out of range for a tensor with 2 dimensions', () => gather(v23, int64(1), 2)],
  [
    'GatherElements',
    'the indices must have as many dimensions as the input',
    () => gatherElements(v23, int64(2)),
  ],
  ['GatherND', 'the last dimension of the indices must be 1 to 2', () => gatherND(v23, int64(4, 3))],
  ['ScatterElements', 'the updates must be [2, 1]', () => scatterElements(v23, int64(2, 1), v23)],
  [
    'ScatterElements',
    'the updates must have as many dimensions',
    () => scatterElements(v23, int64(2), value(2)),
  ],
  ['ScatterND', 'the updates must be [4, 3]', () => scatterND(v23, int64(4, 1), value(4))],
  ['ScatterND', 'element types differ', () => scatterND(v23, int64(4, 2), int64(4))],
  ['Split', '[2, 2] must be 3 lengths', () => graph.add('Split', [v23, list(2, 2)], {}, { outputs: 3 })],
  ['Split', 'the parts [2, 2] do not add up to 3', () => split(v23, [2, 2], 1)],
  ['Split', '3 elements cannot be split into 5 parts', () => split(v23, 5, 1)],
  ['Tile', 'repeats [2] must be 2 numbers of 1 or more', () => tile(v23, [2])],
  [
    'Resize',
    'dimension 0 is symbolic and cannot be resized',
    () => add('Resize', [image, undefined, graph.constant([2, 1, 1, 1])]),
  ],
  ['Resize', '[1, 1, 2] does not fit 4 dimensions', () => resize(image, { mode: 'linear', scales: [2] })],
  ['Resize', 'it needs either scales or sizes', () => add('Resize', [image])],
  ['Resize', 'dimension 2 cannot become 0', () => resize(image, { mode: 'linear', scales: [0.1, 1] })],
  [
    'Resize',
    'keep_aspect_ratio_policy not_larger is not supported; stretch is',
    () => add('Resize', [image], { keep_aspect_ratio_policy: string('not_larger') }),
  ],
  ['Dropout', 'the ratio 1.5 must be from 0 to less than 1', () => dropout(v23, { ratio: 1.5 })],
  ['Dropout', 'the seed must be an integer', () => add('Dropout', [v23], { seed: float(0.5) })],
  ['Einsum', 'equation "ii->i": a letter that occurs twice in one operand', () => einsum('ii->i', [v23])],
  ['Einsum', 'equation "..i": only letters, commas, "..." and one "->"', () => einsum('..i', [v23])],
  ['Einsum', '"ijk" does not fit the 2 dimensions of operand 0', () => einsum('...ijk', [v23])],
  ['Einsum', '"..." stands for 1 and 0 dimensions', () => einsum('...i,...ij', [v23, v23])],
  ['Einsum', 'equation "ij,jk": it has 2 operands, the node 1', () => einsum('ij,jk', [v23])],
  ['Einsum', 'equation "ij->k": the result has a letter of no operand', () => einsum('ij->k', [v23])],
  ['Einsum', '"ijk" does not fit the 2 dimensions of operand 0', () => einsum('ijk', [v23])],
  ['Einsum', '"j" stands for 3 and 2', () => einsum('ij,jk', [v23, v23])],
  ['DepthToSpace', 'dimension 1, 4, is not a multiple of 9', () => depthToSpace(image, 3)],
  [
    'DepthToSpace',
    'mode ABC is not one of DCR, CRD',
    () => add('DepthToSpace', [image], { blocksize: int(2), mode: string('ABC') }),
  ],
  ['SpaceToDepth', 'dimension 3, 5, is not a multiple of 2', () => spaceToDepth(image, 2)],
  ['SpaceToDepth', 'the input must have 4 dimensions', () => spaceToDepth(v23, 2)],
  ['SpaceToDepth', 'blocksize 0 must be 1 or more', () => spaceToDepth(image, 0)],
  ['Trilu', 'the input must have two dimensions or more', () => trilu(value(3), { part: 'upper' })],
  ['ConstantOfShape', 'the shape must be known', () => add('ConstantOfShape', [int64(2)])],
  ['ConstantOfShape', '[-1] is not a valid shape', () => add('ConstantOfShape', [list(-1)])],
  ['Range', 'element types differ', () => add('Range', [list(0), v23, list(1)])],
])('%s: %s', (op, message, call) => {
  expect(call).toThrow(RangeError);
  expect(call).toThrow(new RegExp(`^${op} \\(node ${op}_\\d+\\): .*`));
  expect(call).toThrow(message);
});

it('einsum needs an operand', () => {
  expect(() => einsum('i', [])).toThrow('einsum: it needs at least one operand');
});
