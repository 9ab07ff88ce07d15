import { syntheticKinds } from '@spectrain/train';
import { expect, test } from 'vitest';
import { measureRun } from '../execute/measure-run.js';
import { sampleData } from '../execute/sample-data.js';
import { completeExperiment } from '../experiment/complete-experiment.js';
import { planExperiment } from '../experiment/experiment.js';
import { finalConfigs } from '../experiment/plan.js';
import { requireSuitable } from '../input/model-flag.js';
import { readTaskData } from './task-data.js';
import { findTask } from './tasks.js';

test.each(syntheticKinds)('%s is a task with all that is left open', async (task) => {
  const experiment = planExperiment({ task, augment: true }, '--optimizers', ['adam', 'nsf'], [0]);
  const data = await readTaskData({ task }, undefined);
  await requireSuitable(experiment.model, data);
  expect(experiment.optimizers[0]!.spec.lr).toBeGreaterThan(0);
});

test('has options in its name', async () => {
  const { train } = await readTaskData({ task: 'spirals:n=40:noise=0.1' }, undefined);
  expect(train.inputs).toHaveLength(80);
  expect(() => findTask('spirals:z=2', '--task')).toThrow(/^--task: spirals:z=2: spirals has no option "z"/);
});

test('has a cost that can be measured, also where an epoch is one step', async () => {
  const experiment = planExperiment(
    { task: 'moons:n=8:test=8', augment: true },
    '--optimizers',
    ['adam'],
    [0],
  );
  const [config] = finalConfigs(experiment, { trainCount: 8, threads: 1 });
  const { stepSeconds, steps } = await measureRun(config!, await sampleData(config!, undefined));
  expect(steps).toBeGreaterThanOrEqual(3);
  expect(stepSeconds).toBeGreaterThan(0);
});

test('points cannot be cropped, and numbers have no accuracy', () => {
  const place = (...path: readonly (string | number)[]) => path.join('.');
  const optimizers = [{ label: 'adam', spec: 'adam' }];
  expect(() =>
    completeExperiment({ task: 'moons', optimizers, augmentation: { flip: true } }, place),
  ).toThrow('augmentation.flip: found true; allowed: only with images');
  expect(() =>
    completeExperiment({ task: 'sines', optimizers, tuning: { metric: 'accuracy' } }, place),
  ).toThrow('tuning.metric: found "accuracy"; allowed: loss, as sines has no classes');
});
