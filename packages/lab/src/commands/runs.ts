import { stat } from 'node:fs/promises';
import { sep } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { byteSize } from '../format.js';
import { InputError } from '../input/input-error.js';
import { colours } from '../progress-line.js';
import { readResults } from '../results/results-of.js';
import { textTable } from '../results/results-table.js';
import { toLatex } from '../results/to-latex.js';
import { configDifferences, differenceRows, finalMetrics } from '../runs/diff-runs.js';
import { epochsCsv } from '../runs/epochs-csv.js';
import { listRuns, runRows } from '../runs/list-runs.js';
import { planRemoval, type Removal, removeRuns } from '../runs/remove-runs.js';
import { defaultRunsFolder, findRunFolder } from '../runs/run-argument.js';
import { detailsOf, detailText } from '../runs/show-run.js';
import { findRuns, readRun, type StoredRun, sizeOfFolder } from '../store/run-folder.js';

interface JsonFlag {
  readonly json?: true;
}

const json = ['--json', 'print one JSON document instead of text'] as const;

/** Adds `spectrain runs list`, `show`, `diff`, `export` and `rm`. */
export function addRuns(program: Command, end: (status: number) => void): void {
  const runs = program
    .command('runs')
    .summary('list, show, compare, export and remove runs')
    .description('Tells of runs from their folders alone, also while they are trained.')
    .addHelpText(
      'after',
      `\nA run is named by the path of its folder, or by the start of its name in ${defaultRunsFolder}/.`,
    );
  runs
    .command('list')
    .description('Lists the runs in a folder and the folders in it, those of the newest experiment first.')
    .argument('[dir]', 'the folder', defaultRunsFolder)
    .option(...json)
    .action(async (folder: string, flags: JsonFlag) => {
      await requireFolder(folder);
      const found = await listRuns(folder);
      print(flags, found, () => table(runRows(found, folder), 4));
    });
  runs
    .command('show')
    .description('Shows how far a run has come, its notes, checkpoints and configuration.')
    .argument('<run>')
    .option(...json)
    .action(async (text: string, flags: JsonFlag) => {
      const details = await detailsOf(await readNamed(text));
      print(flags, details, () => detailText(details));
    });
  runs
    .command('diff')
    .description('Shows what two runs were configured differently, and what came of it.')
    .argument('<run>')
    .argument('<other>')
    .option(...json)
    .action(async (...[first, second, flags]: [string, string, JsonFlag]) => {
      const pair = [await readNamed(first), await readNamed(second)] as const;
      const config = configDifferences(...pair);
      const metrics = finalMetrics(...pair);
      print(flags, { runs: pair.map(({ id, folder }) => ({ id, folder })), config, metrics }, () =>
        table([['', ...pair.map(({ id }) => id)], ...differenceRows([...config, ...metrics])], 3),
      );
    });
  runs
    .command('export')
    .description(
      'Prints the epochs of runs as CSV, one line for each, or the summaries of experiments as LaTeX.',
    )
    .argument('<run...>', 'runs, or folders with runs; for --latex folders of experiments')
    .option('--csv', 'as comma-separated values')
    .option('--latex', 'as tables for a paper, by the package booktabs')
    .action(async (texts: readonly string[], { csv, latex }: { csv?: true; latex?: true }) => {
      if (!csv === !latex)
        throw new InputError('export', csv ? '--csv --latex' : undefined, '--csv or --latex');
      process.stdout.write(csv ? `${await epochsOf(texts)}\n` : await summariesOf(texts));
    });
  runs
    .command('rm')
    .description('Removes runs, or experiments with all their runs. Refused while one of them is under way.')
    .argument('<run...>', 'runs, or folders of experiments')
    .option('--yes', 'do not ask')
    .action(async (texts: readonly string[], { yes }: { readonly yes?: true }) => {
      const removal = await planRemoval(texts);
      if (yes || (await confirm(removal))) await removeRuns(removal);
      else end(1);
    });
}

async function epochsOf(texts: readonly string[]): Promise<string> {
  const found = await Promise.all(texts.map(readAllNamed));
  return epochsCsv(found.flat());
}

async function summariesOf(texts: readonly string[]): Promise<string> {
  const results = [];
  for (const text of texts) results.push(await readResults(text));
  return toLatex(results);
}

function print({ json }: JsonFlag, value: unknown, text: () => string): void {
  process.stdout.write(`${json ? JSON.stringify(value) : text()}\n`);
}

function table(rows: readonly (readonly string[])[], left: number): string {
  return textTable(rows, left, colours(process.stdout)).replace(/ +$/gm, '');
}

async function requireFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) throw new InputError('dir', folder, 'a folder that is there');
}

async function readNamed(text: string): Promise<StoredRun> {
  const run = await readRun(await findRunFolder(text));
  if (!run) throw new InputError('run', text, 'a run that is not being removed');
  return run;
}

/** The run of that name, or all runs in the folder of that name. */
async function readAllNamed(text: string): Promise<readonly StoredRun[]> {
  const found = text === '' ? [] : await findRuns(text);
  return found.length > 0 ? found : [await readNamed(text)];
}

async function confirm({ runs, experiments }: Removal): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new InputError('--yes', '', 'must be given where there is no terminal to ask at');
  const sizes = await Promise.all(runs.map(sizeOfFolder));
  const others = runs.filter((run) => !experiments.some((folder) => run.startsWith(`${folder}${sep}`)));
  const what = [...experiments, ...others].join('\n  ');
  const size = byteSize(sizes.reduce((a, b) => a + b, 0));
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`  ${what}\nRemove ${runs.length} runs (${size})? [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
