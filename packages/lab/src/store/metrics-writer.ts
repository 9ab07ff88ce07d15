import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { type MetricLine, parseMetrics } from './metrics.js';

/**
 * Appends to a run's `metrics.jsonl`. What an attempt that was killed has left is kept, but for a last line that is torn. A run
 * that goes on from an older checkpoint comes to the same numbers again: what is there already is not written twice.
 */
export class MetricsWriter {
  readonly #file: number;
  /** The last line of each kind, as far as lines have a step. */
  readonly #last = new Map<string, number>();
  /** Of whole lines. */
  #length: number;
  readonly lines: readonly MetricLine[];

  constructor(path: string) {
    this.#file = openSync(path, 'a+');
    const bytes = readFileSync(this.#file);
    const text = bytes.toString('utf8');
    // Of bytes, as what a crash has left need not be text.
    const whole = bytes.lastIndexOf('\n') + 1;
    if (whole < bytes.length) ftruncateSync(this.#file, whole);
    this.#length = whole;
    this.lines = parseMetrics(text);
    for (const line of this.lines) this.#remember(line);
  }

  /** Whether the line is not there yet. */
  isNew(line: MetricLine): boolean {
    const series = seriesOf(line);
    return series === undefined || series.step > (this.#last.get(series.name) ?? -1);
  }

  /**
   * @returns whether the line is new
   * @throws what the system says, such as that the disk is full; nothing of the line is then in the file
   */
  append(line: MetricLine): boolean {
    if (!this.isNew(line)) return false;
    // JSON has no NaN or infinity: they become null.
    this.#write(Buffer.from(`${JSON.stringify(line)}\n`));
    this.#remember(line);
    return true;
  }

  /** Makes what is written outlast a power cut. */
  sync(): void {
    fsyncSync(this.#file);
  }

  close(): void {
    fsyncSync(this.#file);
    closeSync(this.#file);
  }

  #write(bytes: Buffer): void {
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done);
      this.#length += bytes.length;
    } catch (error) {
      ftruncateSync(this.#file, this.#length);
      throw error;
    }
  }

  #remember(line: MetricLine): void {
    const series = seriesOf(line);
    if (series) this.#last.set(series.name, series.step);
  }
}

function seriesOf(line: MetricLine): { readonly name: string; readonly step: number } | undefined {
  if (line.kind === 'step' || line.kind === 'epoch') return { name: line.kind, step: line.step };
  return line.kind === 'probe' ? { name: `probe ${line.probe}`, step: line.step } : undefined;
}
