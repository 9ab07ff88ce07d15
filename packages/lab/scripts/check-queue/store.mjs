import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Lines of a run's metrics, without one that is torn. */
export async function linesOf(folder) {
  const text = await readFile(join(folder, 'metrics.jsonl'), 'utf8').catch(() => '');
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** Names of the run folders. */
export async function runsIn(folder) {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** How many runs are over. */
export async function countOver(folder) {
  const runs = await runsIn(folder);
  const lines = await Promise.all(runs.map((run) => linesOf(join(folder, run))));
  return lines.filter((each) => each.at(-1)?.kind === 'end' && each.at(-1).status === 'completed').length;
}
