import { targetText } from '../format.js';
import {
  largestRatio,
  type PerformanceProfile,
  performanceProfiles,
  workloadsOf,
} from '../results/performance-profile.js';
import type { Results } from '../results/results.js';
import { dataTable, softLines } from './data-table.js';
import type { NameCell } from './tables.js';

/** The profiles by time and by steps. */
export interface Profiles {
  readonly seconds: readonly PerformanceProfile[];
  readonly step: readonly PerformanceProfile[];
}

/** Of experiments with targets, if there are several. */
export function profilesOf(experiments: readonly Results[]): Profiles | undefined {
  const workloads = workloadsOf(experiments, 'step');
  if (workloads.length < 2) return undefined;
  return {
    seconds: performanceProfiles(workloadsOf(experiments, 'seconds')),
    step: performanceProfiles(workloads),
  };
}

/** The scores, and room for the curves. */
export function profileSection(
  experiments: readonly Results[],
  { seconds, step }: Profiles,
  name: NameCell,
): string {
  const workloads = workloadsOf(experiments, 'step');
  const scores = step.map((profile, i) => [
    name(profile.optimizer),
    seconds[i]!.score.toFixed(3),
    profile.score.toFixed(3),
  ]);
  const tasks = workloads.map((workload) => `${workload.name} (${targetText(workload.target)})`);
  return `<section>
<h2>Performance profiles</h2>
${dataTable({ label: 'Scores', head: ['optimizer', 'score by time', 'score by steps'], rows: scores })}
${softLines([
  `Over ${tasks.join(', ')}: the share of tasks whose target was reached within τ times what the fastest optimizer took (median over seeds); score: its mean for τ from 1 to ${largestRatio}. 1 is the fastest everywhere. After Dahl et al., arXiv 2306.07179.`,
  'With few tasks the profile rises in few steps, and a score says little.',
])}
<div class="panels" id="profiles"></div>
</section>`;
}
