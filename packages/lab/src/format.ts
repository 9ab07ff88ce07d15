import type { Difference, Spread } from './statistics.js';

/** Where there is no value. */
export const none = '–';

/** A share as percent, without the sign: `97.41`. */
export function percent(share: number): string {
  return (100 * share).toFixed(2);
}

/** A difference of shares in percentage points, with its sign: `+0.52`, `−0.52`. */
export function points(share: number): string {
  const text = Math.abs(100 * share).toFixed(2);
  if (Number(text) === 0) return text;
  return `${share < 0 ? '−' : '+'}${text}`;
}

/** `97.41 ± 0.32`. */
export function spreadText(spread: Spread | null, show: (value: number, like: number) => string): string {
  if (!spread) return none;
  const { mean, sd } = spread;
  return sd === null ? show(mean, mean) : `${show(mean, mean)} ± ${show(sd, mean)}`;
}

/** `+0.52 [−0.10, +1.14]`. */
export function differenceText(difference: Difference | null): string {
  if (!difference) return none;
  const { mean, low, high } = difference;
  const interval = low === null || high === null ? none : `${points(low)}, ${points(high)}`;
  return `${points(mean)} [${interval}]`;
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

export function rate(imagesPerSecond: number): string {
  return Math.round(imagesPerSecond).toLocaleString('en');
}

/** What {@link rate} counts: of a text, an example is a window of it. */
export function rateUnit({ text }: { readonly text?: unknown }): string {
  return text ? 'windows/s' : 'images/s';
}

/** `seed 0`, `seeds 0 to 2`. */
export function seedsText(seeds: readonly number[]): string {
  return seeds.length === 1 ? `seed ${seeds[0]}` : `seeds ${seeds[0]} to ${seeds.at(-1)}`;
}

/** `seed 1, adam: diverged, the loss became NaN at step 4`. */
export function runText({
  seed,
  optimizer,
  status,
  reason,
}: {
  readonly seed: number;
  readonly optimizer: string;
  readonly status: string;
  readonly reason?: string;
}): string {
  return `seed ${seed}, ${optimizer}: ${status}${reason ? `, ${reason}` : ''}`;
}
