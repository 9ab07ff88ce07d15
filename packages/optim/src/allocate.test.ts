import { describe, expect, it } from 'vitest';
import { allocate, createOptimizer, optimizerKinds } from './index.js';

const lengths = { w: 1001, none: 0, b: 3 };
const start = (length: number) => Float32Array.from({ length }, (_, i) => Math.cos(i));
const gradient = (length: number, t: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * 3 + t));
const info = (t: number) => ({ loss: 1 + Math.sin(t), epoch: 0, stepsPerEpoch: 10 });

describe('allocate', () => {
  it.each(optimizerKinds)('%s takes the same steps in place as by copying, bit for bit', (kind) => {
    const { params, grads } = allocate(lengths);
    const copied = { w: start(1001), none: start(0), b: start(3) };
    params.w.set(copied.w);
    params.b.set(copied.b);
    const inPlace = createOptimizer({ kind }, params);
    const copying = createOptimizer({ kind }, copied);
    for (let t = 0; t < 10; t++) {
      const own = { w: gradient(1001, t), none: gradient(0, t), b: gradient(3, t) };
      grads.w.set(own.w);
      grads.b.set(own.b);
      inPlace.step(grads, info(t));
      copying.step(own, info(t));
    }
    expect(params).toEqual(copied);
    expect(inPlace.state()).toEqual(copying.state());
  });

  it('serves a second optimizer, and one that works on parts of tensors', () => {
    const { params, grads } = allocate({ w: 7 });
    const part = createOptimizer({ kind: 'momentum', lr: 1 }, { w: params.w.subarray(0, 5) });
    const first = createOptimizer({ kind: 'sgd', lr: 1 }, params);
    const second = createOptimizer({ kind: 'padam', lr: 1 }, params);
    grads.w.fill(1);
    first.step(grads);
    expect(params.w).toEqual(new Float32Array(7).fill(-1));
    second.step(grads);
    expect(params.w.every((value) => value < -1)).toBe(true);
    params.w.fill(0);
    part.step({ w: grads.w.subarray(0, 5) });
    expect(params.w).toEqual(Float32Array.of(-1, -1, -1, -1, -1, 0, 0));
  });

  it('keeps states apart from its memory', () => {
    const { params, grads } = allocate({ w: 1000 });
    const optimizer = createOptimizer({ kind: 'adam' }, params);
    optimizer.step(grads);
    expect(optimizer.state().moments.w?.first?.buffer.byteLength).toBe(4000);
  });

  it('refuses lengths that no tensor has', () => {
    expect(() => allocate({ w: -1 })).toThrow('the length of w is -1, not a whole number >= 0');
    expect(() => allocate({ w: 1.5 })).toThrow('the length of w is 1.5');
    expect(() => allocate({ w: 3e8 })).toThrow(/tensors of 6000135168 bytes in all/);
  });
});

describe('gradients whose squares float32 cannot hold', () => {
  it.each(['adam', 'adamw', 'amsgrad', 'rmsprop', 'adagrad', 'padam', 'smes'] as const)(
    '%s takes no step, as PyTorch',
    (kind) => {
      const w = Float32Array.of(1, 1);
      createOptimizer({ kind, weightDecay: 0 }, { w }).step({ w: Float32Array.of(1e25, -3e38) });
      expect([...w]).toEqual([1, 1]);
    },
  );
});

describe('a parameter whose memory went away', () => {
  it('is refused by name, and the step does not count', () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const w = new Float32Array(memory.buffer, 0, 3);
    const optimizer = createOptimizer({ kind: 'adam' }, { w });
    memory.grow(1);
    expect(() => optimizer.step({ w: new Float32Array(3) })).toThrow('parameter w has 0 elements, not 3');
    expect(optimizer.stepCount).toBe(0);
  });
});

describe('moments below what float32 can square', () => {
  it('leave the parameters finite, even with eps = 0', () => {
    const w = Float32Array.of(1);
    const optimizer = createOptimizer({ kind: 'adam', eps: 0 }, { w });
    optimizer.step({ w: Float32Array.of(1e-24) });
    optimizer.step({ w: Float32Array.of(0) });
    expect(w[0]).toBeCloseTo(1, 5);
  });
});
