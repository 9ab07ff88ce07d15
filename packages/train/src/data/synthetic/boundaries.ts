import { type RandomStream, randomStream } from '../../random/random-stream.js';
import type { ClassificationDataset, ClassificationSplit } from '../../types.js';
import { DataError } from '../data-error.js';
import {
  checkOptions,
  checkPositive,
  type Interval,
  type SyntheticData,
  type SyntheticOptions,
} from './synthetic-task.js';

/** Two classes of points of the plane. */
export interface BoundaryData extends SyntheticData<ClassificationDataset> {
  /** Where to look at the boundary, in either dimension. */
  readonly domain: Interval;
  /** Whether examples are drawn around a point: of rings and spirals those of the unit disc, of others all of the domain. */
  readonly covers: (point: ArrayLike<number>) => boolean;
  /** How often the classes change, see the kind; moons have none. */
  readonly frequency?: number;
}

/** `noise` displaces training points after they have got their class. By default there are 1,000 of them. */
export interface BoundaryOptions extends SyntheticOptions {
  /** Above 0. */
  readonly frequency?: number;
}

/** Inputs `[n, 2]`, as many of class 0 as of class 1, or one more. */
const shape = [2];
type Point = readonly [x: number, y: number];
/** Draws a point of a class. */
type Draw = (label: number, random: RandomStream) => Point;

/**
 * A sine between the classes: 1 where `y > sin(π k x) / 2`, uniform points of [-1, 1]². The frequency k, default 2, is in
 * cycles across the square.
 */
export function wave(options: BoundaryOptions = {}): BoundaryData {
  const { frequency = 2 } = options;
  const truth = ([x, y]: Point) => Number(y > Math.sin(Math.PI * frequency * x) / 2);
  return boundaryData('wave', truth, uniform(truth), { ...options, frequency });
}

/**
 * Squares in two colours: 1 where `⌊k (x + 1)⌋ + ⌊k (y + 1)⌋` is odd, uniform points of [-1, 1]². The frequency k, default
 * 2, is in cycles across the square: there are 2k times 2k squares.
 */
export function checkerboard(options: BoundaryOptions = {}): BoundaryData {
  const { frequency = 2 } = options;
  const cell = (value: number) => Math.floor(frequency * (value + 1));
  const truth = ([x, y]: Point) => Math.abs(cell(x) + cell(y)) % 2;
  return boundaryData('checkerboard', truth, uniform(truth), { ...options, frequency });
}

/**
 * Rings around the origin: 1 where `⌊2k r⌋` is odd, r being the distance; points of the unit disc, uniform in angle and
 * distance. The frequency k, default 2, is in cycles per radius: there are 2k rings.
 */
export function rings(options: BoundaryOptions = {}): BoundaryData {
  const { frequency = 2 } = options;
  const truth = ([x, y]: Point) => Math.floor(2 * frequency * Math.hypot(x, y)) % 2;
  const draw: Draw = until(truth, (random) => {
    const [r, angle] = [random.uniform(), 2 * Math.PI * random.uniform()];
    return [r * Math.cos(angle), r * Math.sin(angle)];
  });
  return { ...boundaryData('rings', truth, draw, { ...options, frequency }), covers: isInDisc };
}

/**
 * Two spirals (after Lang and Witbrock, 1988), the arms `r (cos(2πkr + πc), sin(2πkr + πc))`, 0 ≤ r ≤ 1, of the classes c;
 * points lie on them, denser outside, as `r = √u` with u uniform. The frequency k, default 1.5, is in turns. The true
 * class is that of the arm which is nearer in angle: 0 where `cos(φ - 2πkr) > 0`, φ and r being polar coordinates.
 */
export function spirals(options: BoundaryOptions = {}): BoundaryData {
  const { frequency = 1.5 } = options;
  const turn = 2 * Math.PI * frequency;
  const truth = ([x, y]: Point) => Number(Math.cos(Math.atan2(y, x) - turn * Math.hypot(x, y)) <= 0);
  const draw: Draw = (label, random) => {
    const r = Math.sqrt(random.uniform());
    const angle = turn * r + Math.PI * label;
    return [r * Math.cos(angle), r * Math.sin(angle)];
  };
  return { ...boundaryData('spirals', truth, draw, { ...options, frequency }), covers: isInDisc };
}

/**
 * Two half circles that reach into each other, as scikit-learn's `make_moons` has them but for the origin, which is where
 * they are symmetric about: class 0 is `(cos t - 1/2, sin t - 1/4)`, 0 ≤ t ≤ π uniform, and class 1 is the same turned
 * around. The true class is that of the nearer half circle.
 */
export function moons(options: SyntheticOptions = {}): BoundaryData {
  const truth = ([x, y]: Point) => Number(toUpperMoon(-x, -y) < toUpperMoon(x, y));
  const draw: Draw = (label, random) => {
    const t = Math.PI * random.uniform();
    const [x, y] = [Math.cos(t) - 0.5, Math.sin(t) - 0.25];
    return label === 0 ? [x, y] : [-x, -y];
  };
  return boundaryData('moons', truth, draw, options, [-2, 2]);
}

function isInDisc(point: ArrayLike<number>): boolean {
  return Math.hypot(point[0]!, point[1]!) <= 1;
}

/** Distance to class 0. */
function toUpperMoon(x: number, y: number): number {
  const [dx, dy] = [x + 0.5, y + 0.25];
  return dy >= 0 ? Math.abs(Math.hypot(dx, dy) - 1) : Math.hypot(Math.abs(dx) - 1, dy);
}

/**
 * The truth on a grid, to compare with a network's answers: the centres of `side` times `side` cells of the domain, x
 * running fastest, from the lowest x and y on. Cells that are not `covered` (0) have no examples, so that nothing tells a network
 * of them.
 */
export function boundaryGrid(
  { truth, covers, domain: [low, high] }: Pick<BoundaryData, 'truth' | 'covers' | 'domain'>,
  side: number,
): { readonly inputs: Float32Array; readonly labels: Uint8Array; readonly covered: Uint8Array } {
  if (!Number.isInteger(side) || side < 1)
    throw new DataError(`side: ${side} is not a whole number above 0.`);
  const at = (index: number) => Math.fround(low + ((high - low) * (index + 0.5)) / side);
  const inputs = new Float32Array(2 * side * side);
  const labels = new Uint8Array(side * side);
  const covered = new Uint8Array(side * side);
  for (let i = 0; i < side * side; i++) {
    const point = [at(i % side), at(Math.floor(i / side))];
    inputs.set(point, 2 * i);
    labels[i] = truth(point);
    covered[i] = Number(covers(point));
  }
  return { inputs, labels, covered };
}

function uniform(truth: (point: Point) => number): Draw {
  return until(truth, (random) => [2 * random.uniform() - 1, 2 * random.uniform() - 1]);
}

const mostDraws = 10_000;

/** Draws until it is of the class. */
function until(truth: (point: Point) => number, draw: (random: RandomStream) => Point): Draw {
  return (label, random) => {
    for (let i = 0; i < mostDraws; i++) {
      const [x, y] = draw(random);
      const point: Point = [Math.fround(x), Math.fround(y)];
      if (truth(point) === label) return point;
    }
    throw new DataError(`frequency: there is hardly a point of class ${label}.`);
  };
}

function boundaryData(
  name: string,
  rule: (point: Point) => number,
  draw: Draw,
  options: BoundaryOptions,
  domain: Interval = [-1, 1],
): BoundaryData {
  checkOptions(options);
  const { frequency, count = 1000, testCount = count, noise = 0, seed = 0 } = options;
  if (frequency !== undefined) checkPositive('frequency', frequency);
  const split = (part: 'train' | 'test', size: number): ClassificationSplit => {
    const random = randomStream(seed, `${name} ${part}`);
    const disturbance = randomStream(seed, `${name} noise`);
    const inputs = new Float32Array(2 * size);
    const labels = new Uint8Array(size);
    for (let i = 0; i < size; i++) {
      labels[i] = i % 2;
      inputs.set(draw(i % 2, random), 2 * i);
    }
    if (part === 'train' && noise > 0)
      for (let i = 0; i < inputs.length; i++) inputs[i] = inputs[i]! + noise * disturbance.normal();
    return { inputs, labels };
  };
  return {
    data: { name, shape, classes: 2, train: split('train', count), test: split('test', testCount) },
    truth: (point) => rule([point[0]!, point[1]!]),
    domain,
    covers: () => true,
    ...(frequency !== undefined && { frequency }),
  };
}
