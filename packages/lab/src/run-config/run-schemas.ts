import { z } from 'zod';
import { batchNormModes } from '../input/model-flag.js';
import {
  choice,
  finiteNumber,
  flag,
  label,
  listOf,
  object,
  positiveNumber,
  wholeNumber,
} from '../input/schema-parts.js';

// What the schema of a run and that of an experiment's file have in common.

export const seed = wholeNumber(0);
export const epochs = wholeNumber(1, 1_000_000);
export const batch = wholeNumber(1, 1_000_000);
export const threads = wholeNumber(1, 256);
export const every = wholeNumber(1, 1_000_000_000);
export const batchNorm = choice(batchNormModes);

export const augmentation = object({
  crop: wholeNumber(0, 64).exactOptional().describe('pad each side by this many pixels, then crop at random'),
  flip: flag().exactOptional().describe('mirror half of the images'),
  shift: flag().exactOptional().describe('cut a text from a random place on'),
});

export const normalization = object({
  mean: listOf(finiteNumber(), 'numbers, one for each channel'),
  std: listOf(positiveNumber(), 'numbers > 0, one for each channel'),
});

export const probe = z.union([object({ name: label(), every: every.exactOptional() }), label()]);
