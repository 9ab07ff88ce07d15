import { join } from 'node:path';
import { type EndLine, isFinal } from './metrics.js';
import { MetricsWriter } from './metrics-writer.js';
import { endOf, runFiles } from './run-folder.js';
import { RunBusyError, RunLock } from './run-lock.js';

/** Writes down why a run's process could not tell itself how the run ended. @returns how it ended */
export async function recordFailure(folder: string, reason: string): Promise<EndLine | 'busy'> {
  try {
    const lock = await RunLock.acquire(join(folder, runFiles.lock));
    try {
      const metrics = new MetricsWriter(join(folder, runFiles.metrics));
      try {
        // It may have come to its end just before.
        const found = endOf(metrics.lines);
        if (isFinal(found)) return found;
        const end: EndLine = { kind: 'end', status: 'failed', reason };
        metrics.append(end);
        return end;
      } finally {
        metrics.close();
      }
    } finally {
      await lock.release();
    }
  } catch (error) {
    if (error instanceof RunBusyError) return 'busy';
    // A full disk, say: the reason is told all the same.
    return { kind: 'end', status: 'failed', reason };
  }
}
