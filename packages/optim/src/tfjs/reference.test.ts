import { dispose } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type OptimizerSpec, optimizerKinds, reference } from '../index.js';
import { createOptimizer } from './index.js';
import { type Backend, backends, use } from './testing/backends.js';
import { gradientsOf, randomNumbers, variablesOf } from './testing/variables.js';

const steps = 40;
const start = { w: [0.5, -1, 2, 0.25, -3, 1], b: [0.1, 0.2], still: [1, -1] };
type Name = keyof typeof start;
const names = Object.keys(start) as Name[];

/** Sizes from 1e-4 to 1, and one element that never has a gradient. */
function gradientAt(random: () => number): Record<Name, number[]> {
  const of = (name: Name) => start[name].map((_, i) => random() * 10 ** (-4 * ((i % 3) / 2)));
  const gradients = { w: of('w'), b: of('b'), still: of('still') };
  gradients.w[5] = 0;
  // As float32 holds them, so that both see the same.
  for (const name of names) gradients[name] = Array.from(Float32Array.from(gradients[name]));
  return gradients;
}

/**
 * The largest distance between the two after any step, against the longest way that a weight has gone by then. Left out is
 * that each step rounds a weight once to float32.
 */
async function deviation(spec: OptimizerSpec, backend: Backend): Promise<number> {
  await use(backend);
  const variables = variablesOf(start);
  const optimizer = createOptimizer(renamed(spec, variables.still.name));
  const params = Object.fromEntries(names.map((name) => [name, Float64Array.from(start[name])]));
  const oracle = reference(spec, params);
  const random = randomNumbers(7);
  let largest = 0;
  for (let t = 0; t < steps; t++) {
    const values = gradientAt(random);
    const info = { loss: 2 + Math.sin(3 * t), epoch: Math.floor(t / 8), stepsPerEpoch: 8 };
    oracle.step(Object.fromEntries(names.map((name) => [name, Float64Array.from(values[name])])), info);
    const gradients = gradientsOf(variables, values);
    optimizer.applyGradients(gradients, info);
    dispose(gradients);
    expect(optimizer.values).toEqual(oracle.values);
    let [error, way] = [0, 0];
    for (const name of names) {
      const found = variables[name].dataSync();
      params[name]!.forEach((expected, i) => {
        const rounding = (t + 1) * 2 ** -24 * Math.abs(expected);
        error = Math.max(error, Math.abs(found[i]! - expected) - rounding);
        way = Math.max(way, Math.abs(expected - start[name][i]!));
      });
    }
    largest = Math.max(largest, error / way);
  }
  optimizer.dispose();
  dispose(variables);
  return largest;
}

/** The pattern of the group is the name in the reference; variables of TensorFlow.js have a scope before it. */
function renamed(spec: OptimizerSpec, still: string): OptimizerSpec {
  return JSON.parse(JSON.stringify(spec).replaceAll('"still"', JSON.stringify(still)));
}

describe.each(backends)('on %s, after every step like the float64 reference', (backend) => {
  it.each(optimizerKinds)('%s', async (kind) => {
    expect(await deviation({ kind }, backend)).toBeLessThan(5e-6);
  });

  it.each([-1, -0.5, -0.1, 0, 0.125, 0.3, 0.5, 0.75, 1])('smes with p = %d, raw and matched', async (p) => {
    const spec = { kind: 'smes', p, lr: 0.01 } as const;
    expect(await deviation(spec, backend)).toBeLessThan(5e-6);
    expect(await deviation({ ...spec, gain: 'matched' }, backend)).toBeLessThan(5e-6);
  });

  it.each<OptimizerSpec>([
    {
      kind: 'custom',
      rule: { first: 'nesterov', second: 'max', biasCorrection: true, decay: 'decoupled' },
      p: 0.3,
      weightDecay: 0.01,
    },
    { kind: 'padam', gain: 'matched' },
    { kind: 'nsf', gain: 'matched', weightDecay: 0.1 },
    { kind: 'adam', eps: 0 },
    { kind: 'smes', p: -0.5, eps: 0, lr: 0.1 },
    { kind: 'adamw', weightDecay: 0.3, clipValue: 0.02 },
    { kind: 'momentum', dampening: 0.5, weightDecay: 0.1, clipNorm: 0.3 },
    { kind: 'nesterov', clipNorm: 0.3, clipValue: 0.2 },
    { kind: 'adam', beta1: { kind: 'linear', from: 0.9, to: 0.5, duration: 20 } },
    { kind: 'adam', groups: [{ match: 'still', frozen: true }], clipNorm: 0.1 },
    { kind: 'smes', groups: [{ match: 'still', p: -0.25, lr: 0.1, weightDecay: 0.1 }] },
  ])('%j', async (spec) => {
    expect(await deviation(spec, backend)).toBeLessThan(5e-6);
  });
});
