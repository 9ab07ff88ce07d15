import { type MeasuredRun, type Measures, noMeasures } from '../claims/measured-runs.js';

/** A completed run with what a test says of it. */
export function measuredRun(
  optimizer: string,
  seed: number,
  { epochs = [], ...measures }: Partial<Measures> & { readonly epochs?: MeasuredRun['run']['epochs'] },
): MeasuredRun {
  return {
    optimizer,
    seed,
    run: {
      optimizer,
      seed,
      status: 'completed',
      epochs,
      trace: [],
      seconds: 1,
      examplesPerSecond: 1,
    },
    spectra: [],
    predictions: [],
    ...noMeasures,
    ...measures,
  };
}
