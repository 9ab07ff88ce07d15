import { readFileSync } from 'node:fs';
import {
  abs,
  add,
  cast,
  fromOnnx,
  Graph,
  gemm,
  identity,
  reduceMean,
  sigmoid,
  softmax,
  sub,
  toOnnx,
} from '@spectrain/graph';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { DeviceStep } from '../device-step.js';
import type { Loss } from '../losses.js';
import { compileProgram } from '../program.js';
import { nodeRuntime } from '../runtime/node-runtime.js';
import { compileStep } from '../step-program.js';
import { largestDifference } from '../testing/digits-batches.js';
import { TrainStep } from '../train-step.js';
import { ModelFileError, modelFromOnnx, type OnnxModelOptions } from './model-from-onnx.js';

interface Trajectory {
  readonly losses: readonly number[];
  readonly running: Readonly<Record<string, readonly number[]>>;
  readonly probabilities: readonly number[];
}

const testdata = new URL('../../testdata/', import.meta.url);
/** For a batch of 1, ends in Softmax, operator set 11; see `make-onnx-training.py`. */
const file = readFileSync(new URL('onnx-training.onnx', testdata));
const expected = JSON.parse(readFileSync(new URL('onnx-training.json', testdata), 'utf8')) as {
  readonly x: readonly number[];
  readonly labels: readonly number[];
  readonly train: Trajectory;
  readonly freeze: Trajectory;
};
const x = Float32Array.from(expected.x);
const labels = BigInt64Array.from(expected.labels, BigInt);

describe.each(['train', 'freeze'] as const)(
  'a file of PyTorch, batch normalisation %s',
  (batchNormalization) => {
    const model = modelFromOnnx(file, { batchNormalization });
    const { losses, running, probabilities } = expected[batchNormalization];
    const open = () =>
      TrainStep.create({
        program: compileProgram(model, [1, 4, 4], 3),
        optimizer: { kind: 'momentum', lr: 0.1 },
        runtime: nodeRuntime({ threads: 1 }),
      });

    it('has the losses of PyTorch, and exports what it has become', async () => {
      const step = await open();
      const own: number[] = [];
      for (const _ of losses) own.push(await step.step(x, labels, { epoch: 0, stepsPerEpoch: 8 }));
      expect(largestDifference(own, losses)).toBeLessThan(1e-5);
      const weights = await step.weights();
      if (batchNormalization === 'train')
        for (const [name, values] of Object.entries(running))
          expect(largestDifference(weights[`0.${name}`]!, values), name).toBeLessThan(1e-5);

      const exported = toOnnx(model.exported!(weights));
      const graph = fromOnnx(exported);
      expect(graph.inputs.map(({ name, shape }) => [name, shape])).toEqual([['image', ['n', 1, 4, 4]]]);
      expect(graph.outputs.map(({ name, value }) => [name, value.shape])).toEqual([
        ['probabilities', ['n', 3]],
      ]);
      expect(graph.nodes.filter(({ op }) => op === 'BatchNormalization')).toMatchObject([
        { outputs: [{}], attributes: { epsilon: {} } },
        { outputs: [{}], attributes: { epsilon: {} } },
      ]);
      expect(JSON.stringify(graph.nodes.map(({ attributes }) => attributes))).not.toContain('training_mode');
      const session = await InferenceSession.create(exported);
      const result = await session.run({ image: new Tensor('float32', x, [12, 1, 4, 4]) });
      expect(largestDifference(result.probabilities!.data as Float32Array, probabilities)).toBeLessThan(1e-5);
      await step.dispose();
    });

    it('has the losses of PyTorch as one graph, the update included', async () => {
      const optimizer = { kind: 'momentum', lr: 0.1 } as const;
      const step = await DeviceStep.create({
        program: compileProgram(model, [1, 4, 4], 3),
        whole: compileStep(model, [1, 4, 4], 3, optimizer),
        optimizer,
        runtime: nodeRuntime({ threads: 1 }),
      });
      const own: number[] = [];
      for (const _ of losses) own.push(await step.step(x, labels, { epoch: 0, stepsPerEpoch: 8 }));
      expect(largestDifference(own, losses)).toBeLessThan(1e-5);
      await step.dispose();
    });

    it('has weights of its own where PyTorch wrote equal ones once', () => {
      const { parameters, buffers } = compileProgram(model, [1, 4, 4], 3);
      const convolutions = ['0.conv1.weight', '0.conv2.weight', '0.fc.weight', '0.fc.bias'];
      const norms = ['0.norm1.weight', '0.norm1.bias', '0.norm2.weight', '0.norm2.bias'];
      const isTrained = batchNormalization === 'train';
      expect(parameters.map(({ name }) => name).sort()).toEqual(
        [...convolutions, ...(isTrained ? norms : [])].sort(),
      );
      expect(buffers.map(({ name }) => name)).toHaveLength(isTrained ? 4 : 0);
    });
  },
);

describe('what is trained', () => {
  const names = (options: OnnxModelOptions) =>
    compileProgram(modelFromOnnx(file, options), [1, 4, 4], 3).parameters.map(({ name }) => name);

  it('is what patterns name', () => {
    expect(names({ trainable: '0.fc.*' })).toEqual(['0.fc.weight', '0.fc.bias']);
    expect(names({ trainable: ['*conv2*', '0.fc.bias'] })).toEqual(['0.conv2.weight', '0.fc.bias']);
    expect(names({ trainable: ['0.norm1.*'], batchNormalization: 'freeze' })).toEqual([
      '0.norm1.weight',
      '0.norm1.bias',
    ]);
  });

  it('is not what the input is prepared with, nor single numbers', () => {
    const graph = new Graph();
    const input = graph.input('in', ['n', 4]);
    const constant = (name: string, shape: number[]) =>
      graph.constant(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.5), { name, shape });
    const prepared = sub(input, constant('mean', [4]));
    const scaled = graph.add('Mul', [gemm(prepared, constant('w', [4, 2])), constant('scale', [1])])
      .outputs[0]!;
    graph.output('y', graph.add('Add', [scaled, constant('bias', [2])]).outputs[0]!);
    const trained = (options: OnnxModelOptions) =>
      compileProgram(modelFromOnnx(toOnnx(graph), options), [4], 2).parameters.map(({ name }) => name);
    expect(trained({})).toEqual(['w', 'bias']);
    expect(trained({ trainable: '*' })).toEqual(['mean', 'w', 'scale', 'bias']);
  });

  it('is one parameter where an initialiser is shared', () => {
    const { graph, w } = square();
    graph.output('y', gemm(gemm(graph.inputs[0]!, w), w));
    expect(compileProgram(modelFromOnnx(toOnnx(graph)), [3], 3).parameters).toMatchObject([
      { name: 'weight:x' },
    ]);
    // "x" is what examples are called; an export has the names of the file.
    const [constant] = modelFromOnnx(toOnnx(graph)).exported!({
      'weight:x': new Float32Array(9).fill(2),
    }).constants;
    expect([constant!.name, constant!.data]).toEqual(['x', new Float32Array(9).fill(2)]);
  });
});

it('names may be those that every object has', async () => {
  const graph = new Graph();
  const input = graph.input('in', ['__proto__', 3]);
  const w = graph.constant(new Float32Array(9).fill(1), { shape: [3, 3], name: '__proto__' });
  const bias = graph.constant([1, 2, 3], { name: 'constructor' });
  graph.output('y', add(gemm(input, w), bias));
  const model = modelFromOnnx(toOnnx(graph));
  const program = compileProgram(model, [3], 3);
  const step = await TrainStep.create({
    program,
    optimizer: { kind: 'sgd', lr: 0 },
    runtime: nodeRuntime({ threads: 1 }),
  });
  await step.step(new Float32Array(3), BigInt64Array.of(0n), { epoch: 0, stepsPerEpoch: 1 });
  const exported = model.exported!(await step.weights());
  expect(exported.constants.map(({ name, data }) => [name, data])).toEqual([
    ['__proto__', new Float32Array(9).fill(1)],
    ['constructor', Float32Array.of(1, 2, 3)],
  ]);
  await step.dispose();
});

describe('examples of another shape', () => {
  it.each([
    [[3], [3]],
    [[1, 1, 3], [3]],
    [
      [1, 3],
      [3, 1],
    ],
  ])('%j suit a file that takes %j', (shape, inFile) => {
    const graph = new Graph();
    const input = graph.input('in', ['batch', ...inFile]);
    const flat = graph.add('Flatten', [input]).outputs[0]!;
    graph.output('y', gemm(flat, graph.constant(new Float32Array(6), { shape: [3, 2], name: 'w' })));
    expect(compileProgram(modelFromOnnx(toOnnx(graph)), shape, 2).parameters).toHaveLength(1);
  });

  it('may suit a file for numbers of classes', () => {
    const graph = new Graph();
    const tokens = graph.input('tokens', ['batch', 5], 'int64');
    const table = graph.constant(new Float32Array(14), { shape: [7, 2], name: 'table' });
    graph.output('y', graph.add('Gather', [table, tokens]).outputs[0]!);
    const program = compileProgram(modelFromOnnx(toOnnx(graph)), [5], 2);
    expect(program).toMatchObject({ targets: { shape: [5] }, parameters: [{ name: 'table' }] });
  });
});

describe('the loss of a file', () => {
  /** Ends in a sigmoid, which is part of what is trained. */
  function bounded(): Uint8Array {
    const { graph, w } = square();
    graph.output('y', sigmoid(gemm(graph.inputs[0]!, w)));
    return toOnnx(graph);
  }

  it.each<Loss>(['mse', (output, wanted) => reduceMean(abs(sub(output, wanted)))])(
    'may be %s, of its output as it is',
    async (loss) => {
      const model = modelFromOnnx(bounded(), { loss });
      const program = compileProgram(model, [3], { targetShape: [3] });
      const runtime = nodeRuntime({ threads: 1 });
      const step = await TrainStep.create({ program, optimizer: { kind: 'adam', lr: 0.1 }, runtime });
      const points = Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
      const wanted = Float32Array.of(0.1, 0.5, 0.9, 0.2, 0.4, 0.6, 0.9, 0.8, 0.7);
      for (let i = 0; i < 200; i++) await step.step(points, wanted, { epoch: 0, stepsPerEpoch: 200 });
      expect(largestDifference(await step.predict(points, 3), wanted)).toBeLessThan(0.05);
      const exported = fromOnnx(toOnnx(model.exported!(await step.weights())));
      expect(exported.outputs.map(({ name, value }) => [name, value.producer!.op])).toEqual([
        ['y', 'Sigmoid'],
      ]);
      await step.dispose();
    },
  );

  it('is that of the data, or refused', () => {
    const { graph, w } = square();
    graph.output('y', gemm(graph.inputs[0]!, w));
    const file = toOnnx(graph);
    const numbers = { targetShape: [3] };
    expect(() => compileProgram(modelFromOnnx(file), [3], numbers)).toThrow(
      "loss: 'crossEntropy' is not allowed where the targets are numbers; 'mse' or a function is.",
    );
    expect(() => compileProgram(modelFromOnnx(file), [3], numbers, { loss: 'mse' })).toThrow(
      "loss: 'mse' is not allowed for a model that was made for 'crossEntropy'; give it to modelFromOnnx.",
    );
    expect(() => compileProgram(modelFromOnnx(file, { loss: 'mse' }), [3], { targetShape: [1] })).toThrow(
      'model: its output "y" is [n, 3]; the data need 1 value an example',
    );
    expect(compileProgram(modelFromOnnx(file, { loss: 'mse' }), [3], { targetShape: [3, 1] }).output).toEqual(
      { name: 'output', shape: [3, 1] },
    );
  });
});

describe('a file that cannot be trained', () => {
  it.each<[RegExp, (graph: Graph) => void, OnnxModelOptions?]>([
    [
      /^net.onnx: it has 2 inputs \(in, mask\); files with one input/,
      (graph) => void graph.input('mask', ['n']),
    ],
    [
      /^net.onnx: it has 2 outputs; option `output` says which one is trained: y, z$/,
      (graph) => graph.output('z', graph.inputs[0]!),
    ],
    [/^net.onnx: it has no output "z"; it has y$/, () => {}, { output: 'z' }],
    [/^net.onnx: trainable: "q\*" fits none of its weights, which are x$/, () => {}, { trainable: 'q*' }],
  ])('%s', (message, edit, options = {}) => {
    const { graph, w } = square();
    graph.output('y', gemm(graph.inputs[0]!, w));
    edit(graph);
    const read = () => modelFromOnnx(toOnnx(graph), { name: 'net.onnx', ...options });
    expect(read).toThrow(ModelFileError);
    expect(read).toThrow(message);
  });

  it('because of its output', () => {
    const { graph, w } = square();
    graph.output('y', sigmoid(gemm(graph.inputs[0]!, w)));
    expect(() => modelFromOnnx(toOnnx(graph))).toThrow(/^model: its output "y" comes from Sigmoid/);
  });

  it('because it has no weights', () => {
    const graph = new Graph();
    graph.output('y', softmax(identity(graph.input('in', ['n', 3]))));
    expect(() => modelFromOnnx(toOnnx(graph))).toThrow(/^model: it has no initialisers/);
  });

  it('because its weights are float64', () => {
    const graph = new Graph();
    const input = graph.input('in', ['n', 3], 'float64');
    graph.output('y', gemm(input, graph.constant(new Float64Array(9), { shape: [3, 3], name: 'w' })));
    expect(() => modelFromOnnx(toOnnx(graph), { name: 'a.onnx' })).toThrow(
      /^a.onnx: its output "y" is float64; an output in float32 can be trained/,
    );
    graph.output('z', cast(graph.outputs[0]!.value, 'float32'));
    expect(() => modelFromOnnx(toOnnx(graph), { output: 'z' })).toThrow(
      'model: none of its 1 initialisers (float64) is a float32 weight that can be trained',
    );
  });

  it('because it is none', () => {
    expect(() => modelFromOnnx(new Uint8Array(9), { name: 'a.onnx' })).toThrow(
      /^a.onnx: this is not an ONNX file/,
    );
  });

  it('on these data', () => {
    const { graph, w } = square();
    graph.output('y', gemm(graph.inputs[0]!, w));
    const model = modelFromOnnx(toOnnx(graph), { name: 'net.onnx' });
    expect(() => compileProgram(model, [4], 3)).toThrow(
      'net.onnx: its input "in" takes examples [3]; the data are [4]',
    );
    expect(() => compileProgram(model, [3], 10)).toThrow(
      'net.onnx: its output "y" is [n, 3]; the data have 10 classes',
    );
  });

  it('because its nodes insist on a batch size', () => {
    const graph = new Graph();
    const w = graph.constant(new Float32Array(9), { shape: [3, 3], name: 'w' });
    const two = graph.constant(new Float32Array(6), { shape: [2, 3] });
    graph.output('y', add(gemm(graph.input('in', [2, 3]), w), two));
    expect(() => compileProgram(modelFromOnnx(toOnnx(graph)), [3], 3)).toThrow(
      'model: its output "y" is [2, 3] whatever the batch: the file is made for a batch size of 2',
    );
  });
});

/** Input `in` `[n, 3]` and a weight that is called `x`. */
function square() {
  const graph = new Graph();
  graph.input('in', ['n', 3]);
  return { graph, w: graph.constant(new Float32Array(9).fill(1), { shape: [3, 3], name: 'x' }) };
}
