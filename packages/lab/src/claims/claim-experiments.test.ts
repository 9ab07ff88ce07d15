import { expect, test } from 'vitest';
import { trialConfigs } from '../experiment/plan.js';
import { claimExperiments, experimentNames, fullScale, quickScale } from './claim-experiments.js';

test.each([fullScale, quickScale])('every optimizer tries every learning rate', (scale) => {
  const experiments = claimExperiments(scale);
  for (const name of experimentNames) {
    const trials = trialConfigs(experiments[name], { trainCount: 100, threads: 1 });
    for (const { label } of experiments[name].optimizers) {
      const rates = trials.filter(({ optimizer }) => optimizer === label).map(({ spec }) => spec.lr);
      expect(new Set(rates)).toEqual(new Set(scale.learningRates.values));
    }
  }
});

test('at least five seeds count', () => {
  expect(fullScale.seeds).toBeGreaterThanOrEqual(5);
});

test('early alignment is seen of fixed and cyclic p, sgd, adam and lcam', () => {
  const { digits, spirals } = claimExperiments(fullScale);
  for (const { optimizers } of [digits, spirals])
    expect(optimizers.map(({ label }) => label)).toEqual(
      expect.arrayContaining(['p=-0.3 raw', 'p=0.5 raw', 'cyclic p raw', 'sgd', 'adam', 'lcam']),
    );
});
