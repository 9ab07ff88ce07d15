import adjustP from '@stdlib/stats-padjust';
import { type PageTrend, pageTrend } from '../statistics/page-trend.js';
import { exponents, fixedLabel, type Gain, gains } from './claim-experiments.js';
import { type Estimate, estimate } from './estimate.js';
import { bySeed, type MeasuredRun, type MeasureName, paired } from './measured-runs.js';
import { type Outcome, type Verdict, verdictOf } from './verdict.js';

/** The senses of "frequency", and how near to 0 a tilt of p = 0 must be to count as neutral. */
export const senses = [
  { name: 'parameter', measure: 'parameterTilt', margin: 0.05 },
  { name: 'time', measure: 'timeTilt', margin: 0.25 },
  { name: 'function', measure: 'functionTilt', margin: 0.1 },
] as const satisfies readonly { name: string; measure: MeasureName; margin: number }[];

export const biasTasks = ['sines', 'digits'] as const;
export type BiasTask = (typeof biasTasks)[number];

/** One task, one sense of frequency, one gain. */
export interface TiltCell {
  readonly task: BiasTask;
  readonly sense: (typeof senses)[number]['name'];
  readonly gain: Gain;
  /** Seeds that have a tilt for every exponent, which the trend is over. */
  readonly seeds: number;
  readonly tilts: readonly { readonly p: number; readonly tilt: Estimate | null }[];
  /** That the tilt falls as p rises. */
  readonly trend: PageTrend | null;
  /** Its p, adjusted by Holm for all cells. */
  readonly trendP: number | null;
  /** The largest p minus p = 0, which is to be below 0; the smallest p minus p = 0, to be above 0. */
  readonly adaptive: Estimate | null;
  readonly negative: Estimate | null;
  readonly checks: {
    readonly trend: boolean;
    readonly adaptive: boolean;
    readonly neutral: boolean;
    readonly negative: boolean;
  };
  readonly outcome: Outcome;
}

const level = 0.05;
const smallest = Math.min(...exponents);
const largest = Math.max(...exponents);

/**
 * C1. A cell holds where the tilt falls with p (Page's trend test, Holm-adjusted p < 0.05), the largest p is below p = 0 and the
 * smallest above it (95 % intervals of paired differences exclude 0), and the 95 % interval of p = 0 lies within the
 * margin; it fails where there is no such trend. The claim is supported where all cells hold, and not supported where those
 * of time and function all fail: that of parameters holds by construction of the rule.
 */
export function judgeSpectralBias(runs: Readonly<Record<BiasTask, readonly MeasuredRun[]>>): {
  readonly cells: readonly TiltCell[];
  readonly verdict: Verdict;
} {
  const open = biasTasks.flatMap((task) =>
    senses.flatMap((sense) => gains.map((gain) => measureCell(runs[task], task, sense, gain))),
  );
  const known = open.flatMap(({ trend }) => (trend ? [trend.p] : []));
  const adjusted = known.length > 0 ? adjustP(known, 'holm', open.length) : [];
  let next = 0;
  const cells = open.map((cell): TiltCell => {
    const trendP = cell.trend ? adjusted[next++]! : null;
    const checks = { ...cell.checks, trend: trendP !== null && trendP < level };
    const outcome = !checks.trend ? 'fails' : Object.values(checks).every(Boolean) ? 'holds' : 'partly';
    return { ...cell, trendP, checks, outcome };
  });
  const deciding = cells.filter(({ sense }) => sense !== 'parameter');
  return {
    cells,
    verdict: verdictOf(
      cells.map(({ outcome }) => outcome),
      deciding.map(({ outcome }) => outcome),
    ),
  };
}

function measureCell(
  runs: readonly MeasuredRun[],
  task: BiasTask,
  { name, measure, margin }: (typeof senses)[number],
  gain: Gain,
): Omit<TiltCell, 'trendP' | 'outcome'> {
  const values = new Map(exponents.map((p) => [p as number, bySeed(runs, fixedLabel(p, gain), measure)]));
  const neutral = values.get(0)!;
  const adaptive = estimate(paired(values.get(largest)!, neutral));
  const negative = estimate(paired(values.get(smallest)!, neutral));
  const own = estimate(neutral.values())?.interval;
  const blocks = blocksOf(values);
  return {
    task,
    sense: name,
    gain,
    seeds: blocks.length,
    tilts: exponents.map((p) => ({ p, tilt: estimate(values.get(p)!.values()) })),
    trend: pageTrend(blocks),
    adaptive,
    negative,
    checks: {
      trend: false,
      adaptive: (adaptive?.interval?.high ?? 0) < 0,
      neutral: own != null && own.low >= -margin && own.high <= margin,
      negative: (negative?.interval?.low ?? 0) > 0,
    },
  };
}

/** A list a seed, of the exponents from the largest on, so that the claimed trend is one upwards; seeds that lack one are left out. */
function blocksOf(values: ReadonlyMap<number, ReadonlyMap<number, number>>): number[][] {
  const falling = [...values.keys()].sort((a, b) => b - a).map((p) => values.get(p)!);
  return [...falling[0]!.keys()].flatMap((seed) => {
    const block = falling.flatMap((own) => own.get(seed) ?? []);
    return block.length === falling.length ? [block] : [];
  });
}
