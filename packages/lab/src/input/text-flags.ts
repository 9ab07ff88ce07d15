import type { Task } from '../tasks/tasks.js';
import type { FieldPlace } from './field-place.js';
import { numberFrom, wholeNumber } from './flag-values.js';
import { InputError } from './input-error.js';

/** The flags of tasks whose data are a text. */
export interface TextFlags {
  readonly data?: string | undefined;
  readonly context?: number | undefined;
  readonly sample?: number | undefined;
  readonly temperature?: number | undefined;
  readonly prompt?: string | undefined;
}

/** Where a text comes from, and how it is cut. */
export interface TextSource {
  readonly file: string;
  /** Characters of an example. */
  readonly context: number;
}

/** What a network that was trained on a text is to write. */
export interface SampleSettings {
  /** In characters, without the prompt. */
  readonly length: number;
  readonly temperature: number;
  readonly prompt?: string;
}

export const textDefaults = { context: 64, sample: 200, temperature: 0.8 } as const;

export const contextNumber = wholeNumber('--context', 1, 4096);
export const sampleNumber = wholeNumber('--sample', 0, 1_000_000);
export const temperatureNumber = numberFrom('--temperature', 0, 1000);

/**
 * What is said about a text; nothing for a task that has none.
 * @throws InputError when the text is missing, or the fields do not belong to the task
 */
export function planText(
  task: Task,
  { data, context, sample, temperature, prompt }: TextFlags,
  place: FieldPlace,
): { text?: TextSource; sample?: SampleSettings } {
  if (!task.isText) {
    for (const [field, value] of Object.entries({ data, context, sample, temperature, prompt }))
      if (value !== undefined) throw new InputError(place(field), String(value), 'only with the task text');
    return {};
  }
  if (!data) throw new InputError(place('data'), data ?? '', 'the path of a text file, for the task text');
  return {
    text: { file: data, context: context ?? textDefaults.context },
    ...(sample && {
      sample: {
        length: sample,
        temperature: temperature ?? textDefaults.temperature,
        ...(prompt && { prompt }),
      },
    }),
  };
}
