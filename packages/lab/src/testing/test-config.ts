import type { RunConfig } from '../run-config/run-config.js';

/** A run on digits of a second or less, for tests. */
export function testConfig(more: Partial<RunConfig> = {}): RunConfig {
  return {
    task: 'digits',
    model: 'mlp-16',
    optimizer: 'adam',
    spec: { kind: 'adam', lr: 0.005 },
    seed: 0,
    epochs: 2,
    batchSize: 32,
    threads: 1,
    logEvery: 10,
    ...more,
  };
}
