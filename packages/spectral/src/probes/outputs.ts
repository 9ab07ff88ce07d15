import { requireWhole } from '../checks.js';
import type { ProbeContext } from './probe.js';

/** Examples of one evaluation: few enough for the activations of an image network to stay small. */
const chunk = 128;

/** Inputs that a probe evaluates the network at: normalised, `[count, ...shape]`. */
export interface ProbeInputs {
  readonly inputs: Float32Array;
  readonly count: number;
}

/** @throws RangeError where the inputs are not those of `count` examples */
export function checkInputs(name: string, { inputs, count }: ProbeInputs): void {
  requireWhole(`${name}: count`, count);
  if (inputs.length === 0 || inputs.length % count !== 0)
    throw new RangeError(`${name}: ${inputs.length} inputs are not those of ${count} examples`);
}

/** The network's outputs `[count, ...]`, in inference mode. */
export async function outputsOf(
  { logits }: Pick<ProbeContext, 'logits'>,
  { inputs, count }: ProbeInputs,
): Promise<Float32Array> {
  const size = inputs.length / count;
  let outputs: Float32Array | undefined;
  for (let start = 0; start < count; start += chunk) {
    const end = Math.min(start + chunk, count);
    const part = await logits(inputs.subarray(start * size, end * size), end - start);
    const width = part.length / (end - start);
    outputs ??= new Float32Array(count * width);
    outputs.set(part, start * width);
  }
  return outputs!;
}

/** Softmax of each row of `[count, classes]`. */
export function softmaxRows(logits: Float32Array, classes: number): Float32Array {
  const out = new Float32Array(logits.length);
  for (let start = 0; start < logits.length; start += classes) {
    const row = logits.subarray(start, start + classes);
    const largest = row.reduce((a, b) => Math.max(a, b));
    const powers = row.map((value) => Math.exp(value - largest));
    const sum = powers.reduce((a, b) => a + b);
    for (let c = 0; c < classes; c++) out[start + c] = powers[c]! / sum;
  }
  return out;
}

/** Mean over the rows of `[count, classes]` of `log Σ exp(z) - z[label]`. */
export function meanCrossEntropy(logits: Float32Array, labels: ArrayLike<number>, classes: number): number {
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    const row = logits.subarray(i * classes, (i + 1) * classes);
    const largest = row.reduce((a, b) => Math.max(a, b));
    let sum = 0;
    for (const value of row) sum += Math.exp(value - largest);
    total += largest + Math.log(sum) - row[labels[i]!]!;
  }
  return total / labels.length;
}
