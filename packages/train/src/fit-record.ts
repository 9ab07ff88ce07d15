import type { EpochResult, FitResult, StepValues, TracePoint } from './types.js';

const tracePoints = 500;

/** Images and the seconds they took. */
export class Rate {
  images = 0;
  #seconds = 0;

  add(images: number, seconds: number): void {
    this.images += images;
    this.#seconds += seconds;
  }

  get perSecond(): number {
    return this.#seconds > 0 ? this.images / this.#seconds : 0;
  }
}

/** What one call of `fit` has to tell at its end. */
export class FitRecord {
  readonly rate = new Rate();
  readonly #started = performance.now();
  readonly #epochs: EpochResult[] = [];
  readonly #trace: TracePoint[] = [];
  readonly #interval: number;
  #lossSum = 0;
  #losses = 0;

  /** @param steps steps planned; the trace keeps about one in `steps / 500`. */
  constructor(steps: number) {
    this.#interval = Math.max(1, Math.ceil(steps / tracePoints));
  }

  addStep(step: number, loss: number, values: StepValues): void {
    this.#lossSum += loss;
    if (++this.#losses < this.#interval) return;
    this.#trace.push({ step, loss: this.#lossSum / this.#losses, ...values });
    this.#lossSum = 0;
    this.#losses = 0;
  }

  addEpoch(result: EpochResult): void {
    this.#epochs.push(result);
  }

  end(status: FitResult['status'], reason?: string): FitResult {
    return {
      status,
      ...(reason !== undefined && { reason }),
      epochs: this.#epochs,
      trace: this.#trace,
      seconds: (performance.now() - this.#started) / 1000,
      imagesPerSecond: this.rate.perSecond,
    };
  }
}
