export type { Experiment } from './experiment.js';
export { main } from './main.js';
export type { LabelledOptimizer } from './optimizer-argument.js';
export type { Results, Run, Summary } from './results.js';
export type { Difference, Spread } from './statistics.js';
export type { Versions } from './versions.js';
