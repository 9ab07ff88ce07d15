import type { Experiment } from '../experiment/experiment.js';
import type { StoredRun } from '../store/run-folder.js';
import type { ClaimRuns } from './carry-out-claims.js';
import {
  type ClaimScale,
  cycle,
  experimentNames,
  exponents,
  exponentsInCycle,
  quickScale,
} from './claim-experiments.js';
import { claimed, judgeEarlyAlignment, judges } from './early-alignment.js';
import { differenceText, estimateText, pText, table } from './markdown.js';
import type { MeasuredRun } from './measured-runs.js';
import { alignedShare } from './measures.js';
import { judgeSpectralBias, senses, type TiltCell } from './spectral-bias.js';
import { countsOf, type Outcome } from './verdict.js';
import { judgeWiderCoverage } from './wider-coverage.js';

/** What the three claims have come to. */
export interface Judgements {
  readonly bias: ReturnType<typeof judgeSpectralBias>;
  readonly coverage: ReturnType<typeof judgeWiderCoverage>;
  readonly alignment: ReturnType<typeof judgeEarlyAlignment>;
}

export type MeasuredExperiments = Readonly<Record<'sines' | 'digits' | 'spirals', readonly MeasuredRun[]>>;

export function judge({ sines, digits, spirals }: MeasuredExperiments): Judgements {
  return {
    bias: judgeSpectralBias({ sines, digits }),
    coverage: judgeWiderCoverage(sines),
    alignment: judgeEarlyAlignment({ digits, spirals }),
  };
}

/** Files beside the page. */
export const claimFiles = {
  runs: 'claims/runs.csv',
  tilt: (sense: TiltCell['sense']) => `claims/tilt-${sense}.svg`,
  coverage: 'claims/coverage.svg',
  learned: 'claims/learned.svg',
  agreement: 'claims/agreement.svg',
  equalLoss: 'claims/equal-loss.svg',
} as const;

/** The page, in Markdown. It has no time and no place in it, so that the same runs give the same page. */
export function claimsPage(
  runs: ClaimRuns,
  { bias, coverage, alignment }: Judgements,
  scale: ClaimScale,
): string {
  const quick = scale === quickScale;
  const parts = [
    '# The spectral claims, tested',
    `Produced by \`spectrain claims${quick ? ' --quick' : ''}\`, and by nothing else. The claims are those of arXiv 2509.04713 and arXiv 2405.18498; how each is measured and judged was written down, in \`packages/lab/src/claims\`, before the runs were looked at, but for the grain of C3 (see the end).`,
    ...(quick
      ? ['**This is the quick version, which tries the command out. It says nothing about the claims.**']
      : []),
    table(
      ['claim', 'verdict'],
      [
        [
          'C1. p > 0 favours low frequencies, p = 0 is near neutral, p < 0 amplifies high ones',
          `**${bias.verdict}**`,
        ],
        ['C2. A cyclic p covers a wider band than any fixed p within its cycle', `**${coverage.verdict}**`],
        [
          'C3. A cyclic p finds the decision boundary early, while the loss is still high',
          `**${alignment.verdict}**`,
        ],
      ],
    ),
    setting(runs, scale),
    biasPart(bias),
    coveragePart(coverage),
    alignmentPart(alignment, { digits: runs.digits.experiment, spirals: runs.spirals.experiment }),
    limits(scale),
    everyRun(runs),
  ];
  return `${parts.join('\n\n')}\n`;
}

function setting(runs: ClaimRuns, { seeds, tuningSeeds, learningRates }: ClaimScale): string {
  const { values } = learningRates;
  const rows = experimentNames.map((name) => {
    const { task, model, epochs, batchSize, optimizers } = runs[name].experiment;
    return [`\`${task}\``, `\`${model}\``, `${optimizers.length}`, `${seeds}`, `${epochs}`, `${batchSize}`];
  });
  return `## What was run

${table(['task', 'network', 'optimizers', 'seeds', 'epochs', 'batch'], rows)}

The rule is \`theta -= lr * mhat / (vhat^p + eps)\` with Adam's moments (beta1 0.9, beta2 0.999, bias correction). Fixed exponents: ${exponents.join(', ')}; the cyclic one is a cosine from ${cycle.low} to ${cycle.high} with a period of ${cycle.period} steps. Raw gain is the rule as published; matched gain rescales each step, so that p changes its spectrum and not its length. Seeds are paired: the same initial weights and batches for every optimizer. The learning rate is constant. For every optimizer it is the best of the same ${values.length} values, 2^${Math.log2(values[0]!)} to 2^${Math.log2(values.at(-1)!)} in equal factors, by the loss on a fifth of the training set after the last epoch, mean over ${tuningSeeds} other ${tuningSeeds === 1 ? 'seed' : 'seeds'}. Brackets are Student's 95 % intervals over seeds.

${chosenRates(runs)}`;
}

function chosenRates(runs: ClaimRuns): string {
  const labels = [...new Set(experimentNames.flatMap((name) => labelsOf(runs[name].experiment)))];
  const rateOf = (name: keyof ClaimRuns, label: string) => {
    const lr = runs[name].chosen.find(({ optimizer }) => optimizer === label)?.values.lr;
    return lr === undefined ? '–' : `${Number(lr.toPrecision(3))}`;
  };
  return `Learning rates that were chosen:

${table(
  ['optimizer', ...experimentNames],
  labels.map((label) => [label, ...experimentNames.map((name) => rateOf(name, label))]),
)}`;
}

function labelsOf({ optimizers }: Experiment): string[] {
  return optimizers.map(({ label }) => label);
}

function biasPart({ cells, verdict }: Judgements['bias']): string {
  const margins = senses.map(({ name, margin }) => `${name} ${margin}`).join(', ');
  const rows = cells.map(
    ({ task, sense, gain, seeds, tilts, adaptive, negative, trendP, checks, outcome }) => [
      `${sense}, ${task}, ${gain}`,
      estimateText(tilts.find(({ p }) => p === 0)?.tilt ?? null, 3),
      estimateText(adaptive, 3),
      estimateText(negative, 3),
      pText(trendP),
      `${seeds}`,
      failedChecks(checks),
      outcome,
    ],
  );
  const [smallest, largest] = [Math.min(...exponents), Math.max(...exponents)];
  return `## C1. The exponent tilts the spectrum

A *tilt* is above 0 where high frequencies are favoured. **Parameter**: the fitted slope of log gain over log second moment (\`gain\` probe). **Time**: log2 of the transfer gain of updates over gradients at 0.25 cycles a step and above, over that at 1/16 and below, each relative to the first moment alone (\`temporal\` probe). **Function**: relative error of low frequencies minus that of high ones, when for the first time half of the target is learned (\`function\` probe); of sines the lower and the higher half of the eight frequencies, of digits the low and high part of the labels by a Gaussian filter.

Rule: a row *holds* where all of these do, and *fails* where the first does not.
- trend: the tilt falls as p rises (Page's trend test, 1963, p adjusted by Holm for all rows, below 0.05);
- adaptive: p = ${largest} minus p = 0 is below 0, by its 95 % interval;
- negative: p = ${smallest} minus p = 0 is above 0, likewise;
- neutral: the interval of p = 0 lies within ± a margin (${margins}).

Supported: every row holds. Not supported: every row of time and function fails (that of parameters is the rule itself, and only shows that the instrument works).

${table(
  [
    'sense, task, gain',
    'tilt at p = 0',
    `p = ${largest} minus 0`,
    `p = ${smallest} minus 0`,
    'trend p',
    'seeds',
    'not met',
    'outcome',
  ],
  rows,
)}

${senses
  .map(({ name }) => `![Tilt in the sense of ${name} by exponent](${claimFiles.tilt(name)})`)
  .join('\n')}

**C1: ${verdict}.** ${biasReason(cells)}`;
}

function failedChecks(checks: TiltCell['checks']): string {
  return (
    Object.entries(checks)
      .filter(([, met]) => !met)
      .map(([name]) => name)
      .join(', ') || '–'
  );
}

function biasReason(cells: readonly TiltCell[]): string {
  return senses
    .map(({ name }) => {
      const own = cells.filter(({ sense }) => sense === name);
      const falls = own.filter(({ checks }) => checks.trend).length;
      const neutral = own.filter(({ checks }) => checks.neutral).length;
      return `In the sense of ${name}: ${counted(own.map(({ outcome }) => outcome))}; the tilt falls with p in ${falls} of ${own.length} rows, and p = 0 is near neutral in ${neutral}.`;
    })
    .join(' ');
}

function coveragePart({ cells, verdict }: Judgements['coverage']): string {
  const tables = cells.map(({ gain, rows, outcome }) => {
    const body = rows.map((row) => [
      row.optimizer,
      estimateText(row.coverage, 3),
      estimateText(row.learned, 3),
      differenceText(row.difference, 3),
    ]);
    return `${table(['optimizer', 'coverage', 'learned share', 'cyclic minus it'], body)}\n\nAt ${gain} gain the claim ${outcome === 'partly' ? 'holds in part' : outcome}.`;
  });
  return `## C2. A cyclic exponent covers a wider band

On the sines. Coverage is the participation ratio \`(Σ e)² / (8 Σ e²)\` of the learned energy \`e = max(0, 1 - relative error)²\` of the eight frequencies, mean over all looks (every 10 steps) of a run: at equal steps. 1: all are learned alike; 1/8: one is. The learned share, mean of \`max(0, 1 - relative error)\`, stands beside it, since a network that has learned little can cover much.

Rule: at a gain the claim *holds* where the cyclic p covers more than each fixed p that its cycle passes through (${exponentsInCycle.join(', ')}), by intervals of paired differences that are corrected for their number (Bonferroni), and *fails* where one of them covers as much or more on the mean. Supported: holds at both gains. Not supported: fails at both.

${tables.join('\n\n')}

![Coverage by exponent](${claimFiles.coverage})

![Learned part of each frequency over steps, raw gain: dark is nothing, yellow all](${claimFiles.learned})

**C2: ${verdict}.** ${cells
    .map(({ gain, rows, outcome }) => {
      const wider = rows.filter(({ difference }) => difference?.verdict === 'better').length;
      const narrower = rows.filter(({ difference }) => difference?.verdict === 'worse').length;
      return `At ${gain} gain it ${outcome === 'partly' ? 'holds in part' : outcome}: of ${exponentsInCycle.length} fixed exponents in the cycle, the cyclic one covers surely more than ${wider} and surely less than ${narrower}.`;
    })
    .join(' ')}`;
}

function alignmentPart(
  { tables, cells, verdict }: Judgements['alignment'],
  experiments: Readonly<Record<'digits' | 'spirals', Experiment>>,
): string {
  const lookSteps = (name: 'digits' | 'spirals') =>
    experiments[name].probes?.find((probe) => probe.name === 'predictions')?.every;
  const rows = cells.map(({ task, measure, judge, difference, outcome }) => [
    `${task}, ${measure}, against ${judge}`,
    differenceText(difference, 4),
    outcome,
  ]);
  const all = Object.entries(tables).map(
    ([task, own]) =>
      `On ${task}:\n\n${table(
        [
          'optimizer',
          'final accuracy',
          `epoch of ${100 * alignedShare} % agreement`,
          ...judges.map((name) => `accuracy at equal loss, minus ${name}`),
        ],
        own.map(({ optimizer, accuracy, epoch, advantages }) => [
          optimizer,
          estimateText(accuracy, 4),
          estimateText(epoch, 2),
          ...advantages.map((advantage) => estimateText(advantage, 4)),
        ]),
      )}`,
  );
  return `## C3. The decision boundary is there early

Two measures: test accuracy minus that of another optimizer at equal training loss, mean over 20 losses, evenly spaced, that both come down through; and the time, in epochs, at which for the first time ${100 * alignedShare} % of the predictions on test examples are those at the end. Loss (on 500 training examples), accuracy and predictions are looked at together, every ${lookSteps('digits')} steps of digits and every ${lookSteps('spirals')} of spirals.

Rule: the claim is about the cyclic p as published (\`${claimed}\`), against ${judges.join(' and ')}. A row *holds* where the interval of paired differences, corrected for the two, excludes 0 in the claimed direction: higher accuracy, earlier epoch; else it *fails*. Supported: all rows hold. Not supported: all fail.

${table(['task, measure, judge', 'difference', 'outcome'], rows)}

${all.join('\n\n')}

![Agreement with the final predictions by epoch](${claimFiles.agreement})

![Test accuracy over training loss](${claimFiles.equalLoss})

**C3: ${verdict}.** Of ${cells.length} rows: ${counted(cells.map(({ outcome }) => outcome))}.${holding(cells)}`;
}

function holding(cells: Judgements['alignment']['cells']): string {
  const names = cells.flatMap(({ outcome, task, measure, judge }) =>
    outcome === 'holds' ? [`${measure} on ${task} against ${judge}`] : [],
  );
  return names.length > 0 ? ` What holds: ${names.join('; ')}.` : '';
}

function counted(outcomes: readonly Outcome[]): string {
  return countsOf(outcomes);
}

function limits({ seeds, learningRates }: ClaimScale): string {
  const { values } = learningRates;
  return `## What this does not say

- Networks are small and runs last a second: two tasks in the plane and on a line, and digits of 8 by 8 pixels. Nothing follows for large networks on natural images, which the papers are about.
- ${seeds} seeds find effects that are large beside their spread. *Fails* means that none was found, not that there is none.
- Learning rates are known to a factor of ${Number((values[1]! / values[0]!).toPrecision(3))} only, and are constant: there is no schedule.
- The cycle is our choice, as the paper leaves range, shape and period open. Others may do better.
- Few tuning seeds can choose a learning rate that is unstable with other seeds. Such runs count as they are: nothing was tuned again.
- Matched gain gives each tensor's step the length that p = 0.5 would give it: a factor that changes from step to step, and so a filter in time of its own. At matched gain p = 0 need not be neutral in that sense.
- The neutral margins are conventions.
- C3 was first measured after whole epochs, with the loss as a mean over the epoch. That was too coarse, since 124 of 152 networks agreed with their end after the first epoch of digits; it was made finer after those results had been seen. The rule is the same; by the coarser measures the word was *not supported*.
- Where half of the target was never learned, the function tilt is that of the last look (\`halfwayStep\` is then empty in the table of runs).
- A run that diverged has no measures, and its seed is left out of the pairs that it would be part of.`;
}

function everyRun(runs: ClaimRuns): string {
  const rows = experimentNames.flatMap((name) => {
    const { trials, runs: own } = runs[name];
    return [
      [`${name}, trials`, ...statusCounts(trials)],
      [`${name}, runs that count`, ...statusCounts(own)],
    ];
  });
  return `## Every run

All of them are in [runs.csv](${claimFiles.runs}), trials of the learning rate included.

${table(['experiment', 'all', ...statuses], rows)}`;
}

const statuses = ['completed', 'diverged', 'failed'] as const;

function statusCounts(runs: readonly StoredRun[]): string[] {
  return [
    `${runs.length}`,
    ...statuses.map((status) => `${runs.filter((run) => run.status === status).length}`),
  ];
}
