import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '@spectrain/train';

const file = '.queue.json';

/**
 * The name that the experiment whose runs are in this folder has in the queue. It is made once and kept in the folder, so that the
 * experiment finds its jobs again after a pause, and nobody else's.
 */
export async function experimentInQueue(folder: string): Promise<string> {
  const path = join(folder, file);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text !== undefined) {
    const { experiment }: { experiment: string } = JSON.parse(text);
    return experiment;
  }
  const experiment = randomBytes(8).toString('hex');
  await writeWhole(path, `${JSON.stringify({ experiment })}\n`);
  return experiment;
}
