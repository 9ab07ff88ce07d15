import { type OptimizerSpec, OptimizerSpecError, validateSpec } from '@spectrain/optim';
import type { SearchRange } from '../experiment/experiment.js';
import type { FieldPlace } from '../input/field-place.js';
import { InputError } from '../input/input-error.js';
import type { LabelledOptimizer } from '../input/optimizer-argument.js';
import { numberPaths, withNumber } from './spec-numbers.js';

export type SearchSpace = Readonly<Record<string, SearchRange>>;

/** An optimizer, and what tuning is to search of it. */
interface Searched {
  readonly spec: OptimizerSpec;
  readonly space?: SearchSpace | undefined;
}

/**
 * What is searched: the declared space, or, where there is none, the learning rate from a tenth to ten times that of the
 * spec (that of the task, if the spec leaves it open), log-uniform.
 */
export function searchSpace({ spec, space }: Searched): SearchSpace {
  if (space) return space;
  const lr = typeof spec.lr === 'number' ? spec.lr : 0;
  return { lr: { min: lr / 10, max: lr * 10, scale: 'log' } };
}

/**
 * Checks that a space is one of numbers that the spec has, and that these may take all of its values; and, where there is to be
 * tuning, that there is a space.
 * @throws InputError
 */
export function requireSpace(
  { label, spec, space }: LabelledOptimizer,
  isTuned: boolean,
  place: FieldPlace,
): void {
  if (!space && !isTuned) return;
  const paths = numberPaths(spec);
  if (!space && !(typeof spec.lr === 'number' && spec.lr > 0)) {
    const field = place('optimizers', label);
    throw new InputError(`${field}: space`, undefined, `ranges to search, by ${paths.join(', ')}`);
  }
  for (const [path, range] of Object.entries(searchSpace({ spec, space }))) {
    if (!paths.includes(path)) throw new InputError(place('optimizers', label, 'space', path), path, paths);
    const bounds =
      'values' in range
        ? range.values.map((value, i) => [value, ['values', i]] as const)
        : ([
            [range.min, ['min']],
            [range.max, ['max']],
          ] as const);
    for (const [value, field] of bounds)
      requireValue(spec, path, value, place('optimizers', label, 'space', path, ...field));
    if ('values' in range) continue;
    if (!(range.min < range.max))
      throw new InputError(
        place('optimizers', label, 'space', path, 'max'),
        range.max,
        `a number > ${range.min}, which is min`,
      );
    if (range.scale === 'log' && !(range.min > 0))
      throw new InputError(
        place('optimizers', label, 'space', path, 'min'),
        range.min,
        'a number > 0, as the scale is log',
      );
  }
}

/** The values that a number may take are an interval, so that its ends stand for all. */
function requireValue(spec: OptimizerSpec, path: string, value: number, field: string): void {
  try {
    validateSpec(withNumber(spec, path, value));
  } catch (error) {
    if (!(error instanceof OptimizerSpecError)) throw error;
    throw new InputError(field, value, error.allowed);
  }
}
