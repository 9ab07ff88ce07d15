import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pruneCheckpoints } from '@spectrain/train';
import { runFiles } from './run-folder.js';

/** Another process may be about to rename a younger one. */
const leastMilliseconds = 60_000;

/** Removes from a run's folder what attempts that were killed left half written. For the one that has the lock. */
export async function removeLeftovers(folder: string): Promise<void> {
  await pruneCheckpoints(join(folder, runFiles.checkpoints), Number.POSITIVE_INFINITY);
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    // The network is written only by the one that has the lock, the rest by whoever wants to begin.
    const isOurs = name.startsWith(`${runFiles.weights}.`);
    if (isOurs || (isTemporary(name) && (await ageOf(path)) > leastMilliseconds))
      await rm(path, { force: true });
  }
}

function isTemporary(name: string): boolean {
  return name.startsWith(`${runFiles.lock}-`) || name.endsWith('.tmp');
}

async function ageOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found ? Date.now() - found.mtimeMs : 0;
}
