import { scalar, type Tensor, tensor1d } from '@tensorflow/tfjs-core';
import { isRecord } from '../checks.js';
import type { PlanState } from '../optimizer-state.js';
import type { MomentName } from '../update-rule.js';
import type { TensorMoments } from './tensor-rule.js';
import { type Parameter, sameShape } from './variable-names.js';

/** A weight as TensorFlow.js saves it. */
export interface NamedTensor {
  name: string;
  tensor: Tensor;
}

/** What a step has left behind, but for tensors: JSON, kept beside them as a tensor of one text. */
export interface SavedPlan {
  readonly parameters: readonly Parameter[];
  readonly plan: PlanState;
}

export interface SavedWeights extends SavedPlan {
  readonly moments: ReadonlyMap<string, Tensor>;
}

/** The weights that are not moments: the count of steps, as every optimizer of TensorFlow.js has it, and the plan. */
export function planWeights(steps: number, saved: SavedPlan | undefined): NamedTensor[] {
  const iter = { name: 'iter', tensor: scalar(steps, 'int32') };
  return saved ? [iter, { name: 'plan', tensor: tensor1d([JSON.stringify(saved)], 'string') }] : [iter];
}

/** The name under which a moment is saved. */
export function momentKey(moment: MomentName, parameter: string): string {
  return `${moment}/${parameter}`;
}

/**
 * Reads what {@link planWeights} and moments make up; `null` where no step had been done. Throws a `RangeError` for
 * weights that are not those of such an optimizer.
 */
export async function readWeights(weights: readonly NamedTensor[]): Promise<SavedWeights | null> {
  const tensors = new Map(weights.map(({ name, tensor }) => [name, tensor]));
  const take = async (name: string) => {
    const values = await tensors.get(name)?.data();
    tensors.delete(name);
    return values?.[0] as unknown;
  };
  const steps = await take('iter');
  const json = await take('plan');
  if (json === undefined && steps === 0 && tensors.size === 0) return null;
  if (typeof json !== 'string') throw new RangeError('weights: the plan is missing');
  const saved = parsed(json);
  if (saved.plan.step !== steps) {
    throw new RangeError(`weights: iter is ${steps}, but the plan is at step ${saved.plan.step}`);
  }
  return { ...saved, moments: tensors };
}

/**
 * The moments of each of these parameters. Throws a `RangeError` naming the first that is missing, extra or of the wrong
 * shape.
 */
export function momentsOf(
  { moments, parameters }: SavedWeights,
  names: readonly string[],
  kinds: readonly MomentName[],
): ReadonlyMap<string, TensorMoments> {
  const shapes = new Map(parameters.map(({ name, shape }) => [name, shape]));
  const expected = new Set(names.flatMap((name) => kinds.map((kind) => momentKey(kind, name))));
  for (const key of moments.keys()) {
    if (!expected.has(key)) throw new RangeError(`weights: ${key} is not expected`);
  }
  const found = (kind: MomentName, name: string) => {
    const key = momentKey(kind, name);
    const tensor = moments.get(key);
    if (tensor === undefined) throw new RangeError(`weights: ${key} is missing`);
    if (tensor.dtype !== 'float32' || !sameShape(tensor.shape, shapes.get(name)!)) {
      const shape = shapes.get(name)!.join(', ');
      throw new RangeError(
        `weights: ${key} is ${tensor.dtype} [${tensor.shape.join(', ')}], not float32 [${shape}]`,
      );
    }
    return [kind, tensor] as const;
  };
  return new Map(names.map((name) => [name, Object.fromEntries(kinds.map((kind) => found(kind, name)))]));
}

function parsed(json: string): SavedPlan {
  try {
    const value: unknown = JSON.parse(json);
    if (
      isRecord(value) &&
      isRecord(value.plan) &&
      'losses' in value.plan &&
      areParameters(value.parameters)
    ) {
      return value as unknown as SavedPlan;
    }
  } catch {
    // Not JSON: the same error.
  }
  throw new RangeError('weights: the plan is not one of this optimizer');
}

function areParameters(value: unknown): value is readonly Parameter[] {
  return (
    Array.isArray(value) &&
    value.every((item: unknown) => isRecord(item) && typeof item.name === 'string' && isShape(item.shape)) &&
    new Set(value.map(({ name }) => name)).size === value.length
  );
}

function isShape(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(Number.isSafeInteger);
}
