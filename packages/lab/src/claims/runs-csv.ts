import { csvFormat } from 'd3-dsv';
import type { CarriedOut } from './carry-out-claims.js';
import type { MeasuredRun } from './measured-runs.js';

type Row = Readonly<Record<string, string | number | undefined>>;

/** Every run that was made for the page, trials of the learning rate first: one line each. */
export function runsCsv(
  experiments: Readonly<Record<string, Pick<CarriedOut, 'trials' | 'experiment'>>>,
  measured: Readonly<Record<string, readonly MeasuredRun[]>>,
): string {
  const rows: readonly Row[] = Object.entries(experiments).flatMap(([experiment, { trials }]) => [
    ...trials.map(({ run }) => ({ experiment, ...shared(run) })),
    ...(measured[experiment] ?? []).map(
      ({ run, optimizer: _, seed: __, spectra, predictions, ...measures }) => ({
        experiment,
        ...shared(run),
        ...Object.fromEntries(Object.entries(measures).map(([name, value]) => [name, short(value)])),
      }),
    ),
  ]);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return `${csvFormat(rows, columns)}\n`;
}

function shared(run: MeasuredRun['run']) {
  const last = run.epochs.at(-1);
  return {
    optimizer: run.optimizer,
    trial: run.trial,
    seed: run.seed,
    lr: typeof run.config?.spec.lr === 'number' ? run.config.spec.lr : undefined,
    status: run.status,
    epochs: run.epochs.length,
    trainLoss: short(last?.trainLoss),
    loss: short(last?.testLoss),
    accuracy: short(last?.testAccuracy),
  };
}

function short(value: number | null | undefined): string | undefined {
  return value == null ? undefined : String(Number(value.toPrecision(5)));
}
