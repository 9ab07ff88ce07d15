import { createOptimizer, type OptimizerSpec } from '@spectrain/optim';
import { seededRandom } from '../random.js';

/** Gradients of white noise, and what an optimizer of `lr` 1 makes of them: `[count][steps]` each, after a run-in. */
export function whiteGradients(
  spec: OptimizerSpec,
  { count, steps, runIn = 500 }: { readonly count: number; readonly steps: number; readonly runIn?: number },
): { gradients: Float64Array[]; updates: Float64Array[] } {
  const random = seededRandom(1);
  const w = new Float32Array(count);
  const g = new Float32Array(count);
  const optimizer = createOptimizer(spec, { w });
  const gradients = Array.from({ length: count }, () => new Float64Array(steps));
  const updates = Array.from({ length: count }, () => new Float64Array(steps));
  for (let t = -runIn; t < steps; t++) {
    w.fill(0); // so that an update is not rounded to the resolution of a large parameter
    for (let k = 0; k < count; k++) g[k] = random.normal();
    optimizer.step({ w: g });
    for (let k = 0; t >= 0 && k < count; k++) {
      gradients[k]![t] = g[k]!;
      updates[k]![t] = -w[k]!;
    }
  }
  return { gradients, updates };
}
