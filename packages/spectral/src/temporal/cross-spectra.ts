import { requireLength } from '../checks.js';
import { PowerOfTwoFft } from '../fft.js';

export interface SpectraOptions {
  /** Steps of a segment, a power of two; the resolution is one over it. Default 256. */
  readonly segment?: number;
  /** `constant` takes the mean off each segment first. Default `none`: the mean is frequency 0. */
  readonly detrend?: 'none' | 'constant';
  /**
   * `energy`: the spectra are plain means over the sequences. `equal`: each pair is divided by the root mean square of its
   * input first, so that all weigh the same. Default `energy`.
   */
  readonly weights?: 'energy' | 'equal';
}

/** One-sided spectral densities, by frequency; of g and u in their units squared per (cycle per step). */
export interface CrossSpectra {
  /** In cycles per step, 0 to 1/2: `segment / 2 + 1` of them. */
  readonly frequencies: readonly number[];
  /** S_gg, S_uu >= 0. */
  readonly input: readonly number[];
  readonly output: readonly number[];
  /** S_ug, the mean of `U conj(G)`. */
  readonly crossReal: readonly number[];
  readonly crossImaginary: readonly number[];
  /** Segments that they are means over, of all sequences together. */
  readonly segments: number;
}

/**
 * Welch's estimate (IEEE Trans. Audio Electroacoust. 15, 1967) of the spectra of pairs of sequences, a filter's input g
 * and output u: Hann window, segments that overlap by half, means over segments and sequences. Scaled as
 * `scipy.signal.welch` and `csd` are: the sum of a density times the resolution is the mean square.
 * @param inputs g of each sequence, `[count][steps]`; @param outputs u, likewise
 * @throws RangeError for sequences that differ in length, or are shorter than a segment
 */
export function crossSpectra(
  inputs: readonly ArrayLike<number>[],
  outputs: readonly ArrayLike<number>[],
  { segment = 256, detrend = 'none', weights = 'energy' }: SpectraOptions = {},
): CrossSpectra {
  const fft = new PowerOfTwoFft(segment);
  requireLength('outputs', outputs, inputs.length);
  if (inputs.length === 0) throw new RangeError('there is no sequence to take spectra of');
  const window = hann(segment);
  const sums = Array.from({ length: 4 }, () => new Float64Array(segment / 2 + 1));
  const packed = new Float64Array(2 * segment);
  let segments = 0;
  inputs.forEach((g, k) => {
    const u = outputs[k]!;
    requireLength(`output ${k}`, u, g.length);
    if (g.length < segment)
      throw new RangeError(`sequence ${k} has ${g.length} steps; a segment needs ${segment}`);
    const scale = weights === 'equal' ? 1 / (rootMeanSquare(g) || 1) : 1;
    for (let start = 0; start + segment <= g.length; start += segment / 2) {
      pack(g, u, start, { window, scale, detrend }, packed);
      addProducts(fft.transform(packed), sums);
      segments++;
    }
  });
  const power = window.reduce((sum, w) => sum + w * w, 0);
  const [input, output, crossReal, crossImaginary] = sums.map((sum) =>
    Array.from(sum, (value, k) => ((k % (segment / 2) === 0 ? 1 : 2) * value) / (segments * power)),
  );
  return {
    frequencies: Array.from(sums[0]!, (_, k) => k / segment),
    input: input!,
    output: output!,
    crossReal: crossReal!,
    crossImaginary: crossImaginary!,
    segments,
  };
}

/** What a filter does to its input, by frequency. */
export interface TransferPoint {
  /** In cycles per step. */
  readonly frequency: number;
  /** `|S_ug / S_gg|`: how many times as large what goes out is; `null` where nothing goes in. */
  readonly gain: number | null;
  /** Phase of S_ug in radians: negative where u lags behind g. */
  readonly phase: number;
  /** `|S_ug|² / (S_gg S_uu)`, 0 to 1: the share of u that a linear filter of g explains. 1 for a single segment. */
  readonly coherence: number | null;
  readonly input: number;
  readonly output: number;
}

/** Transfer gain and coherence of measured spectra (arXiv 2411.19671 has the theory for momentum). */
export function transfer(spectra: CrossSpectra): TransferPoint[] {
  return spectra.frequencies.map((frequency, k) => {
    const input = spectra.input[k]!;
    const output = spectra.output[k]!;
    const cross = Math.hypot(spectra.crossReal[k]!, spectra.crossImaginary[k]!);
    return {
      frequency,
      gain: input > 0 ? cross / input : null,
      phase: Math.atan2(spectra.crossImaginary[k]!, spectra.crossReal[k]!),
      coherence: input > 0 && output > 0 ? (cross / input) * (cross / output) : null,
      input,
      output,
    };
  });
}

/** Periodic, as for spectra. */
function hann(length: number): Float64Array {
  return Float64Array.from({ length }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / length));
}

/** A windowed segment of g as real and of u as imaginary part: one transform does for both. */
function pack(
  g: ArrayLike<number>,
  u: ArrayLike<number>,
  start: number,
  { window, scale, detrend }: { window: Float64Array; scale: number; detrend: 'none' | 'constant' },
  into: Float64Array,
): void {
  const { length } = window;
  let meanG = 0;
  let meanU = 0;
  if (detrend === 'constant')
    for (let n = 0; n < length; n++) {
      meanG += g[start + n]! / length;
      meanU += u[start + n]! / length;
    }
  for (let n = 0; n < length; n++) {
    into[2 * n] = scale * window[n]! * (g[start + n]! - meanG);
    into[2 * n + 1] = scale * window[n]! * (u[start + n]! - meanU);
  }
}

/** Adds |G|², |U|² and U conj(G) of the transform Z of g + i u: `G_k = (Z_k + conj Z_-k) / 2`, `U_k = (Z_k - conj Z_-k) / 2i`. */
function addProducts(z: Float64Array, [gg, uu, real, imaginary]: readonly Float64Array[]): void {
  const length = z.length / 2;
  for (let k = 0; k <= length / 2; k++) {
    const mirror = (length - k) % length;
    const gr = (z[2 * k]! + z[2 * mirror]!) / 2;
    const gi = (z[2 * k + 1]! - z[2 * mirror + 1]!) / 2;
    const ur = (z[2 * k + 1]! + z[2 * mirror + 1]!) / 2;
    const ui = (z[2 * mirror]! - z[2 * k]!) / 2;
    gg![k]! += gr * gr + gi * gi;
    uu![k]! += ur * ur + ui * ui;
    real![k]! += ur * gr + ui * gi;
    imaginary![k]! += ui * gr - ur * gi;
  }
}

function rootMeanSquare(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! ** 2;
  return Math.sqrt(sum / values.length);
}
