import { basename, extname } from 'node:path';
import { isModelFile } from '@spectrain/train';
import { completeExperiment } from '../experiment/complete-experiment.js';
import type { Experiment, ExperimentFlags } from '../experiment/experiment.js';
import type { ExperimentFields } from '../experiment/experiment-fields.js';
import { checkSchema } from '../input/check-schema.js';
import { type FieldPath, type FieldPlace, flagPlace } from '../input/field-place.js';
import type { OptimizerRequest } from '../input/optimizer-argument.js';
import { parseProbes } from '../probes/probe-settings.js';
import type { ProbeSettings } from '../run-config/run-config.js';
import { type ExperimentDocument, experimentSchema } from './experiment-schema.js';
import { type Located, locate, plain } from './located.js';
import { placeText } from './parse-located.js';
import { pathBeside, readLocated } from './read-located.js';

/** Flags that go before the fields of a file. Hyperparameters, such as `lr`, are for what its optimizers leave open. */
export interface OverridingFlags extends Partial<ExperimentFlags> {
  /** Names of optimizers in the file, or optimizers such as `adam:lr=0.01`, with commas between. */
  readonly optimizers?: string | undefined;
  /** How many. */
  readonly seeds?: number | undefined;
}

/**
 * Reads an experiment from a YAML or JSON file and those that it extends.
 * @throws InputError `digits.yaml:7:3: optimizers.adam.lr: found "fast"; allowed: ...`
 */
export async function readExperimentFile(path: string, flags: OverridingFlags = {}): Promise<Experiment> {
  const located = await readLocated(path);
  const filePlace: FieldPlace = (...field) => placeText(locate(located, field).at, field);
  const document = checkSchema(experimentSchema, plain(located), filePlace);
  const fields = fieldsOf(document, located, path);
  const overriding = fieldsOfFlags(flags, fields);
  const fromFlag = ([name = '', label]: FieldPath) =>
    Object.hasOwn(overriding, name) &&
    !(name === 'optimizers' && fields.optimizers?.some((own) => own.label === label));
  const place: FieldPlace = (...field) =>
    fromFlag(field) ? flagPlace('--optimizers')(...field) : filePlace(...pathInFile(located, field));
  return completeExperiment({ ...fields, ...overriding }, place);
}

/** A spec may stand in a field of its own, beside the space that is searched. */
function pathInFile(located: Located, field: FieldPath): FieldPath {
  const [first, label, next, ...rest] = field;
  if (first !== 'optimizers' || label === undefined || next === undefined) return field;
  const optimizer = locate(located, [first, label]);
  const isNested =
    'fields' in optimizer && optimizer.fields.has('spec') && !['spec', 'space'].includes(`${next}`);
  return isNested ? [first, label, 'spec', next, ...rest] : field;
}

function fieldsOf(document: ExperimentDocument, located: Located, path: string): ExperimentFields {
  const { $schema: _, extends: __, optimizers, probes, data, model, ...fields } = document;
  const beside = (field: FieldPath, file: string) => pathBeside(locate(located, field).at.file, file);
  return {
    ...fields,
    name: fields.name ?? basename(path, extname(path)),
    ...(data !== undefined && { data: beside(['data'], data) }),
    ...(model !== undefined && { model: isModelFile(model) ? beside(['model'], model) : model }),
    ...(optimizers && { optimizers: requestsOf(optimizers, located) }),
    ...(probes && { probes: probesOf(probes) }),
  };
}

/** In the order of the file: that of an object's keys is another for names such as `1`. */
function requestsOf(
  optimizers: NonNullable<ExperimentDocument['optimizers']>,
  located: Located,
): readonly OptimizerRequest[] {
  const inFile = locate(located, ['optimizers']);
  const labels = 'fields' in inFile ? [...inFile.fields.keys()] : [];
  return labels.map((label) => {
    const asked = optimizers[label]!;
    if (typeof asked === 'string' || !isSearched(asked)) return { label, spec: asked };
    return { label, ...asked };
  });
}

type Asked = Exclude<NonNullable<ExperimentDocument['optimizers']>[string], string>;

function isSearched(asked: Asked): asked is Extract<Asked, { spec: unknown }> {
  return Object.hasOwn(asked, 'spec');
}

function probesOf(probes: NonNullable<ExperimentDocument['probes']>): readonly ProbeSettings[] {
  const list = Array.isArray(probes)
    ? probes
    : Object.entries(probes).map(([name, own]) => ({
        name,
        every: typeof own === 'number' ? own : own.every,
      }));
  return list.map((probe) => {
    if (typeof probe === 'string') return { name: probe };
    const { name, every } = probe;
    return { name, ...(every !== undefined && { every }) };
  });
}

function fieldsOfFlags(
  { augment, optimizers, checkpoint, probe, ...flags }: OverridingFlags,
  inFile: ExperimentFields,
): ExperimentFields {
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
  const texts = optimizers?.split(',').map((text) => text.trim());
  return {
    ...given,
    ...(augment === false && { augmentation: false }),
    ...(checkpoint !== undefined && { checkpoint: { ...inFile.checkpoint, seconds: checkpoint } }),
    ...(probe !== undefined && { probes: parseProbes('--probe', probe) }),
    ...(texts && {
      optimizers: texts.map(
        (text) => inFile.optimizers?.find(({ label }) => label === text) ?? { label: text, spec: text },
      ),
    }),
  };
}
