import type { Difference } from '../statistics/comparison.js';
import type { Estimate } from './estimate.js';

/** A table; the first column is text, the others numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, i) => (i === 0 ? '---' : '---:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** `0.21 [0.18, 0.24]` */
export function estimateText(value: Estimate | null, digits = 2): string {
  return value ? textOf(value.mean, value.interval?.low ?? null, value.interval?.high ?? null, digits) : '–';
}

/** With the interval that is corrected for the number of comparisons. */
export function differenceText(value: Difference | null, digits = 2): string {
  return value
    ? textOf(value.mean, value.corrected?.low ?? null, value.corrected?.high ?? null, digits, true)
    : '–';
}

export function textOf(
  mean: number,
  low: number | null,
  high: number | null,
  digits: number,
  signed = false,
): string {
  const interval = low === null || high === null ? '' : ` [${number(low, digits)}, ${number(high, digits)}]`;
  return `${signed && mean > 0 ? '+' : ''}${number(mean, digits)}${interval}`;
}

function number(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}

/** `< 0.0001` */
export function pText(p: number | null): string {
  if (p === null) return '–';
  return p < 0.0001 ? '< 0.0001' : p.toFixed(4);
}
