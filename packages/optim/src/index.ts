export { type Allocation, allocate } from './allocate.js';
export type { Hyperparameter, HyperparameterValues } from './hyperparameters.js';
export type { LossHistory } from './loss-history.js';
export { createOptimizer, type Optimizer, reference, type StepInfo } from './optimizer.js';
export type {
  AdagradSpec,
  AdamSpec,
  AdamwSpec,
  AmsgradSpec,
  CustomSpec,
  Gain,
  LcamSpec,
  MomentumSpec,
  NesterovSpec,
  NonFinitePolicy,
  NsfSpec,
  OptimizerKind,
  OptimizerSpec,
  PadamSpec,
  PresetSpec,
  RmspropSpec,
  SgdSpec,
  SmesSpec,
} from './optimizer-spec.js';
export { OptimizerSpecError } from './optimizer-spec-error.js';
export type { GroupState, OptimizerState, PlanState } from './optimizer-state.js';
export type { ParameterGroup } from './parameter-groups.js';
export { optimizerKinds } from './presets.js';
export type { Chain, ChainPart } from './signals/chain.js';
export type { Constant } from './signals/constant.js';
export type { CosineRestarts } from './signals/cosine-restarts.js';
export type { Cycle } from './signals/cycle.js';
export type { Decay } from './signals/decay.js';
export type { Exponential } from './signals/exponential.js';
export type { LossControlled, LossWindow } from './signals/loss-controlled.js';
export type { Multistep } from './signals/multistep.js';
export type { OneCycle } from './signals/one-cycle.js';
export type { Product } from './signals/product.js';
export { type Signal, type SignalFunction, type SignalKind, signalAt } from './signals/signal.js';
export type { SignalTime, TimeUnit } from './signals/signal-time.js';
export type { WarmUp } from './signals/warm-up.js';
export { stateFromBytes, stateToBytes } from './state-bytes.js';
export { StepPlan } from './step-plan.js';
export { NonFiniteGradientError, type Tensors } from './tensors.js';
export type { BetaProducts, Coefficients, FloatArray, MomentName, Moments, Rule } from './update-rule.js';
export {
  describeSpec,
  type HyperparameterDescription,
  hyperparametersOf,
  validateSpec,
} from './validate-spec.js';
