import {
  flag,
  isRecord,
  listOf,
  numberIn,
  objectWith,
  oneOf,
  optional,
  positive,
  textOrTexts,
} from './checks.js';
import { type Hyperparameter, hyperparameters } from './hyperparameters.js';
import type { Gain, NonFinitePolicy, OptimizerKind, OptimizerSpec } from './optimizer-spec.js';
import { OptimizerSpecError } from './optimizer-spec-error.js';
import { optimizerKinds, type Preset, presetOf, presets } from './presets.js';
import { type Signal, type SignalKind, type SignalOptions, signalIn } from './signals/signal.js';
import type { Rule } from './update-rule.js';

/**
 * Reads an optimizer from untrusted JSON. Returns its argument; throws an {@link OptimizerSpecError} with one line
 * that names the field, what was found and what is allowed.
 */
export function validateSpec(input: unknown): OptimizerSpec {
  return checkSpec(input, 'refused');
}

/** {@link validateSpec} that lets functions pass as signals where they are allowed. */
export function checkSpec(input: unknown, functions: SignalOptions['functions']): OptimizerSpec {
  if (!isRecord(input)) throw new OptimizerSpecError('', input, 'an object with a kind');
  const kinds = oneOf([...optimizerKinds, 'custom']);
  kinds(input.kind, 'kind');
  const isCustom = input.kind === 'custom';
  if (isCustom) ruleCheck(input.rule, 'rule');
  const signals = Object.fromEntries(
    describeSpec(input as unknown as OptimizerSpec).map(({ name, only }) => [
      name,
      optional(signalIn(hyperparameters[name], { only, functions })),
    ]),
  );
  objectWith({
    kind: kinds,
    ...(isCustom && { rule: ruleCheck }),
    ...signals,
    epochLength: optional(numberIn(positive)),
    clipValue: optional(numberIn(positive)),
    clipNorm: optional(numberIn(positive)),
    ...('p' in signals && { gain: optional(oneOf(['raw', 'matched'] satisfies Gain[])) }),
    nonFinite: optional(oneOf(['stop', 'skip'] satisfies NonFinitePolicy[])),
    groups: optional(listOf(objectWith({ match: textOrTexts, ...signals, frozen: optional(flag) }))),
  })(input, '');
  return input as unknown as OptimizerSpec;
}

const ruleCheck = objectWith({
  first: oneOf(['none', 'heavy-ball', 'ema', 'nesterov'] satisfies Rule['first'][]),
  second: oneOf(['none', 'ema', 'sum', 'max'] satisfies Rule['second'][]),
  biasCorrection: flag,
  decay: oneOf(['coupled', 'decoupled'] satisfies Rule['decay'][]),
});

/** A hyperparameter that a kind of optimizer takes. */
export interface HyperparameterDescription {
  readonly name: Hyperparameter;
  readonly default: Signal;
  /** The values it may take, in words: `a number >= 0`. */
  readonly allowed: string;
  /** The one kind of signal it takes, where a plain number or another kind will not do. */
  readonly only?: SignalKind;
}

/** What may be set in a spec of this kind, or in this spec. */
export function describeSpec(of: OptimizerKind | OptimizerSpec): readonly HyperparameterDescription[] {
  const { defaults, only = {} }: Preset = typeof of === 'string' ? presets[of] : presetOf(of);
  return Object.entries(defaults).map(([key, value]) => {
    const name = key as Hyperparameter;
    const required = only[name];
    return {
      name,
      default: value,
      allowed: hyperparameters[name].text,
      ...(required !== undefined && { only: required }),
    };
  });
}

/** The names of {@link describeSpec}: `hyperparametersOf('sgd')` is `['lr', 'weightDecay']`. */
export function hyperparametersOf(of: OptimizerKind | OptimizerSpec): readonly Hyperparameter[] {
  return describeSpec(of).map(({ name }) => name);
}

/** The hyperparameters of a spec, those left out at their defaults. */
export function signalsOf(spec: OptimizerSpec): readonly (readonly [Hyperparameter, Signal])[] {
  const given: { readonly [H in Hyperparameter]?: Signal } = spec;
  return describeSpec(spec).map(({ name, default: value }) => [name, given[name] ?? value]);
}
