import type { MetricName } from './results/metric.js';
import type { Target } from './results/time-to-target.js';
import type { Difference } from './statistics/comparison.js';
import type { Interval } from './statistics/interval.js';
import type { Spread } from './statistics/spread.js';

/** Where there is no value. */
export const none = '–';

/** A share as percent, without the sign: `97.41`. */
export function percent(share: number): string {
  return (100 * share).toFixed(2);
}

/**
 * A difference with its sign: of accuracies in percentage points, `+0.52`, `−0.52`; of losses with the decimals that show three
 * digits of `like`.
 */
export function points(difference: number, metric: MetricName = 'accuracy', like: number = 0): string {
  const size = Math.abs(difference);
  const text = metric === 'accuracy' ? percent(size) : loss(size, like);
  if (Number(text) === 0) return text;
  return `${difference < 0 ? '−' : '+'}${text}`;
}

/** `97.41 ± 0.32`. */
export function spreadText(spread: Spread | null, show: (value: number, like: number) => string): string {
  if (!spread) return none;
  const { mean, sd } = spread;
  return sd === null ? show(mean, mean) : `${show(mean, mean)} ± ${show(sd, mean)}`;
}

/** `+0.52 [−0.10, +1.14]`: the difference to the baseline with the interval that is corrected for all comparisons. */
export function differenceText(difference: Difference | null, metric: MetricName): string {
  if (!difference) return none;
  return `${signedText(difference, difference.mean, metric)} ${intervalText(difference, difference.corrected, metric)}`;
}

/** An interval of a difference, `[−0.10, +1.14]`. */
export function intervalText(difference: Difference, interval: Interval | null, metric: MetricName): string {
  if (!interval) return `[${none}]`;
  const show = (value: number) => signedText(difference, value, metric);
  return `[${show(interval.low)}, ${show(interval.high)}]`;
}

/** A value of a difference, with the decimals that its interval or else its mean asks for. */
export function signedText({ mean, corrected }: Difference, value: number, metric: MetricName): string {
  const width = corrected ? corrected.high - corrected.low : 0;
  return points(value, metric, width > 0 ? width : Math.abs(mean));
}

/** A p-value: `0.043`, `<0.001`. */
export function pText(p: number): string {
  return p < 0.001 ? '<0.001' : p.toFixed(3);
}

/** `accuracy 97 %`, `loss 0.1`. */
export function targetText({ metric, value }: Target): string {
  return metric === 'accuracy' ? `accuracy ${Number((100 * value).toFixed(6))} %` : `loss ${value}`;
}

/** With the decimals that show three digits of `like`. */
export function loss(value: number, like: number = value): string {
  const decimals = like > 0 ? 2 - Math.floor(Math.log10(like)) : 2;
  return value.toFixed(Math.min(8, Math.max(0, decimals)));
}

/** With three digits where it has decimals: `7.39`, `45.2`, `1205`. */
export function perplexity(testLoss: number): string {
  return loss(Math.exp(testLoss));
}

/** `3.21 s`, `32.1 s`, `4 min 05 s`, `2 h 07 min`. */
export function duration(seconds: number): string {
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}

/** `312 B`, `48.1 kB`, `2.30 MB`: in powers of 1000. */
export function byteSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return power === 0 ? `${bytes} B` : `${loss(bytes / 1000 ** power)} ${units[power]}`;
}

/** `2026-01-02 03:04`, in UTC. */
export function minute(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}

export function rate(examplesPerSecond: number): string {
  return Math.round(examplesPerSecond).toLocaleString('en');
}

/** What {@link rate} counts: of a text, an example is a window of it. */
export function rateUnit({ text }: { readonly text?: unknown }): string {
  return text ? 'windows/s' : 'images/s';
}

/** `seed 0`, `seeds 0 to 2`. */
export function seedsText(seeds: readonly number[]): string {
  return seeds.length === 1 ? `seed ${seeds[0]}` : `seeds ${seeds[0]} to ${seeds.at(-1)}`;
}

/** `seed 1, adam: diverged, the loss became NaN at step 4`; `seeds 1, 4, adam: ...` where several ended alike. */
export function runText({
  seed,
  seeds = [seed],
  optimizer,
  status,
  reason,
}: {
  readonly seed: number;
  readonly seeds?: readonly number[];
  readonly optimizer: string;
  readonly status: string;
  readonly reason?: string;
}): string {
  const which = `${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}`;
  return `${which}, ${optimizer}: ${status}${reason ? `, ${reason}` : ''}`;
}
