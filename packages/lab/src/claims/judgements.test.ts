import { describe, expect, test } from 'vitest';
import { measuredRun } from '../testing/measured-runs.js';
import { cyclicLabel, exponents, fixedLabel, gains } from './claim-experiments.js';
import { claimed, judgeEarlyAlignment } from './early-alignment.js';
import type { MeasuredRun, Measures } from './measured-runs.js';
import { judgeSpectralBias } from './spectral-bias.js';
import { verdictOf } from './verdict.js';
import { judgeWiderCoverage } from './wider-coverage.js';

const seeds = [0, 1, 2, 3, 4, 5];
/** Small, of both signs, another for each seed. */
const jitter = (seed: number, p: number) => 0.01 * Math.sin(7 * seed + 13 * p);

test('a claim is supported, not supported or mixed', () => {
  expect(verdictOf(['holds', 'holds'])).toBe('supported');
  expect(verdictOf(['holds', 'partly'])).toBe('mixed');
  expect(verdictOf(['fails', 'fails'])).toBe('not supported');
  expect(verdictOf(['holds', 'fails'], ['fails'])).toBe('not supported');
});

describe('C1', () => {
  const runsWith = (measuresOf: (tilt: number) => Partial<Measures>): MeasuredRun[] =>
    gains.flatMap((gain) =>
      exponents.flatMap((p) =>
        seeds.map((seed) => measuredRun(fixedLabel(p, gain), seed, measuresOf(-p + jitter(seed, p)))),
      ),
    );
  const judge = (runs: MeasuredRun[]) => judgeSpectralBias({ sines: runs, digits: runs });

  test('is supported where every tilt falls through zero', () => {
    const { cells, verdict } = judge(
      runsWith((tilt) => ({ parameterTilt: tilt, timeTilt: tilt, functionTilt: tilt })),
    );
    expect(cells).toHaveLength(12);
    expect(cells.map(({ outcome }) => outcome)).toEqual(cells.map(() => 'holds'));
    expect(verdict).toBe('supported');
  });

  test('is mixed where p = 0 is not neutral', () => {
    const { cells, verdict } = judge(
      runsWith((tilt) => ({ parameterTilt: tilt, timeTilt: tilt, functionTilt: tilt - 0.5 })),
    );
    expect(cells.filter(({ outcome }) => outcome === 'partly')).toHaveLength(4);
    expect(verdict).toBe('mixed');
  });

  test('is not supported where only the rule itself tilts, or the tilt rises', () => {
    const { cells, verdict } = judge(
      runsWith((tilt) => ({ parameterTilt: tilt, timeTilt: -tilt, functionTilt: -tilt })),
    );
    expect(cells.filter(({ outcome }) => outcome === 'fails')).toHaveLength(8);
    expect(verdict).toBe('not supported');
  });

  test('leaves a seed out that lacks an exponent', () => {
    const runs = runsWith((tilt) => ({ parameterTilt: tilt })).filter(
      ({ optimizer, seed }) => seed > 0 || optimizer !== fixedLabel(0.5, 'raw'),
    );
    const cell = judge(runs).cells.find(({ task, gain }) => task === 'sines' && gain === 'raw')!;
    expect(cell.adaptive!.seeds).toBe(5);
  });
});

describe('C2', () => {
  const runsWith = (cyclic: number) =>
    gains.flatMap((gain) =>
      seeds.flatMap((seed) => [
        measuredRun(cyclicLabel(gain), seed, { coverage: cyclic }),
        ...exponents.map((p) =>
          measuredRun(fixedLabel(p, gain), seed, { coverage: 0.5 + 0.2 * p + jitter(seed, p) }),
        ),
      ]),
    );

  test.each([
    [0.7, 'supported'],
    // Wider than those on the average, but not surely than the widest, p = 0.25.
    [0.552, 'mixed'],
    [0.5, 'not supported'],
  ])('coverage %f: %s', (coverage, verdict) => {
    expect(judgeWiderCoverage(runsWith(coverage)).verdict).toBe(verdict);
  });
});

describe('C3', () => {
  const look = (step: number, trainLoss: number, accuracy: number) => ({
    step,
    epoch: 1,
    classes: [],
    trainLoss,
    accuracy,
  });
  const runsWith = (gain: number, earlier: number) =>
    seeds.flatMap((seed) =>
      [claimed, 'momentum', 'adam'].map((optimizer) => {
        const more = optimizer === claimed ? 1 : 0;
        const accuracy = 0.8 + more * gain + jitter(seed, more);
        return {
          ...measuredRun(optimizer, seed, { alignmentEpoch: 9 - more * earlier - ((more * seed) % 2) }),
          predictions: [look(1, 1, accuracy - 0.3), look(2, 0.5, accuracy)],
        };
      }),
    );

  test.each([
    [0.1, 4, 'supported'],
    [0.1, -4, 'mixed'],
    [-0.1, -4, 'not supported'],
  ])('accuracy %f higher, %i epochs earlier: %s', (gain, earlier, verdict) => {
    const runs = runsWith(gain, earlier);
    const judged = judgeEarlyAlignment({ digits: runs, spirals: runs });
    expect(judged.cells).toHaveLength(8);
    expect(judged.verdict).toBe(verdict);
    expect(
      judged.tables.digits.find(({ optimizer }) => optimizer === 'adam')!.advantages[0]!.mean,
    ).toBeCloseTo(0, 12);
  });
});
