import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { optimizerKinds } from '@spectrain/optim';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planExperiment } from '../experiment/experiment.js';
import { InputError } from '../input/input-error.js';
import { testFolder } from '../testing/start-cli.js';
import { type OverridingFlags, readExperimentFile } from './read-experiment-file.js';

let folder: Awaited<ReturnType<typeof testFolder>>;
beforeAll(async () => {
  folder = await testFolder();
});
afterAll(() => folder.remove());

/** Writes files and reads the first. */
async function read(files: Readonly<Record<string, string | Uint8Array>>, flags: OverridingFlags = {}) {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder.path, name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, text);
  }
  return readExperimentFile(join(folder.path, Object.keys(files)[0]!), flags);
}

/** The message for a file `x.yaml`, without its folder. */
async function refusal(
  text: string | Uint8Array,
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  const error: unknown = await read({ 'x.yaml': text, ...more }).catch((thrown: unknown) => thrown);
  if (!(error instanceof InputError)) throw new Error('it was not refused', { cause: error });
  return error.message.replaceAll(`${folder.path}/`, '');
}

const minimal = 'optimizers: { adam: adam }';

describe('an experiment file', () => {
  it('leaves to the task what flags would', async () => {
    const experiment = await read({ 'minimal.yaml': minimal });
    const flags = planExperiment({ task: 'digits', augment: true }, '--optimizers', ['adam'], [0, 1, 2]);
    expect(experiment).toEqual({ ...flags, name: 'minimal' });
  });

  it('may say everything', async () => {
    const experiment = await read({
      'all.yaml': `
name: all of it
task: cifar10
model: WRN-10-1
optimizers:
  short: adam:lr=0.01
  full:
    kind: nsf
    p: { shape: triangle, low: -0.2, high: 0.5, period: 2, unit: epochs }
    groups: [{ match: '*.bias', weightDecay: 0 }]
  searched:
    spec: { kind: momentum, weightDecay: 5e-4 }
    space:
      lr: { min: 1e-3, max: 1, scale: log }
      momentum: { values: [0, 0.9] }
baseline: full
seeds: [3, 5]
epochs: 4
batch: 64
augmentation: { crop: 2, flip: false }
normalization: { mean: [0.5], std: [0.25] }
threads: 1
provider: cpu
log: { every: 10 }
checkpoint: { seconds: 5 }
probes: [gain, { name: boundary, every: 100 }]
tuning: { trials: 8, seeds: 2, epochs: 2, validation: 0.2, metric: loss }
targets: { accuracy: 0.9, loss: [0.5, 0.1] }
`,
    });
    expect(experiment).toMatchObject({
      name: 'all of it',
      model: 'wrn-10-1',
      optimizers: [
        { label: 'short', spec: { kind: 'adam', lr: 0.01, beta1: 0.9 } },
        { label: 'full', spec: { kind: 'nsf', lr: 0.1, beta2: 0.999, p: { high: 0.5 } } },
        {
          label: 'searched',
          spec: { kind: 'momentum', lr: 0.05, weightDecay: 5e-4 },
          space: { lr: { min: 0.001, max: 1, scale: 'log' }, momentum: { values: [0, 0.9] } },
        },
      ],
      baseline: 'full',
      seeds: [3, 5],
      batchSize: 64,
      augmentation: { crop: 2 },
      normalization: { mean: [0.5], std: [0.25] },
      logEvery: 10,
      checkpoint: { seconds: 5, last: 2, best: false },
      probes: [{ name: 'gain' }, { name: 'boundary', every: 100 }],
      tuning: { trials: 8, seeds: [10_000, 10_001], epochs: 2, validation: 0.2, metric: 'loss' },
      targets: { accuracy: [0.9], loss: [0.5, 0.1] },
    });
  });

  it('may be JSON, with tabs', async () => {
    expect(await read({ 'a.json': '{\n\t"epochs": 2,\n\t"optimizers": {"sgd": "sgd"}\n}' })).toMatchObject({
      name: 'a',
      epochs: 2,
    });
  });

  it('keeps optimizers in its order, whatever their names', async () => {
    const { optimizers } = await read({ 'x.yaml': 'optimizers: { b: adam, 2: sgd, 1: nsf }' });
    expect(optimizers.map(({ label }) => label)).toEqual(['b', '2', '1']);
  });

  it('gives way to flags', async () => {
    const files = { 'x.yaml': `${minimal}\nepochs: 4\nseeds: 5\naugmentation: true\ntask: cifar10` };
    expect(await read(files, { epochs: 1, seeds: 2, augment: false })).toMatchObject({
      epochs: 1,
      seeds: [0, 1],
    });
    const some = { 'x.yaml': 'optimizers: { a: adam:lr=1, s: {kind: sgd} }' };
    const labels = async (flags: OverridingFlags) =>
      (await read(some, flags)).optimizers.map(({ label, spec }) => [label, spec.kind, spec.lr]);
    expect(await labels({ optimizers: 's, nsf:lr=2' })).toEqual([
      ['s', 'sgd', 0.5],
      ['nsf:lr=2', 'nsf', 2],
    ]);
    expect(await labels({ lr: '0.25' })).toEqual([
      ['a', 'adam', 1],
      ['s', 'sgd', 0.25],
    ]);
    await expect(read(files, { model: 'mlp-x' })).rejects.toThrow(/^--model: found "mlp-x"/);
  });

  it('names files from its own folder', async () => {
    const files = {
      'deep/text.yaml': 'extends: ../base.yaml\ndata: notes.txt',
      'base.yaml': `${minimal}\ntask: text\ndata: other.txt\nmodel: net.onnx\ntrainable: [fc.*, head]`,
    };
    expect(await read(files)).toMatchObject({
      name: 'text',
      text: { file: join(folder.path, 'deep/notes.txt') },
      model: join(folder.path, 'net.onnx'),
      file: { trainable: ['fc.*', 'head'] },
    });
  });
});

describe('extends', () => {
  it('merges objects, replaces lists, and takes away by null', async () => {
    const experiment = await read({
      'child.yaml':
        'extends: middle.yaml\noptimizers: { c: sgd, a: { spec: { lr: 1 } }, b: null }\nseeds: [7]',
      'middle.yaml': 'extends: root.yaml\nepochs: 9',
      'root.yaml': 'seeds: [1, 2]\nepochs: 3\noptimizers: { a: { spec: { kind: adam, beta1: 0 } }, b: nsf }',
    });
    expect(experiment).toMatchObject({ name: 'child', seeds: [7], epochs: 9 });
    expect(experiment.optimizers.map(({ label }) => label)).toEqual(['a', 'c']);
    expect(experiment.optimizers[0]!.spec).toMatchObject({ kind: 'adam', lr: 1, beta1: 0 });
  });

  it('names the file where the value stands', async () => {
    const base = { 'base.yaml': 'epochs: 1\noptimizers:\n  adam:\n    kind: adam\n    betta1: 0' };
    expect(await refusal('extends: base.yaml\noptimizers: { adam: { lr: 1 } }', base)).toMatch(
      /^base.yaml:5:5: optimizers.adam.betta1: found "betta1"; allowed: .*; nearest: beta1$/,
    );
  });

  it.each([
    ['extends: x.yaml', 'x.yaml:1:1: extends: found "x.yaml"; allowed: a file that does not extend itself'],
    [
      'a: 1\nextends: no.yaml',
      'x.yaml:2:1: extends: found "no.yaml"; allowed: the path of a file that can be read (ENOENT)',
    ],
    ['extends: .', 'x.yaml:1:1: extends: found "."; allowed: the path of a file'],
    [
      'extends: [a]',
      'x.yaml:1:1: extends: found a list; allowed: the path of a file, from the folder of this one',
    ],
  ])('refuses %j', async (text, message) => {
    expect((await refusal(text)).replace(`"${folder.path}"`, '"."')).toBe(message);
  });

  it('refuses a cycle of several files', async () => {
    expect(await refusal('extends: y.yaml', { 'y.yaml': 'extends: x.yaml' })).toBe(
      'y.yaml:1:1: extends: found "x.yaml"; allowed: a file that does not extend itself',
    );
  });
});

describe('what is wrong is said in one line, with its place', () => {
  const adam = (field: string) => `optimizers:\n  adam:\n    kind: adam\n    ${field}`;
  const kinds = optimizerKinds.join(', ');
  it.each<readonly [string | Uint8Array, string | RegExp]>([
    [
      adam('lr: fast'),
      'x.yaml:4:5: optimizers.adam.lr: found "fast"; allowed: a number >= 0, or a signal {"kind": ...}',
    ],
    [
      adam('lr: { kind: multistep, initial: 1, milestones: [{at: 1}] }'),
      'x.yaml:4:53: optimizers.adam.lr.milestones[0].value: found nothing; allowed: a number >= 0',
    ],
    [
      'optimizers: { a: { spec: { kind: adm } } }',
      `x.yaml:1:28: optimizers.a.spec.kind: found "adm"; allowed: ${kinds}, custom; nearest: adam`,
    ],
    ['optimizers: { a: adm }', `x.yaml:1:15: optimizers.a: found "adm"; allowed: ${kinds}; nearest: adam`],
    [
      'optimizers: { a: "adam:lr=x" }',
      'x.yaml:1:15: optimizers.a adam:lr=x: lr: found "x"; allowed: a number >= 0',
    ],
    [
      'optimizers: { a: 3 }',
      'x.yaml:1:15: optimizers.a: found 3; allowed: an optimizer such as adam:lr=0.01, or an object with kind, or an object with spec, space',
    ],
    [
      'optimizers: { a: adam, b: adam }',
      'x.yaml:1:24: optimizers.b: found "b"; allowed: each optimizer once, and "a" is the same',
    ],
    [
      'optimizers: { a: { spec: adam, spce: 1 } }',
      'x.yaml:1:32: optimizers.a.spce: found "spce"; allowed: spec, space; nearest: space',
    ],
    [
      'optimizers: { a: { spec: adam, space: { lr: { values: 3 } } } }',
      'x.yaml:1:47: optimizers.a.space.lr.values: found 3; allowed: a list of 1 to 1000 numbers',
    ],
    [
      'optimizers: { a: { spec: adam, space: { rl: { min: 0, max: 1 } } } }',
      'x.yaml:1:41: optimizers.a.space.rl: found "rl"; allowed: lr, beta1, beta2, eps, weightDecay; nearest: lr',
    ],
    [
      'optimizers: { a: { spec: adam, space: { beta1: { min: 0, max: 1 } } } }',
      'x.yaml:1:58: optimizers.a.space.beta1.max: found 1; allowed: a number in [0, 1)',
    ],
    [
      'optimizers: { a: { spec: adam, space: { lr: { min: 0, max: 1, scale: log } } } }',
      'x.yaml:1:47: optimizers.a.space.lr.min: found 0; allowed: a number > 0, as the scale is log',
    ],
    [
      'optimizers: { a: { spec: adam, space: { lr: { min: 2, max: 1 } } } }',
      'x.yaml:1:55: optimizers.a.space.lr.max: found 1; allowed: a number > 2, which is min',
    ],
    [
      'optimizers: { "a\\nb": adam }',
      'x.yaml:1:15: optimizers["a\\nb"]: found "a\\nb"; allowed: a name of 1 to 100 printable characters',
    ],
    [
      'optimizers: { "a b": { kind: sgd, lr: -1 } }',
      'x.yaml:1:35: optimizers["a b"].lr: found -1; allowed: a number >= 0',
    ],
    [
      'optimizers: { __proto__: adam }',
      'x.yaml:1:15: optimizers: found "__proto__"; allowed: any other name',
    ],
    [
      'optimizers: { a: { kind: momentum, lr: {kind: linear, from: 1, to: 0, duration: 1} } }\ntuning: {}',
      'x.yaml:1:15: optimizers.a: space: found nothing; allowed: ranges to search, by lr.from, lr.to, lr.duration, momentum, dampening, weightDecay',
    ],
    ['optimizers: {}', 'x.yaml:1:1: optimizers: found nothing; allowed: at least one optimizer'],
    ['epochs: 1', 'x.yaml:1:1: optimizers: found nothing; allowed: at least one optimizer'],
    [
      `${minimal}\nepoch: 1`,
      /^x.yaml:2:1: epoch: found "epoch"; allowed: \$schema, name, .*, targets; nearest: epochs$/,
    ],
    [`${minimal}\nepochs: 0`, 'x.yaml:2:1: epochs: found 0; allowed: a whole number from 1 to 1000000'],
    [`${minimal}\nepochs: "1"`, 'x.yaml:2:1: epochs: found "1"; allowed: a whole number from 1 to 1000000'],
    [
      `${minimal}\nepochs: .inf`,
      'x.yaml:2:1: epochs: found Infinity; allowed: a whole number from 1 to 1000000',
    ],
    [
      `${minimal}\ntask: mnits`,
      'x.yaml:2:1: task: found "mnits"; allowed: digits, mnist, cifar10, cifar100, text, sines, gratings, wave, checkerboard, rings, spirals, moons, bands; nearest: mnist',
    ],
    [
      `${minimal}\nmodel: mlp-64-x`,
      /^x.yaml:2:1: model: found "mlp-64-x"; allowed: mlp-WIDTH.*; nearest: mlp-64-64$/,
    ],
    [
      `${minimal}\ntrainable: fc.*`,
      'x.yaml:2:1: trainable: found "fc.*"; allowed: only with the path of an .onnx file as model',
    ],
    [`${minimal}\ncontext: 8`, 'x.yaml:2:1: context: found "8"; allowed: only with the task text'],
    [
      `${minimal}\ntask: text`,
      'x.yaml:1:1: data: found ""; allowed: the path of a text file, for the task text',
    ],
    [`${minimal}\nbaseline: admm`, 'x.yaml:2:1: baseline: found "admm"; allowed: adam; nearest: adam'],
    [`${minimal}\nseeds: [1, 1]`, 'x.yaml:2:12: seeds[1]: found 1; allowed: each once'],
    [`${minimal}\nseeds: 0`, 'x.yaml:2:1: seeds: found 0; allowed: a whole number from 1 to 1000'],
    [`${minimal}\nseeds: [1, x]`, 'x.yaml:2:12: seeds[1]: found "x"; allowed: a whole number >= 0'],
    [
      `${minimal}\nseeds: [1, 2]\ntuning: { seeds: [2] }`,
      'x.yaml:3:19: tuning.seeds[0]: found 2; allowed: none of the seeds of the final runs',
    ],
    [
      `${minimal}\nseeds: [10000]\ntuning: { seeds: 1 }`,
      'x.yaml:3:11: tuning.seeds: found 10000; allowed: none of the seeds of the final runs',
    ],
    [
      `${minimal}\ntuning: { validation: 1 }`,
      'x.yaml:2:11: tuning.validation: found 1; allowed: a number between 0 and 1',
    ],
    [
      `${minimal}\naugmentation: { shift: true }`,
      'x.yaml:2:17: augmentation.shift: found true; allowed: only with the task text',
    ],
    [`${minimal}\nprobes: [gain, gain]`, 'x.yaml:2:16: probes[1]: found "gain"; allowed: each once'],
    [`${minimal}\n${minimal}`, 'x.yaml:2:1: found "optimizers"; allowed: each name once'],
    [`${minimal}\n---\nepochs: 1`, 'x.yaml:2:1: found "---"; allowed: YAML or JSON (one document)'],
    [
      `${minimal}\nname: !!js/function x`,
      /^x.yaml:2:7: found .* allowed: YAML or JSON \(Unresolved tag: .*\)$/,
    ],
    ['optimizers: [', /^x.yaml:1:14: found "optimizers: \["; allowed: YAML or JSON \(.*\)$/],
    ['? [a]\n: 1', 'x.yaml:1:3: found "[\\"a\\"]"; allowed: texts as names'],
    ['adam', 'x.yaml:1:1: found "adam"; allowed: an object with fields'],
    ['', 'x.yaml: found nothing; allowed: an experiment in YAML or JSON'],
    ['# nothing', 'x.yaml: found nothing; allowed: an experiment in YAML or JSON'],
    [Uint8Array.of(0x61, 0xff), 'experiment: found "x.yaml"; allowed: a text in UTF-8'],
    ['a: &a [*a]', 'x.yaml:1:8: a[0]["*"]: found "more"; allowed: at most 50 levels'],
    [
      `${'['.repeat(60)}${']'.repeat(60)}`,
      'x.yaml:1:52: [0][0][0]: found "more"; allowed: at most 50 levels',
    ],
  ])('%j', async (text, message) => {
    expect(await refusal(text)).toEqual(
      typeof message === 'string' ? message : expect.stringMatching(message),
    );
  });

  it('refuses aliases that make much of little', async () => {
    const bomb = [
      'a0: &a0 [x]',
      ...Array.from({ length: 20 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`),
    ];
    expect(await refusal(bomb.join('\n'))).toMatch(/: found "more"; allowed: at most 10000 values$/);
  });

  it('refuses what is too long', async () => {
    expect(await refusal('#'.repeat(1_000_001))).toBe(
      'experiment: found "x.yaml"; allowed: a file of at most 1000000 bytes',
    );
  });

  it('does not take long over many names', { timeout: 5000 }, async () => {
    const many = Array.from({ length: 60_000 }, (_, i) => `k${i}: 1`).join('\n');
    expect(await refusal(many)).toMatch(/at most 10000 values$/);
  });
});
