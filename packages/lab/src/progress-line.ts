import { clearLine, cursorTo } from 'node:readline';
import type { WriteStream } from 'node:tty';
import type { Progress } from '@spectrain/train';
import pc from 'picocolors';
import { duration, loss, percent, rate, runText } from './format.js';
import type { Run } from './results/results.js';
import { type RunConfig, runId } from './run-config/run-config.js';
import type { StoredRun } from './store/run-folder.js';

/** What a person at a terminal sees while training. */
export interface ProgressView {
  update(config: RunConfig, progress: Progress): void;
  finished(run: StoredRun): void;
  /** Removes the live line. */
  clear(): void;
}

/** A live line on a terminal, and a lasting one for each finished run; nothing where the stream is not a terminal. */
export function progressView(stream: WriteStream, configs: readonly RunConfig[]): ProgressView {
  if (!stream.isTTY) return { update: () => {}, finished: () => {}, clear: () => {} };
  const started = performance.now();
  const left = new TimeLeft(configs.length);
  const clear = () => {
    cursorTo(stream, 0);
    clearLine(stream, 0);
  };
  return {
    update: (config, progress) => {
      left.update(runId(config), progress.step / progress.steps);
      const seconds = (performance.now() - started) / 1000;
      // Earlier it would tell of the start of the process.
      const time = seconds > 3 ? `${duration(left.of(seconds))} left` : '';
      clear();
      const text = `${liveText(config, progress)}  ${left.ended}/${configs.length} runs  ${time}`;
      stream.write(text.slice(0, (stream.columns || 80) - 1));
    },
    finished: ({ id, run, config }) => {
      left.end(id);
      clear();
      stream.write(`${runLine(run, config, colours(stream))}\n`);
    },
    clear,
  };
}

/** How much of the work of a number of runs is done. */
class TimeLeft {
  /** Shares of runs as they were first heard of, which is work done earlier, and as they are. */
  readonly #first = new Map<string, number>();
  readonly #now = new Map<string, number>();
  ended = 0;

  constructor(private readonly runs: number) {}

  update(id: string, share: number): void {
    if (!this.#first.has(id)) this.#first.set(id, share);
    this.#now.set(id, share);
  }

  end(id: string): void {
    this.ended++;
    this.update(id, 1);
  }

  /** @param seconds since the beginning @returns seconds to go */
  of(seconds: number): number {
    const sum = (shares: ReadonlyMap<string, number>) => [...shares.values()].reduce((a, b) => a + b, 0);
    const before = sum(this.#first);
    const done = sum(this.#now) - before;
    return (seconds * (this.runs - before - done)) / done;
  }
}

/** Colours where the stream shows them and `NO_COLOR` does not forbid it. */
export function colours(stream: { readonly isTTY?: boolean }): ReturnType<typeof pc.createColors> {
  return pc.createColors(stream.isTTY === true && pc.isColorSupported);
}

function liveText(
  { optimizer, seed, trial }: RunConfig,
  { epoch, epochs, loss: mean, examplesPerSecond }: Progress,
): string {
  return [
    `  seed ${seed}`,
    trialName(optimizer, trial),
    `epoch ${epoch}/${epochs}`,
    `loss ${loss(mean)}`,
    `${rate(examplesPerSecond)} examples/s`,
  ].join('  ');
}

function runLine(run: Run, { trial }: RunConfig, colour: ReturnType<typeof colours>): string {
  const last = run.epochs.at(-1);
  if (run.status !== 'completed' || !last) return `${colour.red('✗')} ${runText(run)}`;
  const columns = [
    `seed ${run.seed}`,
    trialName(run.optimizer, trial).padEnd(10),
    ...(last.testAccuracy === undefined ? [] : [`${percent(last.testAccuracy)} %`]),
    `loss ${loss(last.testLoss)}`,
    duration(run.seconds),
  ];
  return `${colour.green('✓')} ${columns.join('  ')}`;
}

function trialName(optimizer: string, trial: number | undefined): string {
  return trial === undefined ? optimizer : `${optimizer} trial ${trial}`;
}
