import { join } from 'node:path';
import type { Progress } from '@spectrain/train';
import { runFiles } from '../store/run-folder.js';
import type { LiveFeed } from './live-feed.js';
import { MetricsTail } from './metrics-tail.js';

const reportMilliseconds = 1_000;

/** Tells of a run under way, once a second, as long as the work on it lasts. */
export class RunReport {
  readonly #tail: MetricsTail;
  readonly #timer: NodeJS.Timeout;
  #sending: Promise<void> = Promise.resolve();
  #isBusy = false;
  /** The newest, where it has not been told. */
  progress: Progress | undefined;

  constructor(
    private readonly feed: LiveFeed,
    private readonly run: string,
    folder: string,
  ) {
    this.#tail = new MetricsTail(join(folder, runFiles.metrics));
    // While the link is down one message waits, and not one for each second.
    this.#timer = setInterval(() => this.#isBusy || this.#send(), reportMilliseconds);
  }

  /** Tells the rest. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sending;
    this.#send();
    await this.#sending;
  }

  #send(): void {
    this.#isBusy = true;
    this.#sending = this.#sendNews()
      // It is for looking on only; what matters comes with the result.
      .catch(() => {})
      .finally(() => {
        this.#isBusy = false;
      });
  }

  async #sendNews(): Promise<void> {
    const lines = await this.#tail.read();
    const { progress } = this;
    this.progress = undefined;
    if (lines === '' && !progress) return;
    await this.feed.send(this.run, { lines, ...(progress && { progress }) });
  }
}
