import { completeExperiment } from '../experiment/complete-experiment.js';
import type { Experiment, SearchRange } from '../experiment/experiment.js';
import type { ExperimentFields } from '../experiment/experiment-fields.js';
import { flagPlace } from '../input/field-place.js';
import type { OptimizerRequest } from '../input/optimizer-argument.js';

/** How an optimizer's step is scaled: as published, or so that a change of p does not change its length. */
export const gains = ['raw', 'matched'] as const;
export type Gain = (typeof gains)[number];

/** The exponents that are compared, and the range that a cyclic one moves in. */
export const exponents = [-0.3, -0.2, -0.1, 0, 0.1, 0.25, 0.5] as const;
export const cycle = { low: -0.1, high: 0.25, period: 50 } as const;
/** Those that the cycle passes through. */
export const exponentsInCycle = exponents.filter((p) => p >= cycle.low && p <= cycle.high);

export const baselines = ['sgd', 'momentum', 'adam', 'lcam'] as const;
/** Names of optimizers in the tables. */
export const fixedLabel = (p: number, gain: Gain): string => `p=${p} ${gain}`;
export const cyclicLabel = (gain: Gain): string => `cyclic p ${gain}`;

export const experimentNames = ['sines', 'digits', 'spirals'] as const;
export type ExperimentName = (typeof experimentNames)[number];

/** One grid of learning rates for every optimizer and task: 2^-10 to 2^5 in factors of two. */
const learningRates: SearchRange = { values: Array.from({ length: 16 }, (_, i) => 2 ** (i - 10)) };
/** To try the command out. */
const fewLearningRates: SearchRange = { values: [2 ** -6, 2 ** -3] };

/** How long all of it takes. */
export interface ClaimScale {
  readonly seeds: number;
  readonly tuningSeeds: number;
  readonly learningRates: SearchRange & { readonly values: readonly number[] };
  readonly epochs: Readonly<Record<ExperimentName, number>>;
}

export const fullScale: ClaimScale = {
  seeds: 8,
  tuningSeeds: 2,
  learningRates: learningRates as ClaimScale['learningRates'],
  epochs: { sines: 300, digits: 15, spirals: 40 },
};

/** Tries the command out; what comes of it says nothing. */
export const quickScale: ClaimScale = {
  seeds: 2,
  tuningSeeds: 1,
  learningRates: fewLearningRates as ClaimScale['learningRates'],
  epochs: { sines: 130, digits: 12, spirals: 17 },
};

/** What is trained on what, and watched how. Intervals of predictions divide an epoch, 45 steps of digits and 32 of spirals. */
const settings: Readonly<Record<ExperimentName, ExperimentFields>> = {
  // Of 1 to 8 cycles across the interval, at batch 32 four steps an epoch.
  sines: {
    task: 'sines:k=0.5-4/0.5:x=-1,1:n=128',
    model: 'mlp-tanh-64-64',
    batch: 32,
    probes: [
      { name: 'gain', every: 50 },
      { name: 'temporal', every: 400 },
      { name: 'function', every: 10 },
    ],
  },
  digits: {
    task: 'digits',
    model: 'mlp-64-64',
    batch: 32,
    probes: [
      { name: 'gain', every: 25 },
      { name: 'temporal', every: 256 },
      { name: 'function', every: 10 },
      { name: 'predictions', every: 5 },
    ],
  },
  spirals: {
    task: 'spirals:noise=0.02',
    model: 'mlp-64-64',
    batch: 32,
    probes: [{ name: 'predictions', every: 4 }],
  },
};

/** The three experiments that the page is made of. */
export function claimExperiments(scale: ClaimScale): Readonly<Record<ExperimentName, Experiment>> {
  const build = (name: ExperimentName, optimizers: readonly OptimizerRequest[]) =>
    completeExperiment(
      {
        ...settings[name],
        name,
        optimizers,
        seeds: scale.seeds,
        epochs: scale.epochs[name],
        threads: 1,
        tuning: {
          trials: scale.learningRates.values.length,
          seeds: scale.tuningSeeds,
          validation: 0.2,
          metric: 'loss',
        },
      },
      flagPlace('claims'),
    );
  const space = { lr: scale.learningRates };
  const spectral = (gain: Gain): OptimizerRequest[] => [
    ...exponents.map((p) => ({ label: fixedLabel(p, gain), spec: { kind: 'smes', p, gain }, space })),
    {
      label: cyclicLabel(gain),
      spec: { kind: 'nsf', gain, p: { kind: 'cycle', shape: 'cosine', ...cycle, unit: 'steps' } },
      space,
    },
  ];
  const others: OptimizerRequest[] = baselines.map((kind) => ({ label: kind, spec: kind, space }));
  const both = gains.flatMap(spectral);
  return {
    sines: build('sines', both),
    digits: build('digits', [...both, ...others]),
    spirals: build('spirals', [...spectral('raw'), ...others]),
  };
}
