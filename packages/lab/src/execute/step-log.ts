import type { StepReport, TracePoint } from '@spectrain/train';

/** Makes one line of every so many steps, at multiples of that number: the same lines however often a run was interrupted. */
export class StepLog {
  #sum = 0;
  #count = 0;
  #last: StepReport | undefined;

  constructor(private readonly every: number) {}

  /** @returns the line that the step completes */
  add(report: StepReport): TracePoint | undefined {
    this.#last = report;
    // Losses that are not finite belong to steps that were skipped.
    if (Number.isFinite(report.loss)) {
      this.#sum += report.loss;
      this.#count++;
    }
    return report.step % this.every === 0 ? this.end() : undefined;
  }

  /** The line of the steps since the last one; nothing where none of their losses was finite. */
  end(): TracePoint | undefined {
    if (!this.#last || this.#count === 0) return undefined;
    const line = { ...this.#last, loss: this.#sum / this.#count };
    this.load({ sum: 0, count: 0 });
    return line;
  }

  /** Of the line under way. */
  state(): { readonly sum: number; readonly count: number } {
    return { sum: this.#sum, count: this.#count };
  }

  load({ sum, count }: { readonly sum: number; readonly count: number }): void {
    this.#sum = sum;
    this.#count = count;
  }
}
