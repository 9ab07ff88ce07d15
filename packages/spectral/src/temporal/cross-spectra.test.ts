import type { OptimizerSpec } from '@spectrain/optim';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.js';
import { whiteGradients } from '../testing/white-gradients.js';
import { crossSpectra, transfer } from './cross-spectra.js';
import { firstMomentGain, momentumGain, nesterovGain } from './transfer-theory.js';

const white = (length: number, seed = 0) => {
  const random = seededRandom(seed);
  return Float64Array.from({ length }, () => random.normal());
};

describe('crossSpectra', () => {
  it('has the scale of scipy.signal.welch: white noise of variance 1 has the density 2', () => {
    const g = white(2 ** 16);
    const { input, frequencies, segments } = crossSpectra([g], [g], { segment: 64 });
    expect(frequencies.slice(0, 2)).toEqual([0, 1 / 64]);
    expect(frequencies.at(-1)).toBe(0.5);
    expect(segments).toBe(2 ** 11 - 1);
    const inner = input.slice(1, -1);
    expect(inner.reduce((a, b) => a + b) / inner.length).toBeCloseTo(2, 1);
    const meanSquare = g.reduce((sum, value) => sum + value * value, 0) / g.length;
    expect(input.reduce((a, b) => a + b) / 64 / meanSquare).toBeCloseTo(1, 2);
  });

  it('tells a sine by its frequency, and an output by its gain, phase and coherence', () => {
    const g = Float64Array.from({ length: 512 }, (_, t) => Math.sin((2 * Math.PI * 10 * t) / 64));
    const u = Float64Array.from({ length: 512 }, (_, t) => 3 * Math.sin((2 * Math.PI * 10 * (t - 1)) / 64));
    const points = transfer(crossSpectra([g], [u], { segment: 64 }));
    const peak = points.reduce((a, b) => (b.input > a.input ? b : a));
    expect(peak.frequency).toBe(10 / 64);
    expect(peak.gain).toBeCloseTo(3, 10);
    expect(peak.phase).toBeCloseTo((-2 * Math.PI * 10) / 64, 10);
    expect(peak.coherence).toBeCloseTo(1, 10);
  });

  it('has no coherence between independent sequences, and half of it at equal noise', () => {
    const g = white(2 ** 15, 1);
    const noise = white(2 ** 15, 2);
    const mean = (u: Float64Array) => {
      const points = transfer(crossSpectra([g], [u], { segment: 64 }));
      return points.reduce((sum, { coherence }) => sum + coherence!, 0) / points.length;
    };
    expect(mean(noise)).toBeLessThan(0.01);
    expect(mean(g.map((value, t) => value + noise[t]!))).toBeCloseTo(0.5, 1);
  });

  it('leaves out the mean where told', () => {
    const g = new Float64Array(64).fill(3);
    expect(crossSpectra([g], [g], { segment: 64 }).input[0]).toBeGreaterThan(1);
    expect(crossSpectra([g], [g], { segment: 64, detrend: 'constant' }).input[0]).toBeCloseTo(0, 10);
  });

  it('weighs sequences equally where told', () => {
    const small = white(4096, 3).map((value) => value / 1000);
    const large = white(4096, 4);
    const gain = (weights: 'energy' | 'equal') =>
      transfer(
        crossSpectra([small, large], [small.map((value) => 3 * value), large], { segment: 64, weights }),
      )[8]!.gain;
    expect(gain('energy')).toBeCloseTo(1, 3);
    expect(gain('equal')).toBeGreaterThan(1.5);
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      'a segment of no power of two',
      () => crossSpectra([white(99)], [white(99)], { segment: 48 }),
      /48, not a power of two/,
    ],
    [
      'a short sequence',
      () => crossSpectra([white(99)], [white(99)]),
      /sequence 0 has 99 steps; a segment needs 256/,
    ],
    ['other lengths', () => crossSpectra([white(256)], [white(255)]), /output 0 has 255 elements, not 256/],
    ['nothing', () => crossSpectra([], []), /no sequence/],
  ])('refuses %s', (_, run, message) => expect(run).toThrow(message));
});

describe('the transfer gain of an optimizer under white gradients', () => {
  const first = (name: 'ema' | 'heavy-ball' | 'nesterov', values: object): OptimizerSpec => ({
    kind: 'custom',
    rule: { first: name, second: 'none', biasCorrection: false, decay: 'coupled' },
    lr: 1,
    ...values,
  });
  const cases: [string, OptimizerSpec, (f: number) => number][] = [
    ...[0, 0.5, 0.9].map((u): [string, OptimizerSpec, (f: number) => number] => [
      `momentum ${u}`,
      { kind: 'momentum', lr: 1, momentum: u },
      (f) => momentumGain(f, u, 1),
    ]),
    [
      'dampened momentum',
      { kind: 'momentum', lr: 1, momentum: 0.9, dampening: 0.5 },
      (f) => momentumGain(f, 0.9, 0.5),
    ],
    ['an exponential mean', first('ema', { beta1: 0.9 }), (f) => momentumGain(f, 0.9, 0.1)],
    ['nesterov', { kind: 'nesterov', lr: 1, momentum: 0.9 }, (f) => nesterovGain(f, 0.9)],
  ];

  it.each(cases)('%s follows its closed form within 5 %%', (_, spec, theory) => {
    const { gradients, updates } = whiteGradients(spec, { count: 16, steps: 4096 });
    const points = transfer(crossSpectra(gradients, updates, { segment: 512 }));
    const errors = points.map(({ frequency, gain }) => Math.abs(gain! / theory(frequency) - 1));
    expect(Math.max(...errors)).toBeLessThan(0.05);
    expect(Math.min(...points.map(({ coherence }) => coherence!))).toBeGreaterThan(0.98);
  });

  it('needs no more than the window of the probe', () => {
    const spec = { kind: 'momentum', lr: 1, momentum: 0.9 } as const;
    const { gradients, updates } = whiteGradients(spec, { count: 128, steps: 512 });
    const points = transfer(crossSpectra(gradients, updates, { segment: 256 }));
    const errors = points.map(({ frequency, gain }) => Math.abs(gain! / momentumGain(frequency, 0.9, 1) - 1));
    expect(Math.max(...errors)).toBeLessThan(0.05);
  });

  it('is that of the first moment, by name of the rule', () => {
    const values = { lr: 1, momentum: 0.9, dampening: 0.5, beta1: 0.8 };
    expect(firstMomentGain({ first: 'heavy-ball' }, values, 0.1)).toBe(momentumGain(0.1, 0.9, 0.5));
    expect(firstMomentGain({ first: 'ema' }, values, 0.1)).toBe(momentumGain(0.1, 0.8, 1 - 0.8));
    expect(firstMomentGain({ first: 'nesterov' }, values, 0.1)).toBe(nesterovGain(0.1, 0.9));
    expect(firstMomentGain({ first: 'none' }, values, 0.1)).toBe(1);
  });
});
