import { isDeepStrictEqual } from 'node:util';
import {
  describeSpec,
  type Hyperparameter,
  type HyperparameterDescription,
  type OptimizerKind,
  type OptimizerSpec,
  OptimizerSpecError,
  optimizerKinds,
  validateSpec,
} from '@spectrain/optim';
import type { SearchRange } from './experiment.js';
import { toNumber } from './flag-values.js';
import { InputError } from './input-error.js';

/** An optimizer as it was asked for. */
export interface LabelledOptimizer {
  /** The text on the command line, `adam:lr=0.002`, or the name in the experiment's file. */
  readonly label: string;
  /** Every hyperparameter is written out, defaults included. */
  readonly spec: OptimizerSpec;
  /** What tuning searches, by the path of a number in the spec: `lr`, `p.high`. */
  readonly space?: Readonly<Record<string, SearchRange>>;
}

/** A hyperparameter from the command line, its value as text. */
interface Setting {
  /** Where it was set, for messages: `--lr`. */
  readonly field: string;
  readonly text: string;
}
type Settings = { readonly [H in Hyperparameter]?: Setting };

const sharedFlags = [
  ['lr', '--lr'],
  ['p', '--p'],
  ['momentum', '--momentum'],
  ['weightDecay', '--weight-decay'],
] as const;

/** Hyperparameters for all optimizers that have them, as text. */
export interface OptimizerFlags {
  readonly lr?: string | undefined;
  readonly p?: string | undefined;
  readonly momentum?: string | undefined;
  readonly weightDecay?: string | undefined;
}

/**
 * Reads optimizers such as `momentum` or `adam:lr=0.002:beta2=0.99`. What an optimizer says itself comes before the
 * flags for all, and these before the learning rates of the task.
 *
 * @throws InputError
 */
export function parseOptimizers(
  field: string,
  labels: readonly string[],
  flags: OptimizerFlags,
  taskLr: Readonly<Record<OptimizerKind, number>>,
): readonly LabelledOptimizer[] {
  const shared = sharedSettings(flags);
  const optimizers = labels.map((label) => parseOptimizer(field, label, shared, taskLr));
  requireDistinct(field, optimizers);
  requireUse(field, shared, optimizers);
  return optimizers;
}

function sharedSettings(flags: OptimizerFlags): Settings {
  const settings: { [H in Hyperparameter]?: Setting } = {};
  for (const [name, field] of sharedFlags) {
    const text = flags[name];
    if (text !== undefined) settings[name] = { field, text };
  }
  return settings;
}

/** The hyperparameters that a kind of optimizer takes as a number. */
function settableOf(kind: OptimizerKind): readonly HyperparameterDescription[] {
  return describeSpec(kind).filter(({ only }) => only === undefined);
}

function parseOptimizer(
  field: string,
  label: string,
  shared: Settings,
  taskLr: Readonly<Record<OptimizerKind, number>>,
): LabelledOptimizer {
  const [name = '', ...assignments] = label.split(':');
  const kind = optimizerKinds.find((candidate) => candidate === name);
  if (!kind) throw new InputError(field, name, optimizerKinds);
  const settable = settableOf(kind);
  const settings = { ...shared, ...ownSettings(`${field} ${label}`, assignments, settable) };
  const defaults = Object.fromEntries(describeSpec(kind).map(({ name, default: value }) => [name, value]));
  const given = Object.fromEntries(
    settable.flatMap((description) => {
      const setting = settings[description.name];
      return setting ? [[description.name, numberFor(kind, description, setting)]] : [];
    }),
  );
  return { label, spec: validateSpec({ kind, ...defaults, lr: taskLr[kind], ...given }) };
}

function ownSettings(
  field: string,
  assignments: readonly string[],
  settable: readonly HyperparameterDescription[],
): Settings {
  const names = settable.map(({ name }) => name);
  const settings: { [H in Hyperparameter]?: Setting } = {};
  for (const assignment of assignments) {
    const [key = '', text, ...more] = assignment.split('=');
    const name = names.find((candidate) => candidate === key);
    if (!name) throw new InputError(field, key, names);
    if (text === undefined || more.length > 0) throw new InputError(field, assignment, `${name}=VALUE`);
    if (settings[name]) throw new InputError(field, assignment, `${name} once`);
    settings[name] = { field: `${field}: ${name}`, text };
  }
  return settings;
}

function numberFor(
  kind: OptimizerKind,
  { name, allowed }: HyperparameterDescription,
  { field, text }: Setting,
): number {
  const value = toNumber(text);
  try {
    validateSpec({ kind, [name]: value });
  } catch (error) {
    if (error instanceof OptimizerSpecError) throw new InputError(field, text, allowed);
    throw error;
  }
  return value;
}

function requireDistinct(field: string, optimizers: readonly LabelledOptimizer[]): void {
  for (const [i, { label, spec }] of optimizers.entries()) {
    const same = optimizers.slice(0, i).find((other) => isDeepStrictEqual(other.spec, spec));
    if (!same) continue;
    const which = same.label === label ? '' : `, and "${same.label}" is the same`;
    throw new InputError(field, label, `each optimizer once${which}`);
  }
}

function requireUse(field: string, shared: Settings, optimizers: readonly LabelledOptimizer[]): void {
  for (const [name, setting] of Object.entries(shared)) {
    const takers = optimizerKinds.flatMap((kind) => {
      const description = settableOf(kind).find((other) => other.name === name);
      return description ? [{ kind, description }] : [];
    });
    if (optimizers.some(({ spec }) => takers.some(({ kind }) => kind === spec.kind))) continue;
    // A value that none of them takes is the first thing to say.
    for (const { kind, description } of takers.slice(0, 1)) numberFor(kind, description, setting);
    const kinds = takers.map(({ kind }) => kind).join(', ');
    throw new InputError(setting.field, setting.text, `only with one of ${kinds} in ${field}`);
  }
}
