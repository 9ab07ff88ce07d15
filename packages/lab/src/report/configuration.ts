import { configDifferences } from '../experiment/config-differences.js';
import { none } from '../format.js';
import type { LabelledOptimizer } from '../input/optimizer-argument.js';
import type { Results } from '../results/results.js';
import { breakable, dataTable, softLines, textTable } from './data-table.js';
import { escapeHtml } from './escape-html.js';
import type { NameCell } from './tables.js';

/** In what the runs differ, and folded away, all that was set. */
export function configuration(experiments: readonly Results[], name: NameCell): string {
  const several = experiments.length > 1;
  const all = experiments.map((results) => {
    const title = several ? `<h3>${escapeHtml(results.config.name)}</h3>` : '';
    return `${title}${everything(results)}`;
  });
  return `${differences(experiments, name)}<details><summary>Everything that was set</summary>${all.join('')}</details>`;
}

function differences(experiments: readonly Results[], name: NameCell): string {
  const several = experiments.length > 1;
  const { fields, rows } = configDifferences(experiments);
  if (fields.length === 0) return softLines(['All runs were set alike but for their seeds.']);
  const head = ['optimizer', ...(several ? ['experiment'] : []), ...fields.map(withoutSpec)];
  const cells = rows.map(({ optimizer, experiment, values }) => [
    name(optimizer),
    ...(several ? [breakable(experiment)] : []),
    ...values.map((value) => (value === undefined ? none : escapeHtml(value))),
  ]);
  const note = 'Only what differs between runs, seeds aside.';
  return dataTable({ label: 'Differences of configuration', head, rows: cells }) + softLines([note]);
}

/** `lr` for `spec.lr`. */
function withoutSpec(path: string): string {
  return path.replace(/^spec\./, '');
}

function everything({ config, versions }: Results): string {
  const { task, text, model, epochs, batchSize, seeds, augmentation, threads, sample, tuning } = config;
  const rows: readonly (readonly [string, string])[] = [
    ['task', text ? `${task} (${settings(text)})` : task],
    ['model', model],
    ['epochs', String(epochs)],
    ['batch', String(batchSize)],
    ['seeds', seeds.join(', ')],
    ['augmentation', augmentation ? settings(augmentation) : 'none'],
    ...(tuning ? [['tuning', settings(tuning)] as const] : []),
    ...(sample ? [['sample', settings(sample)] as const] : []),
    ['provider', config.provider ?? 'cpu'],
    ['threads', threads === undefined ? `all (${versions.cpus})` : String(threads)],
    [
      'versions',
      `spectrain ${versions.spectrain}, node ${versions.node}, onnxruntime ${versions.onnxruntime}`,
    ],
    ['machine', `${versions.cpu}, ${versions.cpus} logical processors, ${versions.platform}`],
  ];
  return `${textTable(config.optimizers.map(optimizerRow))}${textTable(rows)}`;
}

function optimizerRow({ label, spec: { kind, ...hyperparameters } }: LabelledOptimizer): [string, string] {
  return [label, `${kind ?? 'custom'}: ${settings(hyperparameters)}`];
}

/** `lr 0.02, p (cycle cosine, low -0.1, high 0.25)`. */
function settings(values: object): string {
  return Object.entries(values)
    .map(([name, value]) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? `${name} (${settings(value)})`
        : `${name} ${value}`,
    )
    .join(', ');
}
