import { type RunAllOptions, runAll } from '../execute/run-all.js';
import type { RunConfig } from '../run-config/run-config.js';
import { runAllQueued } from './run-all-queued.js';

/** Carries out the runs that are not over yet: by the workers of a queue where there is its URL, else on this machine. */
export function runAllAnywhere(
  configs: readonly RunConfig[],
  { queue, ...options }: RunAllOptions & { readonly queue: string | undefined },
): Promise<void> {
  return queue === undefined ? runAll(configs, options) : runAllQueued(configs, { ...options, queue });
}
