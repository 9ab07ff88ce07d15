import { readFileSync } from 'node:fs';
import { abs, add, logSoftmax, mul, neg, oneHot, reduceMean, reduceSum, sub } from '@spectrain/graph';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { DeviceStep } from './device-step.js';
import { Evaluator, type JudgedBatch } from './evaluator.js';
import type { LossFunction } from './losses.js';
import { mlp } from './models/mlp.js';
import { compileProgram, type Program } from './program.js';
import { randomStream } from './random/random-stream.js';
import { nodeRuntime } from './runtime/node-runtime.js';
import { compileStep } from './step-program.js';
import { sizeOf } from './tensors.js';
import { largestDifference } from './testing/digits-batches.js';
import { TrainStep } from './train-step.js';

/** Of PyTorch in float64; see `testdata/make-regression.py`. */
const golden = JSON.parse(readFileSync(new URL('../testdata/regression.json', import.meta.url), 'utf8')) as {
  readonly lr: number;
  readonly x: readonly number[];
  readonly targets: readonly number[];
  readonly weights: Readonly<Record<string, readonly number[]>>;
  readonly losses: readonly number[];
  readonly gradients: Readonly<Record<string, readonly number[]>>;
};
const x = Float32Array.from(golden.x);
const targets = Float32Array.from(golden.targets);
const parameters = Object.fromEntries(
  Object.entries(golden.weights).map(([name, values]) => [name, Float32Array.from(values)]),
);
const runtime = nodeRuntime({ threads: 1 });
const optimizer = { kind: 'sgd', lr: golden.lr } as const;
const position = { epoch: 0, stepsPerEpoch: 5 };

async function evaluate(program: Program, ...batches: readonly JudgedBatch[]) {
  const evaluator = await Evaluator.open(program, runtime);
  const result = await evaluator.evaluate(
    (async function* () {
      yield* batches;
    })(),
  );
  await evaluator.release();
  return result;
}

describe('the mean squared error', () => {
  const network = mlp('tanh', 6);
  const target = { targetShape: [3] };
  const program = compileProgram(network, [2], target);

  it('has the losses and gradients of PyTorch', async () => {
    const step = await TrainStep.create({ program, optimizer, runtime, parameters });
    await step.backward(x, targets);
    for (const [name, values] of Object.entries(golden.gradients))
      expect(largestDifference(step.gradients.views[name]!, values), name).toBeLessThan(1e-6);
    const losses: number[] = [];
    for (const _ of golden.losses) losses.push(await step.step(x, targets, position));
    expect(largestDifference(losses, golden.losses)).toBeLessThan(1e-6);
    await step.dispose();
  });

  it('has them as one graph, the update included', async () => {
    const whole = compileStep(network, [2], target, optimizer);
    const step = await DeviceStep.create({ program, whole, optimizer, runtime, parameters });
    const losses: number[] = [];
    for (const _ of golden.losses) losses.push(await step.step(x, targets, position));
    expect(largestDifference(losses, golden.losses)).toBeLessThan(1e-6);
    expect(await step.predict(x, 7)).toHaveLength(21);
    await step.dispose();
  });

  it('is evaluated as it is trained, and has no accuracy', async () => {
    const step = await TrainStep.create({ program, optimizer, runtime, parameters });
    const output = await step.predict(x, 7);
    const result = await evaluate(
      program,
      { output: output.subarray(0, 9), targets: targets.subarray(0, 9), count: 3 },
      { output: output.subarray(9), targets: targets.subarray(9), count: 4 },
    );
    expect(Object.keys(result)).toEqual(['loss']);
    expect(Math.abs(result.loss - golden.losses[0]!)).toBeLessThan(1e-6);
    await step.dispose();
  });

  it('has the gradient of differences in float64', async () => {
    const oracle = compileProgram(network, [2], target, { dtype: 'float64' });
    const session = await InferenceSession.create(oracle.training);
    const random = randomStream(1, 'test');
    const draw = (shape: readonly number[]) => Float64Array.from({ length: sizeOf(shape) }, random.normal);
    const point: Record<string, Float64Array> = { x: draw([4, 2]), targets: draw([4, 3]) };
    const shapes: Record<string, readonly number[]> = { x: [4, 2], targets: [4, 3] };
    for (const { name, shape } of oracle.parameters) {
      point[name] = draw(shape);
      shapes[name] = shape;
    }
    const run = (values: typeof point) =>
      session.run(
        Object.fromEntries(
          Object.entries(values).map(([name, data]) => [name, new Tensor('float64', data, shapes[name])]),
        ),
      );
    const at = await run(point);
    const h = 1e-5;
    for (const { name } of oracle.parameters)
      for (let i = 0; i < point[name]!.length; i++) {
        const moved = async (by: number) => {
          const values = point[name]!.with(i, point[name]![i]! + by);
          return Number((await run({ ...point, [name]: values })).loss!.data[0]);
        };
        const numeric = ((await moved(h)) - (await moved(-h))) / (2 * h);
        expect(Math.abs(numeric - Number(at[`grad:${name}`]!.data[i])), `${name} ${i}`).toBeLessThan(1e-8);
      }
  });
});

describe('targets', () => {
  it.each([
    [[], 1],
    [[1], 1],
    [[2, 3], 6],
    [[1, 2, 2], 4],
  ])('of shape %j are outputs of an MLP in that shape', (targetShape, size) => {
    const program = compileProgram(mlp(4), [2], { targetShape });
    expect(program).toMatchObject({
      targets: { name: 'targets', dtype: 'float32', shape: targetShape },
      output: { name: 'output', shape: targetShape },
      loss: 'mse',
    });
    expect(program.parameters.find(({ name }) => name === 'output.bias')!.shape).toEqual([size]);
  });

  it('do not take an output of another shape', () => {
    expect(() => compileProgram((nn, x) => nn.linear('fc', x, 5), [2], { targetShape: [3] })).toThrow(
      'Model: it must return as many floats as the targets [n, 3] have; it returned float32 [n, 5].',
    );
  });

  it('decide on the loss', () => {
    expect(() => compileProgram(mlp(), [2], { targetShape: [1] }, { loss: 'crossEntropy' })).toThrow(
      "loss: 'crossEntropy' is not allowed where the targets are numbers; 'mse' or a function is.",
    );
    expect(() => compileProgram(mlp(), [2], 3, { loss: 'mse' })).toThrow(
      "loss: 'mse' is not allowed where the targets are classes; 'crossEntropy' or a function is.",
    );
  });
});

describe('a loss of one’s own', () => {
  const absoluteError: LossFunction = (output, wanted) => reduceMean(abs(sub(output, wanted)));
  /** Cross-entropy with labels smoothed by a tenth (Szegedy et al., arXiv 1512.00567, section 7). */
  const smoothed: LossFunction = (logits, labels) => {
    const share = add(mul(oneHot(labels, 3), 0.9), 0.1 / 3);
    return neg(reduceMean(reduceSum(mul(logSoftmax(logits), share), { axes: [-1] })));
  };

  it('is trained and evaluated by, for numbers', async () => {
    const program = compileProgram(mlp(8), [2], { targetShape: [3] }, { loss: absoluteError });
    const step = await TrainStep.create({ program, optimizer: { kind: 'adam', lr: 0.05 }, runtime });
    const first = await step.backward(x, targets);
    const output = await step.predict(x, 7);
    const expected = output.reduce((sum, value, i) => sum + Math.abs(value - targets[i]!), 0) / 21;
    expect(first).toBeCloseTo(expected, 5);
    const parts = [
      { output: output.subarray(0, 15), targets: targets.subarray(0, 15), count: 5 },
      { output: output.subarray(15), targets: targets.subarray(15), count: 2 },
    ];
    expect((await evaluate(program, ...parts)).loss).toBeCloseTo(expected, 5);
    let last = first;
    for (let i = 0; i < 100; i++) last = await step.step(x, targets, position);
    expect(last).toBeLessThan(first / 2);
    await step.dispose();
  });

  it('is trained and evaluated by, for classes', async () => {
    const labels = BigInt64Array.from([0, 1, 2, 0, 1, 2, 0], BigInt);
    const program = compileProgram(mlp(8), [2], 3, { loss: smoothed });
    const step = await TrainStep.create({ program, optimizer, runtime });
    const loss = await step.backward(x, labels);
    const output = await step.predict(x, 7);
    const result = await evaluate(program, { output, targets: labels, count: 7 });
    expect(result.loss).toBeCloseTo(loss, 5);
    const right = labels.filter((label, i) => {
      const row = [...output.subarray(3 * i, 3 * i + 3)];
      return row.indexOf(Math.max(...row)) === Number(label);
    });
    expect(result.accuracy).toBe(right.length / 7);
    await step.dispose();
  });

  it('must return a scalar', () => {
    const loss: LossFunction = (output, wanted) => sub(output, wanted);
    expect(() => compileProgram(mlp(), [2], { targetShape: [1] }, { loss })).toThrow(
      'loss: the function must return a scalar, float32 []; it returned float32 [n, 1].',
    );
  });
});
