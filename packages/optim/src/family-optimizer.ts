import type { Arithmetic, Backend } from './arithmetic.js';
import type { HyperparameterValues } from './hyperparameters.js';
import type { Optimizer, StepInfo } from './optimizer.js';
import type { OptimizerSpec } from './optimizer-spec.js';
import { checkMoments, momentsOf, type OptimizerState } from './optimizer-state.js';
import { StepPlan } from './step-plan.js';
import { checkRecord, checkTensor, NonFiniteGradientError, type Tensors } from './tensors.js';
import type { FloatArray, MomentName, Moments } from './update-rule.js';

/** A parameter that is not frozen. */
interface Parameter<A extends FloatArray> {
  readonly name: string;
  readonly theta: A;
  /** Of theta when the optimizer was made: a buffer may be detached or resized later. */
  readonly length: number;
  readonly moments: Moments<A>;
}

/** Any member of the family over flat parameters: the numbers of its plan, carried out by an arithmetic. */
export class FamilyOptimizer<A extends FloatArray> implements Optimizer<A> {
  readonly #plan: StepPlan;
  readonly #type: string;
  readonly #arithmetic: Arithmetic<A>;
  /** By group, as in the plan. */
  readonly #groups: readonly (readonly Parameter<A>[])[];
  readonly #parameters: readonly Parameter<A>[];

  constructor(spec: OptimizerSpec, params: Tensors<A>, backend: Backend<A>) {
    checkRecord('params', params);
    this.#plan = new StepPlan(spec, Object.keys(params));
    this.#type = backend.type;
    for (const [name, tensor] of Object.entries(params)) checkTensor(`parameter ${name}`, tensor, this.#type);
    const kinds = this.#plan.moments;
    const names = this.#plan.groups.flat();
    this.#arithmetic = backend.open(
      params,
      names.flatMap((name) => kinds.map(() => params[name]!.length)),
    );
    this.#groups = this.#plan.groups.map((own) =>
      own.map((name) => {
        const theta = params[name]!;
        const zeros = kinds.map((kind) => [kind, this.#arithmetic.zeros(theta.length)]);
        return {
          name,
          theta,
          length: theta.length,
          moments: Object.fromEntries(zeros) as { [Name in MomentName]?: A },
        };
      }),
    );
    this.#parameters = this.#groups.flat();
  }

  get values(): HyperparameterValues {
    return this.#plan.values;
  }

  get stepCount(): number {
    return this.#plan.stepCount;
  }

  get skippedSteps(): number {
    return this.#plan.skippedSteps;
  }

  valuesOf(parameter: string): HyperparameterValues {
    return this.#plan.valuesOf(parameter);
  }

  step(grads: Tensors<A>, info: StepInfo = {}): void {
    this.#checkShapes(grads);
    if (this.#skips(grads)) return;
    const coefficients = this.#plan.advance(info, this.#gradientScale(grads));
    this.#groups.forEach((parameters, i) => {
      for (const { name, theta, moments } of parameters) {
        this.#arithmetic.update(theta, grads[name]!, moments, coefficients[i]!);
      }
    });
  }

  state(): OptimizerState<A> {
    // Tensor by tensor: a clone of one takes along all of the memory that it is in.
    const moments = this.#parameters.map(({ name, moments }) => [
      name,
      Object.fromEntries(momentsOf(moments).map(([moment, tensor]) => [moment, tensor.slice()])),
    ]);
    return { ...structuredClone(this.#plan.state()), moments: Object.fromEntries(moments) };
  }

  load(state: OptimizerState<A>): void {
    this.#plan.check(state);
    checkMoments(state.moments, this.#momentsByName(), this.#type);
    this.#plan.load(state);
    for (const { name, moments } of this.#parameters) {
      for (const moment of this.#plan.moments) moments[moment]!.set(state.moments[name]![moment]!);
    }
  }

  #momentsByName(): OptimizerState<A>['moments'] {
    return Object.fromEntries(this.#parameters.map(({ name, moments }) => [name, moments]));
  }

  #checkShapes(grads: Tensors<A>): void {
    checkRecord('grads', grads);
    for (const name of Object.keys(grads)) {
      if (!this.#plan.has(name)) throw new RangeError(`gradient ${name} is not expected`);
    }
    for (const { name, theta, length } of this.#parameters) {
      checkTensor(`parameter ${name}`, theta, this.#type, length);
      checkTensor(`gradient ${name}`, grads[name], this.#type, length);
    }
  }

  /** Counts a step that is to be skipped. */
  #skips(grads: Tensors<A>): boolean {
    for (const { name } of this.#parameters) {
      const gradient = grads[name]!;
      if (this.#arithmetic.allFinite(gradient)) continue;
      if (this.#plan.spec.nonFinite !== 'skip') {
        const index = gradient.findIndex((value) => !Number.isFinite(value));
        throw new NonFiniteGradientError(name, index, gradient[index]!);
      }
      this.#plan.skippedSteps += 1;
      return true;
    }
    return false;
  }

  #gradientScale(grads: Tensors<A>): number {
    const { clipNorm, clipValue = Infinity } = this.#plan.spec;
    if (clipNorm === undefined) return 1;
    let sum = 0;
    for (const { name } of this.#parameters) sum += this.#arithmetic.sumOfSquares(grads[name]!, clipValue);
    return Math.min(1, clipNorm / (Math.sqrt(sum) + 1e-6));
  }
}
