import type { Arrays, Stepper } from './optimizer-peers.js';

/** The obvious loop over typed arrays: `m = 0.9 m + g; theta -= lr m`. */
export function plainMomentum({ theta, gradient }: Arrays): Stepper {
  const m = new Float32Array(theta.length);
  return () => {
    for (let i = 0; i < theta.length; i++) {
      m[i] = 0.9 * m[i]! + gradient[i]!;
      theta[i]! -= 1e-3 * m[i]!;
    }
  };
}

/** The same of Adam. */
export function plainAdam({ theta, gradient }: Arrays): Stepper {
  const [m, v] = [new Float32Array(theta.length), new Float32Array(theta.length)];
  let t = 0;
  return () => {
    t++;
    const [scale1, scale2] = [1 / (1 - 0.9 ** t), 1 / (1 - 0.999 ** t)];
    for (let i = 0; i < theta.length; i++) {
      const g = gradient[i]!;
      m[i] = 0.9 * m[i]! + 0.1 * g;
      v[i] = 0.999 * v[i]! + 0.001 * g * g;
      theta[i]! -= (1e-3 * m[i]! * scale1) / (Math.sqrt(v[i]! * scale2) + 1e-8);
    }
  };
}
