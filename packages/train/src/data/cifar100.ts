import type { ClassificationSplit } from '../types.js';
import { cifarRecordBytes, parseCifar } from './cifar.js';
import { cifar10 } from './cifar10.js';
import { DataError } from './data-error.js';
import type { DataSetDefinition } from './data-set-info.js';

/** A coarse label, one of 20, comes before the fine one, which is the class. */
const format = { labels: 2, label: 1, classes: 100 };

const classNames = `
  apple aquarium-fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly
  camel can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup
  dinosaur dolphin elephant flatfish forest fox girl hamster house kangaroo keyboard lamp lawn-mower
  leopard lion lizard lobster man maple-tree motorcycle mountain mouse mushroom oak-tree orange orchid
  otter palm-tree pear pickup-truck pine-tree plain plate poppy porcupine possum rabbit raccoon ray
  road rocket rose sea seal shark shrew skunk skyscraper snail snake spider squirrel streetcar
  sunflower sweet-pepper table tank telephone television tiger tractor train trout tulip turtle
  wardrobe whale willow-tree wolf woman worm`
  .trim()
  .split(/\s+/)
  .map((name) => name.replace('-', ' '));

/** 60,000 photographs of 32x32 pixels in 100 classes (Krizhevsky, 2009). */
export const cifar100: DataSetDefinition = {
  name: 'cifar100',
  title: 'CIFAR-100 photographs, 32x32 in colour',
  shape: cifar10.shape,
  classes: format.classes,
  classNames,
  trainCount: 50_000,
  testCount: 10_000,
  normalization: cifar10.normalization,
  source: cifar10.source,
  licence: cifar10.licence,
  // Only the download has a published checksum, so that the files are known by their size and what is in them.
  files: [
    { name: 'train.bin', bytes: 50_000 * cifarRecordBytes(format) },
    { name: 'test.bin', bytes: 10_000 * cifarRecordBytes(format) },
  ],
  downloads: [
    {
      url: 'https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz',
      bytes: 168_513_733,
      md5: '03b5dce01913d631647c71ecec9e9cb8',
    },
  ],
  folders: ['cifar-100-binary'],
  parse: (files) => ({ train: parseSplit(files, 'train.bin'), test: parseSplit(files, 'test.bin') }),
};

/** @throws DataError also when the classes are not of equal size, as they are in either file */
function parseSplit(files: Readonly<Record<string, Uint8Array>>, name: string): ClassificationSplit {
  const split = parseCifar([{ name, bytes: files[name]! }], format);
  const expected = split.labels.length / format.classes;
  const counts = new Uint32Array(format.classes);
  for (const label of split.labels) counts[label]!++;
  const odd = counts.findIndex((count) => count !== expected);
  if (odd >= 0)
    throw new DataError(
      `${name}: class ${odd} has ${counts[odd]} images, expected ${expected}; it is damaged.`,
    );
  return split;
}
