/** Entry of the child process that trains; see `training-process.ts`. */
import { type BirpcReturn, createBirpc } from 'birpc';
import { Engine, type FitEvents, type Job } from './engine.js';
import { type NodeRuntimeOptions, nodeRuntime } from './runtime/node-runtime.js';
import type { Evaluation, FitResult, Split } from './types.js';

/** What the child process does for its parent. */
export interface HostFunctions {
  open(job: Job, options: NodeRuntimeOptions): Promise<void>;
  fit(epochs: number): Promise<FitResult>;
  stop(): void;
  evaluate(split?: Split): Promise<Evaluation>;
  predict(inputs: Split['inputs']): Promise<Float32Array>;
  weights(): Promise<Record<string, Float32Array>>;
}

let engine: Engine;

const parent: BirpcReturn<FitEvents, HostFunctions> = createBirpc<FitEvents, HostFunctions>(
  {
    open: async (job, options) => {
      engine = await Engine.open(job, nodeRuntime(options));
    },
    fit: (epochs) => engine.fit(epochs, { progress: parent.progress.asEvent, epoch: parent.epoch.asEvent }),
    stop: () => engine.stop(),
    evaluate: (split) => engine.evaluate(split),
    predict: (inputs) => engine.predict(inputs),
    weights: () => engine.weights(),
  },
  {
    // A parent that is gone needs no answer; the disconnect ends this process.
    post: (message) => process.send?.(message, () => {}),
    on: (receive) => process.on('message', receive),
    timeout: -1,
  },
);

process.on('disconnect', () => process.exit());
// A terminal sends Ctrl-C to parent and child alike; what it means is for the parent to say.
process.on('SIGINT', () => {});
