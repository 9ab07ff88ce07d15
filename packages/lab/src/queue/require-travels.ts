import { isModelFile } from '@spectrain/train';
import { InputError } from '../input/input-error.js';
import type { RunConfig } from '../run-config/run-config.js';

/**
 * Refuses what would need a file of this machine on another one. Workers ask this as well, since what a payload names is
 * not to be read from their disks.
 * @throws InputError
 */
export function requireTravels({ task, text, model }: Pick<RunConfig, 'task' | 'text' | 'model'>): void {
  if (text !== undefined || task === 'text')
    throw new InputError('--task', task, 'with --queue, a data set: workers do not have the file of --data');
  if (isModelFile(model))
    throw new InputError(
      '--model',
      model,
      'with --queue, the name of a model: workers do not have the .onnx file',
    );
}
