import { createOptimizer } from '@spectrain/optim';
import { describe, expect, it } from 'vitest';
import { gridPoints } from '../boundary/grid.js';
import { BoundaryProbe } from './boundary-probe.js';
import { SpectrumProbe, SplitProbe } from './function-probes.js';
import { PredictionsProbe } from './predictions-probe.js';
import type { ProbeContext } from './probe.js';

/** A context whose network is a function of an input of `size` numbers. */
function contextOf(size: number, network: (x: Float32Array) => number[]): ProbeContext {
  return {
    step: 1,
    epoch: 1,
    spec: { kind: 'sgd' },
    model: {
      parameters: { views: {} },
      gradients: { views: {} },
      optimizer: createOptimizer({ kind: 'sgd' }, { w: new Float32Array(1) }),
    },
    backward: async () => 0,
    logits: async (x, count) =>
      Float32Array.from(
        Array.from({ length: count }, (_, i) => network(x.subarray(i * size, (i + 1) * size))).flat(),
      ),
  };
}

const sine = (k: number, x: number) => Math.sin(2 * Math.PI * k * x);

describe('SpectrumProbe', () => {
  const count = 200;
  const inputs = Float32Array.from({ length: count }, (_, i) => i / count);
  const target = Array.from(inputs, (x) => sine(3, x) + sine(20, x));
  const options = { inputs, count, target, positions: inputs, frequencies: [3, 20] };

  it('tells what is learned of each frequency, over more examples than are evaluated at a time', async () => {
    const { errors, amplitudes, frequencies, kind } = await new SpectrumProbe(options).observe(
      contextOf(1, ([x]) => [sine(3, x!) + 0.25 * sine(20, x!)]),
    );
    expect([kind, frequencies]).toEqual(['spectrum', [3, 20]]);
    [0, 0.75].forEach((error, k) => {
      expect(errors[k]).toBeCloseTo(error, 5);
    });
    [1, 0.25].forEach((share, k) => {
      expect(amplitudes[k]).toBeCloseTo(share, 5);
    });
  });

  it('refuses what does not fit', async () => {
    expect(() => new SpectrumProbe({ ...options, target: [1] })).toThrow('target has 1 elements, not 200');
    expect(() => new SpectrumProbe({ ...options, count: 3 })).toThrow(
      '200 inputs are not those of 3 examples',
    );
    expect(() => new SpectrumProbe({ ...options, target: new Float64Array(count) })).toThrow(
      'has nothing at',
    );
    await expect(new SpectrumProbe(options).observe(contextOf(1, () => [0, 1]))).rejects.toThrow(
      'the network’s output has 400 elements, not 200',
    );
  });
});

describe('SplitProbe', () => {
  const count = 60;
  const inputs = Float32Array.from({ length: count }, (_, i) => i / count);
  /** Halves, with every fifth label swapped. */
  const labels = Array.from(inputs, (x, i) => (x < 0.5 === i % 5 > 0 ? 0 : 1));
  const probe = new SplitProbe({ inputs, count, labels, classes: 2, deltas: [0.01, 0.1] });

  it('tells the smooth part of labels from the rest', async () => {
    const smooth = contextOf(1, ([x]) => (x! < 0.5 ? [1.4, 0] : [0, 1.4]));
    const { kind, parts } = await probe.observe(smooth);
    expect(kind).toBe('split');
    expect(parts.map(({ delta }) => delta)).toEqual([0.01, 0.1]);
    expect(parts[0]!.low!).toBeLessThan(0.1);
    expect(parts[0]!.high!).toBeGreaterThan(0.6);
  });

  it('refuses what does not fit', () => {
    const options = { inputs, count, labels, classes: 2, deltas: [1] };
    expect(() => new SplitProbe({ ...options, labels: [0] })).toThrow('labels has 1 elements, not 60');
    expect(() => new SplitProbe({ ...options, classes: 1 })).toThrow(
      /label 1 at index \d+ is none of 1 classes/,
    );
    expect(() => new SplitProbe({ ...options, deltas: [-1] })).toThrow('delta is -1');
  });
});

describe('BoundaryProbe', () => {
  const grid = { columns: 40, rows: 40, x: [-2, 2], y: [-2, 2] } as const;
  const points = gridPoints(grid);
  const inside = (radius: number) =>
    Array.from({ length: 1600 }, (_, i) => (Math.hypot(points[2 * i]!, points[2 * i + 1]!) < radius ? 1 : 0));

  it('measures the boundary of a network to the true one', async () => {
    const probe = new BoundaryProbe({ grid, truth: inside(1), classes: 2 });
    const circle = contextOf(2, ([x, y]) => [Math.hypot(x!, y!), 1.3]);
    const line = await probe.observe(circle);
    expect(line.distance!.mean).toBeCloseTo(0.3, 1);
    expect(line.agreement).toBeCloseTo(1 - (Math.PI * (1.3 ** 2 - 1)) / 16, 1);
    for (const [x, y] of line.points) expect(Math.hypot(x, y)).toBeCloseTo(1.3, 1);
    expect(JSON.parse(JSON.stringify(line))).toEqual(line);
    expect((await probe.observe(contextOf(2, () => [1, 0]))).distance).toBeNull();
  });

  it('leaves out cells that do not count', async () => {
    const covered = inside(1.6);
    // Right in the disc of radius 1.6, wrong beyond it.
    const ring = contextOf(2, ([x, y]) => [1, Math.hypot(x!, y!) < 1 || Math.hypot(x!, y!) > 1.7 ? 2 : 0]);
    const { agreement, distance, points } = await new BoundaryProbe({
      grid,
      truth: inside(1),
      classes: 2,
      covered,
    }).observe(ring);
    expect(agreement).toBe(1);
    expect(distance!.hausdorff).toBeLessThan(0.1);
    for (const [x, y] of points) expect(Math.hypot(x, y)).toBeLessThan(1.6);
    expect(() => new BoundaryProbe({ grid, truth: inside(1), classes: 2, covered: [1] })).toThrow(
      'boundary: covered has 1 elements, not 1600',
    );
  });

  it('takes inputs of its own, and more classes', async () => {
    const inputs = points.map((value) => 10 * value);
    const truth = inside(1);
    const three = contextOf(2, ([x, y]) => (Math.hypot(x!, y!) < 10 ? [0, 1, 0] : [1, 0, 0]));
    const { agreement, distance } = await new BoundaryProbe({ grid, truth, classes: 3, inputs }).observe(
      three,
    );
    expect(agreement).toBe(1);
    expect(distance).toEqual({ mean: 0, hausdorff: 0 });
  });

  it('refuses what does not fit', () => {
    expect(() => new BoundaryProbe({ grid, truth: [1], classes: 2 })).toThrow('1 elements, not 1600');
    expect(
      () => new BoundaryProbe({ grid, truth: inside(1), classes: 2, inputs: new Float32Array(2) }),
    ).toThrow('boundary: inputs has 2 elements, not 3200');
  });
});

describe('PredictionsProbe', () => {
  const options = { inputs: Float32Array.of(1, 2, 3), count: 3, classes: 2 };

  it('keeps classes, and the accuracy where labels are known', async () => {
    const context = contextOf(1, ([x]) => (x! > 1 ? [0, 1] : [1, 0]));
    expect(await new PredictionsProbe(options).observe(context)).toEqual({ classes: [0, 1, 1] });
    const { accuracy } = await new PredictionsProbe({ ...options, labels: [0, 1, 0] }).observe(context);
    expect(accuracy).toBeCloseTo(2 / 3, 12);
  });

  it('tells the loss on training examples at the parameters of the look', async () => {
    const training = { inputs: Float32Array.of(0, 1), count: 2, labels: [0, 1] };
    const probe = new PredictionsProbe({ ...options, training, unit: 'steps', every: 5 });
    expect([probe.unit, probe.every]).toEqual(['steps', 5]);
    const { trainLoss } = await probe.observe(contextOf(1, ([x]) => [0, x! * Math.log(3)]));
    // Probabilities 1/2 of the right class, and 3/4.
    expect(trainLoss).toBeCloseTo((Math.log(2) + Math.log(4 / 3)) / 2, 6);
    expect(() => new PredictionsProbe({ ...options, training: { ...training, labels: [0] } })).toThrow(
      'predictions: training labels has 1 elements, not 2',
    );
  });

  it('refuses what does not fit', () => {
    expect(() => new PredictionsProbe({ ...options, labels: [1] })).toThrow('labels has 1 elements, not 3');
    expect(() => new PredictionsProbe({ ...options, classes: 1 })).toThrow(
      'classes is 1, not a whole number >= 2',
    );
  });
});
