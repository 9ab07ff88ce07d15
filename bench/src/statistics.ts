/** Median and the quartiles around it. */
export interface Spread {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => {
    const position = share * (sorted.length - 1);
    const below = sorted[Math.floor(position)]!;
    return below + (sorted[Math.ceil(position)]! - below) * (position % 1);
  };
  return { low: at(0.25), median: at(0.5), high: at(0.75) };
}

/** `median (low-high)`, as wide as a column. */
export function formatSpread({ low, median, high }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${low.toFixed(digits)}-${high.toFixed(digits)})`.padEnd(24);
}

/** Examples a second, as wide as a column: with a decimal where there are few. */
export function formatRates(rates: readonly number[]): string {
  const values = spread(rates);
  return formatSpread(values, values.median < 100 ? 1 : 0);
}
