import { describe, expect, it } from 'vitest';
import { int } from '../graph/attribute.js';
import { Graph, type Value } from '../graph/graph.js';
import { fromOnnx } from '../onnx/from-onnx.js';
import { toOnnx } from '../onnx/to-onnx.js';
import { editOnnx } from '../testing/edit-onnx.js';
import { errorOf } from '../testing/error-of.js';
import { compileGraph } from '../testing/run-graph.js';
import { groupNormalization, instanceNormalization, layerNormalization } from './normalization.js';

const graph = new Graph();
const value = (...shape: (number | string)[]): Value => graph.input(`v${graph.inputs.length}`, shape);
const [x, four] = [value('n', 4, 6), value(4)];

describe('what does not fit is refused', () => {
  it.each<[op: string, message: string, call: () => unknown]>([
    ['LayerNormalization', 'shapes [4] and [6] do not broadcast', () => layerNormalization(x, four)],
    ['LayerNormalization', 'the scale does not broadcast to [6]', () => layerNormalization(x, value(4, 6))],
    [
      'LayerNormalization',
      'the bias does not broadcast to [4, 6]',
      () => layerNormalization(x, value(6), value(2, 4, 6), { axis: 1 }),
    ],
    [
      'LayerNormalization',
      'axis 3 is out of range for a tensor with 3 dimensions',
      () => layerNormalization(x, four, four, { axis: 3 }),
    ],
    [
      'InstanceNormalization',
      'the scale must be [4], one value per channel',
      () => instanceNormalization(x, value(6), four),
    ],
    [
      'InstanceNormalization',
      'the bias must be [4], one value per channel',
      () => instanceNormalization(x, four, value(6)),
    ],
    [
      'InstanceNormalization',
      'the input must have three dimensions or more',
      () => instanceNormalization(value(2, 4), four, four),
    ],
    [
      'GroupNormalization',
      'num_groups 3 must be 1 or more and divide the 4 channels',
      () => groupNormalization(x, four, four, { groups: 3 }),
    ],
    [
      'GroupNormalization',
      'num_groups 0 must be 1 or more and divide the 4 channels',
      () => graph.add('GroupNormalization', [x, four, four]),
    ],
    [
      'GroupNormalization',
      'the scale must be [4], one value per channel',
      () => groupNormalization(x, value(2), value(2), { groups: 2 }),
    ],
    [
      'GroupNormalization',
      'the number of channels is symbolic',
      () => groupNormalization(value('n', 'c', 6), four, four, { groups: 2 }),
    ],
    [
      'GroupNormalization',
      'the input must have three dimensions or more',
      () => groupNormalization(value(2, 4), four, four, { groups: 2 }),
    ],
  ])('%s: %s', (op, message, call) => {
    expect(errorOf(call)).toMatch(new RegExp(`^${op} \\(node ${op}_\\d+\\): `));
    expect(errorOf(call)).toMatch(message);
  });
});

describe('LayerNormalization', () => {
  it('has mean and inverse deviation as further outputs, of the shapes that ONNX Runtime returns', async () => {
    const own = new Graph();
    const input = own.input('x', ['n', 2, 3]);
    const outputs = own.add(
      'LayerNormalization',
      [input, own.constant([1, 1, 1])],
      { axis: int(1) },
      { outputs: 3 },
    ).outputs;
    expect(outputs.map(({ shape }) => shape)).toEqual([
      ['n', 2, 3],
      ['n', 1, 1],
      ['n', 1, 1],
    ]);
    for (const [i, output] of outputs.entries()) own.output(`y${i}`, output);
    const run = await compileGraph(own);
    const data = Float32Array.from({ length: 12 }, (_, i) => i);
    const result = await run({ x: { dtype: 'float32', shape: [2, 2, 3], data } });
    expect(result.y1).toMatchObject({ shape: [2, 1, 1], data: Float32Array.of(2.5, 8.5) });
    expect(result.y2).toMatchObject({ dtype: 'float32', shape: [2, 1, 1] });
  });
});

describe('GroupNormalization of an operator set before 21, with scale and bias per group', () => {
  const channels = 4;
  const data = Float32Array.from({ length: 24 }, (_, i) => Math.sin(i));
  /** A node of set 21 with one value per channel, and the same in a file of set 18 with one value a group. */
  const build = (scale: number[], bias: number[]) => {
    const own = new Graph();
    const input = own.input('x', ['n', channels, 3]);
    const spread = (values: number[]) =>
      own.constant(values.flatMap((v) => Array<number>(channels / values.length).fill(v)));
    own.output('y', groupNormalization(input, spread(scale), spread(bias), { groups: 2 }));
    return own;
  };

  it('is read as the same with one value per channel', async () => {
    const expected = build([2, -3], [0.5, 1]);
    const bytes = editOnnx(toOnnx(expected), (proto) => {
      proto.opsetImport[0]!.version = 18n;
      for (const tensor of proto.graph!.initializer) {
        const all = new Float32Array(Uint8Array.from(tensor.rawData).buffer);
        tensor.dims = [2n];
        tensor.rawData = new Uint8Array(Float32Array.of(all[0]!, all[2]!).buffer);
      }
    });
    const read = fromOnnx(bytes);
    expect(read.nodes.at(-1)!.inputs.map((input) => input!.shape)).toEqual([['n', 4, 3], [4], [4]]);
    const results = [];
    for (const same of [expected, read, fromOnnx(toOnnx(read))])
      results.push((await (await compileGraph(same))({ x: { dtype: 'float32', shape: [2, 4, 3], data } })).y);
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });
});
