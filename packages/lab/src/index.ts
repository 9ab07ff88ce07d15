export type { Experiment } from './experiment.js';
export { main } from './main.js';
export type { LabelledOptimizer } from './optimizer-argument.js';
export type { ChosenSetting, Results, Run, Summary } from './results.js';
export type { Difference, TestResult } from './statistics/comparison.js';
export type { Interval } from './statistics/interval.js';
export type { Spread } from './statistics/spread.js';
export type { Target, TimeToTarget } from './time-to-target.js';
export type { Versions } from './versions.js';
