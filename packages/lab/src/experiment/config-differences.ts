import type { Results, Run } from '../results/results.js';

/** The settings in which the rows differ from each other, and no others. */
export interface ConfigDifferences {
  /** By path: `model`, `spec.lr`. */
  readonly fields: readonly string[];
  readonly rows: readonly {
    /** The experiment and the optimizer. */
    readonly experiment: string;
    readonly optimizer: string;
    /** In the order of the fields; nothing where it is not set. */
    readonly values: readonly (string | undefined)[];
  }[];
}

/** They differ by what they are, or do not decide the numbers. */
const leftOut = ['optimizer', 'seed', 'trial', 'logEvery', 'probes'];

/**
 * Compares the configurations of all optimizers of all experiments: of the runs where these have them, else of the
 * experiment. Where the runs of an optimizer differ among themselves, all values are named.
 */
export function configDifferences(experiments: readonly Results[]): ConfigDifferences {
  const rows = experiments.flatMap((results) =>
    results.config.optimizers.map(({ label }) => ({
      experiment: results.config.name,
      optimizer: label,
      settings: settingsOf(results, label),
    })),
  );
  const fields = [...new Set(rows.flatMap(({ settings }) => [...settings.keys()]))].filter(
    (field) => new Set(rows.map(({ settings }) => settings.get(field))).size > 1,
  );
  return {
    fields,
    rows: rows.map(({ experiment, optimizer, settings }) => ({
      experiment,
      optimizer,
      values: fields.map((field) => settings.get(field)),
    })),
  };
}

function settingsOf({ config, runs, chosen }: Results, label: string): ReadonlyMap<string, string> {
  const configs = runs.filter(({ optimizer }) => optimizer === label).flatMap((run: Run) => run.config ?? []);
  const choice = chosen?.find(({ optimizer }) => optimizer === label);
  const { task, text, model, file, epochs, batchSize, augmentation, threads, provider } = config;
  const spec = choice?.spec ?? config.optimizers.find((optimizer) => optimizer.label === label)?.spec;
  const planned = { task, text, model, file, spec, epochs, batchSize, augmentation, threads, provider };
  const values = new Map<string, Set<string>>();
  for (const one of configs.length > 0 ? configs : [planned])
    for (const [path, value] of flat(one)) values.set(path, (values.get(path) ?? new Set()).add(value));
  return new Map([...values].map(([path, found]) => [path, [...found].join(', ')]));
}

/** Every value by its path. */
function flat(value: object, prefix = ''): readonly (readonly [string, string])[] {
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
    if (item === undefined || (prefix === '' && leftOut.includes(key))) return [];
    const path = `${prefix}${key}`;
    if (typeof item === 'object' && item !== null && !Array.isArray(item)) return flat(item, `${path}.`);
    return [[path, textOf(item)] as const];
  });
}

/** Searched numbers have more digits than anybody reads; six tell them apart. */
function textOf(value: unknown): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(6)));
  return typeof value === 'string' ? value : JSON.stringify(value);
}
