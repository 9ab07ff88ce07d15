import { requireLength, requirePositive } from '../checks.js';
import { fitExponent, type GainFit } from './fit-exponent.js';

/** One step of one tensor, coordinate by coordinate; all arrays are of one length. */
export interface GainTensor {
  /**
   * `(shrink * theta - theta') / lr`: how far the step moved each coordinate, without decoupled weight decay and per unit
   * of learning rate. Measured, so it carries the rounding of theta.
   */
  readonly update: ArrayLike<number>;
  /** `mhat`, the first moment that the step used: bias-corrected where the rule corrects; the gradient where it has none. */
  readonly firstMoment: ArrayLike<number>;
  /** `vhat`, the second moment that the step divided by: after this gradient, bias-corrected, the running maximum if any. */
  readonly secondMoment: ArrayLike<number>;
  /** What an update must exceed to be told from the rounding of theta. Default 0 everywhere. */
  readonly resolution?: ArrayLike<number>;
  /** `eps` of the rule; the fit takes it out. Default 0. */
  readonly eps?: number;
}

export interface GainOptions {
  /** Bins of the second moment in a factor of ten. Default 2. */
  readonly binsPerDecade?: number;
}

/** Coordinates whose second moment is in `[low, high)`. */
export interface GainBin {
  readonly low: number;
  readonly high: number;
  /** Geometric mean of the second moments. */
  readonly secondMoment: number;
  /** Coordinates in the bin, and those of them that {@link gain} is the mean of. */
  readonly count: number;
  readonly measured: number;
  /** Mean of `|update| / |firstMoment|`; `null` where nothing could be measured. */
  readonly gain: number | null;
  /** Share of the sum of `update²`, and of `firstMoment²`, over all coordinates. */
  readonly updateEnergy: number;
  readonly momentEnergy: number;
}

export interface GainCurve {
  readonly bins: readonly GainBin[];
  /** Slope of log gain over log second moment: `-p` for the family's rule. `null` where the data do not determine it. */
  readonly fit: GainFit | null;
  /** Share of update energy in each tenth of the coordinates, in rising order of the second moment. */
  readonly energyByDecile: readonly number[];
  /** Coordinates looked at. */
  readonly count: number;
  /** Of them: with a second moment of 0, which has no place on a logarithmic axis. They count in the deciles alone. */
  readonly zeros: number;
  /** With a first moment of 0, which moves nothing and has no ratio. */
  readonly still: number;
  /** That moved by less than the resolution. They count for energy, not for gain and slope. */
  readonly unresolved: number;
}

/**
 * The gain of an optimizer: how much of the first moment it lets through, as a function of the second moment. For
 * `theta -= lr * mhat / (vhat^p + eps)` it is `1 / (vhat^p + eps)`, a line of slope `-p` on logarithmic axes where eps is
 * small. Pure: measures what it is given and assumes no rule.
 * @throws RangeError for arrays of different lengths, a negative second moment, or no coordinate at all
 */
export function gainCurve(
  tensors: readonly GainTensor[],
  { binsPerDecade = 2 }: GainOptions = {},
): GainCurve {
  requirePositive('binsPerDecade', binsPerDecade);
  const bins = new Map<number, BinSums>();
  const totals = { count: 0, zeros: 0, still: 0, unresolved: 0, update: 0, moment: 0 };
  for (const tensor of tensors) {
    const { update, firstMoment, secondMoment, resolution } = tensor;
    requireLength('firstMoment', firstMoment, update.length);
    requireLength('secondMoment', secondMoment, update.length);
    if (resolution) requireLength('resolution', resolution, update.length);
    for (let i = 0; i < update.length; i++) {
      const v = secondMoment[i]!;
      const u = update[i]!;
      const m = firstMoment[i]!;
      if (!(v >= 0 && Number.isFinite(v + u + m)))
        throw new RangeError(`at index ${i}: update ${u}, first moment ${m}, second moment ${v}`);
      totals.count++;
      totals.update += u * u;
      totals.moment += m * m;
      if (m === 0) totals.still++;
      if (v === 0) {
        totals.zeros++;
        continue;
      }
      const logV = Math.log10(v);
      const key = Math.floor(binsPerDecade * logV);
      let bin = bins.get(key);
      if (!bin) {
        bin = { logV: 0, count: 0, measured: 0, ratios: 0, update: 0, moment: 0 };
        bins.set(key, bin);
      }
      bin.count++;
      bin.logV += logV;
      bin.update += u * u;
      bin.moment += m * m;
      if (m === 0) continue;
      if (isResolved(tensor, i)) {
        bin.measured++;
        bin.ratios += Math.abs(u / m);
      } else totals.unresolved++;
    }
  }
  const { count, zeros, still, unresolved } = totals;
  if (count === 0) throw new RangeError('there is no coordinate to measure the gain of');
  return {
    bins: [...bins]
      .sort(([a], [b]) => a - b)
      .map(([key, bin]) => ({
        low: 10 ** (key / binsPerDecade),
        high: 10 ** ((key + 1) / binsPerDecade),
        secondMoment: 10 ** (bin.logV / bin.count),
        count: bin.count,
        measured: bin.measured,
        gain: bin.measured > 0 ? bin.ratios / bin.measured : null,
        updateEnergy: totals.update > 0 ? bin.update / totals.update : 0,
        momentEnergy: totals.moment > 0 ? bin.moment / totals.moment : 0,
      })),
    fit: fitExponent(tensors),
    energyByDecile: energyByDecile(tensors, count, totals.update),
    count,
    zeros,
    still,
    unresolved,
  };
}

interface BinSums {
  logV: number;
  count: number;
  measured: number;
  ratios: number;
  update: number;
  moment: number;
}

/** Whether an update can be told from the rounding of theta. */
export function isResolved({ update, resolution }: GainTensor, i: number): boolean {
  return Math.abs(update[i]!) > (resolution?.[i] ?? 0);
}

/** `1 / (v^p + eps)`, with `0^0 = 1`: the line to draw beside a gain curve. */
export function theoreticalGain(v: number, p: number, eps = 0): number {
  const scale = v ** Math.abs(p);
  return p < 0 ? scale / (1 + eps * scale) : 1 / (scale + eps);
}

function energyByDecile(tensors: readonly GainTensor[], count: number, total: number): number[] {
  const v = new Float64Array(count);
  const energy = new Float64Array(count);
  let filled = 0;
  for (const { update, secondMoment } of tensors)
    for (let i = 0; i < update.length; i++) {
      v[filled] = secondMoment[i]!;
      energy[filled++] = update[i]! ** 2;
    }
  const edges = decileEdges(v);
  const shares = new Array<number>(10).fill(0);
  for (let i = 0; i < count; i++) {
    let decile = 0;
    while (decile < 9 && v[i]! >= edges[decile]!) decile++;
    shares[decile]! += total > 0 ? energy[i]! / total : 0;
  }
  return shares;
}

/** The nine values between the tenths of `values`. */
function decileEdges(values: Float64Array): number[] {
  const sorted = values.slice().sort();
  return Array.from({ length: 9 }, (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / 10)]!);
}
