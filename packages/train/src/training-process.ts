import type { FitEvents } from './engine.js';
import type { HostFunctions } from './host.js';
import { RemoteProcess } from './remote-process.js';
import type { FitOptions, FitResult } from './types.js';

/** What the child process tells of a training. */
export type HostEvents = Pick<FitEvents, 'progress' | 'epoch'>;

/** The child process that trains, see `host.ts`. */
export class TrainingProcess {
  readonly #process: RemoteProcess<HostFunctions, HostEvents>;
  readonly call: RemoteProcess<HostFunctions, HostEvents>['call'];
  #events: Partial<HostEvents> = {};

  constructor() {
    this.#process = new RemoteProcess(
      new URL('./host.js', import.meta.url),
      {
        progress: (progress) => this.#events.progress?.(progress),
        epoch: (result) => this.#events.epoch?.(result),
      },
      'training',
    );
    this.call = (use) => this.#process.call(use);
  }

  /** Trains; what a callback throws stops the training and is thrown on. */
  async fit({ epochs, signal, onProgress, onEpoch }: FitOptions): Promise<FitResult> {
    return this.call(async (remote) => {
      const thrown: unknown[] = [];
      const stop = () => this.#process.tell((other) => other.stop.asEvent());
      const guarded =
        <T>(callback: (value: T) => void) =>
        (value: T) => {
          if (thrown.length > 0) return;
          try {
            callback(value);
          } catch (error) {
            thrown.push(error);
            stop();
          }
        };
      this.#events = {
        ...(onProgress && { progress: guarded(onProgress) }),
        ...(onEpoch && { epoch: guarded(onEpoch) }),
      };
      const running = remote.fit(epochs);
      if (signal?.aborted) stop();
      signal?.addEventListener('abort', stop);
      try {
        const result = await running;
        if (thrown.length > 0) throw thrown[0];
        return result;
      } finally {
        this.#events = {};
        signal?.removeEventListener('abort', stop);
      }
    });
  }

  close(): Promise<void> {
    return this.#process.close();
  }
}
