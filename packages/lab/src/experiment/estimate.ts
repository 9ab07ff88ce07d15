import { duration } from '../format.js';
import type { RunConfig } from '../run-config/run-config.js';

/** What was measured on this machine, with the threads of one run. */
export interface Measured {
  /** Of a run, until its first step. */
  readonly startSeconds: number;
  /** Of one training step. */
  readonly stepSeconds: number;
  /** Of one evaluation, as after every epoch. */
  readonly evaluationSeconds: number;
  /** The most memory that a run held. */
  readonly peakBytes: number;
}

/** Runs of the same kind that may go on side by side. */
export interface Stage {
  readonly name: string;
  readonly runs: number;
  /** Of a run. */
  readonly epochs: number;
  readonly stepsPerEpoch: number;
}

export interface Estimate {
  readonly stages: readonly (Stage & { readonly seconds: number })[];
  /** Of all runs together. */
  readonly runs: number;
  readonly steps: number;
  readonly seconds: number;
  readonly bytes: number;
}

/** The stage of configs that differ only in optimizer and seed; nothing where there are none. */
export function stageOf(
  name: string,
  configs: readonly Pick<RunConfig, 'epochs'>[],
  stepsPerEpoch: number,
): readonly Stage[] {
  const [first] = configs;
  return first ? [{ name, runs: configs.length, epochs: first.epochs, stepsPerEpoch }] : [];
}

/**
 * How long stages take, one after the other.
 * @param jobs runs at a time
 */
export function estimate(stages: readonly Stage[], jobs: number, measured: Measured): Estimate {
  const { startSeconds, stepSeconds, evaluationSeconds, peakBytes } = measured;
  const timed = stages.map((stage) => {
    const run = startSeconds + stage.epochs * (stage.stepsPerEpoch * stepSeconds + evaluationSeconds);
    return { ...stage, seconds: Math.ceil(stage.runs / jobs) * run };
  });
  const sum = (of: (stage: (typeof timed)[number]) => number) =>
    timed.reduce((total, stage) => total + of(stage), 0);
  return {
    stages: timed,
    runs: sum(({ runs }) => runs),
    steps: sum(({ runs, epochs, stepsPerEpoch }) => runs * epochs * stepsPerEpoch),
    seconds: sum(({ seconds }) => seconds),
    bytes: Math.min(jobs, Math.max(0, ...timed.map(({ runs }) => runs))) * peakBytes,
  };
}

/** The estimate for people, a line for each stage and one for all. */
export function estimateText({ stages, runs, steps, seconds, bytes }: Estimate): string {
  const lines = stages.map(
    (stage) =>
      `${stage.name}: ${count(stage.runs, 'run')} of ${count(stage.epochs, 'epoch')} of ${count(stage.stepsPerEpoch, 'step')}, about ${longDuration(stage.seconds)}`,
  );
  const total = `${count(runs, 'run')}, ${count(steps, 'step')}, about ${longDuration(seconds)}, ${memory(bytes)} of memory`;
  return [...lines, `in all: ${total}`].join('\n');
}

/** As `duration`; from two days on `3.4 days`. */
export function longDuration(seconds: number): string {
  const days = seconds / 86_400;
  return days < 2 ? duration(seconds) : `${days.toFixed(days < 99.95 ? 1 : 0)} days`;
}

/** `812 MiB`, `1.7 GiB`. */
function memory(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return mebibytes < 1024 ? `${Math.ceil(mebibytes)} MiB` : `${(mebibytes / 1024).toFixed(1)} GiB`;
}

/** `1 run`, `1,564 steps`. */
function count(value: number, unit: string): string {
  return `${value.toLocaleString('en')} ${unit}${value === 1 ? '' : 's'}`;
}
