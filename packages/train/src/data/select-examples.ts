import type { ClassificationSplit, RegressionSplit } from '../types.js';

/**
 * A split of its own with copies of the examples `indices`.
 * @param size values, and @param labelSize labels of one example
 */
export function selectExamples(
  { inputs, labels }: ClassificationSplit,
  indices: Uint32Array,
  size: number,
  labelSize = 1,
): ClassificationSplit {
  const ArrayOfLabels =
    labels instanceof Uint8Array ? Uint8Array : labels instanceof Uint16Array ? Uint16Array : Int32Array;
  const chosen = new ArrayOfLabels(indices.length * labelSize);
  copyRows(labels, chosen, indices, labelSize);
  return { inputs: selectInputs(inputs, indices, size), labels: chosen };
}

/** {@link selectExamples} in regression. @param targetSize target values of one example */
export function selectRegressionExamples(
  { inputs, targets }: RegressionSplit,
  indices: Uint32Array,
  size: number,
  targetSize: number,
): RegressionSplit {
  const chosen = new Float32Array(indices.length * targetSize);
  copyRows(targets, chosen, indices, targetSize);
  return { inputs: selectInputs(inputs, indices, size), targets: chosen };
}

function selectInputs(
  inputs: ClassificationSplit['inputs'],
  indices: Uint32Array,
  size: number,
): ClassificationSplit['inputs'] {
  // Not `slice`, which in Node's Buffer is a view.
  const ArrayOfInputs =
    inputs instanceof Uint8Array ? Uint8Array : inputs instanceof Uint16Array ? Uint16Array : Float32Array;
  const chosen = new ArrayOfInputs(indices.length * size);
  copyRows(inputs, chosen, indices, size);
  return chosen;
}

type Values = Uint8Array | Uint16Array | Int32Array | Float32Array;

function copyRows(from: Values, to: Values, indices: Uint32Array, size: number): void {
  indices.forEach((index, i) => {
    to.set(from.subarray(index * size, (index + 1) * size), i * size);
  });
}
