import {
  compileJob,
  type Dataset,
  Engine,
  loadModel,
  nodeRuntime,
  type Program,
  type TrainingState,
} from '@spectrain/train';
import type { RunConfig } from '../run-config/run-config.js';

/** A run that is ready to be trained in this process. */
export interface OpenRun {
  readonly engine: Engine;
  readonly program: Program;
}

/** Opens a run. @param state what an earlier attempt came to, to go on from; absent: from the start */
export async function openRun(config: RunConfig, data: Dataset, state?: TrainingState): Promise<OpenRun> {
  const { model, file, spec, batchSize, seed, augmentation, threads, provider } = config;
  const { job } = await compileJob({
    data,
    model: file ? await loadModel(model, data, file) : model,
    optimizer: spec,
    batchSize,
    seed,
    threads,
    ...(augmentation && { augmentation }),
    ...(provider !== undefined && { provider }),
  });
  const runtime = nodeRuntime({ threads, ...(provider !== undefined && { provider }) });
  return { engine: await Engine.open({ ...job, ...(state && { state }) }, runtime), program: job.program };
}
