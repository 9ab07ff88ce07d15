import { fromOnnx } from '@spectrain/graph';
import { type OptimizerSpec, StepPlan } from '@spectrain/optim';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { batchLabels } from './data/batch-labels.js';
import { fillBatch } from './data/fill-batch.js';
import { loadDataSet } from './data/load-data-set.js';
import { buildModel } from './models/model-name.js';
import { nextCoefficients } from './optimizer-graph/coefficients.js';
import { compileProgram, nextOutput } from './program.js';
import { nodeRuntime } from './runtime/node-runtime.js';
import type { Session } from './runtime/runtime.js';
import type { StepPosition } from './step.js';
import { compileStep, type StepProgram } from './step-program.js';
import { NamedTensors } from './tensors.js';
import { TrainStep } from './train-step.js';
import type { ClassificationDataset } from './types.js';

const shape = [1, 8, 8];
const runtime = nodeRuntime({ threads: 1 });
let digits: ClassificationDataset;

beforeAll(async () => {
  digits = await loadDataSet('digits');
});

/** The loop of a host around a whole step: what comes out is what goes in next. */
class GraphStep {
  private constructor(
    private readonly session: Session,
    private readonly plan: StepPlan,
    readonly feeds: Record<string, Tensor>,
  ) {}

  static async create(program: StepProgram, optimizer: OptimizerSpec): Promise<GraphStep> {
    const tensors = new NamedTensors([...program.state, ...program.frozen]);
    tensors.initialize(0);
    const names = [...program.parameters, ...program.frozen].map(({ name }) => name);
    const feeds = tensors.tensors(Tensor) as Record<string, Tensor>;
    return new GraphStep(await runtime.session(program.step), new StepPlan(optimizer, names), feeds);
  }

  async step(x: Float32Array, labels: BigInt64Array, position: StepPosition) {
    const coefficients = Object.entries(nextCoefficients(this.plan, position)).map(([name, values]) => [
      name,
      new Tensor('float32', values, [values.length]),
    ]);
    const outputs = await this.session.run({
      ...this.feeds,
      ...Object.fromEntries(coefficients),
      x: new Tensor('float32', x, [labels.length, ...shape]),
      labels: new Tensor('int64', labels, [labels.length]),
    });
    for (const name of Object.keys(this.feeds)) {
      const next = outputs[nextOutput(name)];
      if (next) this.feeds[name] = next as Tensor;
    }
    const loss = outputs.loss!.data[0] as number;
    const finite = outputs.finite!.data[0] === 1;
    if (finite) this.plan.advance({ loss, ...position });
    return { loss, finite };
  }

  values(): Record<string, Float32Array> {
    return Object.fromEntries(
      Object.entries(this.feeds).map(([name, { data }]) => [name, (data as Float32Array).slice()]),
    );
  }
}

function batch(index: number, size = 32) {
  const indices = Uint32Array.from({ length: size }, (_, i) => index * size + i);
  const x = new Float32Array(size * 64);
  fillBatch(digits.train, indices, x, { shape, normalization: digits.normalization });
  return { x, labels: batchLabels(digits.train, indices) };
}

/** Largest relative differences from {@link TrainStep}: of losses, and of parameters and buffers in the Euclidean norm. */
async function differences(modelName: string, optimizer: OptimizerSpec, steps: number) {
  const model = buildModel(modelName, shape);
  const whole = await GraphStep.create(compileStep(model, shape, 10, optimizer), optimizer);
  const step = await TrainStep.create({ program: compileProgram(model, shape, 10), optimizer, runtime });
  let loss = 0;
  for (let t = 0; t < steps; t++) {
    const { x, labels } = batch(t);
    const position = { epoch: Math.floor(t / 10), stepsPerEpoch: 10 };
    const expected = await step.step(x, labels, position);
    const found = await whole.step(x, labels, position);
    expect(found.finite).toBe(true);
    loss = Math.max(loss, Math.abs(found.loss / expected - 1));
  }
  const values = whole.values();
  const expected = { ...step.parameters.views, ...step.buffers.views };
  const norm = (list: ArrayLike<number>) => Math.hypot(...Array.from(list));
  const state = Object.entries(expected).map(
    ([name, own]) => norm(own.map((value, i) => value - values[name]![i]!)) / (norm(own) || 1),
  );
  await step.dispose();
  return { loss, state: Math.max(...state) };
}

const optimizers: readonly OptimizerSpec[] = [
  { kind: 'momentum', lr: 0.05, weightDecay: 5e-4, groups: [{ match: '*.bias', weightDecay: 0 }] },
  { kind: 'lcam', lr: 0.05 },
  { kind: 'adamw', lr: 0.005, clipNorm: 1 },
  { kind: 'adam', lr: 0.005, groups: [{ match: 'hidden.0.*', frozen: true }] },
  { kind: 'nsf', gain: 'matched' },
  { kind: 'padam' },
];

describe('a whole step in one graph', () => {
  it.each(optimizers)('trains the MLP on digits as TrainStep does: $kind', async (optimizer) => {
    const found = await differences('mlp-64-32', optimizer, 20);
    expect(found.loss).toBeLessThan(5e-6);
    expect(found.state).toBeLessThan(5e-6);
  });

  it('renews the statistics of batch normalisation', async () => {
    const found = await differences('wrn-10-1', { kind: 'sgd', lr: 0.05 }, 5);
    expect(found.loss).toBeLessThan(1e-5);
    expect(found.state).toBeLessThan(1e-5);
  });

  it('changes nothing at a batch that is not finite, and says so', async () => {
    const optimizer = { kind: 'adam', weightDecay: 0.1 } as const;
    const whole = await GraphStep.create(
      compileStep(buildModel('wrn-10-1', shape), shape, 10, optimizer),
      optimizer,
    );
    const position = { epoch: 0, stepsPerEpoch: 10 };
    const { x, labels } = batch(0);
    await whole.step(x, labels, position);
    const before = whole.values();
    const found = await whole.step(x.slice().fill(Number.NaN, 0, 1), labels, position);
    expect(found).toEqual({ loss: Number.NaN, finite: false });
    expect(whole.values()).toEqual(before);
    expect((await whole.step(x, labels, position)).finite).toBe(true);
    expect(whole.values()).not.toEqual(before);
  });
});

it('is a file with the inputs and outputs that it says, and standard operators', async () => {
  const program = compileStep(buildModel('mlp-16', shape), shape, 10, {
    kind: 'amsgrad',
    groups: [
      { match: 'hidden.*', weightDecay: 0.1 },
      { match: 'output.bias', frozen: true },
    ],
  });
  const parameters = ['hidden.0.weight', 'hidden.0.bias', 'output.weight'];
  const moments = parameters.flatMap((name) => [`first:${name}`, `second:${name}`, `maximum:${name}`]);
  expect(program.parameters.map(({ name }) => name)).toEqual(parameters);
  expect(program.moments.map(({ name }) => name)).toEqual(moments);
  expect(program.frozen.map(({ name }) => name)).toEqual(['output.bias']);
  expect(program.coefficients).toEqual(['coefficients:0', 'coefficients:1']);
  const state = [...parameters, ...moments];
  expect(program.state.map(({ name }) => name)).toEqual(state);

  const session = await InferenceSession.create(program.step);
  expect([...session.inputNames].sort()).toEqual(
    ['x', 'labels', ...state, 'output.bias', ...program.coefficients].sort(),
  );
  expect([...session.outputNames].sort()).toEqual(['loss', 'finite', ...state.map(nextOutput)].sort());
  // What is read knows every operator, and infers the shapes that the program states.
  const graph = fromOnnx(program.step);
  for (const spec of program.state) {
    const { value } = graph.outputs.find(({ name }) => name === nextOutput(spec.name))!;
    expect(value).toMatchObject({ dtype: 'float32', shape: spec.shape });
  }
});
