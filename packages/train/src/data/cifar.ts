import type { ClassificationSplit } from '../types.js';
import { checkLabels } from './check-labels.js';
import { DataError } from './data-error.js';

const pixels = 3 * 32 * 32;

/** How the records of a file begin; the rest of each is the image: its red, green and blue plane. */
export interface CifarFormat {
  /** Labels of a record, a byte each. */
  readonly labels: number;
  /** Which of them is the class. */
  readonly label: number;
  readonly classes: number;
}

/** The length of a record. */
export function cifarRecordBytes({ labels }: CifarFormat): number {
  return labels + pixels;
}

/**
 * Reads files of the binary version of CIFAR-10 or CIFAR-100 (Krizhevsky, 2009), one after the other.
 * @throws DataError when a file does not consist of whole records or a label is out of range
 */
export function parseCifar(
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
  format: CifarFormat,
): ClassificationSplit {
  const record = cifarRecordBytes(format);
  const counts = files.map(({ name, bytes }) => {
    if (bytes.length % record !== 0)
      throw new DataError(`${name}: ${bytes.length} bytes are not whole records of ${record} bytes.`);
    return bytes.length / record;
  });
  const count = counts.reduce((a, b) => a + b, 0);
  const inputs = new Uint8Array(count * pixels);
  const labels = new Uint8Array(count);
  let example = 0;
  files.forEach(({ name, bytes }, file) => {
    const first = example;
    for (let start = 0; start < bytes.length; start += record) {
      labels[example] = bytes[start + format.label]!;
      inputs.set(bytes.subarray(start + format.labels, start + record), example * pixels);
      example++;
    }
    checkLabels(labels.subarray(first, first + counts[file]!), format.classes, name);
  });
  return { inputs, labels };
}
