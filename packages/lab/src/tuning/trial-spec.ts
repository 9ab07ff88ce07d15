import { type OptimizerSpec, validateSpec } from '@spectrain/optim';
import type { SearchRange } from '../experiment/experiment.js';
import type { LabelledOptimizer } from '../input/optimizer-argument.js';
import { quasiRandomPoint } from './quasi-random.js';
import { searchSpace } from './search-space.js';
import { withNumber } from './spec-numbers.js';

/** A setting that is tried. */
export interface TrialSetting {
  readonly trial: number;
  readonly spec: OptimizerSpec;
  /** What was searched, by path: `{lr: 0.02, 'p.high': 0.3}`. */
  readonly values: Readonly<Record<string, number>>;
}

/** Setting number `trial`, from 0, of an optimizer. It does not depend on how many there are. */
export function trialSetting(optimizer: LabelledOptimizer, trial: number): TrialSetting {
  const space = Object.entries(searchSpace(optimizer));
  const point = quasiRandomPoint(trial, space.length);
  const values = Object.fromEntries(space.map(([path, range], j) => [path, valueIn(range, point[j]!)]));
  const spec = Object.entries(values).reduce(
    (outer, [path, value]) => withNumber(outer, path, value),
    optimizer.spec,
  );
  return { trial, spec: validateSpec(spec), values };
}

/** @param share from 0 to 1 */
function valueIn(range: SearchRange, share: number): number {
  if ('values' in range) return range.values[Math.floor(share * range.values.length)]!;
  const { min, max, scale } = range;
  const value =
    scale === 'log'
      ? Math.exp(Math.log(min) + share * (Math.log(max) - Math.log(min)))
      : min + share * (max - min);
  // More digits than tell anything would only make names and tables long.
  return Math.min(max, Math.max(min, Number(value.toPrecision(4))));
}
