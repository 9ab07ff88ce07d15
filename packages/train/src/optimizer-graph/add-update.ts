import { cast, elementAt, type Graph, mul, type Value } from '@spectrain/graph';
import type { MomentName, StepPlan } from '@spectrain/optim';
import { nextOutput } from '../program.js';
import { type CoefficientName, coefficientInput, coefficientNames } from './coefficients.js';
import { allFinite, clipNorm, clipValue, zerosUnless } from './gradients.js';
import { addRule, type RuleOptions } from './rule.js';

/** Name of the input with a moment of a parameter. Before the first step it is zero. */
export const momentInput = (moment: MomentName, parameter: string): string => `${moment}:${parameter}`;
export const finiteOutput = 'finite';

/** A parameter and its gradient, both float32 of one shape. */
export interface UpdatedParameter {
  readonly name: string;
  readonly theta: Value;
  readonly gradient: Value;
}

/**
 * Appends the update rule of an optimizer to a graph as standard operators, for all parameters of its plan that are not
 * frozen: `theta -= lr * mhat / (vhat^p + eps)` with the plan's moments, bias correction, decay, clipping and gain.
 *
 * Inputs it adds: `first:<p>`, `second:<p>`, `maximum:<p>` as far as the rule has them, each of the shape of parameter p;
 * and for every group of the plan that has parameters `coefficients:<group>`, float32 `[12]` (see `coefficientNames`),
 * so that hyperparameters move without another graph. Outputs: `next:<p>`, `next:first:<p>` and so on; and `finite`, a bool
 * scalar: whether all gradients were. Where it is false, parameters and moments come out as they went in.
 *
 * Of the plan only what cannot move becomes part of the graph: rule, groups, gain and the bounds of clipping.
 *
 * @returns `finite`
 * @throws RangeError for a parameter that the plan does not know or that is missing, or where all are frozen
 */
export function addUpdate(graph: Graph, plan: StepPlan, parameters: readonly UpdatedParameter[]): Value {
  const updated = parametersByGroup(plan, parameters);
  const raw = updated.map(({ gradient }) => gradient);
  const finite = allFinite(raw);
  const gradients = clipped(plan, zerosUnless(finite, raw));
  const groups = new Map<number, RuleOptions>();
  updated.forEach(({ name, theta, group }, i) => {
    const options = groups.get(group) ?? ruleOptions(graph, plan, group, finite);
    groups.set(group, options);
    const moments = plan.moments.map((moment) => [
      moment,
      graph.input(momentInput(moment, name), theta.shape, theta.dtype),
    ]);
    const next = addRule({ theta, gradient: gradients[i]!, moments: Object.fromEntries(moments) }, options);
    graph.output(nextOutput(name), next.theta);
    for (const moment of plan.moments)
      graph.output(nextOutput(momentInput(moment, name)), next.moments[moment]!);
  });
  graph.output(finiteOutput, finite);
  return finite;
}

function parametersByGroup(plan: StepPlan, parameters: readonly UpdatedParameter[]) {
  const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  for (const name of byName.keys())
    if (!plan.has(name)) throw new RangeError(`parameter ${name} is not one of the optimizer`);
  const updated = plan.groups.flatMap((names, group) =>
    names.map((name) => {
      const parameter = byName.get(name);
      if (!parameter) throw new RangeError(`parameter ${name} is missing`);
      return { ...parameter, group };
    }),
  );
  if (updated.length === 0) throw new RangeError('all parameters are frozen, so there is nothing to update');
  return updated;
}

function clipped({ spec }: StepPlan, gradients: readonly Value[]): readonly Value[] {
  const bounded = spec.clipValue === undefined ? gradients : clipValue(gradients, spec.clipValue);
  return spec.clipNorm === undefined ? bounded : clipNorm(bounded, spec.clipNorm);
}

/** Coefficients that are all 0, which change nothing, unless `finite`. */
function ruleOptions(graph: Graph, plan: StepPlan, group: number, finite: Value): RuleOptions {
  const input = graph.input(coefficientInput(group), [coefficientNames.length]);
  const coefficients = mul(input, cast(finite, input.dtype));
  const scalars = new Map<CoefficientName, Value>();
  return {
    rule: plan.rule,
    hasExponent: plan.values.p !== undefined,
    matched: 'gain' in plan.spec && plan.spec.gain === 'matched',
    coefficient: (name) => {
      const scalar = scalars.get(name) ?? elementAt(coefficients, coefficientNames.indexOf(name));
      scalars.set(name, scalar);
      return scalar;
    },
  };
}
