import { fromBinary, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float, int, ints } from '../attribute.js';
import { differentiate } from '../differentiate.js';
import { Graph } from '../graph.js';
import { batchNormalization } from '../operators/batch-normalization.js';
import { conv } from '../operators/conv.js';
import { relu } from '../operators/elementwise.js';
import { gemm } from '../operators/mat-mul.js';
import { globalAveragePool } from '../operators/pool.js';
import { flatten } from '../operators/shape.js';
import { softmaxCrossEntropy } from '../operators/softmax.js';
import { lower } from '../passes/lower.js';
import { compileOnnx } from '../testing/run-graph.js';
import { fromOnnx } from './from-onnx.js';
import { type ModelProto, ModelProtoSchema } from './messages.js';
import { toOnnx } from './to-onnx.js';

/** A small network with its gradients. */
function network(): Graph {
  const graph = new Graph({ name: 'net' });
  const x = graph.input('x', ['n', 2, 5, 5]);
  const labels = graph.input('labels', ['n'], 'int64');
  const w = graph.constant(
    Array.from({ length: 54 }, (_, i) => Math.sin(i)),
    { shape: [3, 2, 3, 3], name: 'w' },
  );
  const [one, zero] = [graph.constant([1, 1, 1]), graph.constant([0.1, 0, -0.1])];
  const y = relu(batchNormalization(conv(x, w, { pads: 1, strides: [2, 2] }), one, zero, zero, one));
  const logits = gemm(
    flatten(globalAveragePool(y)),
    graph.constant(new Float32Array(9).fill(0.3), { shape: [3, 3] }),
  );
  const loss = softmaxCrossEntropy(logits, labels);
  const [dw] = differentiate(loss, [w]);
  for (const [name, value] of Object.entries({ logits, loss, dw, again: loss, x_too: x, w_too: w }))
    graph.output(name, value!);
  return graph;
}

const inputs = {
  x: {
    dtype: 'float32',
    shape: [2, 2, 5, 5],
    data: Float32Array.from({ length: 100 }, (_, i) => Math.cos(i)),
  },
  labels: { dtype: 'int64', shape: [2], data: BigInt64Array.of(0n, 2n) },
} as const;

describe('a graph written and read', () => {
  it('gives the same outputs and, written again, the same bytes', async () => {
    const bytes = toOnnx(lower(network()));
    const read = fromOnnx(bytes);
    expect(toOnnx(fromOnnx(toOnnx(read)))).toEqual(toOnnx(read));
    const [first, second] = [await compileOnnx(bytes), await compileOnnx(toOnnx(read))];
    const [expected, actual] = [await first(inputs), await second(inputs)];
    expect(Object.keys(actual)).toEqual(['logits', 'loss', 'dw', 'again', 'x_too', 'w_too']);
    expect(actual).toEqual(expected);
    expect(actual.again).toEqual(actual.loss);
    expect(actual.x_too!.data).toEqual(inputs.x.data);
  });

  it('has the same types', () => {
    const graph = network();
    const read = fromOnnx(toOnnx(graph));
    const types = ({ outputs }: Graph) =>
      outputs.map(({ name, value: { dtype, shape } }) => [name, dtype, shape]);
    expect(types(read)).toEqual(types(graph));
    expect(read.name).toBe('net');
  });

  it('has the attributes and node names of the graph in memory, each name once', () => {
    const graph = new Graph();
    const x = graph.input('x', [2, 2]);
    graph.output('copy', x);
    // A node may be called like an output, which is written as a node here.
    const { outputs } = graph.add('Gemm', [x, x], { alpha: float(0.1) }, { name: 'copy' });
    graph.output('y', outputs[0]!);
    const { graph: proto } = fromBinary(ModelProtoSchema, toOnnx(graph));
    const names = proto!.node.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(fromOnnx(toOnnx(graph)).nodes[0]!.attributes).toEqual(graph.nodes[0]!.attributes);
  });

  it('serves two batch sizes in one session', async () => {
    const run = await compileOnnx(toOnnx(lower(network())));
    const both = await run(inputs);
    const losses: number[] = [];
    for (const i of [0, 1]) {
      const x = { ...inputs.x, shape: [1, 2, 5, 5], data: inputs.x.data.slice(50 * i, 50 * (i + 1)) };
      const single = await run({
        x,
        labels: { ...inputs.labels, shape: [1], data: inputs.labels.data.slice(i, i + 1) },
      });
      expect(single.logits!.shape).toEqual([1, 3]);
      losses.push(Number(single.loss!.data[0]));
    }
    expect((losses[0]! + losses[1]!) / 2).toBeCloseTo(Number(both.loss!.data[0]), 6);
  });

  it('is read from elements in typed fields too', () => {
    const graph = fromOnnx(
      edited(toOnnx(network()), ({ graph: proto }) => {
        const w = proto!.initializer.find(({ name }) => name === 'w')!;
        w.floatData = [...new Float32Array(Uint8Array.from(w.rawData).buffer)];
        w.rawData = new Uint8Array();
      }),
    );
    expect(graph.constants.find(({ name }) => name === 'w')!.data).toEqual(
      Float32Array.from({ length: 54 }, (_, i) => Math.sin(i)),
    );
  });

  it('has names of its own for what is added on the way', async () => {
    const graph = new Graph();
    const x = graph.input('x', ['n', 3]);
    // Before operator set 18 axes were an attribute; the reader makes them a constant, and a later value is called so.
    const outputTypes = [{ dtype: 'float32', shape: ['n'] }] as const;
    const old = graph.add('ReduceMean', [x], { axes: ints([1]), keepdims: int(0) }, { outputTypes });
    const last = graph.add('Relu', old.outputs, {}, { outputNames: ['constant'] });
    graph.output('constant', last.outputs[0]!);
    const read = fromOnnx(toOnnx(graph));
    expect(read.constants.map(({ name, data }) => [name, data])).toEqual([
      ['constant_1', BigInt64Array.of(1n)],
    ]);
    const run = await compileOnnx(toOnnx(read));
    const result = await run({ x: { dtype: 'float32', shape: [1, 3], data: Float32Array.of(1, 2, 6) } });
    expect(result.constant!.data).toEqual(Float32Array.of(3));
  });
});

describe('a file that cannot be read', () => {
  it.each<[string, (model: ModelProto) => void]>([
    [
      'operator set 12 is not supported; 13 to 22 are',
      ({ opsetImport }) => {
        opsetImport[0]!.version = 12n;
      },
    ],
    [
      'operator set 23 is not supported; 13 to 22 are',
      ({ opsetImport }) => {
        opsetImport[0]!.version = 23n;
      },
    ],
    [
      'it does not say its operator set',
      (model) => {
        model.opsetImport = [];
      },
    ],
    [
      'this is not an ONNX file: it has no graph',
      (model) => {
        delete model.graph;
      },
    ],
    [
      'initialiser "w" lies in another file, which is not supported',
      ({ graph }) => {
        named(graph!.initializer, 'w').dataLocation = 1;
      },
    ],
    [
      'initialiser "w": 215 bytes are not whole elements',
      ({ graph }) => {
        shorten(named(graph!.initializer, 'w'), 1);
      },
    ],
    [
      'constant w: 53 elements do not fill [3, 2, 3, 3]',
      ({ graph }) => {
        shorten(named(graph!.initializer, 'w'), 4);
      },
    ],
    [
      'element type 10 of ONNX is not supported',
      ({ graph }) => {
        named(graph!.initializer, 'w').dataType = 10;
      },
    ],
    [
      '"nowhere", used by Conv (node Conv_0), does not exist',
      ({ graph }) => {
        graph!.node[0]!.input[0] = 'nowhere';
      },
    ],
    [
      'Conv (node Conv_0): operators of domain com.microsoft are not supported',
      ({ graph }) => {
        graph!.node[0]!.domain = 'com.microsoft';
      },
    ],
    [
      'Mish (node Conv_0): the operator is not known, and the file does not say what it returns',
      ({ graph }) => {
        graph!.node[0]!.opType = 'Mish';
      },
    ],
    [
      'toString (node Conv_0): the operator is not known',
      ({ graph }) => {
        graph!.node[0]!.opType = 'toString';
      },
    ],
    [
      'attribute "strides" has type 9, which is not supported',
      ({ graph }) => {
        named(graph!.node[0]!.attribute, 'strides').type = 9;
      },
    ],
    [
      'attribute "strides" is 9007199254740993, too large a number',
      ({ graph }) => {
        named(graph!.node[0]!.attribute, 'strides').ints[0] = 2n ** 53n + 1n;
      },
    ],
    [
      'the name "x" is taken',
      ({ graph }) => {
        graph!.node[0]!.output[0] = 'x';
      },
    ],
    [
      '"x": the file does not say how many dimensions it has',
      ({ graph }) => {
        delete graph!.input[0]!.type!.tensorType!.shape;
      },
    ],
    [
      '"x" is not a tensor',
      ({ graph }) => {
        delete graph!.input[0]!.type;
      },
    ],
  ])('%s', (message, edit) => {
    const bytes = edited(toOnnx(network()), edit);
    expect(() => fromOnnx(bytes)).toThrow(RangeError);
    expect(() => fromOnnx(bytes)).toThrow(message);
  });

  it.each([
    ['empty', new Uint8Array()],
    ['text', new TextEncoder().encode('<!doctype html>')],
    ['zeros', new Uint8Array(100)],
  ])('%s', (_, bytes) => {
    expect(() => fromOnnx(bytes)).toThrow(RangeError);
    expect(() => fromOnnx(bytes)).toThrow('this is not an ONNX file');
  });

  it('is refused wherever it ends', () => {
    const bytes = toOnnx(network());
    for (let end = 0; end < bytes.length; end++)
      expect(() => fromOnnx(bytes.subarray(0, end)), `${end} bytes`).toThrow(RangeError);
  });

  it('is read or refused, whatever is damaged', () => {
    const bytes = toOnnx(network());
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (edits) => {
          const damaged = bytes.slice();
          for (const [at, byte] of edits) damaged[at] = byte;
          try {
            fromOnnx(damaged);
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

it('a graph without outputs is not written', () => {
  expect(() => toOnnx(new Graph({ name: 'nothing' }))).toThrow(
    'graph "nothing" has no output, so there is nothing to run',
  );
});

function edited(bytes: Uint8Array, edit: (model: ModelProto) => void): Uint8Array {
  const model = fromBinary(ModelProtoSchema, bytes);
  edit(model);
  return toBinary(ModelProtoSchema, model);
}

function named<T extends { name: string }>(list: readonly T[], name: string): T {
  return list.find((item) => item.name === name)!;
}

function shorten(tensor: { rawData: Uint8Array }, bytes: number): void {
  tensor.rawData = tensor.rawData.slice(bytes);
}
