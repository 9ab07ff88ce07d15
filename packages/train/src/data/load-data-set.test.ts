import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClassificationSplit } from '../types.js';
import { DataError } from './data-error.js';
import type { DataProgress, DataSetDefinition } from './data-set-info.js';
import { dataSetStatus } from './data-set-status.js';
import { dataSets, findDataSet } from './data-sets.js';
import { loadDataSet, readDataSet } from './load-data-set.js';

const shared = fileURLToPath(new URL('../../../../../shared/data', import.meta.url));
const hint = 'Download it with "spectrain data get tiny", or name a folder that has it with --data-dir PATH.';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spectrain-data-'));
});
afterAll(() => rm(folder, { recursive: true }));

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const contents = Uint8Array.of(1, 2, 3, 4);
const tiny: DataSetDefinition = {
  ...findDataSet('mnist'),
  name: 'tiny',
  files: [{ name: 'tiny.bin', bytes: 4, sha256: sha256(contents) }],
  downloads: [],
  folders: ['usual/folder'],
  parse: (files) => {
    const split = { inputs: files['tiny.bin']!, labels: new Uint8Array(4) };
    return { train: split, test: split };
  },
};

function classCounts({ labels }: ClassificationSplit): number[] {
  const counts = new Array<number>(10).fill(0);
  for (const label of labels) counts[label]!++;
  return counts;
}

describe('data sets', () => {
  it('have distinct names and one default, which needs no download', () => {
    expect(dataSets.map(({ name }) => name)).toEqual(['digits', 'mnist', 'cifar10', 'cifar100']);
    expect(dataSets.filter((set) => set.default)).toMatchObject([{ name: 'digits', embedded: true }]);
  });

  it('are refused by a name that is not known', async () => {
    const message = 'There is no data set "imagenet"; there are digits, mnist, cifar10, cifar100.';
    expect(() => findDataSet('imagenet')).toThrow(new DataError(message));
    await expect(loadDataSet('imagenet')).rejects.toThrow(new DataError(message));
  });
});

describe('digits', () => {
  it('loads without a download, split one in five of each class', async () => {
    const { train, test, ...data } = await loadDataSet('digits', {
      dataDir: '/nowhere',
      cacheDir: '/nowhere',
    });
    expect(data).toEqual({
      name: 'digits',
      shape: [1, 8, 8],
      classes: 10,
      normalization: { divisor: 16, mean: [0.305], std: [0.376] },
    });
    expect(train.inputs.length).toBe(1438 * 64);
    expect(test.inputs.length).toBe(359 * 64);
    expect(classCounts(train)).toEqual([142, 146, 142, 146, 145, 146, 145, 143, 139, 144]);
    expect(classCounts(test)).toEqual([36, 36, 35, 37, 36, 36, 36, 36, 35, 36]);
    // The first image of the file is a nought: its second row is 0 0 13 15 10 15 5 0.
    expect([...train.inputs.subarray(8, 16)]).toEqual([0, 0, 13, 15, 10, 15, 5, 0]);
    expect(train.labels[0]).toBe(0);
  });

  it('is normalised by the mean and the deviation of its training pixels', async () => {
    const { train } = await loadDataSet('digits');
    const values = Array.from(train.inputs, (value) => value / 16);
    const mean = values.reduce((a, b) => a + b) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(mean).toBeCloseTo(0.305, 3);
    expect(Math.sqrt(variance)).toBeCloseTo(0.376, 3);
  });

  it.each([
    [`${'0,'.repeat(63)}9`, 'digits.csv: line 1 is not 64 whole numbers, 0 to 16, and a label.'],
    [`${'17,'.repeat(64)}9`, 'digits.csv: line 1 is not 64 whole numbers, 0 to 16, and a label.'],
    [`${'0,'.repeat(64)}10`, 'digits.csv: label 0 is 10; with 10 classes labels are 0 to 9.'],
  ])('refuses the line %s', (line, message) => {
    const files = { 'digits.csv': new TextEncoder().encode(line) };
    expect(() => findDataSet('digits').parse(files)).toThrow(new DataError(message));
  });
});

const haveMnist = existsSync(join(shared, 'mnist'));
describe.skipIf(!haveMnist)('mnist (needs ../shared/data/mnist)', () => {
  it('loads from packed files, counts and first labels as published', async () => {
    const { train, test } = await loadDataSet('mnist', { dataDir: shared });
    expect([train.inputs.length, test.inputs.length]).toEqual([60_000 * 784, 10_000 * 784]);
    expect(classCounts(train)).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    expect(classCounts(test)).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    expect([...train.labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    expect([...test.labels.subarray(0, 5)]).toEqual([7, 2, 1, 0, 4]);
    let sum = 0;
    for (const value of train.inputs) sum += value / 255;
    expect(sum / train.inputs.length).toBeCloseTo(0.1307, 4);
  });
});

const haveCifar = existsSync(join(shared, 'cifar-10-batches-bin'));
describe.skipIf(!haveCifar)('cifar10 (needs ../shared/data/cifar-10-batches-bin)', () => {
  it('loads, in the order of the files, with balanced classes', async () => {
    const { train, test } = await loadDataSet('cifar10', { dataDir: shared });
    expect([train.inputs.length, test.inputs.length]).toEqual([50_000 * 3072, 10_000 * 3072]);
    expect(classCounts(train)).toEqual(new Array(10).fill(5000));
    expect(classCounts(test)).toEqual(new Array(10).fill(1000));
    // A frog, two trucks, a deer and a car; the test part starts with a cat, two ships, an aeroplane and a frog.
    expect([...train.labels.subarray(0, 5)]).toEqual([6, 9, 9, 4, 1]);
    expect([...test.labels.subarray(0, 5)]).toEqual([3, 8, 8, 0, 6]);
    expect([...train.inputs.subarray(0, 4)]).toEqual([59, 43, 50, 68]);
  });
});

describe('readDataSet', () => {
  it('finds files, plain or packed, in the folder and in the usual folders below it', async () => {
    for (const [place, below] of ['.', 'tiny', 'usual/folder'].entries()) {
      const dataDir = join(folder, `found-${place}`);
      await mkdir(join(dataDir, below), { recursive: true });
      await writeFile(join(dataDir, below, 'tiny.bin.gz'), gzipSync(contents));
      expect((await readDataSet(tiny, { dataDir })).train.inputs).toEqual(contents);
      await writeFile(join(dataDir, below, 'tiny.bin'), contents);
      expect((await readDataSet(tiny, { dataDir })).train.inputs).toEqual(contents);
    }
  });

  it('reads from the cache and reports progress', async () => {
    const cacheDir = join(folder, 'cache');
    await mkdir(join(cacheDir, 'tiny'), { recursive: true });
    await writeFile(join(cacheDir, 'tiny', 'tiny.bin'), contents);
    const seen: DataProgress[] = [];
    await readDataSet(tiny, { cacheDir, onProgress: (progress) => seen.push(progress) });
    expect(seen).toEqual([{ file: 'tiny.bin', bytes: 4, totalBytes: 4 }]);
  });

  it('says what is missing, where it was looked for, and how to get it', async () => {
    const dataDir = join(folder, 'empty');
    await mkdir(dataDir);
    await expect(readDataSet(tiny, { dataDir })).rejects.toThrow(
      new DataError(
        `tiny: there is no tiny.bin in ${dataDir} or ${join(dataDir, 'tiny')} or ${join(dataDir, 'usual/folder')}. ${hint}`,
      ),
    );
    await expect(readDataSet(tiny, { dataDir: join(folder, 'gone') })).rejects.toThrow(
      new DataError(`tiny: there is no folder ${join(folder, 'gone')}. ${hint}`),
    );
    await expect(readDataSet(tiny, { cacheDir: dataDir })).rejects.toThrow(
      new DataError(`tiny: there is no tiny.bin in ${join(dataDir, 'tiny')}. ${hint}`),
    );
  });

  it.each([
    ['tiny.bin', contents.subarray(0, 3), 'truncated, found 3 bytes, expected 4.'],
    ['tiny.bin', new Uint8Array(5), 'too long, found 5 bytes, expected 4.'],
    [
      'tiny.bin',
      new Uint8Array(4),
      `wrong checksum, found sha256 ${sha256(new Uint8Array(4))}, expected ${sha256(contents)}.`,
    ],
    ['tiny.bin.gz', gzipSync(contents.subarray(0, 3)), 'truncated, found 3 bytes, expected 4.'],
    ['tiny.bin.gz', contents, 'cannot be unpacked (incorrect header check).'],
    ['tiny.bin.gz', gzipSync(contents).subarray(0, -4), 'cannot be unpacked (unexpected end of file).'],
  ])('refuses a damaged %s', async (name, bytes, message) => {
    const dataDir = await mkdtemp(join(folder, 'damaged-'));
    await writeFile(join(dataDir, name), bytes);
    await expect(readDataSet(tiny, { dataDir })).rejects.toThrow(
      new DataError(`${join(dataDir, name)}: ${message}`),
    );
  });
});

describe('dataSetStatus', () => {
  it('tells embedded, cached and missing data sets apart', async () => {
    const cacheDir = join(folder, 'status');
    const mnist = join(cacheDir, 'mnist');
    expect(existsSync(join((await dataSetStatus('digits')).folder, 'digits.csv.gz'))).toBe(true);
    expect((await dataSetStatus('digits')).state).toBe('embedded');
    expect(await dataSetStatus('mnist', { cacheDir })).toEqual({ state: 'missing', folder: mnist });
    await mkdir(mnist, { recursive: true });
    for (const { name } of findDataSet('mnist').files) await writeFile(join(mnist, name), '');
    expect(await dataSetStatus('mnist', { cacheDir })).toEqual({ state: 'cached', folder: mnist });
    await rm(join(mnist, 'train-images-idx3-ubyte'));
    expect(await dataSetStatus('mnist', { cacheDir })).toEqual({ state: 'missing', folder: mnist });
  });

  it('looks in the folder that SPECTRAIN_CACHE names', async () => {
    const before = process.env.SPECTRAIN_CACHE;
    process.env.SPECTRAIN_CACHE = join(folder, 'elsewhere');
    try {
      expect((await dataSetStatus('mnist')).folder).toBe(join(folder, 'elsewhere', 'mnist'));
      delete process.env.SPECTRAIN_CACHE;
      expect((await dataSetStatus('mnist')).folder).toMatch(/spectrain.*mnist$/);
    } finally {
      if (before !== undefined) process.env.SPECTRAIN_CACHE = before;
    }
  });
});
