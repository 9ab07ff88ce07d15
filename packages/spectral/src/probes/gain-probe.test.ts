import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { OptimizerSpec } from '@spectrain/optim';
import { type ClassificationDataset, loadDataSet } from '@spectrain/train';
import { describe, expect, it } from 'vitest';
import { theoreticalGain } from '../gain/gain-curve.js';
import { trainWithProbes } from '../testing/train-with-probes.js';
import { type GainLine, GainProbe } from './gain-probe.js';

const dataDir = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url));
const hasCifar = existsSync(`${dataDir}cifar-10-batches-bin/data_batch_5.bin`);
if (!hasCifar) console.warn('gain-probe.test.ts: no CIFAR-10 in ../shared here; digits alone are used.');

/**
 * A learning rate that trains: steps as long as Adam's at 3e-3 where second moments are about 1e-5. For p < 0 the largest
 * second moments decide instead.
 */
const rate = (p: number) => (p < 0 ? 0.3 * 1e-2 ** p : 3e-3 * 1e-5 ** (p - 0.5));

async function lastLine(
  data: ClassificationDataset,
  model: string,
  optimizer: OptimizerSpec,
  steps = 12,
): Promise<GainLine> {
  const probes = [new GainProbe({ every: steps })];
  const lines = await trainWithProbes({ data, model, optimizer, probes, steps, batchSize: 32 });
  expect(lines).toHaveLength(1);
  expect(JSON.parse(JSON.stringify(lines))).toEqual(lines);
  return lines[0] as unknown as GainLine;
}

const exponents = [-1, -0.5, -0.3, -0.1, 0, 0.125, 0.25, 0.37, 0.5, 0.75, 1];

describe('the slope of the gain is -p in the training of a WRN', async () => {
  const digits = await loadDataSet('digits');

  it.each(exponents)('p = %d on digits', async (p) => {
    const { fit, count, bins } = await lastLine(digits, 'wrn-10-1', { kind: 'smes', lr: rate(p), p });
    expect(Math.abs(fit!.slope + p)).toBeLessThan(1e-3);
    expect(fit!.count / count).toBeGreaterThan(0.3);
    expect(bins.length).toBeGreaterThan(5);
  });

  it.skipIf(!hasCifar).each([-1, -0.2, 0.25, 0.5, 1])('p = %d on CIFAR-10', async (p) => {
    const data = await loadDataSet('cifar10', { dataDir });
    const { fit } = await lastLine(data, 'wrn-16-1', { kind: 'smes', lr: rate(p), p }, 4);
    expect(Math.abs(fit!.slope + p)).toBeLessThan(1e-3);
  });
});

describe('the gain probe', async () => {
  const digits = await loadDataSet('digits');
  const look = (optimizer: OptimizerSpec) => lastLine(digits, 'mlp-32', optimizer);

  it.each<[string, OptimizerSpec, number]>([
    ['adam with weight decay', { kind: 'adam', weightDecay: 0.1 }, 0.5],
    ['adamw, whose decay is no part of the update', { kind: 'adamw', weightDecay: 1 }, 0.5],
    ['amsgrad, over the running maximum', { kind: 'amsgrad' }, 0.5],
    ['padam, without bias correction', { kind: 'padam', p: 0.25 }, 0.25],
    ['rmsprop, over the gradient', { kind: 'rmsprop', weightDecay: 0.1 }, 0.5],
    ['adagrad, over the sum', { kind: 'adagrad' }, 0.5],
    ['clipped gradients', { kind: 'rmsprop', clipNorm: 0.1, clipValue: 0.01 }, 0.5],
    ['matched gain', { kind: 'smes', p: 0.25, gain: 'matched' }, 0.25],
    ['a large eps under matched gain', { kind: 'smes', p: 0.25, gain: 'matched', eps: 0.01 }, 0.25],
    ['a large eps, which is taken out', { kind: 'smes', p: 0.25, eps: 0.01 }, 0.25],
    [
      'groups of other rates, one of them frozen',
      {
        kind: 'adam',
        groups: [
          { match: 'hidden.0.bias', frozen: true },
          { match: '*.bias', lr: 0.1, beta1: 0.5 },
        ],
      },
      0.5,
    ],
    [
      'Nesterov over a second moment',
      {
        kind: 'custom',
        rule: { first: 'nesterov', second: 'ema', biasCorrection: true, decay: 'coupled' },
        p: 0.4,
      },
      0.4,
    ],
  ])('reads %s', async (_, optimizer, p) => {
    const { fit, secondMoment } = await look(optimizer);
    expect(secondMoment).toBe('optimizer');
    expect(Math.abs(fit!.slope + p)).toBeLessThan(2e-3);
  });

  it('has the height of the theory, not only its slope', async () => {
    const { bins, p, eps } = await look({ kind: 'adam' });
    for (const { gain, secondMoment, measured } of bins)
      if (measured > 20) expect(gain! / theoreticalGain(secondMoment, p!, eps)).toBeCloseTo(1, 0);
  });

  it('keeps a second moment of its own where the optimizer has none: its gain is flat', async () => {
    const { fit, secondMoment, bins, p } = await look({ kind: 'momentum', lr: 0.05 });
    expect(secondMoment).toBe('own');
    expect(p).toBeUndefined();
    expect(fit!.slope).toBeCloseTo(0, 3);
    for (const { gain, measured } of bins) if (measured > 0) expect(gain).toBeCloseTo(1, 2);
  });

  it('sees nothing of a step without a learning rate', async () => {
    const probes = [new GainProbe({ every: 2 })];
    const run = (optimizer: OptimizerSpec) =>
      trainWithProbes({ data: digits, model: 'mlp-8', optimizer, probes, steps: 4, batchSize: 8 });
    expect(await run({ kind: 'adam', lr: 0 })).toEqual([]);
  });

  it('sees nothing of a step beyond the largest number', async () => {
    const probes = [new GainProbe({ every: 1 })];
    const optimizer: OptimizerSpec = { kind: 'smes', p: 1, lr: 3.4e38 };
    const batch = { data: digits, model: 'mlp-8', optimizer, probes, steps: 1, batchSize: 8 };
    expect(await trainWithProbes(batch)).toEqual([]);
  });

  it('refuses options that make no sense', () => {
    expect(() => new GainProbe({ every: 0 })).toThrow('gain: every is 0, not a whole number >= 1');
    expect(() => new GainProbe({ coordinates: 1.5 })).toThrow('gain: coordinates is 1.5');
  });
});
