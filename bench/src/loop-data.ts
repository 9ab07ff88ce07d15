import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ClassificationDataset, fromText, loadDataSet, randomStream } from '@spectrain/train';

/** Data in memory, with as many training examples as one turn takes and one test example: evaluation is not measured. */
export type LoopData = ClassificationDataset;

const root = new URL('../..', import.meta.url);

/** The folder with data sets: `DATA_DIR`, or ../shared/data if it is there. */
export function dataFolder(): string | undefined {
  const shared = fileURLToPath(new URL('../shared/data', root));
  return process.env.DATA_DIR ?? (existsSync(shared) ? shared : undefined);
}

/** The first examples of a data set's training split. */
function part(data: ClassificationDataset, count: number): LoopData {
  const size = data.shape.reduce((a, b) => a * b, 1);
  const labelSize = (data.labelShape ?? []).reduce((a, b) => a * b, 1);
  const first = (n: number) => ({
    inputs: data.train.inputs.slice(0, n * size),
    labels: data.train.labels.slice(0, n * labelSize),
  });
  const available = Math.floor(data.train.labels.length / labelSize);
  return { ...data, train: first(Math.min(count, available)), test: first(1) };
}

/**
 * CIFAR-10 from {@link dataFolder} or the cache.
 * @throws DataError if it is in none of them
 */
export async function cifar10(count: number): Promise<LoopData> {
  const dataDir = dataFolder();
  return part(await loadDataSet('cifar10', dataDir === undefined ? {} : { dataDir }), count);
}

/** Random images of MNIST's shape and number: the time of a step does not depend on what is on them. */
export async function mnistShapes(count: number): Promise<LoopData> {
  const random = randomStream(0, 'mnist');
  const train = {
    inputs: Uint8Array.from({ length: count * 784 }, () => random.int(256)),
    labels: Uint8Array.from({ length: count }, () => random.int(10)),
  };
  const normalization = { divisor: 255, mean: [0.1307], std: [0.3081] };
  return part({ name: 'mnist', shape: [1, 28, 28], classes: 10, normalization, train, test: train }, count);
}

export async function digits(count: number): Promise<LoopData> {
  return part(await loadDataSet('digits'), count);
}

/** The documentation of this repository, character by character. */
export async function text(count: number): Promise<LoopData> {
  const pages = [
    'README.md',
    ...['engine', 'experiments', 'many-machines', 'claims'].map((name) => `docs/${name}.md`),
  ];
  const texts = await Promise.all(pages.map((page) => readFile(new URL(page, root), 'utf8')));
  const { characters: _, ...data } = fromText(texts.join('\n'));
  return part(data, count);
}

/** Writes the training split to files, for the other side, and describes them. */
export async function writeSplit(
  { train: { inputs, labels }, shape, labelShape = [], classes, normalization }: LoopData,
  folder: string,
) {
  const paths = { inputs: join(folder, 'inputs'), labels: join(folder, 'labels') };
  await writeFile(paths.inputs, inputs);
  await writeFile(paths.labels, BigInt64Array.from(labels, BigInt));
  const dtype = inputs.constructor.name.replace('Array', '').toLowerCase();
  const { divisor, mean, std } = normalization ?? { divisor: 1, mean: [0], std: [1] };
  return { ...paths, dtype, shape, labelShape, classes, divisor, mean, std };
}
