import { DataError, type Dataset, loadText, type TextData } from '@spectrain/train';
import { InputError } from '../input/input-error.js';
import type { SampleSettings, TextSource } from '../input/text-flags.js';

/** Reads the text that is to be learned. @throws InputError also for a prompt with characters it does not have */
export async function readText(
  { file, context }: TextSource,
  sample: SampleSettings | undefined,
): Promise<TextData> {
  const data = await loadText(file, { context }).catch((error: unknown) => {
    throw error instanceof DataError ? new DataError(`--data ${error.message}`) : error;
  });
  const missing = Array.from(sample?.prompt ?? '').find((character) => !data.characters.includes(character));
  if (missing !== undefined) throw new InputError('--prompt', missing, 'characters that the text has');
  return data;
}

export function isText(data: Dataset): data is TextData {
  return 'characters' in data;
}
