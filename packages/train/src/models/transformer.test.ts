import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { crossEntropySum } from '../cross-entropy.js';
import { compileProgram } from '../program.js';
import { nodeRuntime } from '../runtime/node-runtime.js';
import { readSafetensors } from '../safetensors.js';
import { TrainStep } from '../train-step.js';
import { buildModel, ModelNameError, modelName, parseModel } from './model-name.js';
import { transformer } from './transformer.js';

const [length, classes] = [8, 11];
const program = compileProgram(transformer(2, 16, 2), [length], classes);
/** Of PyTorch 1.13 in float64; see `testdata/make-transformer.py`. */
const { tensors } = readSafetensors(
  readFileSync(new URL('../../testdata/transformer.safetensors', import.meta.url)),
);
const weights = floats('weight:');

function open(parameters?: Record<string, Float32Array>): Promise<TrainStep> {
  const runtime = nodeRuntime({ threads: 1 });
  return TrainStep.create({
    program,
    optimizer: { kind: 'adam', lr: 0.01 },
    runtime,
    ...(parameters && { parameters }),
  });
}

describe('a transformer beside PyTorch', () => {
  it('has the same parameters', () => {
    const shapes = (all: readonly { name: string; shape: readonly number[] }[]) =>
      Object.fromEntries(all.map(({ name, shape }) => [name, shape]));
    const expected = Object.entries(tensors).flatMap(([name, { shape }]) =>
      name.startsWith('weight:') ? [{ name: name.slice('weight:'.length), shape }] : [],
    );
    expect(shapes(program.parameters)).toEqual(shapes(expected));
  });

  it('has the same logits, loss and gradients', async () => {
    const step = await open(weights);
    const x = Float32Array.from(tensors.x!.data, Number);
    const labels = BigInt64Array.from(tensors.labels!.data, BigInt);
    const [expectedLoss] = tensors.loss!.data as Float32Array;
    const logits = await step.predict(x, 3);
    expect(relativeError(logits, tensors.logits!.data as Float32Array)).toBeLessThan(1e-5);
    expect(Math.abs((await step.backward(x, labels)) / expectedLoss! - 1)).toBeLessThan(1e-5);
    const evaluated = crossEntropySum(logits, labels) / (3 * length);
    expect(Math.abs(evaluated / expectedLoss! - 1)).toBeLessThan(1e-5);
    // The softmax does not change when all keys move, so that this gradient is nothing but rounding.
    const vanishing = Object.keys(weights).filter((name) => name.endsWith('key.bias'));
    for (const [name, expected] of Object.entries(floats('gradient:')))
      if (vanishing.includes(name)) expect(norm(step.gradients.views[name]!), name).toBeLessThan(1e-6);
      else expect(relativeError(step.gradients.views[name]!, expected), name).toBeLessThan(1e-4);
    await step.dispose();
  });
});

describe('a model name', () => {
  it('stands for a transformer with heads of width 32', () => {
    expect(parseModel('Transformer-4-128')).toEqual({ kind: 'transformer', layers: 4, width: 128 });
    expect(modelName({ kind: 'transformer', width: 64, layers: 2 })).toBe('transformer-2-64');
    const built = compileProgram(buildModel('transformer-1-64', [8], [8]), [8], 5);
    const same = compileProgram(transformer(1, 64, 2), [8], 5);
    expect(built.training).toEqual(same.training);
  });

  it.each(['transformer', 'transformer-2', 'transformer-2-40', 'transformer-0-64', 'transformer-2-64-2'])(
    'is not %s',
    (name) => {
      expect(() => parseModel(name)).toThrow(ModelNameError);
    },
  );

  it('is refused where data and model do not suit each other', () => {
    expect(() => buildModel('transformer-2-64', [64])).toThrow('a transformer needs text');
    expect(() => buildModel('transformer-2-64', [1, 8, 8])).toThrow('a transformer needs text');
    expect(() => buildModel('mlp-8', [64], [64])).toThrow('text needs transformer-LAYERS-WIDTH');
  });
});

describe('a transformer', () => {
  it('does not look ahead: a character changes its own logits and later ones only', async () => {
    const step = await open(weights);
    const x = Float32Array.from({ length }, (_, i) => i);
    const before = await step.predict(x, 1);
    for (let changed = 0; changed < length; changed++) {
      const after = await step.predict(x.with(changed, 10), 1);
      const isSame = Array.from({ length }, (_, at) =>
        after
          .subarray(at * classes, (at + 1) * classes)
          .every((value, c) => value === before[at * classes + c]),
      );
      expect(isSame).toEqual(Array.from({ length }, (_, at) => at < changed));
    }
    await step.dispose();
  });

  it('starts at a loss of about the logarithm of the number of classes', async () => {
    const step = await open();
    const labels = BigInt64Array.from({ length: 4 * length }, (_, i) => BigInt(i % classes));
    const loss = await step.backward(new Float32Array(4 * length), labels);
    expect(Math.abs(loss - Math.log(classes))).toBeLessThan(0.05);
    await step.dispose();
  });

  it('starts as GPT-2 does', () => {
    const std = Object.fromEntries(
      program.parameters.map(({ name, init }) => [name, init.kind === 'normal' ? init.std : init]),
    );
    expect(std).toMatchObject({
      'token.weight': 0.02,
      'position.weight': 0.02,
      'blocks.1.attention.query.weight': 0.02,
      'blocks.1.attention.query.bias': { kind: 'constant', value: 0 },
      'blocks.1.attention.output.weight': 0.01,
      'blocks.0.mlp.hidden.weight': 0.02,
      'blocks.0.mlp.output.weight': 0.01,
      'norm.weight': { kind: 'constant', value: 1 },
    });
  });

  it('learns a sequence', async () => {
    const step = await open();
    const labels = BigInt64Array.from({ length: 4 * length }, (_, i) => BigInt((i % length) + 1));
    const x = Float32Array.from(labels, (label) => Number(label) - 1);
    let loss = Number.NaN;
    for (let i = 0; i < 60; i++) loss = await step.step(x, labels, { epoch: 0, stepsPerEpoch: 60 });
    expect(loss).toBeLessThan(0.01);
    await step.dispose();
  });

  it('refuses what it cannot be', () => {
    expect(() => transformer(1, 16, 3)).toThrow('a width of 16 cannot be divided among 3 heads');
    expect(() => compileProgram(transformer(1, 32), [1, 8, 8], 10)).toThrow(
      'needs sequences [n, length], not examples [n, 1, 8, 8]',
    );
  });
});

function floats(prefix: string): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(tensors).flatMap(([name, { data }]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), data as Float32Array]] : [],
    ),
  );
}

function norm(values: ArrayLike<number>): number {
  return Math.hypot(...Array.from(values));
}

/** |a - b| / |b| in the Euclidean norm. */
function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return norm(Array.from(a, (value, i) => value - b[i]!)) / norm(b);
}
