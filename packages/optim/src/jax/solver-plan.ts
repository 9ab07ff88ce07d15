import type { numpy as np } from '@jax-js/jax';
import type { HyperparameterValues } from '../hyperparameters.js';
import type { StepInfo } from '../optimizer.js';
import type { OptimizerSpec } from '../optimizer-spec.js';
import { checkMoments, type OptimizerState, type PlanState } from '../optimizer-state.js';
import { StepPlan } from '../step-plan.js';
import type { Moments } from '../update-rule.js';
import { pack } from './coefficients.js';
import type { Method } from './method.js';
import { NonFiniteStepError } from './non-finite-step-error.js';
import { checkState, freshState, type Shapes, type SolverState } from './solver-state.js';

/** A step that has been handed out and whose outcome is not known yet. */
interface OpenStep {
  readonly before: PlanState;
  readonly info: StepInfo;
}

/**
 * The host's part of an optimizer: counts steps, follows the signals of the spec, and says each step's coefficients. Made by
 * `Solver.plan`. `advance` opens a step, `settle` closes it.
 */
export class SolverPlan {
  readonly #plan: StepPlan;
  readonly #method: Method;
  readonly #shapes: Shapes;
  #open: OpenStep | null = null;

  constructor(spec: OptimizerSpec, method: Method, shapes: Shapes) {
    this.#plan = new StepPlan(spec, [...shapes.keys()]);
    this.#method = method;
    this.#shapes = shapes;
  }

  /** Hyperparameters of the last step for parameters in no group; before the first step, those that it will use. */
  get values(): HyperparameterValues {
    return this.#plan.values;
  }

  /** The same for one parameter; `{ lr: 0 }` where it is frozen. Throws a `RangeError` for a name that is not known. */
  valuesOf(parameter: string): HyperparameterValues {
    return this.#plan.valuesOf(parameter);
  }

  /** Steps handed out, but for those that {@link settle} took back. */
  get stepCount(): number {
    return this.#plan.stepCount;
  }

  /** Steps that {@link settle} took back for a gradient that was not finite, under `nonFinite: 'skip'`. */
  get skippedSteps(): number {
    return this.#plan.skippedSteps;
  }

  /**
   * Opens the next step. A step still open is taken to have been done.
   * @param info `loss` is that of this step; where it comes out of the step itself, tell {@link settle}
   * @returns the coefficients for `Solver.update`, float32 [groups, coefficients], the caller's own
   * @throws RangeError with nothing opened, for a loss or epoch that a signal needs, or for a hyperparameter outside of what
   * it may be
   */
  advance(info: StepInfo = {}): np.Array {
    this.#close();
    const before = structuredClone(this.#plan.state());
    // A step does not depend on its own loss: any will do until it is known.
    const coefficients = this.#plan.advance({ ...info, loss: info.loss ?? 0 });
    this.#open = { before, info };
    return pack(coefficients);
  }

  /**
   * Closes the open step: waits for it, and takes it back if a gradient was not finite. Then under `nonFinite: 'skip'`
   * nothing has changed but `skippedSteps`. Under `'stop'` it throws, and the state refuses all steps to come; one that
   * was not settled counts as done.
   * @param state from this step; not consumed
   * @param loss of this step, where a loss-controlled signal needs it
   * @returns whether the step was done
   * @throws NonFiniteStepError under `'stop'`; `RangeError` for a loss that is needed, the step still open,
   * or for a state that is not of these parameters
   */
  async settle(state: SolverState, loss?: number): Promise<boolean> {
    checkState(state, this.#method, this.#shapes);
    const flags = this.#method.groupOf.size > 0 ? await state.finite.ref.data() : [];
    const faulty = [...this.#method.groupOf.keys()].filter((_, i) => !flags[i]);
    if (faulty.length === 0) {
      this.#close(loss);
      return true;
    }
    const open = this.#open;
    this.#open = null;
    if (open !== null) this.#plan.load(open.before);
    if (this.#method.nonFinite === 'stop') throw new NonFiniteStepError(faulty);
    if (open !== null) this.#plan.skippedSteps += 1;
    return false;
  }

  /**
   * A copy of all that is remembered, as that of `createOptimizer`: either loads the other's, and `stateToBytes` saves it.
   * @param state not consumed
   * @throws RangeError for an open step whose loss is needed, or a state that is not of these parameters
   */
  async state(state: SolverState): Promise<OptimizerState> {
    checkState(state, this.#method, this.#shapes);
    this.#close();
    const plan = structuredClone(this.#plan.state());
    const moments = Object.keys(state.moments).map(async (name) => {
      const arrays = Object.entries(state.moments[name]!).map(
        async ([moment, array]) => [moment, await array.ref.data()] as const,
      );
      return [name, Object.fromEntries(await Promise.all(arrays)) as Moments<Float32Array>] as const;
    });
    return { ...plan, moments: Object.fromEntries(await Promise.all(moments)) };
  }

  /**
   * Goes on from a copy of `saved`; an open step is forgotten.
   * @returns the state for `Solver.update`
   * @throws RangeError naming what does not fit, with nothing changed
   */
  load(saved: OptimizerState): SolverState {
    this.#plan.check(saved);
    checkMoments(saved.moments, this.#zeroMoments(), 'Float32Array');
    this.#plan.load(saved);
    this.#open = null;
    return freshState(this.#method, this.#shapes, saved.moments);
  }

  #zeroMoments(): OptimizerState['moments'] {
    const parameters = [...this.#method.groupOf.keys()].map((name) => {
      const length = this.#shapes.get(name)!.shape.reduce((a, b) => a * b, 1);
      const moments = this.#method.moments.map((moment) => [moment, new Float32Array(length)]);
      return [name, Object.fromEntries(moments) as Moments<Float32Array>] as const;
    });
    return Object.fromEntries(parameters);
  }

  /** Does the open step once more, now with its loss. */
  #close(loss?: number): void {
    if (this.#open === null) return;
    const { before, info } = this.#open;
    this.#plan.load(before);
    this.#plan.advance({ ...info, loss: loss ?? info.loss });
    this.#open = null;
  }
}
