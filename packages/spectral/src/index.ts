export {
  type AlignmentPoint,
  agreementWithFinal,
  firstAligned,
  type StepPredictions,
} from './boundary/alignment.js';
export {
  type BoundaryDistance,
  boundaryDistance,
  boundaryPoints,
  levelPoints,
  type Points,
} from './boundary/decision-boundary.js';
export {
  accuracyAtEqualLoss,
  accuracyAtLoss,
  type EqualLossPoint,
  type LossAccuracy,
} from './boundary/equal-loss.js';
export { cellAt, type Grid, gridPoints } from './boundary/grid.js';
export { agreement, predictedClasses } from './boundary/predicted-classes.js';
export {
  type Gradient,
  type HessianOptions,
  hessianVectorProduct,
  type Product,
} from './curvature/hessian-vector-product.js';
export { type Lanczos, type LanczosOptions, lanczos } from './curvature/lanczos.js';
export {
  type DensityOptions,
  type DensityPoint,
  type SpectrumNode,
  spectralDensity,
  spectrumNodes,
} from './curvature/spectral-density.js';
export {
  type Eigenvalue,
  subspaceShare,
  type TopEigenvalues,
  topEigenvalues,
} from './curvature/top-eigenvalues.js';
export { type Trace, trace } from './curvature/trace.js';
export type { Complex } from './fft.js';
export {
  type Frequency,
  gridCoefficients,
  magnitudes,
  nonUniformCoefficients,
  peakFrequencies,
} from './function/fourier-coefficients.js';
export {
  type GaussianFilter,
  gaussianFilter,
  splitByFilter,
  splitErrors,
} from './function/gaussian-split.js';
export {
  firstBelow,
  firstReaching,
  learnedAmplitudes,
  relativeErrors,
  type StepValue,
} from './function/learned-spectrum.js';
export type { GainFit } from './gain/fit-exponent.js';
export {
  type GainBin,
  type GainCurve,
  type GainOptions,
  type GainTensor,
  gainCurve,
  theoreticalGain,
} from './gain/gain-curve.js';
export { type BoundaryLine, BoundaryProbe, type BoundaryProbeOptions } from './probes/boundary-probe.js';
export { type CurvatureLine, CurvatureProbe, type CurvatureProbeOptions } from './probes/curvature-probe.js';
export {
  type SpectrumLine,
  SpectrumProbe,
  type SpectrumProbeOptions,
  type SplitLine,
  SplitProbe,
  type SplitProbeOptions,
} from './probes/function-probes.js';
export { type GainLine, GainProbe, type GainProbeOptions } from './probes/gain-probe.js';
export type { ProbeInputs } from './probes/outputs.js';
export {
  type PredictionsLine,
  PredictionsProbe,
  type PredictionsProbeOptions,
} from './probes/predictions-probe.js';
export { type Probe, type ProbeContext, type ProbedModel, type ProbeLine, Probes } from './probes/probe.js';
export { type TemporalLine, TemporalProbe, type TemporalProbeOptions } from './probes/temporal-probe.js';
export {
  type CrossSpectra,
  crossSpectra,
  type SpectraOptions,
  type TransferPoint,
  transfer,
} from './temporal/cross-spectra.js';
export { RingWindow } from './temporal/ring-window.js';
export { firstMomentGain, momentumGain, nesterovGain } from './temporal/transfer-theory.js';
