import type { Results } from './results.js';
import { type Target, type TimeUnit, targetsOf, timeToTarget } from './time-to-target.js';

/** Ratios above it do not count, as in AlgoPerf. */
export const largestRatio = 4;

/** How long each optimizer took to the target of one task; null where it did not get there. */
export interface Workload {
  readonly name: string;
  readonly target: Target;
  readonly times: Readonly<Record<string, number | null>>;
}

/** How near an optimizer is to the fastest one, over several workloads. */
export interface PerformanceProfile {
  readonly optimizer: string;
  /** Where `rho` rises: the share of workloads, 0 to 1, with a ratio of at most `tau`; the first point has `tau` 1. */
  readonly points: readonly { readonly tau: number; readonly rho: number }[];
  /** The mean of `rho` between `tau` 1 and {@link largestRatio}: 1 for one that is the fastest everywhere. */
  readonly score: number;
}

/**
 * The workloads of several experiments: each that has targets gives one, by the hardest target of the metric that is named
 * first. An optimizer takes the median of its seeds.
 */
export function workloadsOf(experiments: readonly Results[], unit: TimeUnit): readonly Workload[] {
  return experiments.flatMap(({ config, runs }) => {
    const target = hardest(targetsOf(config));
    if (!target) return [];
    const times = config.optimizers.map(({ label }) => {
      const own = runs.filter(({ optimizer }) => optimizer === label);
      return [label, timeToTarget(own, target)[unit]] as const;
    });
    return [{ name: config.name, target, times: Object.fromEntries(times) }];
  });
}

function hardest(targets: readonly Target[]): Target | undefined {
  const [first] = targets;
  if (!first) return undefined;
  const values = targets.filter(({ metric }) => metric === first.metric).map(({ value }) => value);
  return {
    metric: first.metric,
    value: first.metric === 'accuracy' ? Math.max(...values) : Math.min(...values),
  };
}

/**
 * The performance profiles of Dolan and Moré (2002) as AlgoPerf scores them (Dahl et al., "Benchmarking neural network training
 * algorithms", arXiv 2306.07179, section 4): with `t(s, w)` the time of optimizer s on workload w and
 * `r(s, w) = t(s, w) / min over s' of t(s', w)`,
 *
 *     rho_s(tau) = share of workloads with r(s, w) <= tau
 *     score_s = 1 / (r_max - 1) * integral from 1 to r_max of rho_s(tau)
 *
 * which is the mean over workloads of `max(0, r_max - r(s, w)) / (r_max - 1)`. A target that is not reached has an infinite
 * ratio, also where nobody reaches it. Only optimizers that all workloads have can be compared so, and are.
 */
export function performanceProfiles(
  workloads: readonly Workload[],
  upTo = largestRatio,
): readonly PerformanceProfile[] {
  const optimizers = Object.keys(workloads[0]?.times ?? {}).filter((optimizer) =>
    workloads.every(({ times }) => optimizer in times),
  );
  const fastest = workloads.map(({ times }) =>
    Math.min(...optimizers.map((optimizer) => times[optimizer] ?? Number.POSITIVE_INFINITY)),
  );
  return optimizers.map((optimizer) => {
    const ratios = workloads.map(({ times }, i) => {
      const time = times[optimizer] ?? null;
      return time === null ? Number.POSITIVE_INFINITY : time / fastest[i]!;
    });
    const share = (tau: number) => ratios.filter((ratio) => ratio <= tau).length / ratios.length;
    const rises = [...new Set([1, ...ratios.filter(Number.isFinite)])].toSorted((a, b) => a - b);
    const gains = ratios.map((ratio) => Math.max(0, upTo - ratio) / (upTo - 1));
    return {
      optimizer,
      points: rises.map((tau) => ({ tau, rho: share(tau) })),
      score: gains.reduce((sum, gain) => sum + gain, 0) / gains.length,
    };
  });
}
