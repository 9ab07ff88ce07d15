import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '@spectrain/train';
import { planExperiment } from '../experiment/experiment.js';
import { finalConfigs } from '../experiment/plan.js';
import type { RunConfig } from '../run-config/run-config.js';
import { experimentFile, runsFolder } from '../store/experiment-record.js';
import type { MetricLine } from '../store/metrics.js';
import { MetricsWriter } from '../store/metrics-writer.js';
import { prepareRun, runFiles } from '../store/run-folder.js';
import { versions } from '../versions.js';

/** How far a stored run of made-up numbers has come, for tests. */
export interface TestProgress {
  readonly epochs?: number;
  readonly end?: 'completed' | 'diverged' | 'stopped' | 'failed';
  readonly started?: string;
}

/** Stores a run whose accuracy is 0.5 after the first epoch and 0.75 after all others, for tests. @returns its folder */
export async function storeTestRun(
  parent: string,
  config: RunConfig,
  { epochs = 2, end, started = '2026-01-02T03:04:05.000Z' }: TestProgress = {},
): Promise<string> {
  const folder = await prepareRun(parent, config);
  const lines: readonly MetricLine[] = [
    { kind: 'start', time: started, step: 0, host: 'test', pid: 1, versions: versions() },
    ...Array.from({ length: epochs }, (_, i) => epochLine(i + 1)),
    ...(end ? [{ kind: 'end', status: end } as const] : []),
  ];
  const metrics = new MetricsWriter(join(folder, runFiles.metrics));
  for (const line of lines) metrics.append(line);
  metrics.close();
  return folder;
}

function epochLine(epoch: number): MetricLine {
  return {
    kind: 'epoch',
    epoch,
    step: 10 * epoch,
    trainLoss: 1 / epoch,
    testLoss: 2 / epoch,
    testAccuracy: epoch === 1 ? 0.5 : 0.75,
    seconds: 3,
    examplesPerSecond: 100,
    lr: 0.1,
  };
}

/** Stores an experiment of momentum and adam over two seeds and four epochs, of which none is begun, for tests. */
export async function storeTestExperiment(folder: string): Promise<readonly RunConfig[]> {
  const flags = { task: 'digits', augment: true, epochs: 4 };
  const experiment = planExperiment(flags, '--optimizers', ['momentum', 'adam'], [0, 1]);
  await mkdir(join(folder, runsFolder), { recursive: true });
  await writeWhole(join(folder, experimentFile), JSON.stringify(experiment));
  return finalConfigs(experiment, { trainCount: 320, threads: 1 });
}
