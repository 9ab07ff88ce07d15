import type { ClassificationSplit } from '../types.js';
import { checkLabels } from './check-labels.js';
import { DataError } from './data-error.js';
import type { DataSetDefinition } from './data-set-info.js';
import { selectExamples } from './select-examples.js';
import { stratifiedSplit } from './stratified-split.js';

/**
 * 1,797 digits of 8x8 pixels, by 13 writers. The file has no split of its own, and its lines stand in the order in which
 * people wrote them, so that its last lines would be a test of other hands and not of other digits. The split is
 * therefore drawn at random, one in five of every class, always with the same seed. All writers occur in both parts:
 * the accuracy says little about strangers' writing.
 */
export const digits: DataSetDefinition = {
  name: 'digits',
  title: 'Handwritten digits, 8x8',
  shape: [1, 8, 8],
  classes: 10,
  classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  trainCount: 1438,
  testCount: 359,
  // Of the training pixels, to three digits.
  normalization: { divisor: 16, mean: [0.305], std: [0.376] },
  default: true,
  embedded: true,
  source: 'https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits',
  licence: 'CC BY 4.0 (E. Alpaydin and C. Kaynak, UCI Machine Learning Repository)',
  files: [
    {
      name: 'digits.csv',
      bytes: 264712,
      sha256: '6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8',
    },
  ],
  downloads: [],
  folders: [],
  parse: (files) => {
    const all = parseDigits(files['digits.csv']!);
    const { train, test } = stratifiedSplit(all.labels, 0.2, 0);
    return { train: selectExamples(all, train, pixels), test: selectExamples(all, test, pixels) };
  },
};

const pixels = 64;

/** Lines of 64 pixels, 0 to 16, and the digit. */
function parseDigits(csv: Uint8Array): ClassificationSplit {
  const lines = new TextDecoder().decode(csv).trimEnd().split('\n');
  const inputs = new Uint8Array(lines.length * pixels);
  const labels = new Uint8Array(lines.length);
  lines.forEach((line, i) => {
    const values = line.split(',').map(Number);
    const label = values.pop()!;
    if (
      values.length !== pixels ||
      !values.every((value) => Number.isInteger(value) && value >= 0 && value <= 16)
    )
      throw new DataError(`digits.csv: line ${i + 1} is not ${pixels} whole numbers, 0 to 16, and a label.`);
    inputs.set(values, i * pixels);
    labels[i] = label;
  });
  checkLabels(labels, digits.classes, 'digits.csv');
  return { inputs, labels };
}
