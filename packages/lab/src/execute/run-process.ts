import { RemoteProcess } from '@spectrain/train';
import type { RunConfig } from '../run-config/run-config.js';
import type { EndLine } from '../store/metrics.js';
import type { RunCost } from './measure-run.js';
import type { RunEvents, RunHostFunctions, RunPlace } from './run-host.js';

/** A child process that carries out runs, so that what happens to it happens to one run only. */
export class RunProcess {
  readonly #process: RemoteProcess<RunHostFunctions, RunEvents>;
  #events: Partial<RunEvents> = {};

  constructor() {
    this.#process = new RemoteProcess(
      new URL('./run-host.js', import.meta.url),
      {
        progress: (progress) => this.#events.progress?.(progress),
        epoch: (result) => this.#events.epoch?.(result),
        note: (text) => this.#events.note?.(text),
      },
      'training',
    );
  }

  /**
   * Carries out the run in that folder as `executeRun` does.
   * @param signal ends it after its current step, with a checkpoint
   * @throws ProcessEndedError, which kept what had been written
   */
  execute(
    folder: string,
    config: RunConfig,
    place: RunPlace,
    signal: AbortSignal,
    events: Partial<RunEvents> = {},
  ): Promise<EndLine | 'busy'> {
    const stop = () => this.#process.tell((remote) => remote.stop.asEvent());
    return this.#process.call(async (remote) => {
      this.#events = events;
      const running = remote.execute(folder, config, place);
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop);
      try {
        return await running;
      } finally {
        this.#events = {};
        signal.removeEventListener('abort', stop);
      }
    });
  }

  /** What the run costs on this machine, as `measureRun` finds it. */
  measure(config: RunConfig, dataDir?: string): Promise<RunCost> {
    return this.#process.call((remote) => remote.measure(config, dataDir));
  }

  close(): Promise<void> {
    return this.#process.close();
  }
}
