import {
  buildModel,
  checkLabelShape,
  compileProgram,
  type Dataset,
  isModelFile,
  loadModel,
  ModelNameError,
  modelName,
  modelNames,
  parseModel,
  type TrainableOptions,
} from '@spectrain/train';
import type { FieldPlace } from './field-place.js';
import { InputError, nearest } from './input-error.js';

/** The name of a model in its usual form; a file's path as it is. @throws InputError for one that is not understood */
export function readModel(name: string, field = '--model'): string {
  if (isModelFile(name)) return name;
  return asInput(() => modelName(parseModel(name)), field, nearest(name, modelNames));
}

/** The flags that say what of a file is trained. */
export interface FileFlags {
  readonly trainable?: string | undefined;
  readonly batchNorm?: string | undefined;
}

/** {@link FileFlags} as an experiment's file has them. */
export interface FileFields {
  readonly trainable?: string | readonly string[] | undefined;
  readonly batchNorm?: string | undefined;
}

export const batchNormModes = ['train', 'freeze'] as const;

/** What is said of a file; nothing where nothing is. @throws InputError also where the model is not a file */
export function readFileOptions(
  model: string,
  { trainable, batchNorm }: FileFields,
  place: FieldPlace,
): TrainableOptions | undefined {
  for (const [field, value] of Object.entries({ trainable, batchNorm }))
    if (value !== undefined && !isModelFile(model))
      throw new InputError(place(field), value, 'only with the path of an .onnx file as model');
  const mode = batchNormModes.find((each) => each === batchNorm);
  if (batchNorm !== undefined && !mode) throw new InputError(place('batchNorm'), batchNorm, batchNormModes);
  if (trainable === undefined && !mode) return undefined;
  return {
    ...(trainable !== undefined && {
      trainable: [trainable].flat().flatMap((patterns) => patterns.split(',').map((each) => each.trim())),
    }),
    ...(mode && { batchNormalization: mode }),
  };
}

/** @throws InputError when there is no such file, or it cannot be trained on these examples, or they do not suit the model */
export async function requireSuitable(
  model: string,
  data: Dataset,
  options: TrainableOptions = {},
): Promise<void> {
  if (!isModelFile(model)) {
    asInput(
      () => buildModel(model, data.shape, data.kind === 'regression' ? [] : data.labelShape),
      '--model',
    );
    return;
  }
  try {
    const program = compileProgram(await loadModel(model, data, options), data.shape, data);
    checkLabelShape(program, data);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const own = error.message.startsWith(`${model}: `)
      ? error.message.slice(model.length + 2)
      : error.message;
    throw new InputError('--model', model, `an ONNX file that can be trained on ${data.name} (${own})`);
  }
}

function asInput<T>(read: () => T, field: string, hint = ''): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ModelNameError)) throw error;
    const phrase = error.allowed.replace(/^allowed: |\.$/g, '');
    throw new InputError(field, error.found, `${phrase}${hint}`);
  }
}
