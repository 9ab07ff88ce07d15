import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createOptimizer, reference, signalAt } from '@spectrain/optim';
import { findDataSet } from '@spectrain/train';
import { describe, expect, it } from 'vitest';
import { finalConfigs, stepsPerEpoch, trialConfigs } from '../experiment/plan.js';
import { testFolder } from '../testing/start-cli.js';
import { experimentJsonSchema } from './experiment-json-schema.js';
import { readExperimentFile } from './read-experiment-file.js';

const folder = fileURLToPath(new URL('../../../../experiments/', import.meta.url));

async function plan(name: string) {
  const experiment = await readExperimentFile(`${folder}${name}.yaml`);
  const { trainCount } = findDataSet(experiment.task);
  const settings = { trainCount, threads: 2 };
  return {
    experiment,
    trials: trialConfigs(experiment, settings),
    final: finalConfigs(experiment, settings),
  };
}

describe('the experiments of the repository', () => {
  it.each<readonly [string, string, string, number, number, number, number]>([
    ['digits', 'digits', 'mlp-64-64', 300, 15, 50, 15],
    ['lcam-figure-3', 'cifar10', 'wrn-28-10', 0, 0, 4, 150],
    ['lcam-figure-3-small', 'cifar10', 'wrn-16-1', 0, 0, 4, 30],
    ['lcam-figure-4', 'cifar100', 'wrn-28-10', 0, 0, 4, 150],
    ['lcam-figure-4-small', 'cifar100', 'wrn-16-1', 0, 0, 4, 30],
    ['lcam-figure-5', 'cifar10', 'wrn-28-10', 0, 0, 2, 150],
    ['lcam-figure-5-cifar100', 'cifar100', 'wrn-28-10', 0, 0, 2, 150],
    ['lcam-figure-5-cifar100-small', 'cifar100', 'wrn-16-1', 0, 0, 2, 30],
    ['lcam-figure-5-small', 'cifar10', 'wrn-16-1', 0, 0, 2, 30],
    ['nsf-vs-baselines', 'cifar10', 'wrn-16-4', 120, 100, 30, 100],
    ['nsf-vs-baselines-small', 'cifar10', 'wrn-16-1', 30, 5, 12, 5],
    ['smes-sweep', 'cifar10', 'wrn-16-4', 140, 10, 35, 100],
    ['smes-sweep-small', 'cifar10', 'wrn-16-1', 30, 2, 10, 10],
  ])('%s', async (name, task, model, trialRuns, trialEpochs, finalRuns, finalEpochs) => {
    const { trials, final } = await plan(name);
    expect([trials.length, final.length]).toEqual([trialRuns, finalRuns]);
    for (const config of trials) expect(config).toMatchObject({ task, model, epochs: trialEpochs });
    for (const config of final) expect(config).toMatchObject({ task, model, epochs: finalEpochs });
  });

  it('are all tested here', async () => {
    const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml'));
    expect(files).toHaveLength(13);
  });

  it('have the JSON Schema beside them: npx spectrain schema > experiments/schema.json', async () => {
    const committed: unknown = JSON.parse(await readFile(`${folder}schema.json`, 'utf8'));
    expect(committed).toEqual(experimentJsonSchema());
  });
});

describe('the protocol of LCAM', () => {
  const usual = {
    seed: 0,
    batchSize: 128,
    augmentation: { crop: 4, flip: true },
    normalization: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  };

  it('has the optimizers of the figures', async () => {
    const momenta = async (name: string) =>
      (await plan(name)).final.map((config) => {
        expect(config).toMatchObject(usual);
        expect(config.spec.weightDecay).toBe(5e-4);
        expect(config.spec).not.toHaveProperty('groups');
        if (config.spec.kind === 'momentum') {
          expect(config.spec.dampening).toBe(0);
          return config.spec.momentum;
        }
        if (config.spec.kind !== 'lcam') throw new Error(`${config.spec.kind} is not in it`);
        const { sparse, nonSparse } = config.spec.momentum!;
        return [sparse, nonSparse];
      });
    expect(await momenta('lcam-figure-3')).toEqual([0.9, 0.95, [0.95, 0.9], [0.9, 0.95]]);
    expect(await momenta('lcam-figure-4')).toEqual([0.9, 0.95, [0.95, 0.9], [0.9, 0.95]]);
    expect(await momenta('lcam-figure-5')).toEqual([0.9, [0.9, 0.95]]);
    expect(await momenta('lcam-figure-5-cifar100')).toEqual([0.9, [0.93, 0.9]]);
  });

  const perEpoch = stepsPerEpoch(50_000, 128);
  /** The learning rates at a batch of an epoch, both from 1, of all runs. */
  async function learningRates(name: string, epoch: number, batch: number) {
    const { final } = await plan(name);
    const moment = { epoch: epoch - 1, step: (epoch - 1) * perEpoch + batch - 1, stepsPerEpoch: perEpoch };
    return final.map(({ spec }) => signalAt(spec.lr!, moment));
  }

  it.each([
    [1, 1, 0.1],
    [31, 391, 0.1],
    [32, 1, 0.02],
    [61, 391, 0.02],
    [62, 1, 0.004],
    [91, 391, 0.004],
    [92, 1, 0.0008],
    [150, 391, 0.0008],
  ])('steps down after epochs 31, 61 and 91: epoch %i, batch %i', async (epoch, batch, lr) => {
    expect(perEpoch).toBe(391);
    for (const name of ['lcam-figure-3', 'lcam-figure-4'])
      expect(await learningRates(name, epoch, batch)).toEqual([lr, lr, lr, lr]);
  });

  it.each([
    [1, 1, 0],
    [31, 391, 0],
    [32, 1, 1],
    [32, 2, 2],
    [32, 391, 391],
    [33, 1, 392],
    [150, 391, 119 * 391],
  ])(
    'in figure 5 it falls before every batch from epoch 32 on: epoch %i, batch %i',
    async (epoch, batch, times) => {
      const lr = 0.1 * 0.99985 ** times;
      for (const name of ['lcam-figure-5', 'lcam-figure-5-cifar100'])
        expect(await learningRates(name, epoch, batch)).toEqual([lr, lr]);
    },
  );

  it('is what an optimizer does that is told the epoch', async () => {
    const { final } = await plan('lcam-figure-5');
    const optimizer = reference(final[0]!.spec, { w: new Float64Array(1) });
    for (let step = 0; step < 31 * 2 + 3; step++)
      optimizer.step({ w: new Float64Array(1) }, { epoch: Math.floor(step / 2), stepsPerEpoch: 2, loss: 1 });
    expect(optimizer.values.lr).toBe(0.1 * 0.99985 ** 3);
    expect(() => createOptimizer(final[1]!.spec, { w: new Float32Array(1) })).not.toThrow();
  });
});

it('reads the example of the documentation', async () => {
  const page = await readFile(new URL('../../../../docs/experiments.md', import.meta.url), 'utf8');
  const own = await testFolder();
  const path = join(own.path, 'example.yaml');
  await writeFile(path, page.match(/```yaml\n(.*?)```/s)![1]!);
  const { optimizers, baseline, tuning } = await readExperimentFile(path);
  expect(optimizers.map(({ label }) => label)).toEqual(['adam', 'decaying', 'nsf']);
  expect({ baseline, trials: tuning?.trials }).toEqual({ baseline: 'adam', trials: 20 });
  await own.remove();
});
