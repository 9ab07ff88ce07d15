/** Both ends belong to it. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Whether an interval lies on one side of zero, and on which: 1 above, -1 below, 0 where it contains zero. */
export function sideOfZero({ low, high }: Interval): -1 | 0 | 1 {
  if (low > 0) return 1;
  return high < 0 ? -1 : 0;
}

/** Whether values do not vary at all, so that they tell nothing about their spread. */
export function areEqual(values: readonly number[]): boolean {
  return values.every((value) => value === values[0]);
}
