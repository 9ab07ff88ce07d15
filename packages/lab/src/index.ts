export type { Experiment } from './experiment/experiment.js';
export type { LabelledOptimizer } from './input/optimizer-argument.js';
export { main } from './main.js';
export type { ChosenSetting, Results, Run, Summary } from './results/results.js';
export type { Target, TimeToTarget } from './results/time-to-target.js';
export type { Difference, TestResult } from './statistics/comparison.js';
export type { Interval } from './statistics/interval.js';
export type { Spread } from './statistics/spread.js';
export type { Versions } from './versions.js';
