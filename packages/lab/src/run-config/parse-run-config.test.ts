import { describe, expect, it } from 'vitest';
import { planExperiment } from '../experiment/experiment.js';
import { finalConfigs } from '../experiment/plan.js';
import { InputError } from '../input/input-error.js';
import { parseRunConfig } from './parse-run-config.js';

const experiment = planExperiment({ task: 'cifar10', augment: true }, '--optimizers', ['nsf'], [0]);
const [config] = finalConfigs(experiment, { trainCount: 50_000, threads: 1 });
const sent: unknown = JSON.parse(JSON.stringify(config));

describe('parseRunConfig', () => {
  it('takes what was planned, unchanged', () => {
    expect(parseRunConfig(sent)).toEqual(config);
  });

  it('takes everything that a run may say', () => {
    const all = {
      ...config,
      task: 'text',
      text: { file: 'notes.txt', context: 32 },
      model: 'net.onnx',
      file: { trainable: ['fc.*'], batchNormalization: 'freeze' },
      normalization: { mean: [0.5], std: [0.5] },
      provider: 'cpu',
      validation: 0.1,
      trial: 3,
      sample: { length: 10, temperature: 0, prompt: 'a' },
      probes: [{ name: 'gain' }, { name: 'temporal', every: 64 }],
    };
    expect(parseRunConfig(all)).toEqual(all);
  });

  const deep = (levels: number): unknown =>
    levels === 0 ? 1 : { kind: 'product', signals: [deep(levels - 1)] };
  it.each<readonly [object, string | RegExp]>([
    [{ epochs: 0 }, 'run: epochs: found 0; allowed: a whole number from 1 to 1000000'],
    [{ threads: undefined }, 'run: threads: found nothing; allowed: a whole number from 1 to 256'],
    [
      { spec: { kind: 'nsf', p: { shape: 'triangel' } } },
      /^run: spec.p.shape: found "triangel"; allowed: triangle, .*; nearest: triangle$/,
    ],
    [{ spec: { kind: 'sgd', lr: deep(1000) } }, 'run: found "more"; allowed: at most 50 levels'],
    [{ probes: new Array(20_000).fill(1) }, 'run: found "more"; allowed: at most 10000 values'],
    [{ trails: 1 }, /^run: trails: found "trails"; allowed: task, .*; nearest: trial$/],
    [{ task: 'text' }, 'run: text: found nothing; allowed: a text, for the task text'],
    [
      { sample: { length: 1, temperature: 1 } },
      'run: sample: found an object; allowed: only with the task text',
    ],
    [{ file: {} }, 'run: file: found an object; allowed: only with the path of an .onnx file as model'],
    [{ model: 'mlp-0' }, /^run: model: found "mlp-0"; allowed: mlp-WIDTH/],
    [JSON.parse('{"__proto__": 1}') as object, 'run: found "__proto__"; allowed: any other name'],
    [
      { spec: JSON.parse('{"kind": "sgd", "__proto__": 1}') },
      'run: found "__proto__"; allowed: any other name',
    ],
  ])('refuses %j', (change, message) => {
    const changed = Object.defineProperties({ ...config }, Object.getOwnPropertyDescriptors(change));
    expect(() => parseRunConfig(changed)).toThrow(
      expect.objectContaining({
        constructor: InputError,
        message: typeof message === 'string' ? message : expect.stringMatching(message),
      }),
    );
  });

  it.each([[null], [[]], ['text'], [undefined]])('refuses %j', (json) => {
    expect(() => parseRunConfig(json, 'config.json')).toThrow(
      /^config.json: found .*; allowed: an object with task/,
    );
  });
});
