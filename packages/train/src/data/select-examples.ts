import type { Split } from '../types.js';

/**
 * A split of its own with copies of the examples `indices`.
 * @param size values, and @param labelSize labels of one example
 */
export function selectExamples(
  { inputs, labels }: Split,
  indices: Uint32Array,
  size: number,
  labelSize = 1,
): Split {
  // Not `slice`, which in Node's Buffer is a view.
  const ArrayOfInputs =
    inputs instanceof Uint8Array ? Uint8Array : inputs instanceof Uint16Array ? Uint16Array : Float32Array;
  const ArrayOfLabels =
    labels instanceof Uint8Array ? Uint8Array : labels instanceof Uint16Array ? Uint16Array : Int32Array;
  const chosen = new ArrayOfInputs(indices.length * size);
  const chosenLabels = new ArrayOfLabels(indices.length * labelSize);
  indices.forEach((index, i) => {
    chosen.set(inputs.subarray(index * size, (index + 1) * size), i * size);
    chosenLabels.set(labels.subarray(index * labelSize, (index + 1) * labelSize), i * labelSize);
  });
  return { inputs: chosen, labels: chosenLabels };
}
