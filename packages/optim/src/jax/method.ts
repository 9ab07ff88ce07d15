import type { OptimizerSpec } from '../optimizer-spec.js';
import { StepPlan } from '../step-plan.js';
import type { MomentName, Rule } from '../update-rule.js';
import { hyperparametersOf } from '../validate-spec.js';

/** What of an optimizer is the same at every step, and so part of the traced function. */
export interface Method {
  readonly rule: Rule;
  readonly moments: readonly MomentName[];
  /** `half` for optimizers without a p: a square root instead of a power. */
  readonly exponent: 'half' | 'given';
  readonly gain: 'raw' | 'matched';
  readonly clipValue?: number | undefined;
  readonly clipNorm?: number | undefined;
  readonly nonFinite: 'stop' | 'skip';
  /** Rows of the coefficients. */
  readonly groupCount: number;
  /** The group of each parameter that is not frozen. */
  readonly groupOf: ReadonlyMap<string, number>;
}

/** Throws an `OptimizerSpecError` for a spec that is not valid or does not fit these names of parameters. */
export function methodOf(spec: OptimizerSpec, names: readonly string[]): Method {
  const { rule, moments, groups } = new StepPlan(spec, names);
  return {
    rule,
    moments,
    exponent: hyperparametersOf(spec).includes('p') ? 'given' : 'half',
    gain: 'gain' in spec && spec.gain === 'matched' ? 'matched' : 'raw',
    clipValue: spec.clipValue,
    clipNorm: spec.clipNorm,
    nonFinite: spec.nonFinite ?? 'stop',
    groupCount: groups.length,
    // In the order of the parameters, whatever that of the groups.
    groupOf: new Map(
      names
        .map((name) => [name, groups.findIndex((members) => members.includes(name))] as const)
        .filter(([, group]) => group !== -1),
    ),
  };
}
