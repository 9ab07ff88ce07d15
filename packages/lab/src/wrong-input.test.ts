import { mkdir, readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findDataSet } from '@spectrain/train';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCli, testFolder } from './testing/start-cli.js';

let folder: Awaited<ReturnType<typeof testFolder>>;

beforeAll(async () => {
  folder = await testFolder();
  await writeFile(join(folder.path, 'file'), '');
  await mkdir(join(folder.path, 'earlier'));
  await writeFile(join(folder.path, 'earlier', 'results.json'), '{}');
  await writeFile(join(folder.path, 'short.txt'), 'a'.repeat(649));
  await writeFile(join(folder.path, 'text.onnx'), 'a'.repeat(649));
  await writeFile(join(folder.path, 'latin1.txt'), Buffer.from('é'.repeat(1000), 'latin1'));
  await writeZeros('truncated', 'cifar10', -1);
  await writeZeros('wrong', 'mnist', 0);
});
afterAll(() => folder.remove());

/** The files of a data set, nothing but zeros. */
async function writeZeros(name: string, dataSet: string, extraBytes: number): Promise<void> {
  await mkdir(join(folder.path, name));
  for (const file of findDataSet(dataSet).files) {
    const path = join(folder.path, name, file.name);
    await writeFile(path, '');
    await truncate(path, file.bytes + extraBytes);
  }
}

describe('wrong input ends with status 2 and one line on stderr', () => {
  it.concurrent.each<readonly [string, RegExp]>([
    [
      'compare --optimizers adam,mometum',
      /^error: --optimizers: found "mometum"; allowed: sgd, .*; nearest: momentum$/,
    ],
    [
      'compare --task digit',
      /^error: --task: found "digit"; allowed: digits, mnist, cifar10, cifar100, text, .*, bands; nearest: digits$/,
    ],
    [
      'compare --model mlp-64-x',
      /^error: --model: found "mlp-64-x"; allowed: mlp-WIDTH.*; nearest: mlp-64-64$/,
    ],
    [
      'compare --model wrn-17-1',
      /^error: --model: found "wrn-17-1"; allowed: .*6n \+ 4.*; nearest: wrn-16-1$/,
    ],
    [
      'train --model missing.onnx',
      /^error: --model: found "missing.onnx"; allowed: .* trained on digits \(there is no such file\)$/,
    ],
    [
      'compare --model text.onnx',
      /^error: --model: found "text.onnx"; allowed: .*\(this is not an ONNX file: .*\)$/,
    ],
    [
      'train --trainable fc.*',
      /^error: --trainable: found "fc.\*"; allowed: only with the path of an .onnx file as model$/,
    ],
    [
      'train --model text.onnx --batch-norm frozen',
      /^error: --batch-norm: found "frozen"; allowed: train, freeze; nearest: freeze$/,
    ],
    ['compare --epochs 0', /^error: --epochs: found "0"; allowed: a whole number from 1 to 1000000$/],
    ['compare --seeds 1.5', /^error: --seeds: found "1.5"; allowed: a whole number from 1 to 1000$/],
    ['compare --seeds 1e12', /^error: --seeds: found "1e12"; allowed: a whole number from 1 to 1000$/],
    ['compare --batch 1e12', /^error: --batch: found "1e12"; allowed: a whole number from 1 to 1000000$/],
    ['compare --threads 0', /^error: --threads: found "0"; allowed: a whole number from 1 to 256$/],
    ['compare --threads 1e12', /^error: --threads: found "1e12"; allowed: a whole number from 1 to 256$/],
    [
      'train --provider quantum',
      /^error: --provider: found "quantum"; allowed: cpu[a-z, ]* \(quantum: ONNX Runtime for .* has cpu, .*\)$/,
    ],
    ['compare --lr -1', /^error: --lr: found "-1"; allowed: a number >= 0$/],
    ['compare --p NaN', /^error: --p: found "NaN"; allowed: a number in \[-1, 1\]$/],
    [
      'compare --momentum 0.9 --optimizers adam',
      /^error: --momentum: found "0.9"; allowed: only with one of momentum/,
    ],
    ['train --p NaN', /^error: --p: found "NaN"; allowed: a number in \[-1, 1\]$/],
    ['train --p 0.5', /^error: --p: found "0.5"; allowed: only with one of padam, smes in --optimizer$/],
    ['compare --epoch 3', /^error: unknown option '--epoch' \(Did you mean --epochs\?\)/],
    ['compare --epochs', /^error: option '--epochs <n>' argument missing/],
    ['compre', /^error: unknown command 'compre' \(Did you mean compare\?\)/],
    ['data gte digits', /^error: unknown command 'gte' \(Did you mean get\?\)/],
    [
      'data get mnits',
      /^error: data set: found "mnits"; allowed: digits, mnist, cifar10, cifar100; nearest: mnist$/,
    ],
    [
      'compare --task cifar10',
      /^error: cifar10: there is no data_batch_1.bin in .*spectrain data get cifar10/,
    ],
    [
      'compare --task cifar10 --data-dir missing',
      /^error: --data-dir: found "missing"; allowed: a folder that is there$/,
    ],
    [
      'compare --task cifar10 --data-dir file',
      /^error: --data-dir: found "file"; allowed: a folder that is there$/,
    ],
    [
      'compare --data-dir wrong',
      /^error: --data-dir: found "wrong"; allowed: no folder for digits, which ships with the package$/,
    ],
    [
      'compare --task cifar10 --data-dir truncated',
      /^error: .*\.bin: truncated, found 30729999 bytes, expected 30730000/,
    ],
    ['compare --task mnist --data-dir wrong', /^error: .*ubyte: wrong checksum, found sha256/],
    [
      'compare --out file',
      /^error: --out: found "file"; allowed: a folder that can be written to \(ENOTDIR\)$/,
    ],
    ['compare --out file/below', /^error: --out: found "file\/below"; allowed: .*\(ENOTDIR\)$/],
    ['train --task text', /^error: --data: found ""; allowed: the path of a text file, for the task text$/],
    ['train --task text --data missing', /^error: --data missing: there is no such file\.$/],
    ['train --task text --data earlier', /^error: --data earlier: it is a folder, not a text file\.$/],
    ['train --task text --data file', /^error: --data file: there is no text in it\.$/],
    [
      'compare --task text --data short.txt',
      /^error: --data short.txt: 649 characters are too few for a context of 64, which needs 650 or more\.$/,
    ],
    ['train --task text --data latin1.txt', /^error: --data latin1.txt: it is not a text in UTF-8\.$/],
    [
      'train --task text --data short.txt --context 8 --prompt aaé',
      /^error: --prompt: found "é"; allowed: characters that the text has$/,
    ],
    [
      'train --task text --data short.txt --context 8 --data-dir earlier',
      /^error: --data-dir: found "earlier"; allowed: no folder for text, which is read from --data$/,
    ],
    [
      'train --task text --data short.txt --context 8 --model mlp-8',
      /^error: --model: found "mlp-8"; allowed: .*text needs transformer-LAYERS-WIDTH; the data are \[8\]$/,
    ],
    [
      'train --model transformer-2-64',
      /^error: --model: found "transformer-2-64"; allowed: .*needs text.*; the data are \[1, 8, 8\]$/,
    ],
    [
      'train --model transformer-2-60',
      /^error: --model: found "transformer-2-60"; allowed: .*WIDTH 32, 64, 96.*; nearest: transformer-2-64$/,
    ],
    ['train --data short.txt', /^error: --data: found "short.txt"; allowed: only with the task text$/],
    ['compare --context 8', /^error: --context: found "8"; allowed: only with the task text$/],
    ['train --sample 0', /^error: --sample: found "0"; allowed: only with the task text$/],
    ['train --prompt a', /^error: --prompt: found "a"; allowed: only with the task text$/],
    ['train --temperature 1', /^error: --temperature: found "1"; allowed: only with the task text$/],
    ['train --context 0', /^error: --context: found "0"; allowed: a whole number from 1 to 4096$/],
    ['train --temperature -1', /^error: --temperature: found "-1"; allowed: a number from 0 to 1000$/],
    ['compare --out earlier', /^error: --out: found "earlier"; allowed: a folder without a results.json/],
    ['train --optimizer adam:lr=x', /^error: --optimizer adam:lr=x: lr: found "x"; allowed: a number >= 0$/],
    ['train --seed -1', /^error: --seed: found "-1"; allowed: a whole number >= 0$/],
    ['train --save truncated', /^error: --save: found "truncated"; allowed: the path of a file$/],
    ['train --save models/', /^error: --save: found "models\/"; allowed: the path of a file$/],
    ['train --save=', /^error: --save: found ""; allowed: the path of a file$/],
    ['train --out=', /^error: --out: found ""; allowed: the path of a folder$/],
    [
      'train --save file/model.onnx',
      /^error: --save: found "file\/model.onnx"; allowed: the path of a file that can be written \(ENOTDIR\)$/,
    ],
    [
      `train --save ${'x'.repeat(250)}`,
      /^error: --save: found "x+"; allowed: the path of a file that can be written \(ENAMETOOLONG\)$/,
    ],
    [
      'compare --queue http://:secret@host',
      /^error: --queue: found "http:\/\/host"; allowed: redis:\/\/.*TLS; percent-encoded/,
    ],
    [
      'compare --queue redis://127.0.0.1:1',
      /^error: --queue: found "redis:\/\/127.0.0.1:1"; allowed: the URL of a Redis that answers \(.*ECONNREFUSED/,
    ],
    [
      'train --queue redis://host --task text --data short.txt',
      /^error: --task: found "text"; allowed: with --queue, a data set: workers do not have the file of --data$/,
    ],
    [
      'compare --queue redis://host --model text.onnx',
      /^error: --model: found "text.onnx"; allowed: with --queue, the name of a model: .*$/,
    ],
    ['worker', /^error: required option '--queue <url>' not specified/],
    ['worker --queue redis://', /^error: --queue: found "redis:\/\/"; allowed: redis:/],
    [
      'worker --queue redis://127.0.0.1:1 --artifacts file',
      /^error: --artifacts: found "file"; allowed: .*ENOTDIR/,
    ],
  ])('%s', async (line, message) => {
    const { status, stdout, stderr } = await startCli(line.split(' '), folder.path).ended;
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(stderr.trimEnd()).toMatch(message);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  it('has written nothing', async () => {
    expect((await readdir(folder.path)).sort()).toEqual([
      'earlier',
      'file',
      'latin1.txt',
      'short.txt',
      'text.onnx',
      'truncated',
      'wrong',
    ]);
  });
});
