import type { HyperparameterValues, Rule } from '@spectrain/optim';

/**
 * `m_t = u m_{t-1} + v g_t` has `|H(f)| = |v| / sqrt(1 - 2u cos w + u²)`, `w = 2 pi f`, f in cycles per step
 * (arXiv 2411.19671): heavy-ball with `v = 1`, an exponential mean with `v = 1 - u`.
 */
export function momentumGain(frequency: number, u: number, v: number): number {
  return Math.abs(v) / Math.sqrt(1 - 2 * u * Math.cos(2 * Math.PI * frequency) + u * u);
}

/** Nesterov's `g_t + u m_t` with `m_t = u m_{t-1} + g_t`: `|1 + u - u z| / |1 - u z|` at `z = exp(-i w)`. */
export function nesterovGain(frequency: number, u: number): number {
  const cosine = Math.cos(2 * Math.PI * frequency);
  const above = (1 + u) ** 2 - 2 * u * (1 + u) * cosine + u * u;
  return Math.sqrt(above / (1 - 2 * u * cosine + u * u));
}

/**
 * What a rule's first moment does to the sequence of gradients, by frequency, per unit of learning rate. The second moment
 * multiplies it by its own gain, which hardly changes within `1 / (1 - beta2)` steps, and bias correction by a number that tends to 1.
 */
export function firstMomentGain(
  { first }: Pick<Rule, 'first'>,
  { momentum = 0, dampening = 0, beta1 = 0 }: HyperparameterValues,
  frequency: number,
): number {
  if (first === 'ema') return momentumGain(frequency, beta1, 1 - beta1);
  if (first === 'heavy-ball') return momentumGain(frequency, momentum, 1 - dampening);
  return first === 'nesterov' ? nesterovGain(frequency, momentum) : 1;
}
