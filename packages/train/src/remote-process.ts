import { type ChildProcess, fork } from 'node:child_process';
import { type BirpcReturn, createBirpc } from 'birpc';
import { InTurn } from './in-turn.js';

/** The process that was to answer a call is gone, or never was. */
export class ProcessEndedError extends Error {
  override readonly name = 'ProcessEndedError';
}

/**
 * A child process with functions to call, which it does one after the other. It ends with {@link RemoteProcess.close}, and may
 * end itself when its parent disconnects; idle, it does not keep the parent alive.
 */
export class RemoteProcess<Functions extends object, Events extends object> {
  readonly #child: ChildProcess;
  readonly #rpc: BirpcReturn<Functions, Events>;
  readonly #ended: Promise<void>;
  #endReason: Error | undefined;
  readonly #calls = new InTurn();
  #waiting = 0;

  /**
   * @param module what the child runs; @param events what it can call here
   * @param name of the process, in messages
   */
  constructor(module: URL, events: Events, name: string) {
    this.#child = fork(module, { serialization: 'advanced', execArgv: [], env: environment() });
    this.#rpc = createBirpc<Functions, Events>(events, {
      // That a message cannot be delivered is told by the end of the process, to all calls alike.
      post: (message) => this.#child.connected && this.#child.send(message, () => {}),
      on: (receive) => this.#child.on('message', receive),
      timeout: -1,
    });
    this.#ended = new Promise((resolve) => {
      const end = (reason: string) => {
        this.#endReason = new ProcessEndedError(reason);
        this.#rpc.$close(this.#endReason);
        resolve();
      };
      this.#child.once('exit', (code, signal) =>
        end(`The ${name} process ended (${signal ?? `exit status ${code}`}).`),
      );
      this.#child.on('error', (error) => {
        // A process that never was has no exit to wait for; of one that runs, its exit will tell.
        if (this.#child.pid === undefined) end(`The ${name} process did not start (${error.message}).`);
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether the process is gone. */
  get hasEnded(): boolean {
    return this.#endReason !== undefined;
  }

  /**
   * Calls the child after what it has to do already.
   * @throws ProcessEndedError; what the called function throws
   */
  async call<T>(use: (remote: BirpcReturn<Functions, Events>) => Promise<T>): Promise<T> {
    if (this.#waiting++ === 0) this.#keepAlive(true);
    try {
      return await this.#calls.run(async () => {
        if (this.#endReason) throw this.#endReason;
        return use(this.#rpc);
      });
    } catch (error) {
      // The channel of a process that is dying closes first.
      throw this.#endReason ?? error;
    } finally {
      if (--this.#waiting === 0) this.#keepAlive(false);
    }
  }

  /** Calls the child at once, also during another call, without an answer; a process that is gone needs no telling. */
  tell(use: (remote: BirpcReturn<Functions, Events>) => Promise<unknown>): void {
    void use(this.#rpc).catch(() => {});
  }

  /** Kills the process. */
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

/** What a child process can call of its parent. */
export type RemoteParent<Functions extends object, Events extends object> = BirpcReturn<Events, Functions>;

/**
 * The other side of a {@link RemoteProcess}: answers calls of the parent process.
 * @returns the parent's events, to call
 */
export function answerParent<Functions extends object, Events extends object>(
  functions: Functions,
): RemoteParent<Functions, Events> {
  return createBirpc<Events, Functions>(functions, {
    // A parent that is gone needs no answer.
    post: (message) => process.connected && process.send?.(message, () => {}),
    on: (receive) => process.on('message', receive),
    timeout: -1,
  });
}

/**
 * On Linux asks glibc for memory in large pages, which it must be told before a process starts: a step of a convolutional network takes
 * 2 to 6 % less. No other C library looks at it.
 */
function environment(): NodeJS.ProcessEnv {
  return process.platform === 'linux'
    ? { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1', ...process.env }
    : process.env;
}
