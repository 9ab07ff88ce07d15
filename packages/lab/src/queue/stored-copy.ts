import { join } from 'node:path';
import { type EpochResult, writeWhole } from '@spectrain/train';
import { isFinal, type MetricLine, parseMetrics } from '../store/metrics.js';
import { MetricsWriter } from '../store/metrics-writer.js';
import { endOf, runFiles } from '../store/run-folder.js';
import { RunBusyError, RunLock } from '../store/run-lock.js';
import type { RunResult } from './result.js';

/** What is told of lines that are new. */
export interface CopyObserver {
  onEpoch(epoch: EpochResult): void;
  onNote(text: string): void;
}

/** This machine's folder of a run that another machine carries out. While it is open, no process here starts that run. */
export class StoredCopy {
  private constructor(
    private readonly folder: string,
    private readonly lock: RunLock,
    private metrics: MetricsWriter,
    private readonly observer: CopyObserver,
  ) {}

  /** @returns nothing while another process here is at work on the run */
  static async open(folder: string, observer: CopyObserver): Promise<StoredCopy | undefined> {
    try {
      const lock = await RunLock.acquire(join(folder, runFiles.lock));
      try {
        return new StoredCopy(folder, lock, new MetricsWriter(join(folder, runFiles.metrics)), observer);
      } catch (error) {
        await lock.release();
        throw error;
      }
    } catch (error) {
      if (error instanceof RunBusyError) return undefined;
      throw error;
    }
  }

  /** Whether the run was over when this was opened, say because it was carried out here. */
  get isOver(): boolean {
    return isFinal(endOf(this.metrics.lines));
  }

  /** Lines that make a run one that is over are left to {@link complete}: they are true only once its files are here. */
  append(lines: readonly MetricLine[]): void {
    for (const line of lines) {
      if (line.kind === 'end' && isFinal(line)) continue;
      if (!this.metrics.append(line)) continue;
      if (line.kind === 'epoch') this.observer.onEpoch(line);
      else if (line.kind === 'note') this.observer.onNote(line.text);
      else if (line.kind === 'end' && line.status === 'failed')
        this.observer.onNote(`an attempt failed: ${line.reason ?? 'no reason given'}`);
    }
  }

  /** Puts the files of the run that is over here; until the last of them is, it counts as one that is not. */
  async complete({ metrics, weights }: RunResult): Promise<void> {
    const lines = parseMetrics(metrics);
    this.append(lines.filter(({ kind }) => kind === 'step' || kind === 'epoch'));
    if (weights) await writeWhole(join(this.folder, runFiles.weights), weights);
    this.metrics.close();
    const path = join(this.folder, runFiles.metrics);
    await writeWhole(path, metrics);
    this.metrics = new MetricsWriter(path);
  }

  async close(): Promise<void> {
    this.metrics.close();
    await this.lock.release();
  }
}
