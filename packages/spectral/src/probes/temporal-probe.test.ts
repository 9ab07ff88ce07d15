import type { OptimizerSpec } from '@spectrain/optim';
import { loadDataSet } from '@spectrain/train';
import { expect, it } from 'vitest';
import { trainWithProbes } from '../testing/train-with-probes.js';
import { type TemporalLine, TemporalProbe } from './temporal-probe.js';

const data = await loadDataSet('digits');

async function linesOf(optimizer: OptimizerSpec): Promise<TemporalLine[]> {
  const probes = [new TemporalProbe({ every: 256, coordinates: 64 })];
  const lines = await trainWithProbes({
    data,
    model: 'mlp-32',
    optimizer,
    probes,
    steps: 512,
    batchSize: 16,
  });
  expect(JSON.parse(JSON.stringify(lines))).toEqual(lines);
  return lines as unknown as TemporalLine[];
}

it('sees what momentum does to the gradients of a training, whatever the learning rate', async () => {
  const lr = { kind: 'linear', from: 0.1, to: 0.05, duration: 512 } as const;
  const lines = await linesOf({ kind: 'momentum', lr, momentum: 0.7 });
  expect(lines).toHaveLength(2);
  for (const { points, window, segment, coordinates } of lines) {
    expect([window, segment, coordinates]).toEqual([256, 128, 64]);
    for (const { frequency, gain, theory, coherence } of points.slice(1)) {
      expect(Math.abs(gain! / theory - 1), `at ${frequency}`).toBeLessThan(0.1);
      expect(coherence).toBeGreaterThan(0.9);
    }
  }
});

it('sees Adam let high frequencies through less', async () => {
  const [, line] = await linesOf({ kind: 'adam' });
  expect(line!.points.at(-1)!.gain!).toBeLessThan(0.3 * line!.points[1]!.gain!);
});

it('refuses options that make no sense', () => {
  expect(() => new TemporalProbe({ every: 4 })).toThrow('temporal: every is 4, not a whole number >= 8');
  expect(() => new TemporalProbe({ segment: 1024 })).toThrow(
    'temporal: segment is 1024, not a power of two within the window of 512',
  );
});
