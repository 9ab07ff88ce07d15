import { expect, it } from 'vitest';
import type { Complex } from '../fft.js';
import { seededRandom } from '../random.js';
import { type RegressionNet, regressionNet } from '../testing/regression-net.js';
import { gridCoefficients, peakFrequencies } from './fourier-coefficients.js';
import {
  firstBelow,
  firstReaching,
  learnedAmplitudes,
  relativeErrors,
  type StepValue,
} from './learned-spectrum.js';

const linspace = (low: number, high: number, count: number) =>
  Array.from({ length: count }, (_, i) => low + ((high - low) * i) / count);

/** Trains, and keeps a value of each frequency every so many steps. */
async function follow(
  net: RegressionNet,
  { steps, every }: { readonly steps: number; readonly every: number },
  look: (spectrum: Complex) => number[],
): Promise<StepValue[][]> {
  const curves: StepValue[][] = look(gridCoefficients(net.outputs)).map(() => []);
  for (let step = 0; step <= steps; step++) {
    await net.step();
    if (step % every !== 0) continue;
    look(gridCoefficients(net.outputs)).forEach((value, i) => {
      curves[i]!.push({ step, value });
    });
  }
  return curves;
}

it('F-principle (arXiv 1901.06523): of sin x + sin 4x, Adam learns the low frequency first', async () => {
  const x = linspace(-10, 10, 256);
  const y = x.map((value) => Math.sin(value) + Math.sin(4 * value));
  const target = gridCoefficients(y);
  const peaks = peakFrequencies(target, 2);
  expect(peaks).toEqual([3, 13]);
  const net = await regressionNet(x, y, {
    hidden: [128, 128],
    activation: 'tanh',
    optimizer: { kind: 'adam', lr: 2e-3 },
    std: (fanIn) => 1 / Math.sqrt(fanIn),
  });
  const curves = await follow(net, { steps: 4000, every: 10 }, (spectrum) =>
    relativeErrors(spectrum, target, peaks),
  );
  for (const threshold of [0.5, 0.2]) {
    const [low, high] = curves.map((curve) => firstBelow(curve, threshold)!);
    expect(low).toBeGreaterThan(0);
    expect(high, `${low} and ${high} at ${threshold}`).toBeGreaterThan(3 * low!);
  }
});

it('spectral bias (arXiv 1806.08734): of k = 5 to 50, the lower a frequency the sooner it is learned', async () => {
  const x = linspace(0, 1, 200);
  const ks = Array.from({ length: 10 }, (_, i) => 5 * (i + 1));
  const random = seededRandom(1);
  const phases = ks.map(() => 2 * Math.PI * random.uniform());
  const y = x.map((value) =>
    ks.reduce((sum, k, i) => sum + Math.sin(2 * Math.PI * k * value + phases[i]!), 0),
  );
  // Shallower, and at a larger learning rate, than the 6 layers of the paper: one has seconds here, not hours.
  const net = await regressionNet(x, y, {
    hidden: [256, 256, 256],
    activation: 'relu',
    optimizer: { kind: 'adam', lr: 1e-3 },
    std: (fanIn) => Math.sqrt(2 / fanIn),
  });
  const ones = ks.map(() => 1);
  const heatMap = await follow(net, { steps: 1500, every: 50 }, (spectrum) =>
    learnedAmplitudes(spectrum, ks, ones),
  );
  const last = heatMap.map((curve) => curve.at(-1)!.value);
  expect(last[0]).toBeGreaterThan(0.9);
  expect(last.at(-1)).toBeLessThan(0.2);
  expect(correlation(ranks(last), ks)).toBeLessThan(-0.95);
  const reached = heatMap.slice(0, 4).map((curve) => firstReaching(curve, 0.2)!);
  expect(reached).toEqual([...new Set(reached)].sort((a, b) => a - b));
});

function ranks(values: readonly number[]): number[] {
  return values.map((value) => values.filter((other) => other < value).length);
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const product = (p: readonly number[], q: readonly number[]) =>
    mean(p.map((value, i) => (value - mean(p)) * (q[i]! - mean(q))));
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}
