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
import { InputError, nearest } from './input-error.js';

/** The name of a model in its usual form; a file's path as it is. @throws InputError for one that is not understood */
export function readModel(name: string): string {
  if (isModelFile(name)) return name;
  return asInput(() => modelName(parseModel(name)), nearest(name, modelNames));
}

/** The flags that say what of a file is trained. */
export interface FileFlags {
  readonly trainable?: string | undefined;
  readonly batchNorm?: string | undefined;
}

const modes = ['train', 'freeze'] as const;

/** What the flags say of a file; nothing where none is given. @throws InputError also where the model is not a file */
export function readFileOptions(
  model: string,
  { trainable, batchNorm }: FileFlags,
): TrainableOptions | undefined {
  for (const [flag, value] of Object.entries({ '--trainable': trainable, '--batch-norm': batchNorm }))
    if (value !== undefined && !isModelFile(model))
      throw new InputError(flag, value, 'only with the path of an .onnx file as --model');
  const mode = modes.find((each) => each === batchNorm);
  if (batchNorm !== undefined && !mode) throw new InputError('--batch-norm', batchNorm, modes);
  if (trainable === undefined && !mode) return undefined;
  return {
    ...(trainable !== undefined && { trainable: trainable.split(',').map((pattern) => pattern.trim()) }),
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
    asInput(() => buildModel(model, data.shape, data.kind === 'regression' ? [] : data.labelShape));
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

function asInput<T>(read: () => T, hint = ''): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ModelNameError)) throw error;
    const phrase = error.allowed.replace(/^allowed: |\.$/g, '');
    throw new InputError('--model', error.found, `${phrase}${hint}`);
  }
}
