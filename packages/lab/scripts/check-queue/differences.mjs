import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { linesOf, runsIn } from './store.mjs';

/** Compares two folders of runs. @returns how many runs the first has, and in what the second differs */
export async function differences(expected, found) {
  const runs = await runsIn(expected);
  const more = (await runsIn(found))
    .filter((run) => !runs.includes(run))
    .map((run) => `${run} was not planned`);
  for (const run of runs) {
    const [a, b] = [join(expected, run), join(found, run)];
    const [linesA, linesB] = await Promise.all([linesOf(a), linesOf(b)]);
    const completed = linesB.filter(({ kind, status }) => kind === 'end' && status === 'completed').length;
    if (completed !== 1) more.push(`${run} was completed ${completed} times`);
    if (!isDeepStrictEqual(curves(linesA), curves(linesB))) more.push(`${run} has other curves`);
    const [weightsA, weightsB] = await Promise.all([a, b].map(weightsOf));
    if (!weightsB || !weightsA?.equals(weightsB)) more.push(`${run} has other weights`);
  }
  return { runs: runs.length, more };
}

const weightsOf = (run) => readFile(join(run, 'weights.safetensors')).catch(() => undefined);

/** Without what depends on the time. */
function curves(lines) {
  return lines
    .filter(({ kind }) => kind === 'step' || kind === 'epoch')
    .map(({ seconds: _, examplesPerSecond: __, ...rest }) => rest);
}
