import type { Command } from 'commander';
import { carryOutClaims } from '../claims/carry-out-claims.js';
import { claimExperiments, fullScale, quickScale } from '../claims/claim-experiments.js';
import { writeClaims } from '../claims/write-claims.js';
import { wholeNumber } from '../input/flag-values.js';
import { listenForInterruption } from '../interruption.js';

interface ClaimsFlags {
  readonly quick?: true;
  readonly out: string;
  readonly runs?: string;
  readonly jobs: number;
}

/** Adds `spectrain claims`. */
export function addClaims(program: Command, end: (status: number) => void): void {
  program
    .command('claims')
    .summary("put the papers' claims about spectra to the test")
    .description(
      'Trains small networks with a range of exponents p and writes claims.md with figures and numbers. What is done is kept: called again, it goes on.',
    )
    .option('--quick', 'few and short runs, to try the command out')
    .option('--out <path>', 'folder for the page and its figures', 'docs')
    .option('--runs <path>', 'folder for the runs (default: runs/claims, or runs/claims-quick)')
    .option(
      '--jobs <n>',
      'runs at the same time, each in a process of its own',
      wholeNumber('--jobs', 1, 256),
      1,
    )
    .action(async ({ quick, out, runs, jobs }: ClaimsFlags) => {
      const interruption = listenForInterruption();
      const folder = runs ?? (quick ? 'runs/claims-quick' : 'runs/claims');
      const scale = quick ? quickScale : fullScale;
      const experiments = claimExperiments(scale);
      const carriedOut = await carryOutClaims(folder, experiments, { jobs, interruption });
      interruption.dispose();
      if (!carriedOut) return end(interruption.status ?? 1);
      process.stdout.write(`${await writeClaims(out, carriedOut, scale)}\n`);
      const runsOf = Object.values(carriedOut).flatMap(({ runs: own, trials }) => [...own, ...trials]);
      end(runsOf.some(({ status }) => status === 'failed') ? 1 : 0);
    });
}
