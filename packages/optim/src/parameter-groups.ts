import { matchesGlob } from './glob.js';
import type { Hyperparameter } from './hyperparameters.js';
import type { OptimizerSpec } from './optimizer-spec.js';
import { OptimizerSpecError } from './optimizer-spec-error.js';
import type { Signal } from './signals/signal.js';
import { signalsOf } from './validate-spec.js';

/** Parameters of a spec that share hyperparameters; those left out are the ones of the spec. */
export interface ParameterGroup {
  /** Names of parameters, or patterns in which `*` stands for any text: `*.bias`. */
  readonly match: string | readonly string[];
  /** Never moved and without state; so is a group with `lr: 0`. */
  readonly frozen?: boolean;
}

/** The hyperparameters of a group. */
export interface GroupSignals {
  readonly signals: readonly (readonly [Hyperparameter, Signal])[];
  readonly frozen: boolean;
}

/** The hyperparameters of the parameters that no group matches, then those of each group. */
export function groupSignalsOf({ groups = [], ...spec }: OptimizerSpec): readonly GroupSignals[] {
  const others = groups.map(({ match: _, frozen = false, ...own }) => ({
    signals: signalsOf({ ...spec, ...defined(own) } as OptimizerSpec),
    frozen: frozen || own.lr === 0,
  }));
  return [{ signals: signalsOf(spec as OptimizerSpec), frozen: false }, ...others];
}

/**
 * For each name the index into {@link groupSignalsOf}: 0 where no group matches, else that of the first that does.
 * Throws an {@link OptimizerSpecError} for a pattern that matches no name at all.
 */
export function groupIndices(
  groups: readonly ParameterGroup[],
  names: readonly string[],
): ReadonlyMap<string, number> {
  const patterns = groups.map(({ match }) => [match].flat());
  groups.forEach(({ match }, i) => {
    patterns[i]!.forEach((pattern, k) => {
      if (names.some((name) => matchesGlob(pattern, name))) return;
      const field = typeof match === 'string' ? `groups[${i}].match` : `groups[${i}].match[${k}]`;
      throw new OptimizerSpecError(field, pattern, `a pattern that matches ${listOfNames(names)}`);
    });
  });
  return new Map(
    names.map((name) => [
      name,
      1 + patterns.findIndex((own) => own.some((pattern) => matchesGlob(pattern, name))),
    ]),
  );
}

function listOfNames(names: readonly string[]): string {
  if (names.length === 0) return 'a parameter, of which there are none';
  const shown = names.slice(0, 12).join(', ');
  return `one of ${shown}${names.length > 12 ? ` and ${names.length - 12} more` : ''}`;
}

function defined(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
