import type { ClassificationSplit } from '../types.js';
import { checkLabels } from './check-labels.js';
import type { DataSetDefinition } from './data-set-info.js';
import { parseIdx } from './idx.js';

// The authors' own server no longer hands out the files.
const mirror = 'https://ossci-datasets.s3.amazonaws.com/mnist';

/** 70,000 digits of 28x28 pixels (LeCun, Cortes and Burges, 1998). */
export const mnist: DataSetDefinition = {
  name: 'mnist',
  title: 'MNIST handwritten digits, 28x28',
  shape: [1, 28, 28],
  classes: 10,
  classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  trainCount: 60_000,
  testCount: 10_000,
  normalization: { divisor: 255, mean: [0.1307], std: [0.3081] },
  source: 'http://yann.lecun.com/exdb/mnist/',
  licence: 'CC BY-SA 3.0 (Y. LeCun and C. Cortes)',
  files: [
    {
      name: 'train-images-idx3-ubyte',
      bytes: 47_040_016,
      sha256: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    },
    {
      name: 'train-labels-idx1-ubyte',
      bytes: 60_008,
      sha256: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    },
    {
      name: 't10k-images-idx3-ubyte',
      bytes: 7_840_016,
      sha256: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    },
    {
      name: 't10k-labels-idx1-ubyte',
      bytes: 10_008,
      sha256: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
    },
  ],
  downloads: [
    {
      url: `${mirror}/train-images-idx3-ubyte.gz`,
      bytes: 9_912_422,
      md5: 'f68b3c2dcbeaaa9fbdd348bbdeb94873',
    },
    { url: `${mirror}/train-labels-idx1-ubyte.gz`, bytes: 28_881, md5: 'd53e105ee54ea40749a09fcbcd1e9432' },
    { url: `${mirror}/t10k-images-idx3-ubyte.gz`, bytes: 1_648_877, md5: '9fb629c4189551a2d022fa330f9573f3' },
    { url: `${mirror}/t10k-labels-idx1-ubyte.gz`, bytes: 4_542, md5: 'ec29112dd5afa0611ce80d1b7f02629c' },
  ],
  folders: ['mnist/raw', 'MNIST/raw'],
  parse: (files) => ({ train: parseSplit(files, 'train', 60_000), test: parseSplit(files, 't10k', 10_000) }),
};

function parseSplit(
  files: Readonly<Record<string, Uint8Array>>,
  prefix: string,
  count: number,
): ClassificationSplit {
  const images = `${prefix}-images-idx3-ubyte`;
  const classes = `${prefix}-labels-idx1-ubyte`;
  const inputs = parseIdx(files[images]!, images, [count, 28, 28]);
  const labels = parseIdx(files[classes]!, classes, [count]);
  checkLabels(labels, mnist.classes, classes);
  return { inputs, labels };
}
