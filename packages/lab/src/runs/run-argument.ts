import { basename, resolve } from 'node:path';
import { closest } from 'fastest-levenshtein';
import { InputError } from '../input/input-error.js';
import { findRunFolders, isRunFolder } from '../store/run-folder.js';

/** The folder that runs are looked for in where nothing else is said. */
export const defaultRunsFolder = 'runs';

/**
 * Finds the folder of a run.
 * @param text a path, or the start of a run's id that only one run in `parent` has
 * @throws InputError
 */
export async function findRunFolder(text: string, parent: string = defaultRunsFolder): Promise<string> {
  if (text !== '' && (await isRunFolder(text))) return text;
  const folders = text === '' ? [] : await findRunFolders(parent);
  const begin = folders.filter((folder) => basename(folder).startsWith(text));
  const exact = begin.filter((folder) => basename(folder) === text);
  const [found, ...others] = exact.length > 0 ? exact : begin;
  if (found !== undefined && others.length === 0) return found;
  if (found !== undefined)
    throw new InputError('run', text, `more of the name, or a path: ${someOf([found, ...others])}`);
  const ids = folders.map((folder) => basename(folder));
  const hint = ids.length === 0 ? '' : `; nearest: ${closest(text, ids)}`;
  throw new InputError(
    'run',
    text,
    `the folder of a run, or the start of the name of one in ${resolve(parent)}${hint}`,
  );
}

/** At most three, so that the message stays one that can be read. */
function someOf(folders: readonly string[]): string {
  const more = folders.length > 3 ? `, and ${folders.length - 3} more` : '';
  return `${folders.slice(0, 3).join(', ')}${more}`;
}
