import { type ChildProcess, fork } from 'node:child_process';
import { type BirpcReturn, createBirpc } from 'birpc';
import type { FitEvents } from './engine.js';
import type { HostFunctions } from './host.js';
import type { FitOptions, FitResult } from './types.js';

/** The child process and the calls to it, which it does one after the other. */
export class TrainingProcess {
  readonly #child: ChildProcess;
  readonly #rpc: BirpcReturn<HostFunctions, FitEvents>;
  readonly #ended: Promise<void>;
  #endReason: Error | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #events: Partial<FitEvents> = {};

  constructor() {
    this.#child = fork(new URL('./host.js', import.meta.url), { serialization: 'advanced', execArgv: [] });
    this.#rpc = createBirpc<HostFunctions, FitEvents>(
      {
        progress: (progress) => this.#events.progress?.(progress),
        epoch: (result) => this.#events.epoch?.(result),
      },
      {
        // That a message cannot be delivered is told by the end of the process, to all calls alike.
        post: (message) => this.#child.connected && this.#child.send(message, () => {}),
        on: (receive) => this.#child.on('message', receive),
        timeout: -1,
      },
    );
    this.#ended = new Promise((resolve) => {
      const end = (reason: string) => {
        this.#endReason = new Error(reason);
        this.#rpc.$close(this.#endReason);
        resolve();
      };
      this.#child.once('exit', (code, signal) =>
        end(`The training process ended (${signal ?? `exit status ${code}`}).`),
      );
      this.#child.on('error', (error) => {
        // A process that never was has no exit to wait for; of one that runs, its exit will tell.
        if (this.#child.pid === undefined) end(`The training process did not start (${error.message}).`);
      });
    });
  }

  /** Calls the child after what it has to do already; idle, it does not keep this process alive. */
  async call<T>(use: (remote: BirpcReturn<HostFunctions, FitEvents>) => Promise<T>): Promise<T> {
    if (this.#waiting++ === 0) this.#keepAlive(true);
    const result = this.#queue.then(() => {
      if (this.#endReason) throw this.#endReason;
      return use(this.#rpc);
    });
    this.#queue = result.catch(() => {});
    try {
      return await result;
    } finally {
      if (--this.#waiting === 0) this.#keepAlive(false);
    }
  }

  /** Trains; what a callback throws stops the training and is thrown on. */
  async fit({ epochs, signal, onProgress, onEpoch }: FitOptions): Promise<FitResult> {
    return this.call(async (remote) => {
      const thrown: unknown[] = [];
      // A process that is gone has stopped already.
      const stop = () => void remote.stop.asEvent().catch(() => {});
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
    // Waiting for the end of an idle child must not end this process first.
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#keepAlive(true);
    this.#child.kill('SIGKILL');
    return this.#ended;
  }

  #keepAlive(on: boolean): void {
    const change = on ? 'ref' : 'unref';
    this.#child[change]();
    this.#child.channel?.[change]();
  }
}
