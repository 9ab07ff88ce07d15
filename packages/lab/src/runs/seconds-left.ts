import { mean } from 'simple-statistics';
import type { StoredRun } from '../store/run-folder.js';

/** A run of the plan, as far as it has come. */
export interface PlannedProgress {
  readonly optimizer: string;
  readonly epochs: number;
  /** Absent: not begun. */
  readonly run?: StoredRun | undefined;
}

/** Epochs of a planned run that need no more work: of one that diverged there are no more to come. */
export function epochsDone({ epochs, run }: PlannedProgress): number {
  if (run?.status === 'completed' || run?.status === 'diverged') return epochs;
  return run?.run.epochs.length ?? 0;
}

/** Time that the rest of a plan takes, by the mean epoch of each optimizer so far; null before the first epoch. */
export function secondsLeft(plan: readonly PlannedProgress[]): number | null {
  const measured = plan.flatMap(({ optimizer, run }) =>
    (run?.run.epochs ?? []).map(({ seconds }) => ({ optimizer, seconds })),
  );
  const work = plan
    .map((planned) => ({ optimizer: planned.optimizer, epochs: planned.epochs - epochsDone(planned) }))
    .filter(({ epochs }) => epochs > 0);
  if (work.length === 0) return 0;
  if (measured.length === 0) return null;
  const overall = mean(measured.map(({ seconds }) => seconds));
  const secondsOf = new Map<string, number>();
  for (const { optimizer } of work) {
    const own = measured.filter((epoch) => epoch.optimizer === optimizer);
    secondsOf.set(optimizer, own.length > 0 ? mean(own.map(({ seconds }) => seconds)) : overall);
  }
  const total = work.reduce((sum, { optimizer, epochs }) => sum + epochs * secondsOf.get(optimizer)!, 0);
  const atOnce = Math.max(1, plan.filter(({ run }) => run?.status === 'running').length);
  return total / Math.min(atOnce, work.length);
}
