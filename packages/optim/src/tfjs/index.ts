export { createOptimizer, SpectrainOptimizer } from './spectrain-optimizer.js';
