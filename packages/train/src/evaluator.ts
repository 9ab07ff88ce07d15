import { correctCount, crossEntropySum } from './cross-entropy.js';
import { lossOutput, type Program } from './program.js';
import type { Runtime, Session } from './runtime/runtime.js';
import { type TargetValues, targetTensor } from './target.js';
import type { Evaluation } from './types.js';

/** What a network made of so many examples, `[count, ...]`, and what it should have made of them. */
export interface JudgedBatch {
  readonly output: Float32Array;
  readonly targets: TargetValues;
  readonly count: number;
}

/** Judges a network's outputs by the loss that it is trained by, and classes also by how many are right. */
export class Evaluator {
  private constructor(
    private readonly program: Program,
    private readonly runtime: Runtime,
    private readonly ownLoss: Session | undefined,
  ) {}

  static async open(program: Program, runtime: Runtime): Promise<Evaluator> {
    const { loss } = program;
    return new Evaluator(
      program,
      runtime,
      typeof loss === 'string' ? undefined : await runtime.session(loss),
    );
  }

  /** The means over all labels or target values. */
  async evaluate(batches: AsyncIterable<JudgedBatch>): Promise<Evaluation> {
    const sums = { loss: 0, correct: 0, targets: 0 };
    for await (const batch of batches) {
      const { output, targets } = batch;
      sums.loss += await this.#lossSum(batch);
      if (targets instanceof BigInt64Array) sums.correct += correctCount(output, targets);
      sums.targets += targets.length;
    }
    const loss = sums.loss / sums.targets;
    return this.program.targets.name === 'labels'
      ? { loss, accuracy: sums.correct / sums.targets }
      : { loss };
  }

  async release(): Promise<void> {
    await this.ownLoss?.release();
  }

  /** Built-in losses in double precision; of one's own, which is a mean, as the runtime computes it. */
  async #lossSum({ output, targets, count }: JudgedBatch): Promise<number> {
    if (this.ownLoss) return targets.length * (await this.#ownMean(this.ownLoss, { output, targets, count }));
    return targets instanceof BigInt64Array
      ? crossEntropySum(output, targets)
      : squaredErrorSum(output, targets);
  }

  async #ownMean(session: Session, { output, targets, count }: JudgedBatch): Promise<number> {
    const { program, runtime } = this;
    const result = await session.run({
      [program.output.name]: new runtime.Tensor('float32', output, [count, ...program.output.shape]),
      [program.targets.name]: targetTensor(runtime.Tensor, targets, [count, ...program.targets.shape]),
    });
    return Number(result[lossOutput]!.data[0]);
  }
}

/** `Σ (output - target)²` in double precision. */
export function squaredErrorSum(output: Float32Array, targets: Float32Array): number {
  return output.reduce((sum, value, i) => sum + (value - targets[i]!) ** 2, 0);
}
