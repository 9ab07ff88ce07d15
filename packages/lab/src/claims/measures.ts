import type { GainLine, PredictionsLine, SpectrumLine, SplitLine, TemporalLine } from '@spectrain/spectral';
import { accuracyAtEqualLoss, agreementWithFinal, firstAligned } from '@spectrain/spectral';
import { mean } from 'simple-statistics';
import type { Seen } from '../store/probe-lines.js';

// What of a run is compared, fixed before the runs were made, but for the grain of C3. A "tilt" is above zero where high frequencies are favoured.

/** The parameters' sense: the fitted slope of log gain over log second moment, mean over the looks. Theory: `-p`. */
export function parameterTilt(lines: readonly Pick<GainLine, 'fit'>[]): number | null {
  return meanOrNull(lines.flatMap(({ fit }) => (fit ? [fit.slope] : [])));
}

/** From here on frequencies in time are high, and up to here low; in cycles per step. */
const highFrom = 0.25;
const lowTo = 1 / 16;

/**
 * The sense of time: `log2` of the transfer gain at high frequencies over that at low ones, each divided by the gain of the
 * first moment alone, which takes the momentum out that all have; mean over the windows. 0 where the second moment does nothing.
 */
export function timeTilt(lines: readonly Pick<TemporalLine, 'points'>[]): number | null {
  return meanOrNull(
    lines.flatMap(({ points }) => {
      const ratio = (isIn: (frequency: number) => boolean) =>
        meanOrNull(
          points
            .filter(({ frequency, theory }) => frequency > 0 && isIn(frequency) && theory > 0)
            .flatMap(({ gain, theory }) => (gain === null ? [] : [gain / theory])),
        );
      const high = ratio((frequency) => frequency >= highFrom);
      const low = ratio((frequency) => frequency <= lowTo);
      const tilt = high === null || low === null ? Number.NaN : Math.log2(high / low);
      return Number.isFinite(tilt) ? [tilt] : [];
    }),
  );
}

/** The share of the target that is not yet learned when learning is looked at: the trainings are then equally far. */
const halfway = 0.5;
/** Which of the widths of the Gaussian filter. */
const middleWidth = 1;

export interface FunctionTilt {
  /** Relative error of the low frequencies minus that of the high ones. */
  readonly tilt: number;
  /** The first step at which half was learned; null where it never was, and the last look counts. */
  readonly step: number | null;
}

/**
 * The sense of functions: relative error at the lower half of the target's frequencies minus that at the higher half, when for the
 * first time half of the target's energy is learned: at an equal error, not at an equal step, so that a fast optimizer is compared
 * with a slow one. Of classes, the parts are those of the Gaussian filter, and half of their mean error.
 */
export function functionTilt(lines: readonly Seen<SpectrumLine | SplitLine>[]): FunctionTilt | null {
  const looks = lines.flatMap((line) => {
    const errors = line.kind === 'spectrum' ? spectrumErrors(line) : splitErrors(line);
    return errors ? [{ step: line.step, ...errors }] : [];
  });
  const look = looks.find(({ left }) => left <= halfway);
  const at = look ?? looks.at(-1);
  return at ? { tilt: at.low - at.high, step: look?.step ?? null } : null;
}

interface Errors {
  readonly low: number;
  readonly high: number;
  /** The share that is not learned. */
  readonly left: number;
}

function spectrumErrors({ errors }: SpectrumLine): Errors {
  const half = errors.length / 2;
  return {
    low: mean(errors.slice(0, half)),
    high: mean(errors.slice(half)),
    left: mean(errors.map((error) => error ** 2)),
  };
}

function splitErrors({ parts }: SplitLine): Errors | undefined {
  const { low = null, high = null } = parts[middleWidth] ?? {};
  return low === null || high === null ? undefined : { low, high, left: (low + high) / 2 };
}

/** The part of each frequency that is learned, `max(0, 1 - D_k)`. */
export function learnedParts({ errors }: Pick<SpectrumLine, 'errors'>): number[] {
  return errors.map((error) => Math.max(0, 1 - error));
}

export interface Coverage {
  /** Participation ratio of the learned energy over the frequencies, 1/n to 1; mean over the looks. */
  readonly ratio: number;
  /** The learned part, mean over frequencies and looks. */
  readonly learned: number;
}

/**
 * Spectral coverage at equal steps: the participation ratio `(Σ e_k)² / (n Σ e_k²)` of the learned energy `e_k = max(0, 1 - D_k)²`,
 * mean over all looks of the run. 1 where all frequencies are learned alike, `1/n` where one is; 0 where none is.
 */
export function coverage(lines: readonly Pick<SpectrumLine, 'errors'>[]): Coverage | null {
  if (lines.length === 0) return null;
  const learned = lines.map(learnedParts);
  return {
    ratio: mean(learned.map((parts) => participationRatio(parts.map((part) => part ** 2)))),
    learned: mean(learned.map((parts) => mean(parts))),
  };
}

export function participationRatio(energies: readonly number[]): number {
  const sum = energies.reduce((a, b) => a + b, 0);
  const squares = energies.reduce((a, b) => a + b * b, 0);
  return squares > 0 ? sum ** 2 / (energies.length * squares) : 0;
}

/** Of the final predictions on test examples. */
export const alignedShare = 0.9;

/**
 * When for the first time nine tenths of the predictions are the final ones, in epochs: a whole number where it is after the
 * last step of one.
 */
export function alignmentEpoch(
  lines: readonly Seen<Pick<PredictionsLine, 'classes'>>[],
  stepsPerEpoch: number,
): number | null {
  const step = lines.length === 0 ? null : firstAligned(agreementWithFinal(lines), alignedShare);
  return step === null ? null : step / stepsPerEpoch;
}

/** What a look tells of loss and accuracy, both at the same parameters. */
export type Scores = Pick<PredictionsLine, 'trainLoss' | 'accuracy'>;

/** Test accuracy minus that of the baseline at equal training loss, mean over the losses that both come down through. */
export function equalLossAdvantage(own: readonly Scores[], baseline: readonly Scores[]): number | null {
  const curve = (looks: readonly Scores[]) =>
    looks.map(({ trainLoss = Number.NaN, accuracy = Number.NaN }) => ({ loss: trainLoss, accuracy }));
  return meanOrNull(accuracyAtEqualLoss(curve(baseline), curve(own)).map(({ a, b }) => b - a));
}

function meanOrNull(values: readonly number[]): number | null {
  return values.length === 0 ? null : mean([...values]);
}
