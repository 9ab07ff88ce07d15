export {
  type Checkpoint,
  CheckpointError,
  type CheckpointOptions,
  latestCheckpoint,
  listCheckpoints,
  pruneCheckpoints,
  readCheckpoint,
  writeCheckpoint,
} from './checkpoint/checkpoint.js';
export { type DataSetStatus, dataSetStatus } from './data/data-set-status.js';
export { type GetDataSetOptions, getDataSet } from './data/get-data-set.js';
export { type LoadDataSetOptions, loadDataSet } from './data/load-data-set.js';
export { loadText } from './data/load-text.js';
export { type CompiledJob, compileJob, inferenceOnnx } from './job.js';
export { isModelFile, loadModel } from './models/load-model.js';
export * from './portable.js';
export { answerParent, ProcessEndedError, type RemoteParent, RemoteProcess } from './remote-process.js';
export { type NodeRuntimeOptions, nodeRuntime } from './runtime/node-runtime.js';
export { availableProviders, ProviderError, requireProvider } from './runtime/providers.js';
export { suggestedThreads } from './suggested-threads.js';
export { createTrainer } from './trainer.js';
export { writeWhole } from './write-whole.js';
