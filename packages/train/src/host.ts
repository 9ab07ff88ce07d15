/** Entry of the child process that trains; see `training-process.ts`. */
import { Engine, type Job } from './engine.js';
import { answerParent, type RemoteParent } from './remote-process.js';
import { type NodeRuntimeOptions, nodeRuntime } from './runtime/node-runtime.js';
import type { HostEvents } from './training-process.js';
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

const parent: RemoteParent<HostFunctions, HostEvents> = answerParent<HostFunctions, HostEvents>({
  open: async (job, options) => {
    engine = await Engine.open(job, nodeRuntime(options));
  },
  fit: (epochs) => engine.fit(epochs, { progress: parent.progress.asEvent, epoch: parent.epoch.asEvent }),
  stop: () => engine.stop(),
  evaluate: (split) => engine.evaluate(split),
  predict: (inputs) => engine.predict(inputs),
  weights: () => engine.weights(),
});

// Also where a call is under way.
process.on('disconnect', () => process.exit());
// A terminal sends Ctrl-C to parent and child alike; what it means is for the parent to say.
process.on('SIGINT', () => {});
