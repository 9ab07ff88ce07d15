import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProbeLine } from './metrics.js';
import { parseMetrics } from './metrics.js';
import { runFiles } from './run-folder.js';

/** What one probe saw, with the step at which it did. */
export type Seen<T> = T & { readonly step: number; readonly epoch: number };

/**
 * The lines of a run's probes by name, in order. They are read on demand and are no part of a `StoredRun`, which stays light
 * however much instruments have written.
 */
export async function readProbeLines(
  folder: string,
): Promise<ReadonlyMap<string, readonly Seen<unknown & object>[]>> {
  const text = await readFile(join(folder, runFiles.metrics), 'utf8');
  const lines = parseMetrics(text).filter((line): line is ProbeLine => line.kind === 'probe');
  const byName = new Map<string, Seen<object>[]>();
  for (const { probe, step, values } of lines) {
    const own = byName.get(probe) ?? [];
    own.push({ step, ...(values as { readonly epoch: number }) });
    byName.set(probe, own);
  }
  return byName;
}
