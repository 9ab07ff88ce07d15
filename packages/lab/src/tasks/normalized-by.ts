import type { Dataset } from '@spectrain/train';
import { InputError } from '../input/input-error.js';
import type { NormalizationSettings } from '../run-config/run-config.js';

/** The data set with another normalisation. @throws InputError where it has not one number, or one for each channel */
export function normalizedBy<Data extends Dataset>(
  { mean, std }: NormalizationSettings,
  data: Data,
): Data & Pick<Required<Dataset>, 'normalization'> {
  const channels = data.shape[0] ?? 1;
  for (const [field, { length }] of Object.entries({ mean, std }))
    if (length !== 1 && length !== channels)
      throw new InputError(
        `normalization.${field}`,
        length,
        `one number, or ${channels}, the channels of ${data.name}`,
      );
  return { ...data, normalization: { divisor: data.normalization?.divisor ?? 1, mean, std } };
}
