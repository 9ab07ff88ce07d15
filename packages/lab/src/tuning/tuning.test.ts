import { describe, expect, it } from 'vitest';
import type { Experiment } from '../experiment/experiment.js';
import { planExperiment } from '../experiment/experiment.js';
import { trialConfigs } from '../experiment/plan.js';
import { chooseBest, type TrialResult } from './choose-best.js';
import { quasiRandomPoint } from './quasi-random.js';
import { numberAt, numberPaths, withNumber } from './spec-numbers.js';
import { trialSetting } from './trial-spec.js';

describe('quasiRandomPoint', () => {
  it('mirrors digits at the point: in base 2, then in base 3 from above', () => {
    const points = Array.from({ length: 5 }, (_, i) => quasiRandomPoint(i, 2));
    expect(points.map(([x]) => x)).toEqual([1 / 2, 1 / 4, 3 / 4, 1 / 8, 5 / 8]);
    [2 / 3, 1 / 3, 2 / 9, 8 / 9, 5 / 9].forEach((y, i) => {
      expect(points[i]![1]).toBeCloseTo(y, 14);
    });
  });

  it('begins in the centre of one dimension', () => {
    expect(quasiRandomPoint(0, 1)).toEqual([0.5]);
  });

  it('leaves nothing out, in any dimension and in any pair of them', () => {
    const points = Array.from({ length: 256 }, (_, i) => quasiRandomPoint(i, 5));
    for (let a = 0; a < 5; a++)
      for (let b = 0; b < 5; b++) {
        const cells = new Set(
          points.map((point) => `${Math.floor(6 * point[a]!)} ${Math.floor(6 * point[b]!)}`),
        );
        expect(cells.size).toBe(a === b ? 6 : 36);
      }
    for (const value of points.flat()) {
      expect(value).toBeGreaterThan(0);
      expect(value).toBeLessThan(1);
    }
  });
});

describe('numbers in a spec', () => {
  const spec = {
    kind: 'custom',
    lr: { kind: 'multistep', initial: 1, milestones: [{ at: 3, value: 0.5 }] },
    p: 0.25,
    rule: { first: 'none', second: 'ema', biasCorrection: true, decay: 'coupled' },
  } as const;

  it('are found, read and replaced by their paths', () => {
    const paths = ['lr.initial', 'lr.milestones[0].at', 'lr.milestones[0].value', 'p'];
    expect(numberPaths(spec)).toEqual(paths);
    expect(paths.map((path) => numberAt(spec, path))).toEqual([1, 3, 0.5, 0.25]);
    expect(withNumber(spec, 'lr.milestones[0].value', 0.1)).toEqual({
      ...spec,
      lr: { ...spec.lr, milestones: [{ at: 3, value: 0.1 }] },
    });
    expect(spec.lr.milestones[0].value).toBe(0.5);
  });
});

describe('trialSetting', () => {
  const spec = { kind: 'smes', lr: 0.01, p: 0.25 } as const;

  it('searches a tenth to ten times the learning rate where no space is declared', () => {
    const found = Array.from({ length: 50 }, (_, trial) => trialSetting({ label: 'smes', spec }, trial));
    expect(found[0]).toEqual({ trial: 0, spec, values: { lr: 0.01 } });
    const exponents = found.map(({ values }) => Math.log10(values.lr!)).toSorted((a, b) => a - b);
    expect(exponents[0]).toBeGreaterThanOrEqual(-3);
    expect(exponents[0]).toBeLessThan(-2.9);
    expect(exponents.at(-1)).toBeLessThanOrEqual(-1);
    expect(exponents[25]).toBeCloseTo(-2, 1);
  });

  it('keeps to the ranges', () => {
    const space = {
      lr: { values: [1, 2, 3] },
      p: { min: -0.5, max: -0.4, scale: 'linear' },
    } as const;
    for (let trial = 0; trial < 100; trial++) {
      const { spec: chosen, values } = trialSetting({ label: 'smes', spec, space }, trial);
      expect([1, 2, 3]).toContain(values.lr);
      expect(values.p).toBeGreaterThanOrEqual(-0.5);
      expect(values.p).toBeLessThanOrEqual(-0.4);
      expect(chosen).toEqual({ kind: 'smes', ...values });
    }
  });
});

describe('chooseBest', () => {
  const base = planExperiment({ task: 'digits', augment: true }, '--optimizers', ['sgd', 'adam'], [0]);
  const tuned = (metric: 'accuracy' | 'loss'): Experiment => ({
    ...base,
    tuning: { trials: 3, seeds: [7, 8], epochs: 2, validation: 0.1, metric },
  });
  /** The scores of a trial by its seeds; undefined: it diverged. */
  type Scores = Readonly<Record<string, readonly (readonly (number | undefined)[])[]>>;
  function results(experiment: Experiment, scores: Scores): readonly TrialResult[] {
    return trialConfigs(experiment, { trainCount: 100, threads: 1 }).map((config) => {
      const value = scores[config.optimizer]![config.trial!]![config.seed - 7];
      const first = { testLoss: 0, testAccuracy: 1 };
      return {
        config,
        status: value === undefined ? 'diverged' : 'completed',
        epochs: value === undefined ? [first] : [first, { testLoss: value, testAccuracy: value }],
      };
    });
  }

  it('takes the best mean over the seeds after the last epoch', () => {
    const scores = {
      sgd: [
        [0.5, 0.7],
        [0.9, 0.4],
        [0.6, 0.6],
      ],
      adam: [
        [0.1, 0.1],
        [0.2, 0.2],
        [0.3, 0.2],
      ],
    };
    for (const [metric, sgd, adam] of [
      ['accuracy', 1, 2],
      ['loss', 0, 0],
    ] as const) {
      const experiment = tuned(metric);
      const found = chooseBest(experiment, results(experiment, scores));
      expect(found.map(({ optimizer, trial }) => [optimizer, trial])).toEqual([
        ['sgd', sgd],
        ['adam', adam],
      ]);
      expect(found[1]!.trials.map(({ score }) => score)).toEqual([0.1, 0.2, 0.25]);
      expect(found[0]!.trials[1]).toMatchObject({ trial: 1, scores: [0.9, 0.4] });
      expect(found[0]!.spec).toEqual(trialSetting(base.optimizers[0]!, sgd).spec);
    }
  });

  it('puts what did not get there last, whatever the metric, and of equals takes the first', () => {
    const experiment = tuned('loss');
    const scores = {
      sgd: [
        [0.1, undefined],
        [9, 9],
        [9, 9],
      ],
      adam: [[undefined, undefined], [0.1, Number.NaN], [undefined]],
    };
    const [sgd, adam] = chooseBest(experiment, results(experiment, scores));
    expect([sgd!.trial, sgd!.score]).toEqual([1, 9]);
    expect(sgd!.trials[0]).toMatchObject({ scores: [0.1, null], score: null });
    expect([adam!.trial, adam!.score]).toEqual([0, null]);
  });

  it('counts a missing run as one that failed, and does not mind the order', () => {
    const experiment = tuned('accuracy');
    const scores = {
      sgd: [
        [0.5, 0.5],
        [0.4, 0.4],
        [0.9, 0.9],
      ],
      adam: [
        [0, 0],
        [0, 0],
        [1, 1],
      ],
    };
    const all = results(experiment, scores);
    expect(chooseBest(experiment, all.toReversed())).toEqual(chooseBest(experiment, all));
    const some = all.filter(({ config }) => !(config.trial === 2 && config.seed === 8));
    expect(chooseBest(experiment, some).map(({ trial }) => trial)).toEqual([0, 0]);
    expect(chooseBest(base, all)).toEqual([]);
  });
});
