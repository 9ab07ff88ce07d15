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
import type { SearchRange } from '../experiment/experiment.js';
import { type FieldPlace, parsePath } from './field-place.js';
import { toNumber } from './flag-values.js';
import { InputError, quoted } from './input-error.js';

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

/** An optimizer before what it leaves open is filled in: `adam:lr=0.002`, or a spec as plain JSON. */
export type OptimizerText = string | Readonly<Record<string, unknown>>;

/** An optimizer as an experiment asks for it. */
export interface OptimizerRequest {
  readonly label: string;
  readonly spec: OptimizerText;
  readonly space?: Readonly<Record<string, SearchRange>> | undefined;
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
  const requests = labels.map((label) => ({ label, spec: label }));
  return readOptimizers(requests, flags, taskLr, () => field);
}

/** {@link parseOptimizers} for texts and specs. */
export function readOptimizers(
  requests: readonly OptimizerRequest[],
  flags: OptimizerFlags,
  taskLr: Readonly<Record<OptimizerKind, number>>,
  place: FieldPlace,
): readonly LabelledOptimizer[] {
  const shared = sharedSettings(flags);
  const optimizers = requests.map(({ label, spec, space }) => {
    const inSpec: FieldPlace = (...path) => place('optimizers', label, ...path);
    const given = typeof spec === 'string' ? parseOptimizer(inSpec(), spec) : checkSpec(spec, inSpec);
    return { label, spec: complete(given, shared, taskLr), ...(space && { space }) };
  });
  requireDistinct(optimizers, place);
  requireUse(shared, optimizers, place('optimizers'));
  return optimizers;
}

/** A spec from outside. @throws InputError at the place of the field that is wrong */
export function checkSpec(spec: unknown, place: FieldPlace): OptimizerSpec {
  try {
    return validateSpec(spec);
  } catch (error) {
    if (!(error instanceof OptimizerSpecError)) throw error;
    throw new InputError(place(...parsePath(error.field)), error.found, error.allowed);
  }
}

/** Writes out what a spec leaves open. */
function complete(
  given: OptimizerSpec,
  shared: Settings,
  taskLr: Readonly<Record<OptimizerKind, number>>,
): OptimizerSpec {
  const defaults = Object.fromEntries(describeSpec(given).map(({ name, default: value }) => [name, value]));
  const fromShared = Object.fromEntries(
    settableOf(given).flatMap((description) => {
      const setting = shared[description.name];
      return setting ? [[description.name, numberFor(given, description, setting)]] : [];
    }),
  );
  const { kind, ...own } = given;
  const lr = kind === 'custom' ? {} : { lr: taskLr[kind] };
  return validateSpec({ kind, ...defaults, ...lr, ...fromShared, ...own });
}

function sharedSettings(flags: OptimizerFlags): Settings {
  const settings: { [H in Hyperparameter]?: Setting } = {};
  for (const [name, field] of sharedFlags) {
    const text = flags[name];
    if (text !== undefined) settings[name] = { field, text };
  }
  return settings;
}

/** The hyperparameters that an optimizer takes as a number. */
function settableOf(of: OptimizerKind | OptimizerSpec): readonly HyperparameterDescription[] {
  return describeSpec(of).filter(({ only }) => only === undefined);
}

function parseOptimizer(field: string, text: string): OptimizerSpec {
  const [name = '', ...assignments] = text.split(':');
  const kind = optimizerKinds.find((candidate) => candidate === name);
  if (!kind) throw new InputError(field, name, optimizerKinds);
  const settable = settableOf(kind);
  const settings = ownSettings(`${field} ${text}`, assignments, settable);
  const given = settable.flatMap((description) => {
    const setting = settings[description.name];
    return setting ? [[description.name, numberFor({ kind }, description, setting)]] : [];
  });
  return { kind, ...Object.fromEntries(given) };
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

/** @param spec of the kind that takes it, and of the rule where that is custom */
function numberFor(
  spec: OptimizerSpec,
  { name, allowed }: HyperparameterDescription,
  { field, text }: Setting,
): number {
  const value = toNumber(text);
  try {
    validateSpec({ ...spec, [name]: value });
  } catch (error) {
    if (error instanceof OptimizerSpecError) throw new InputError(field, text, allowed);
    throw error;
  }
  return value;
}

function requireDistinct(optimizers: readonly LabelledOptimizer[], place: FieldPlace): void {
  for (const [i, { label, ...own }] of optimizers.entries()) {
    const same = optimizers.slice(0, i).find(({ label: _, ...other }) => isDeepStrictEqual(other, own));
    if (!same) continue;
    const which = same.label === label ? '' : `, and ${quoted(same.label)} is the same`;
    throw new InputError(place('optimizers', label), label, `each optimizer once${which}`);
  }
}

function requireUse(shared: Settings, optimizers: readonly LabelledOptimizer[], field: string): void {
  for (const [name, setting] of Object.entries(shared)) {
    if (optimizers.some(({ spec }) => settableOf(spec).some((other) => other.name === name))) continue;
    const takers = optimizerKinds.flatMap((kind) => {
      const description = settableOf(kind).find((other) => other.name === name);
      return description ? [{ kind, description }] : [];
    });
    // A value that none of them takes is the first thing to say.
    for (const { kind, description } of takers.slice(0, 1)) numberFor({ kind }, description, setting);
    const kinds = takers.map(({ kind }) => kind).join(', ');
    throw new InputError(setting.field, setting.text, `only with one of ${kinds} in ${field}`);
  }
}
