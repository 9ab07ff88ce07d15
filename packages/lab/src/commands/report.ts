import { resolve } from 'node:path';
import { writeWhole } from '@spectrain/train';
import type { Command } from 'commander';
import { requireWritableFile } from '../experiment/experiment-folder.js';
import { probeViews } from '../report/probe-views.js';
import { reportHtml } from '../report/report-html.js';
import { readResults } from '../results/results-of.js';
import { findRuns } from '../store/run-folder.js';

/** Adds `spectrain report`. */
export function addReport(program: Command, end: (status: number) => void): void {
  program
    .command('report')
    .argument('<folder...>', 'of experiments')
    .summary('write one report on one or several experiments')
    .description(
      'Writes a self-contained page from the folders of experiments: of several tasks, with performance profiles over them.',
    )
    .option('--out <file>', 'the page', 'report.html')
    .action(async (folders: readonly string[], { out }: { readonly out: string }) => {
      const results = [];
      const probes = [];
      for (const folder of folders) {
        results.push(await readResults(folder));
        probes.push(await probeViews(await findRuns(folder)));
      }
      await requireWritableFile('--out', out);
      await writeWhole(out, reportHtml(results, probes));
      process.stderr.write(`Report: ${resolve(out)}\n`);
      end(0);
    });
}
