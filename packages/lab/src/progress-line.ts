import { clearLine, cursorTo } from 'node:readline';
import type { WriteStream } from 'node:tty';
import type { Progress } from '@spectrain/train';
import pc from 'picocolors';
import type { PlannedRun } from './experiment.js';
import { duration, loss, percent, rate, runText } from './format.js';
import type { Run } from './results.js';

/** What a person at a terminal sees while training. */
export interface ProgressView {
  update(planned: PlannedRun, progress: Progress): void;
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
    update: (planned, progress) => {
      const share = (runsDone + progress.step / progress.steps) / totalRuns;
      const seconds = (performance.now() - started) / 1000;
      // Earlier it would tell of the start of the process.
      const left = seconds > 3 ? `${duration(seconds * (1 / share - 1))} left` : '';
      clear();
      const text = `${liveText(planned, progress)}  ${runsDone}/${totalRuns} runs  ${left}`;
      stream.write(text.slice(0, (stream.columns || 80) - 1));
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
  { optimizer, seed }: PlannedRun,
  { epoch, epochs, loss: mean, imagesPerSecond }: Progress,
): string {
  return [
    `  seed ${seed}`,
    optimizer,
    `epoch ${epoch}/${epochs}`,
    `loss ${loss(mean)}`,
    `${rate(imagesPerSecond)} examples/s`,
  ].join('  ');
}

function runLine(run: Run, colour: ReturnType<typeof colours>): string {
  const last = run.epochs.at(-1);
  if (run.status !== 'completed' || !last) return `${colour.red('✗')} ${runText(run)}`;
  const columns = [
    `seed ${run.seed}`,
    run.optimizer.padEnd(10),
    ...(last.testAccuracy === undefined ? [] : [`${percent(last.testAccuracy)} %`]),
    `loss ${loss(last.testLoss)}`,
    duration(run.seconds),
  ];
  return `${colour.green('✓')} ${columns.join('  ')}`;
}
