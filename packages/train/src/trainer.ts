import { type ChildProcess, fork } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { toOnnx } from '@spectrain/graph';
import { type OptimizerSpec, validateSpec } from '@spectrain/optim';
import { type BirpcReturn, createBirpc } from 'birpc';
import type { FitEvents } from './engine.js';
import type { HostFunctions } from './host.js';
import { buildModel } from './models/model-name.js';
import { compileProgram, inferenceGraph } from './program.js';
import type { FitOptions, FitResult, Trainer, TrainerOptions } from './types.js';

/**
 * Opens a network for training in a child process of its own, so that the caller stays responsive. The process ends
 * with {@link Trainer.close}, and with its parent; idle, it does not keep the parent alive.
 *
 * @throws ModelNameError, OptimizerSpecError, RangeError before anything is started
 */
export async function createTrainer(options: TrainerOptions): Promise<Trainer> {
  const { data, batchSize = 128, seed = 0, augmentation, parameters } = options;
  requireInteger('batchSize', batchSize, 1);
  requireInteger('seed', seed, 0);
  if (options.threads !== undefined) requireInteger('threads', options.threads, 1);
  const optimizer: OptimizerSpec = validateSpec(options.optimizer);
  const model = typeof options.model === 'function' ? options.model : buildModel(options.model, data.shape);
  const program = compileProgram(model, data.shape, data.classes);

  const host = new Host();
  await host.call((remote) =>
    remote.open(
      {
        program,
        data,
        optimizer,
        batchSize,
        seed,
        ...(augmentation && { augmentation }),
        ...(parameters && { parameters }),
      },
      options.threads,
    ),
  );
  const toOnnxFile = async () => {
    const weights = await host.call((remote) => remote.weights());
    return toOnnx(inferenceGraph(model, data.shape, data.classes, { weights }));
  };
  return {
    fit: (fitOptions) => host.fit(fitOptions),
    evaluate: (split) => host.call((remote) => remote.evaluate(split)),
    predict: async (inputs) => {
      const size = data.shape.reduce((a, b) => a * b, 1);
      if (inputs.length % size !== 0)
        throw new RangeError(
          `predict: ${inputs.length} values are not a whole number of examples of ${size} values.`,
        );
      return host.call((remote) => remote.predict(inputs));
    },
    weights: () => host.call((remote) => remote.weights()),
    toOnnx: toOnnxFile,
    save: async (path) => writeFile(path, await toOnnxFile()),
    close: () => host.close(),
  };
}

/** The child process and the calls to it, which it does one after the other. */
class Host {
  readonly #child: ChildProcess;
  readonly #rpc: BirpcReturn<HostFunctions, FitEvents>;
  readonly #ended: Promise<void>;
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
        post: (message) => this.#child.send(message, () => {}),
        on: (receive) => this.#child.on('message', receive),
        timeout: -1,
      },
    );
    this.#ended = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        this.#rpc.$close(new Error(`The training process ended (${signal ?? `exit status ${code}`}).`));
        resolve();
      });
    });
  }

  /** Calls the child after what it has to do already; idle, it does not keep this process alive. */
  async call<T>(use: (remote: BirpcReturn<HostFunctions, FitEvents>) => Promise<T>): Promise<T> {
    if (this.#waiting++ === 0) this.#keepAlive(true);
    const result = this.#queue.then(() => use(this.#rpc));
    this.#queue = result.catch(() => {});
    try {
      return await result;
    } finally {
      if (--this.#waiting === 0) this.#keepAlive(false);
    }
  }

  async fit({ epochs, signal, onProgress, onEpoch }: FitOptions): Promise<FitResult> {
    requireInteger('epochs', epochs, 1);
    return this.call(async (remote) => {
      this.#events = { ...(onProgress && { progress: onProgress }), ...(onEpoch && { epoch: onEpoch }) };
      const stop = () => void remote.stop.asEvent();
      const result = remote.fit(epochs);
      if (signal?.aborted) stop();
      signal?.addEventListener('abort', stop);
      try {
        return await result;
      } finally {
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

function requireInteger(name: string, value: number, min: number): void {
  if (!Number.isSafeInteger(value) || value < min)
    throw new RangeError(`${name}: ${value} is not allowed; a whole number of ${min} or more is.`);
}
