import type { Split } from '../types.js';

/** A split of its own with copies of the examples `indices`. */
export function selectExamples({ inputs, labels }: Split, indices: Uint32Array): Split {
  const size = inputs.length / labels.length;
  // Not `slice`, which in Node's Buffer is a view.
  const chosen = new (inputs instanceof Uint8Array ? Uint8Array : Float32Array)(indices.length * size);
  const chosenLabels = new (labels instanceof Uint8Array ? Uint8Array : Int32Array)(indices.length);
  indices.forEach((index, i) => {
    chosen.set(inputs.subarray(index * size, (index + 1) * size), i * size);
    chosenLabels[i] = labels[index]!;
  });
  return { inputs: chosen, labels: chosenLabels };
}
