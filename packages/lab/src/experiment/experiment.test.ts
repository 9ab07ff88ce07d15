import { expect, it } from 'vitest';
import { planExperiment } from './experiment.js';

const plan = (flags: Partial<Parameters<typeof planExperiment>[0]>) =>
  planExperiment({ task: 'cifar10', augment: true, ...flags }, '--optimizers', ['sgd', 'adam'], [0, 1]);

it('takes from the task what the flags leave open', () => {
  expect(plan({})).toMatchObject({
    model: 'wrn-16-1',
    batchSize: 128,
    augmentation: { crop: 4, flip: true },
  });
  expect(plan({ model: 'MLP-8', epochs: 2, batch: 7 })).toMatchObject({
    model: 'mlp-8',
    epochs: 2,
    batchSize: 7,
  });
});

it('leaves images as they are on demand', () => {
  expect(plan({ augment: false })).not.toHaveProperty('augmentation');
});
