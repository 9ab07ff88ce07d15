import { availableParallelism, cpus } from 'node:os';
import { countExamples, type Dataset, findDataSet, isSyntheticTask } from '@spectrain/train';
import { RunProcess } from '../execute/run-process.js';
import { sampleData } from '../execute/sample-data.js';
import { duration } from '../format.js';
import { requireSuitable } from '../input/model-flag.js';
import { threadsFor } from './carry-out.js';
import { estimate, estimateText, stageOf } from './estimate.js';
import type { Experiment } from './experiment.js';
import { finalConfigs, type PlanSettings, stepsPerEpoch, trialConfigs } from './plan.js';

export interface DryRunFlags {
  readonly dataDir?: string | undefined;
  readonly jobs?: number | undefined;
  readonly json?: true | undefined;
}

/** The plan of an experiment, with its time and memory on this machine from some measured steps. Its data need not be there. */
export async function dryRun(
  experiment: Experiment,
  { dataDir, jobs = 1, json }: DryRunFlags,
): Promise<string> {
  const sample = await sampleData(experiment, dataDir);
  await requireSuitable(experiment.model, sample, experiment.file);
  const examples = countOf(experiment, sample);
  const settings: PlanSettings = {
    trainCount: examples.train,
    threads: await threadsFor(experiment, sample, jobs),
  };
  const finals = finalConfigs(experiment, settings);
  const steps = (validation = 0) => stepsPerEpoch(examples.train, experiment.batchSize, validation);
  const stages = [
    ...stageOf('trials', trialConfigs(experiment, settings), steps(experiment.tuning?.validation)),
    ...stageOf('runs', finals, steps()),
  ];
  const child = new RunProcess();
  const cost = await child.measure(finals[0]!, dataDir).finally(() => child.close());
  const plan = estimate(stages, jobs, {
    startSeconds: cost.startSeconds,
    stepSeconds: cost.stepSeconds,
    evaluationSeconds: cost.evaluationSeconds * examples.test,
    peakBytes: cost.peakBytes,
  });
  if (json) return JSON.stringify({ ...plan, measured: cost, config: experiment });
  const { name, task, model, optimizers, seeds, batchSize } = experiment;
  return [
    `${name}: ${task}, ${model}, batches of ${batchSize}; seeds ${seeds.join(', ')}`,
    ...optimizers.map(({ label, spec }) => `  ${label}: ${JSON.stringify(spec)}`),
    estimateText(plan),
    `measured: ${stepText(cost.stepSeconds)} a step, median of ${cost.steps}, on ${settings.threads} of ${availableParallelism()} threads of ${cpus()[0]?.model.trim()}`,
  ].join('\n');
}

function countOf({ text, task }: Experiment, sample: Dataset): { train: number; test: number } {
  if (text || isSyntheticTask(task)) return countExamples(sample);
  const { trainCount, testCount } = findDataSet(task);
  return { train: trainCount, test: testCount };
}

/** `0.209 ms`, `87.0 ms`, `11.6 s`. */
function stepText(seconds: number): string {
  return seconds < 1 ? `${(1000 * seconds).toPrecision(3)} ms` : duration(seconds);
}
