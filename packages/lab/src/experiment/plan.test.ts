import { describe, expect, it } from 'vitest';
import { runId } from '../run-config/run-config.js';
import { type Experiment, planExperiment } from './experiment.js';
import { finalConfigs, stepsPerEpoch, trialConfigs } from './plan.js';

const base = planExperiment(
  { task: 'digits', augment: true, epochs: 100 },
  '--optimizers',
  ['sgd', 'adam'],
  [0, 1],
);
const settings = { trainCount: 1438, threads: 2 };
const tuned: Experiment = {
  ...base,
  tuning: { trials: 2, seeds: [7], epochs: 3, validation: 0.1, metric: 'accuracy' },
};

describe('finalConfigs', () => {
  it('go seed by seed, with all that the experiment says', () => {
    const probes = [{ name: 'gain' }];
    const configs = finalConfigs({ ...base, probes }, settings);
    expect(configs.map(({ seed, optimizer }) => [seed, optimizer])).toEqual([
      [0, 'sgd'],
      [0, 'adam'],
      [1, 'sgd'],
      [1, 'adam'],
    ]);
    expect(configs[1]).toEqual({
      task: 'digits',
      model: 'mlp-64-64',
      optimizer: 'adam',
      spec: base.optimizers[1]!.spec,
      seed: 0,
      epochs: 100,
      batchSize: 32,
      threads: 2,
      logEvery: 9,
      probes,
    });
  });

  it('use the settings that tuning found', () => {
    const chosen = [{ optimizer: 'adam', spec: { kind: 'adam', lr: 0.5 } as const }];
    const [sgd, adam] = finalConfigs(tuned, settings, chosen);
    expect(sgd!.spec).toBe(base.optimizers[0]!.spec);
    expect(adam!.spec).toBe(chosen[0]!.spec);
    expect(adam).not.toHaveProperty('trial');
  });
});

describe('trialConfigs', () => {
  it('are as many for each optimizer, on seeds and a split of their own', () => {
    const configs = trialConfigs(tuned, settings);
    expect(configs.map(({ trial, optimizer }) => [trial, optimizer])).toEqual([
      [0, 'sgd'],
      [0, 'adam'],
      [1, 'sgd'],
      [1, 'adam'],
    ]);
    for (const config of configs) expect(config).toMatchObject({ seed: 7, epochs: 3, validation: 0.1 });
    expect(configs[0]!.spec.lr).toBe(0.5);
    expect(configs[2]!.spec.lr).not.toBe(0.5);
    expect(new Set([...configs, ...finalConfigs(tuned, settings)].map(runId)).size).toBe(8);
    expect(trialConfigs(base, settings)).toEqual([]);
  });
});

describe('stepsPerEpoch', () => {
  it('counts the last, smaller batch, and not what is held out', () => {
    expect(stepsPerEpoch(1438, 32)).toBe(45);
    expect(stepsPerEpoch(1438, 32, 0.1)).toBe(41);
    expect(stepsPerEpoch(10, 32)).toBe(1);
  });

  it('decides how often a run logs, unless told', () => {
    const every = (experiment: Experiment, trainCount: number) =>
      finalConfigs(experiment, { trainCount, threads: 1 })[0]!.logEvery;
    expect(every(base, 32)).toBe(1);
    expect(every(base, 50_000)).toBe(313);
    expect(every({ ...base, logEvery: 5 }, 50_000)).toBe(5);
  });
});
