import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createOptimizer, reference, validateSpec } from './index.js';

interface Goldens {
  readonly theta0: number[];
  readonly grads: number[][];
  readonly losses: number[];
  readonly cases: { readonly name: string; readonly spec: object; readonly trajectory: number[][] }[];
}

/** Trajectories of PyTorch in float64: 12 parameters over 60 steps of given gradients, for optimizers as specs. */
const path = new URL('testdata/pytorch-trajectories.json', import.meta.url);
const { theta0, grads, losses, cases }: Goldens = JSON.parse(readFileSync(path, 'utf8'));

describe('PyTorch trajectories', () => {
  it.each(cases)('$name: float64 to 1e-12 of each coordinate', ({ spec, trajectory }) => {
    const theta = Float64Array.from(theta0);
    const optimizer = reference(validateSpec(spec), { theta });
    let worst = 0;
    trajectory.forEach((expected, t) => {
      optimizer.step({ theta: Float64Array.from(grads[t]!) }, { loss: losses[t] });
      expected.forEach((value, i) => {
        worst = Math.max(worst, Math.abs(theta[i]! - value) / Math.max(Math.abs(value), 1e-12));
      });
    });
    expect(trajectory).toHaveLength(losses.length);
    expect(worst).toBeLessThan(1e-12);
  });

  it.each(cases)('$name: float32 to 2e-5 of the largest coordinate', ({ spec, trajectory }) => {
    const theta = Float32Array.from(theta0);
    const optimizer = createOptimizer(validateSpec(spec), { theta });
    let worst = 0;
    trajectory.forEach((expected, t) => {
      optimizer.step({ theta: Float32Array.from(grads[t]!) }, { loss: losses[t] });
      const largest = Math.max(...expected.map(Math.abs));
      expected.forEach((value, i) => {
        worst = Math.max(worst, Math.abs(theta[i]! - value) / largest);
      });
    });
    expect(trajectory).toHaveLength(losses.length);
    expect(worst).toBeLessThan(2e-5);
  });
});
