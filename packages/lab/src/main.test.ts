import { once } from 'node:events';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { compileProgram, modelFromOnnx } from '@spectrain/train';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Results } from './results/results.js';
import { findRuns } from './store/run-folder.js';
import { startCli, testFolder } from './testing/start-cli.js';

let folder: Awaited<ReturnType<typeof testFolder>>;
beforeAll(async () => {
  folder = await testFolder();
});
afterAll(() => folder.remove());

const run = (line: string) => startCli(line.split(' ').filter(Boolean), folder.path).ended;
const readResults = async (out: string): Promise<Results> =>
  JSON.parse(await readFile(join(folder.path, out, 'results.json'), 'utf8'));

/** Without what depends on the time. */
function timeless(results: Results): unknown {
  const timed = ['seconds', 'examplesPerSecond', 'started'];
  return JSON.parse(JSON.stringify(results, (key, value) => (timed.includes(key) ? undefined : value)));
}

describe('compare', () => {
  const line = 'compare --optimizers momentum,nsf:lr=0.03 --seeds 2 --epochs 2 --json';

  it('prints one JSON document, the same for the same command but for times', async () => {
    const first = await run(`${line} --out first`);
    expect(first.status).toBe(0);
    expect(first.stderr).toMatch(/^Report: .*report\.html\n$/);
    const results: Results = JSON.parse(first.stdout);
    expect(results.runs.map(({ seed, optimizer, status }) => [seed, optimizer, status])).toEqual([
      [0, 'momentum', 'completed'],
      [0, 'nsf:lr=0.03', 'completed'],
      [1, 'momentum', 'completed'],
      [1, 'nsf:lr=0.03', 'completed'],
    ]);
    expect(results.runs.map(({ epochs }) => epochs.length)).toEqual([2, 2, 2, 2]);
    expect(results.summary[1]!.finalAccuracy!.mean).toBeGreaterThan(0.5);
    expect(await readResults('first')).toEqual(results);
    expect((await readdir(join(folder.path, 'first'))).sort()).toEqual([
      'experiment.json',
      'report.html',
      'results.json',
      'runs',
    ]);

    const second: Results = JSON.parse((await run(`${line} --out second`)).stdout);
    expect(timeless(second)).toEqual(timeless(results));
  });

  it('gives every optimizer of a seed the same start: without a step they agree', async () => {
    const { stdout } = await run(
      'compare --optimizers sgd,adam --lr 0 --seeds 2 --epochs 1 --json --out start',
    );
    const { runs }: Results = JSON.parse(stdout);
    const losses = runs.map(({ epochs }) => epochs[0]!.testLoss);
    expect(losses[0]).toBe(losses[1]);
    expect(losses[2]).toBe(losses[3]);
    expect(losses[0]).not.toBe(losses[2]);
  });

  it('goes on after a run that diverges, and ends with status 1', async () => {
    const { status, stdout } = await run(
      'compare --optimizers sgd:lr=1e9,adam --seeds 1 --epochs 1 --out diverged',
    );
    expect(status).toBe(1);
    expect(stdout).toMatch(/seed 0, sgd:lr=1e9: diverged, /);
    expect((await readResults('diverged')).runs.map((each) => each.status)).toEqual([
      'diverged',
      'completed',
    ]);
  });

  it('keeps the runs that are finished when interrupted', async () => {
    const line = 'compare --optimizers sgd,adam --seeds 1000 --epochs 1 --out interrupted';
    const { child, ended } = startCli(line.split(' '), folder.path);
    const finished = async () =>
      (await findRuns(join(folder.path, 'interrupted'))).filter((found) => found.status === 'completed');
    await expect.poll(async () => (await finished()).length, { timeout: 20_000 }).toBeGreaterThan(0);
    child.kill('SIGINT');
    const { status, stderr } = await ended;
    expect(status).toBe(130);
    const { runs, summary } = await readResults('interrupted');
    const completed = runs.filter((each) => each.status === 'completed').length;
    expect(completed).toBeGreaterThan(0);
    expect(completed).toBeLessThan(2000);
    expect(summary[0]!.completedRuns).toBe(Math.ceil(completed / 2));
    expect(stderr).toMatch(new RegExp(`^Stopped with ${completed} of 2000 runs completed\\. Report: .*\n$`));
  });
});

describe('run', () => {
  const file = [
    'task: digits',
    'model: mlp-16',
    'epochs: 1',
    'seeds: 2',
    'optimizers:',
    '  adam: adam',
    '  sgd: {spec: {kind: sgd, lr: 0.1}, space: {lr: {min: 0.01, max: 1, scale: log}}}',
    'tuning: {trials: 2, validation: 0.2}',
    'targets: {accuracy: 0.5}',
  ].join('\n');

  it('tunes, then trains with what was chosen, and writes all of it down', async () => {
    await writeFile(join(folder.path, 'small.yaml'), file);
    const { status, stdout, stderr } = await run('run small.yaml --jobs 2 --json --out small');
    expect(status, stderr).toBe(0);
    const results: Results = JSON.parse(stdout);
    expect(results.runs.map(({ seed, optimizer, status }) => [seed, optimizer, status])).toEqual([
      [0, 'adam', 'completed'],
      [0, 'sgd', 'completed'],
      [1, 'adam', 'completed'],
      [1, 'sgd', 'completed'],
    ]);
    expect(results.trials).toHaveLength(4);
    for (const { optimizer, settings, spec, trial } of results.chosen!) {
      const scores = results.trials!.filter((each) => each.optimizer === optimizer);
      const best = scores.toSorted((a, b) => b.epochs[0]!.testAccuracy! - a.epochs[0]!.testAccuracy!)[0]!;
      expect(best.trial).toBe(trial);
      expect(spec.lr).toBe(settings.lr);
      const own = results.runs.filter((each) => each.optimizer === optimizer);
      for (const { config } of own) expect(config!.spec).toEqual(spec);
    }
    expect(await findRuns(join(folder.path, 'small'))).toHaveLength(8);
  });

  it('goes on where it was killed, to the same weights', async () => {
    await writeFile(join(folder.path, 'kill.yaml'), file.replace('epochs: 1', 'epochs: 30'));
    const { child, ended } = startCli(['run', 'kill.yaml', '--out', 'killed'], folder.path);
    const begun = async () => (await findRuns(join(folder.path, 'killed'))).some(({ step }) => step > 0);
    await expect.poll(begun, { timeout: 20_000 }).toBe(true);
    child.kill('SIGKILL');
    await ended;
    const { status, stderr } = await run('resume killed --jobs 2');
    expect(status, stderr).toBe(0);
    expect((await run('run kill.yaml --out whole --jobs 2')).status).toBe(0);
    const weights = async (out: string) =>
      Promise.all(
        (await findRuns(join(folder.path, out))).map(async (found) => [
          found.id,
          await readFile(join(found.folder, 'weights.safetensors')),
        ]),
      );
    expect(await weights('killed')).toEqual(await weights('whole'));
  });

  it('prints its plan without training', async () => {
    await writeFile(join(folder.path, 'plan.yaml'), file);
    const { status, stdout } = await run('run plan.yaml --dry-run --out nothing');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^trials: 4 runs of 1 epoch of 36 steps, about /m);
    expect(stdout).toMatch(/^in all: 8 runs, 324 steps, about .* of memory$/m);
    expect(await readdir(folder.path)).not.toContain('nothing');
  });

  it('names the place in a file that is wrong', async () => {
    await writeFile(join(folder.path, 'wrong.yaml'), file.replace('epochs: 1', 'epoch: 1'));
    const { status, stdout, stderr } = await run('run wrong.yaml');
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: wrong\.yaml:3:1: epoch: .*epochs.*\n$/);
  });

  it('goes on with one run alone, and has it in the results of its experiment', async () => {
    await writeFile(join(folder.path, 'one.yaml'), file.replace('epochs: 1', 'epochs: 30'));
    const { child, ended } = startCli(['run', 'one.yaml', '--out', 'one'], folder.path);
    const finals = async () =>
      (await findRuns(join(folder.path, 'one'))).filter(({ config }) => config.trial === undefined);
    await expect
      .poll(async () => (await finals()).some(({ step }) => step > 0), { timeout: 20_000 })
      .toBe(true);
    child.kill('SIGINT');
    expect((await ended).status).toBe(130);
    const [begun] = (await finals()).filter(({ status }) => status === 'stopped');
    const others = await finals();
    const { status, stdout } = await run(`resume ${begun!.folder} --json`);
    expect(status).toBe(0);
    expect(JSON.parse(stdout).run).toMatchObject({ id: begun!.id, status: 'completed' });
    expect((await finals()).map(({ id }) => id)).toEqual(others.map(({ id }) => id));
    const results = await readResults('one');
    expect(results.runs.find(({ id }) => id === begun!.id)?.status).toBe('completed');

    const renamed = join(folder.path, 'renamed');
    await rename(begun!.folder, renamed);
    const refused = await run('resume renamed');
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining(begun!.id)]);
  });

  it('resumes nothing else than an experiment or a run', async () => {
    const { status, stderr } = await run('resume models');
    expect(status).toBe(2);
    expect(stderr).toMatch(/^error: folder: found "models"; allowed: .*\n$/);
  });
});

describe('train', () => {
  it('prints a line an epoch and saves the network', async () => {
    const { status, stdout } = await run('train --epochs 2 --seed 3 --save model.onnx --out train');
    expect(status).toBe(0);
    expect(stdout.match(/^epoch .*test accuracy/gm)).toHaveLength(2);
    expect((await readFile(join(folder.path, 'model.onnx'))).length).toBeGreaterThan(1000);
    expect((await readResults('train')).config).toMatchObject({ seeds: [3], epochs: 2 });
  });
});

describe('a model from a file', () => {
  it('is trained further, and saved as it was', async () => {
    const first = await run('train --model mlp-16 --epochs 1 --save first.onnx --out first-file');
    expect(first.status).toBe(0);
    const second = await run('train --model first.onnx --epochs 1 --save second.onnx --out second-file');
    expect(second.stderr).toMatch(/^Report: .*\n$/);
    expect(second.status).toBe(0);
    const accuracy = async (out: string) => (await readResults(out)).runs[0]!.epochs[0]!.testAccuracy!;
    expect(await accuracy('second-file')).toBeGreaterThan(await accuracy('first-file'));
    expect((await readResults('second-file')).config.model).toBe('first.onnx');
    const sizes = ['first.onnx', 'second.onnx'].map(
      async (file) => (await readFile(join(folder.path, file))).length,
    );
    expect(await sizes[1]).toBe(await sizes[0]);
  });

  it('keeps what --trainable does not name', async () => {
    await run('train --model wrn-10-1 --epochs 1 --save wrn.onnx --out wrn-file');
    const line =
      'train --model wrn.onnx --trainable fc.weight,fc.bias --batch-norm freeze --epochs 1 --save head.onnx';
    expect((await run(`${line} --out head-file`)).status).toBe(0);
    const weightsOf = async (file: string) => {
      const model = modelFromOnnx(await readFile(join(folder.path, file)));
      const { parameters, buffers } = compileProgram(model, [1, 8, 8], 10);
      return [...parameters, ...buffers];
    };
    const before = new Map((await weightsOf('wrn.onnx')).map(({ name, init }) => [name, init]));
    const after = await weightsOf('head.onnx');
    expect(after).toHaveLength(before.size);
    const changed = after.filter(({ name, init }) => !isDeepStrictEqual(init, before.get(name)));
    expect(changed.map(({ name }) => name).sort()).toEqual(['fc.bias', 'fc.weight']);
  });

  it('is refused where it does not suit the data', async () => {
    await run('train --model mlp-16 --epochs 1 --save digits.onnx --out digits-file');
    await writeFile(join(folder.path, 'words.txt'), 'one two three four five six seven eight\n'.repeat(40));
    const { status, stderr } = await run('train --task text --data words.txt --model digits.onnx');
    expect(stderr).toMatch(
      /^error: --model: found "digits.onnx"; allowed: .* \(its input "x" takes examples \[1, 8, 8\]; the data are \[64\]\)\n$/,
    );
    expect(status).toBe(2);
  });
});

describe('the task text', () => {
  beforeAll(() =>
    writeFile(join(folder.path, 'text.txt'), 'one two three four five six seven eight nine ten\n'.repeat(40)),
  );
  const line =
    'train --task text --data text.txt --context 16 --model transformer-1-32 --lr 0.01 --epochs 12';

  it('trains, tells the perplexity, and writes a sample that depends on the seed alone', async () => {
    const { status, stdout, stderr } = await run(`${line} --sample 60 --prompt one --out text`);
    expect(stderr).toMatch(/^Report: .*\n$/);
    expect(status).toBe(0);
    const lines = stdout.match(/^epoch .* test loss \S+ {2}perplexity \S+ .* characters\/s$/gm)!;
    expect(lines).toHaveLength(12);
    const [, testLoss, perplexity] = lines
      .at(-1)!
      .match(/test loss (\S+) {2}perplexity (\S+)/)!
      .map(Number);
    expect(Math.abs(perplexity! / Math.exp(testLoss!) - 1)).toBeLessThan(0.02);
    expect(perplexity).toBeLessThan(3);
    const { runs, config } = await readResults('text');
    expect(config).toMatchObject({
      text: { file: 'text.txt', context: 16 },
      sample: { length: 60, temperature: 0.8, prompt: 'one' },
    });
    expect(runs[0]!.sample).toHaveLength(60);
    expect(stdout).toContain(`Sample at temperature 0.8, seed 0:\n\none${runs[0]!.sample}\n`);

    const again = await run(`${line} --sample 60 --prompt one --json --out again`);
    const second: Results = JSON.parse(again.stdout);
    expect(second.runs[0]!.sample).toBe(runs[0]!.sample);
  });

  it('compares optimizers, without samples', async () => {
    const { status, stdout } = await run(
      'compare --task text --data text.txt --context 16 --model transformer-1-32 --epochs 1 --optimizers sgd,adam --seeds 1 --out texts',
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/^optimizer .*windows\/s.*\nsgd .*\nadam /);
    expect((await readResults('texts')).runs[0]).not.toHaveProperty('sample');
  });
});

describe('results that cannot be written', () => {
  it('are printed all the same, with status 1', async () => {
    for (const file of ['results.json', 'report.html'])
      await mkdir(join(folder.path, 'blocked', file, 'other'), { recursive: true });
    const { status, stdout, stderr } = await run(
      'compare --optimizers sgd,adam --seeds 1 --epochs 1 --out blocked',
    );
    expect(status).toBe(1);
    expect(stdout).toMatch(/^optimizer .*\nsgd .*\nadam /);
    expect(stderr).toMatch(
      /^error: blocked\/results\.json could not be written: E.*\nerror: blocked\/report\.html could not be written: E.*\n$/,
    );
  });

  it('do not cost a run whose network cannot be saved', async () => {
    const { child, ended } = startCli(
      'train --epochs 60 --save models/model.onnx --out unsaved'.split(' '),
      folder.path,
    );
    await once(child.stdout, 'data');
    await rm(join(folder.path, 'models'), { recursive: true });
    const { status, stdout, stderr } = await ended;
    expect(status).toBe(1);
    expect(stdout.match(/^epoch /gm)).toHaveLength(60);
    expect(stderr).toMatch(/^error: the network could not be written: ENOENT.*\nReport: .*\n$/);
    const { runs } = await readResults('unsaved');
    expect(runs.map((each) => [each.status, each.epochs.length])).toEqual([['completed', 60]]);
  });
});

describe('an interruption', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s ends the run under way and keeps its epochs', async (signal, expected) => {
    const { child, ended } = startCli(['train', '--epochs', '100000', '--out', signal], folder.path);
    await once(child.stdout, 'data');
    const interrupted = performance.now();
    child.kill(signal);
    const { status, stderr } = await ended;
    expect(performance.now() - interrupted).toBeLessThan(4000);
    expect(status).toBe(expected);
    expect(stderr).toMatch(/^Stopped with 0 of 1 runs completed\. Report: .*\n$/);
    const { runs } = await readResults(signal);
    expect(runs.map((each) => each.status)).toEqual(['stopped']);
    expect(runs[0]!.epochs.length).toBeGreaterThan(0);
    expect(await readdir(join(folder.path, signal))).toContain('report.html');
  });
});

describe('spectrain', () => {
  it('shows help when nothing is asked', async () => {
    const { status, stdout, stderr } = await run('');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Usage: spectrain .*compare.*train.*data/s);
  });

  it('tells its version', async () => {
    expect((await run('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('fails where a download does, which is no wrong input', async () => {
    const fetch = "globalThis.fetch=async()=>{throw(new(Error)('no'))}";
    const { status, stdout, stderr } = await startCli(['data', 'get', 'mnist'], folder.path, {
      NODE_OPTIONS: `--import data:text/javascript,${fetch}`,
    }).ended;
    expect(stderr).toMatch(/^error: https:\S+: cannot be reached \(.*\)\.\n$/);
    expect([status, stdout]).toEqual([1, '']);
  });

  it('prints the JSON Schema of experiment files', async () => {
    const { status, stdout } = await run('schema');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ type: 'object', properties: { epochs: { type: 'integer' } } });
  });

  it('lists the data sets', async () => {
    const { stdout } = await run('data list --json');
    expect(JSON.parse(stdout)).toMatchObject([
      { name: 'digits', state: 'embedded' },
      { name: 'mnist', state: 'missing' },
      { name: 'cifar10', state: 'missing' },
      { name: 'cifar100', state: 'missing' },
    ]);
  });
});
