import type { ClassificationSplit, RegressionSplit } from '../types.js';

/** A split of its own with copies of the examples `indices`. */
export function selectExamples(
  { inputs, labels }: ClassificationSplit,
  indices: Uint32Array,
): ClassificationSplit {
  const chosenLabels = new (labels instanceof Uint8Array ? Uint8Array : Int32Array)(indices.length);
  indices.forEach((index, i) => {
    chosenLabels[i] = labels[index]!;
  });
  return { inputs: selectRows(inputs, indices, inputs.length / labels.length), labels: chosenLabels };
}

/** {@link selectExamples} in regression. @param size number of target values of an example */
export function selectTargets(
  { inputs, targets }: RegressionSplit,
  indices: Uint32Array,
  size: number,
): RegressionSplit {
  const chosen = new Float32Array(indices.length * size);
  copyRows(targets, chosen, indices, size);
  return { inputs: selectRows(inputs, indices, (inputs.length * size) / targets.length), targets: chosen };
}

function selectRows(
  inputs: ClassificationSplit['inputs'],
  indices: Uint32Array,
  size: number,
): Uint8Array | Float32Array {
  // Not `slice`, which in Node's Buffer is a view.
  const chosen = new (inputs instanceof Uint8Array ? Uint8Array : Float32Array)(indices.length * size);
  copyRows(inputs, chosen, indices, size);
  return chosen;
}

function copyRows(
  from: ClassificationSplit['inputs'],
  to: Uint8Array | Float32Array,
  indices: Uint32Array,
  size: number,
): void {
  indices.forEach((index, i) => {
    to.set(from.subarray(index * size, (index + 1) * size), i * size);
  });
}
