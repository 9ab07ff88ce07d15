import { clearLine, cursorTo } from 'node:readline';
import type { WriteStream } from 'node:tty';
import type { Progress } from '@spectrain/train';
import pc from 'picocolors';
import type { Job } from './experiment.js';
import { duration, loss, percent, rate, runText } from './format.js';
import type { Run } from './results.js';

/** What a person at a terminal sees while training. */
export interface ProgressView {
  update(job: Job, progress: Progress): void;
  finished(run: Run): void;
  /** Removes the live line. */
  clear(): void;
}

/** A live line on a terminal, and a lasting one for each finished run; nothing where the stream is not a terminal. */
export function progressView(stream: WriteStream, totalRuns: number): ProgressView {
  if (!stream.isTTY) return { update: () => {}, finished: () => {}, clear: () => {} };
  const started = performance.now();
  let runsDone = 0;
  const clear = () => {
    cursorTo(stream, 0);
    clearLine(stream, 0);
  };
  return {
    update: (job, progress) => {
      const share = (runsDone + progress.step / progress.steps) / totalRuns;
      const left = ((performance.now() - started) / 1000) * (1 / share - 1);
      clear();
      stream.write(liveText(job, progress, runsDone, totalRuns, left).slice(0, stream.columns - 1));
    },
    finished: (run) => {
      runsDone++;
      clear();
      stream.write(`${runLine(run, colours(stream))}\n`);
    },
    clear,
  };
}

/** Colours where the stream shows them and `NO_COLOR` does not forbid it. */
export function colours(stream: { readonly isTTY?: boolean }): ReturnType<typeof pc.createColors> {
  return pc.createColors(stream.isTTY === true && pc.isColorSupported);
}

function liveText(
  { optimizer, seed }: Job,
  progress: Progress,
  runsDone: number,
  totalRuns: number,
  secondsLeft: number,
): string {
  return [
    `  seed ${seed}  ${optimizer}`,
    `epoch ${progress.epoch}/${progress.epochs}`,
    `loss ${loss(progress.loss)}`,
    `${rate(progress.imagesPerSecond)} images/s`,
    `${runsDone}/${totalRuns} runs`,
    `${duration(secondsLeft)} left`,
  ].join('  ');
}

function runLine(run: Run, colour: ReturnType<typeof colours>): string {
  const last = run.epochs.at(-1);
  if (run.status !== 'completed' || !last) return `${colour.red('✗')} ${runText(run)}`;
  const columns = [
    `seed ${run.seed}`,
    run.optimizer.padEnd(10),
    `${percent(last.testAccuracy)} %`,
    `loss ${loss(last.testLoss)}`,
    duration(run.seconds),
  ];
  return `${colour.green('✓')} ${columns.join('  ')}`;
}
