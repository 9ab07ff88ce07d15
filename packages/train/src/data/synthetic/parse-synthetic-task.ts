import { DataError } from '../data-error.js';
import { type BandsOptions, bands } from './bands.js';
import { type BoundaryOptions, checkerboard, moons, rings, spirals, wave } from './boundaries.js';
import { type GratingsOptions, gratings, type SinesOptions, type Spacing, sines, spacings } from './sines.js';
import type { SyntheticData, SyntheticOptions } from './synthetic-task.js';

/** Synthetic data as plain data: the kind and its options. */
export type SyntheticTask =
  | ({ readonly kind: 'sines' } & SinesOptions)
  | ({ readonly kind: 'gratings' } & GratingsOptions)
  | ({ readonly kind: 'wave' | 'checkerboard' | 'rings' | 'spirals' } & BoundaryOptions)
  | ({ readonly kind: 'moons' } & SyntheticOptions)
  | ({ readonly kind: 'bands' } & BandsOptions);

/** Reads the text after `key=`. */
type Reader = (text: string) => object;

const common: Readonly<Record<string, Reader>> = {
  n: (text) => ({ count: number(text) }),
  test: (text) => ({ testCount: number(text) }),
  noise: (text) => ({ noise: number(text) }),
  seed: (text) => ({ seed: number(text) }),
};
const sums: Readonly<Record<string, Reader>> = {
  k: (text) => ({ frequencies: list(text) }),
  a: (text) => ({ amplitudes: oneOrMore(text) }),
  phase: (text) => ({ phases: oneOrMore(text) }),
  points: (text) => ({ spacing: spacing(text) }),
};
const boundary: Readonly<Record<string, Reader>> = { k: (text) => ({ frequency: number(text) }), ...common };

const readers: Readonly<Record<SyntheticTask['kind'], Readonly<Record<string, Reader>>>> = {
  sines: {
    ...sums,
    w: (text) => ({ frequencies: list(text).map((angular) => angular / (2 * Math.PI)) }),
    x: (text) => ({ domain: interval(text) }),
    ...common,
  },
  gratings: { ...sums, ...common },
  wave: boundary,
  checkerboard: boundary,
  rings: boundary,
  spirals: boundary,
  moons: common,
  bands: {
    k: (text) => ({ band: band(text) }),
    size: (text) => ({ size: number(text) }),
    ...common,
  },
};

/** The kinds of synthetic data, which their names begin with. */
export const syntheticKinds = Object.keys(readers) as readonly SyntheticTask['kind'][];

/** Whether a name is one of synthetic data, its options aside. */
export function isSyntheticTask(name: string): boolean {
  return syntheticKinds.some((kind) => kind === name.split(':', 1)[0]);
}

/**
 * The description behind a name, `KIND:OPTION=VALUE:...`, such as `sines:k=5-50/5:n=200` or `spirals:k=2:noise=0.05`.
 *
 * Every kind has `n` (training examples), `test` (test examples), `noise` and `seed`. `k` is the frequency: a list for
 * `sines` and `gratings`, a number for `wave`, `checkerboard`, `rings` and `spirals`, the band for `bands`; `moons` has
 * none. `sines` and `gratings` also have `a` (amplitudes), `phase` (radians) and `points` (`even`, `random`); `sines` has
 * `w` (frequencies in radians instead of cycles) and `x` (the interval, `-10,10`); `bands` has `size`. A list is
 * `5,10,20`, `5-8` (every whole step) or `5-50/5` (in steps of 5); one amplitude or phase is that of all.
 *
 * @throws DataError for a name that is not understood; what values make sense, {@link syntheticData} says
 */
export function parseSyntheticTask(name: string): SyntheticTask {
  const [first = '', ...settings] = name.split(':');
  const kind = syntheticKinds.find((each) => each === first);
  if (!kind)
    throw new DataError(`There are no synthetic data "${first}"; there are ${syntheticKinds.join(', ')}.`);
  const found = new Set<string>();
  const options = settings.map((setting) => {
    const [key = '', value] = setting.split('=', 2);
    const read = Object.hasOwn(readers[kind], key) ? readers[kind][key] : undefined;
    if (!read)
      throw new DataError(
        `${name}: ${kind} has no option "${key}"; it has ${Object.keys(readers[kind]).join(', ')}.`,
      );
    if (value === undefined) throw new DataError(`${name}: ${key} has no value; write ${key}=VALUE.`);
    const meaning = key === 'w' ? 'k' : key;
    if (found.has(meaning))
      throw new DataError(`${name}: ${key} is given twice${key === 'w' ? ', as k' : ''}.`);
    found.add(meaning);
    return named(`${name}: ${key}`, () => read(value));
  });
  return Object.assign({ kind }, ...options) as SyntheticTask;
}

/** The data of a description or a name. @throws DataError for options that make no sense */
export function syntheticData(task: SyntheticTask | string): SyntheticData {
  if (typeof task === 'string') return named(task, () => syntheticData(parseSyntheticTask(task)));
  switch (task.kind) {
    case 'sines':
      return sines(task);
    case 'gratings':
      return gratings(task);
    case 'bands':
      return bands(task);
    case 'moons':
      return moons(task);
    default:
      return { wave, checkerboard, rings, spirals }[task.kind](task);
  }
}

/** Says in an error where it comes from, unless it does. */
function named<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof DataError) || error.message.startsWith(where)) throw error;
    throw new DataError(`${where}: ${error.message}`);
  }
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new DataError(`"${text}" is not a number.`);
  return value;
}

const longestList = 1000;

function list(text: string): readonly number[] {
  return text.split(',').flatMap((part) => {
    const [, low, high, step = '1'] = part.match(/^([\d.]+)-([\d.]+)(?:\/([\d.]+))?$/) ?? [];
    return low === undefined || high === undefined
      ? number(part)
      : range(part, number(low), number(high), number(step));
  });
}

function range(text: string, low: number, high: number, step: number): readonly number[] {
  // A little more, lest rounding lose the last one.
  const count = Math.floor((high - low) / step + 1e-9) + 1;
  if (!(count >= 1 && count <= longestList))
    throw new DataError(`"${text}" is not a range of 1 to ${longestList} numbers.`);
  return Array.from({ length: count }, (_, i) => low + i * step);
}

function oneOrMore(text: string): number | readonly number[] {
  const values = list(text);
  return values.length === 1 ? values[0]! : values;
}

function interval(text: string): readonly number[] {
  const values = text.split(',').map(number);
  if (values.length !== 2) throw new DataError(`"${text}" is not two numbers, such as -10,10.`);
  return values;
}

function band(text: string): readonly number[] {
  const [, low, high] = text.match(/^([\d.]+)-([\d.]+)$/) ?? [];
  if (low === undefined || high === undefined) throw new DataError(`"${text}" is not a band, such as 1-3.`);
  return [number(low), number(high)];
}

function spacing(text: string): Spacing {
  const found = spacings.find((each) => each === text);
  if (!found) throw new DataError(`"${text}" is not allowed; ${spacings.join(' and ')} are.`);
  return found;
}
