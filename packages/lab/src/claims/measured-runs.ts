import type { GainLine, PredictionsLine, SpectrumLine, SplitLine, TemporalLine } from '@spectrain/spectral';
import type { Run } from '../results/results.js';
import { readProbeLines, type Seen } from '../store/probe-lines.js';
import type { CarriedOut } from './carry-out-claims.js';
import { alignmentEpoch, coverage, functionTilt, parameterTilt, timeTilt } from './measures.js';

/** What is compared of a run; null where it has none, or did not complete. */
export interface Measures {
  readonly parameterTilt: number | null;
  readonly timeTilt: number | null;
  readonly functionTilt: number | null;
  /** Step at which half was learned. */
  readonly halfwayStep: number | null;
  readonly coverage: number | null;
  readonly learned: number | null;
  readonly alignmentEpoch: number | null;
}
export type MeasureName = keyof Measures;

export interface MeasuredRun extends Measures {
  readonly optimizer: string;
  readonly seed: number;
  readonly run: Run;
  readonly spectra: readonly Seen<SpectrumLine>[];
  readonly predictions: readonly Seen<PredictionsLine>[];
}

/** Reads what the probes of the runs that count have seen. */
export function measureRuns({ runs }: Pick<CarriedOut, 'runs'>): Promise<readonly MeasuredRun[]> {
  return Promise.all(
    runs.map(async ({ folder, run, status }) => {
      const lines = await readProbeLines(folder);
      const of = <T>(name: string) => (lines.get(name) ?? []) as readonly Seen<T>[];
      const looks = of<SpectrumLine | SplitLine>('function');
      const spectra = looks.filter((line): line is Seen<SpectrumLine> => line.kind === 'spectrum');
      const predictions = of<PredictionsLine>('predictions');
      const shared = { optimizer: run.optimizer, seed: run.seed, run, spectra, predictions };
      if (status !== 'completed') return { ...shared, ...noMeasures };
      const bias = functionTilt(looks);
      const covered = coverage(spectra);
      return {
        ...shared,
        parameterTilt: parameterTilt(of<GainLine>('gain')),
        timeTilt: timeTilt(of<TemporalLine>('temporal')),
        functionTilt: bias?.tilt ?? null,
        halfwayStep: bias?.step ?? null,
        coverage: covered?.ratio ?? null,
        learned: covered?.learned ?? null,
        alignmentEpoch: alignmentEpoch(predictions, run.epochs[0]!.step),
      };
    }),
  );
}

/** Of a run that was not completed. */
export const noMeasures: Measures = {
  parameterTilt: null,
  timeTilt: null,
  functionTilt: null,
  halfwayStep: null,
  coverage: null,
  learned: null,
  alignmentEpoch: null,
};

/** A measure of the runs of an optimizer, by seed. */
export function bySeed(
  runs: readonly MeasuredRun[],
  optimizer: string,
  measure: MeasureName,
): ReadonlyMap<number, number> {
  return new Map(
    runs.flatMap((run) => {
      const value = run[measure];
      return run.optimizer === optimizer && value !== null ? [[run.seed, value] as const] : [];
    }),
  );
}

/** Differences `a - b` of the seeds that both have. */
export function paired(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): number[] {
  return [...a].flatMap(([seed, value]) => (b.has(seed) ? [value - b.get(seed)!] : []));
}
