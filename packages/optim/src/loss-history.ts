import { type LossWindow, windowName } from './signals/loss-controlled.js';

/** The losses of the epoch under way, and of other windows as far as loss-controlled signals look back. */
export interface LossHistory {
  readonly epoch: number;
  readonly sum: number;
  readonly count: number;
  readonly last: number;
  /** By {@link windowName}: for `ema` the weighted sum and the sum of weights, for `last` the losses, oldest first. */
  readonly windows: Readonly<Record<string, readonly number[]>>;
}

/** Adds the loss of a step; a new epoch starts afresh, the other windows go on. */
export function withLoss(
  history: LossHistory | null,
  loss: number,
  epoch: number,
  windows: readonly LossWindow[],
): LossHistory {
  const before = history?.epoch === epoch ? history : { sum: 0, count: 0 };
  const entries = windows.flatMap((window) => {
    if (window === 'epoch') return [];
    const name = windowName(window);
    return [[name, extended(history?.windows[name] ?? [], loss, window)] as const];
  });
  return {
    epoch,
    sum: before.sum + loss,
    count: before.count + 1,
    last: loss,
    windows: Object.fromEntries(entries),
  };
}

/** The mean loss over each window but the epoch, by {@link windowName}. */
export function meanLosses(
  { windows: sums }: LossHistory,
  windows: readonly LossWindow[],
): Readonly<Record<string, number>> {
  const entries = windows.flatMap((window) => {
    if (window === 'epoch') return [];
    const numbers = sums[windowName(window)]!;
    const mean =
      window.kind === 'ema' ? numbers[0]! / numbers[1]! : numbers.reduce((a, b) => a + b) / numbers.length;
    return [[windowName(window), mean] as const];
  });
  return Object.fromEntries(entries);
}

/** Throws a `RangeError` unless `history` holds finite numbers for just these windows. */
export function checkLossHistory(history: LossHistory, windows: readonly LossWindow[]): void {
  for (const name of ['epoch', 'sum', 'count', 'last'] as const) {
    if (!Number.isFinite(history[name])) {
      throw new RangeError(`state: losses.${name} is ${history[name]}, not a finite number`);
    }
  }
  if (history.count < 1) throw new RangeError(`state: losses.count is ${history.count}, not 1 or more`);
  const others = windows.filter((window) => window !== 'epoch');
  const names = others.map(windowName);
  const found = history.windows ?? {};
  for (const name of Object.keys(found)) {
    if (!names.includes(name)) throw new RangeError(`state: losses.windows.${name} is not expected`);
  }
  others.forEach((window, i) => {
    const numbers: unknown = found[names[i]!];
    const [least, most] = window.kind === 'ema' ? [2, 2] : [1, window.steps];
    if (!isFiniteList(numbers) || numbers.length < least || numbers.length > most) {
      const count = least === most ? `${least}` : `${least} to ${most}`;
      throw new RangeError(`state: losses.windows.${names[i]} is not a list of ${count} finite numbers`);
    }
  });
}

function extended(
  numbers: readonly number[],
  loss: number,
  window: Exclude<LossWindow, 'epoch'>,
): readonly number[] {
  if (window.kind === 'last') return [...numbers, loss].slice(-window.steps);
  const [sum = 0, weight = 0] = numbers;
  return [window.decay * sum + loss, window.decay * weight + 1];
}

function isFiniteList(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(Number.isFinite);
}
