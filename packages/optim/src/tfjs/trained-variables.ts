import {
  dispose,
  engine,
  type Scalar,
  type Tensor,
  tidy,
  type Variable,
  variable as variableOf,
  zeros,
} from '@tensorflow/tfjs-core';
import type { HyperparameterValues } from '../hyperparameters.js';
import type { StepInfo } from '../optimizer.js';
import type { OptimizerSpec } from '../optimizer-spec.js';
import { StepPlan } from '../step-plan.js';
import type { Coefficients, MomentName } from '../update-rule.js';
import { nonFiniteError, summaryOf } from './gradient-summary.js';
import {
  momentKey,
  momentsOf,
  type NamedTensor,
  type SavedPlan,
  type SavedWeights,
} from './saved-weights.js';
import { type Moved, moved, type TensorMoments } from './tensor-rule.js';
import { matchVariables, type Parameter, sameShape } from './variable-names.js';

type MomentVariables = { [Name in MomentName]?: Variable };
type Gradients = ReadonlyMap<string, Tensor | null | undefined>;

/**
 * The variables of an optimizer with their plan and moments. A parameter is a variable by the name it was first saved
 * under, or has where it never was.
 */
export class TrainedVariables {
  readonly plan: StepPlan;
  readonly #parameters: readonly Parameter[];
  readonly #moments = new Map<string, MomentVariables>();
  /** Names of parameters by names of variables; `null` after loading, until a step says which variables there are. */
  #names: ReadonlyMap<string, string> | null;

  private constructor(
    spec: OptimizerSpec,
    parameters: readonly Parameter[],
    names: ReadonlyMap<string, string> | null,
  ) {
    this.plan = new StepPlan(
      spec,
      parameters.map(({ name }) => name),
    );
    this.#parameters = parameters;
    this.#names = names;
  }

  /** Before the first step. Throws an `OptimizerSpecError` for a pattern of a group that matches none of the names. */
  static from(spec: OptimizerSpec, variables: Iterable<string>): TrainedVariables {
    const parameters = variablesNamed(variables);
    if (parameters.length === 0) throw new RangeError('the first step has no gradients');
    return new TrainedVariables(spec, parameters, new Map(parameters.map(({ name }) => [name, name])));
  }

  /**
   * As they were saved; `variables` are the names of those that they have to fit, if these are known.
   * Throws a `RangeError` for what does not fit.
   */
  static restored(
    spec: OptimizerSpec,
    saved: SavedWeights,
    variables: readonly string[] | undefined,
  ): TrainedVariables {
    const names = variables ? matchVariables(saved.parameters, variablesNamed(variables)) : null;
    const restored = new TrainedVariables(spec, saved.parameters, names);
    restored.plan.load(saved.plan);
    const moments = momentsOf(saved, restored.plan.groups.flat(), restored.plan.moments);
    for (const [name, tensors] of moments) restored.#setMoments(name, tensors);
    return restored;
  }

  /** Names of the variables, once they are known. */
  get variables(): readonly string[] | undefined {
    return this.#names ? [...this.#names.keys()] : undefined;
  }

  valuesOf(variable: string): HyperparameterValues {
    return this.plan.valuesOf(this.#names?.get(variable) ?? variable);
  }

  savedPlan(): SavedPlan {
    return { parameters: this.#parameters, plan: this.plan.state() };
  }

  momentWeights(): NamedTensor[] {
    return this.plan.moments.flatMap((moment) =>
      Array.from(this.#moments, ([name, moments]) => ({
        name: momentKey(moment, name),
        tensor: moments[moment]!,
      })),
    );
  }

  /** Moves the variables, or throws and changes nothing. */
  step(given: Gradients, info: StepInfo, loss: Scalar | undefined): void {
    const names = this.#names ?? matchVariables(this.#parameters, variablesNamed(given.keys()));
    const variables = new Map(Array.from(names, ([variable, parameter]) => [parameter, variable]));
    const gradients = this.#gradients(given, names);
    const summary = summaryOf(gradients, loss, this.plan.spec);
    const { nonFinite } = summary;
    if (nonFinite !== undefined) {
      if (this.plan.spec.nonFinite !== 'skip') {
        throw nonFiniteError(variables.get(nonFinite)!, gradients.get(nonFinite)!);
      }
      this.plan.skippedSteps += 1;
    } else {
      const before = this.plan.state();
      const coefficients = this.plan.advance(
        { loss: summary.loss, ...info },
        this.#gradientScale(summary.norm),
      );
      try {
        this.#move(gradients, variables, coefficients);
      } catch (error) {
        this.plan.load(before);
        throw error;
      }
    }
    this.#names = names;
    this.#addMoments(variables);
  }

  dispose(): void {
    for (const moments of this.#moments.values()) dispose(Object.values(moments));
    this.#moments.clear();
  }

  /** By parameter, those of frozen ones left out. */
  #gradients(given: Gradients, names: ReadonlyMap<string, string>): ReadonlyMap<string, Tensor> {
    const moving = new Set(this.plan.groups.flat());
    const shapes = new Map(this.#parameters.map(({ name, shape }) => [name, shape]));
    const gradients = new Map<string, Tensor>();
    for (const [variable, gradient] of given) {
      const parameter = names.get(variable);
      if (parameter === undefined) {
        const known = [...names.keys()].join(', ');
        throw new RangeError(`variable ${variable} is not expected: the first step was of ${known}`);
      }
      if (!gradient || gradient.size === 0 || !moving.has(parameter)) continue;
      checkTensor('variable', variable, registered(variable), shapes.get(parameter)!);
      checkTensor('gradient', variable, gradient, shapes.get(parameter)!);
      gradients.set(parameter, gradient);
    }
    return gradients;
  }

  #gradientScale(norm: number): number {
    const { clipNorm } = this.plan.spec;
    return clipNorm === undefined ? 1 : Math.min(1, clipNorm / (norm + 1e-6));
  }

  /** Works out all that is new before it assigns any. */
  #move(
    gradients: ReadonlyMap<string, Tensor>,
    variables: ReadonlyMap<string, string>,
    coefficients: readonly Coefficients[],
  ): void {
    tidy(() => {
      const results = this.plan.groups.flatMap((names, i) =>
        names.flatMap((name) => {
          const gradient = gradients.get(name);
          if (gradient === undefined) return [];
          const theta = registered(variables.get(name)!);
          const result: Moved = tidy(() =>
            moved(theta, gradient, this.#momentsOf(name, theta), coefficients[i]!),
          );
          return [{ name, theta, result }];
        }),
      );
      for (const { name, theta, result } of results) {
        const { theta: value, ...moments } = result;
        theta.assign(value);
        this.#setMoments(name, moments);
      }
    });
  }

  #momentsOf(name: string, theta: Tensor): TensorMoments {
    const moments = this.#moments.get(name);
    return moments ?? Object.fromEntries(this.plan.moments.map((moment) => [moment, zeros(theta.shape)]));
  }

  #setMoments(name: string, tensors: TensorMoments): void {
    const moments = this.#moments.get(name);
    if (moments === undefined) {
      const entries = Object.entries(tensors).map(([moment, tensor]) => [moment, variableOf(tensor, false)]);
      this.#moments.set(name, Object.fromEntries(entries));
    } else {
      for (const moment of this.plan.moments) moments[moment]!.assign(tensors[moment]!);
    }
  }

  /** Moments of zero for variables that have had no gradient yet. */
  #addMoments(variables: ReadonlyMap<string, string>): void {
    for (const name of this.plan.groups.flat()) {
      if (this.#moments.has(name)) continue;
      tidy(() => {
        const theta = registered(variables.get(name)!);
        this.#setMoments(name, this.#momentsOf(name, theta));
      });
    }
  }
}

function checkTensor(
  kind: string,
  name: string,
  { dtype, shape }: Tensor,
  expected: readonly number[],
): void {
  if (dtype === 'float32' && sameShape(shape, expected)) return;
  throw new RangeError(
    `${kind} ${name} is ${dtype} [${shape.join(', ')}], not float32 [${expected.join(', ')}]`,
  );
}

function variablesNamed(names: Iterable<string>): readonly Parameter[] {
  return Array.from(names, (name) => ({ name, shape: registered(name).shape }));
}

function registered(name: string): Variable {
  const variable = engine().registeredVariables[name];
  if (variable === undefined) throw new RangeError(`there is no variable ${name}`);
  return variable;
}
