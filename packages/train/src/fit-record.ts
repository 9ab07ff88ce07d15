import type { EpochResult, FitResult, StepValues, TracePoint } from './types.js';

const tracePoints = 500;

/** Images and the seconds they took. */
export class Rate {
  constructor(
    public images = 0,
    public seconds = 0,
  ) {}

  add(images: number, seconds: number): void {
    this.images += images;
    this.seconds += seconds;
  }

  get perSecond(): number {
    return this.seconds > 0 ? this.images / this.seconds : 0;
  }
}

/** The mean of the losses that are finite; the others belong to steps that were skipped. */
export class MeanLoss {
  constructor(
    public sum = 0,
    public count = 0,
  ) {}

  /** Adds the mean loss of `count` examples or steps. */
  add(loss: number, count: number): void {
    if (!Number.isFinite(loss)) return;
    this.sum += loss * count;
    this.count += count;
  }

  reset(): void {
    this.sum = 0;
    this.count = 0;
  }

  /** `NaN` where there is none. */
  get mean(): number {
    return this.sum / this.count;
  }
}

/** What one call of `fit` has to tell at its end. */
export class FitRecord {
  readonly rate = new Rate();
  readonly #started = performance.now();
  readonly #epochs: EpochResult[] = [];
  readonly #trace: TracePoint[] = [];
  readonly #interval: number;
  /** Of the interval under way. */
  readonly #loss = new MeanLoss();
  #steps = 0;
  #last: (StepValues & { readonly step: number }) | undefined;

  /** @param steps steps planned; the trace keeps about one in `steps / 500`. */
  constructor(steps: number) {
    this.#interval = Math.max(1, Math.ceil(steps / tracePoints));
  }

  addStep(step: number, loss: number, values: StepValues): void {
    this.#loss.add(loss, 1);
    this.#last = { step, ...values };
    if (++this.#steps === this.#interval) this.#endInterval();
  }

  addEpoch(result: EpochResult): void {
    this.#epochs.push(result);
  }

  end(status: FitResult['status'], reason?: string): FitResult {
    this.#endInterval();
    return {
      status,
      ...(reason !== undefined && { reason }),
      epochs: this.#epochs,
      trace: this.#trace,
      seconds: (performance.now() - this.#started) / 1000,
      examplesPerSecond: this.rate.perSecond,
    };
  }

  /** An interval in which no loss was finite has no point. */
  #endInterval(): void {
    if (this.#last && this.#loss.count > 0) {
      const { step, ...values } = this.#last;
      this.#trace.push({ step, loss: this.#loss.mean, ...values });
    }
    this.#loss.reset();
    this.#steps = 0;
  }
}
