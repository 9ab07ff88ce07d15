import { countExamples, type Dataset } from '@spectrain/train';
import { median } from 'simple-statistics';
import type { RunConfig } from '../run-config/run-config.js';
import { openRun } from './open-run.js';

/** What a run costs on this machine, from some steps of it. */
export interface RunCost {
  /** From the start of the process until the first step can be taken. */
  readonly startSeconds: number;
  /** Median over the measured steps, of a full batch. */
  readonly stepSeconds: number;
  /** Of one test example. */
  readonly evaluationSeconds: number;
  /** Most memory that the process had, data included as far as they were given. */
  readonly peakBytes: number;
  readonly steps: number;
}

/** The first step allocates memory. */
const warmUpSteps = 2;
const leastSteps = 3;
const enoughSeconds = 5;

/**
 * Takes some steps of a run and evaluates once, in this process, which should be a new one.
 * @param data some batches and some test examples are enough; how many there are is not part of the cost
 */
export async function measureRun(config: RunConfig, data: Dataset): Promise<RunCost> {
  const { engine } = await openRun(config, data);
  const startSeconds = process.uptime();
  const seconds: number[] = [];
  let steps = 0;
  let last = performance.now();
  const first = last;
  // So many epochs have enough steps, if each has but one.
  await engine.fit(warmUpSteps + leastSteps, {
    progress: () => {},
    epoch: () => {
      last = performance.now();
    },
    step: () => {
      if (++steps > warmUpSteps) seconds.push(since(last));
      last = performance.now();
      if (seconds.length >= leastSteps && since(first) > enoughSeconds) engine.stop();
    },
  });
  const before = performance.now();
  await engine.evaluate(data.test);
  const evaluationSeconds = since(before) / countExamples(data).test;
  await engine.close();
  return {
    startSeconds,
    stepSeconds: median(seconds),
    evaluationSeconds,
    peakBytes: 1024 * process.resourceUsage().maxRSS,
    steps: seconds.length,
  };
}

function since(started: number): number {
  return (performance.now() - started) / 1000;
}
