import { differenceText, duration, loss, none, percent, rate, rateUnit, spreadText } from '../format.js';
import type { LabelledOptimizer } from '../optimizer-argument.js';
import type { Results, Summary } from '../results.js';
import { notes, problems } from '../results-table.js';
import { escapeHtml } from './escape-html.js';
import { swatch } from './swatch.js';

/** The summary with its notes. */
export function summaryTable(results: Results): string {
  const head = [
    'optimizer',
    'test accuracy %',
    'best %',
    'test loss',
    'time per run',
    rateUnit(results.config),
    'difference, points [95 %]',
  ];
  return `<div class="scroll"><table>
<thead><tr>${head.map((text) => `<th>${text}</th>`).join('')}</tr></thead>
<tbody>${results.summary.map(summaryRow).join('')}</tbody>
</table></div>
${notes(results)
  .map((note) => `<p class="soft">${escapeHtml(note)}</p>`)
  .join('')}`;
}

function summaryRow(row: Summary, i: number): string {
  const cells = [
    spreadText(row.finalAccuracy, percent),
    spreadText(row.bestAccuracy, percent),
    spreadText(row.finalLoss, loss),
    row.seconds === null ? none : duration(row.seconds),
    row.imagesPerSecond === null ? none : rate(row.imagesPerSecond),
    differenceText(row.differenceToBaseline, row.metric),
  ];
  const name = `${swatch(i)}${breakable(row.optimizer)}`;
  return `<tr>${[name, ...cells].map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

/** What was set, and what it ran on. */
export function configuration({ config, versions }: Results): string {
  const {
    task,
    text,
    model,
    epochs,
    batchSize,
    seeds,
    augmentation,
    threads,
    provider = 'cpu',
    sample,
  } = config;
  const rows: readonly (readonly [string, string])[] = [
    ['task', text ? `${task} (${settings(text)})` : task],
    ['model', model],
    ['epochs', String(epochs)],
    ['batch', String(batchSize)],
    ['seeds', seeds.join(', ')],
    ['augmentation', augmentation ? settings(augmentation) : 'none'],
    ...(sample ? [['sample', settings(sample)] as const] : []),
    ['provider', provider],
    ['threads', threads === undefined ? `all (${versions.cpus})` : String(threads)],
    [
      'versions',
      `spectrain ${versions.spectrain}, node ${versions.node}, onnxruntime ${versions.onnxruntime}`,
    ],
    ['machine', `${versions.cpu}, ${versions.cpus} logical processors, ${versions.platform}`],
  ];
  return `<h3>Optimizers</h3>${textTable(config.optimizers.map(optimizerRow))}<h3>Run</h3>${textTable(rows)}`;
}

/** The runs that did not complete; nothing when there are none. */
export function problemList(results: Results): string {
  const texts = problems(results);
  if (texts.length === 0) return '';
  const items = texts.map((text) => `<li>${escapeHtml(text)}</li>`).join('');
  return `<section class="problems"><h2>Not completed</h2><ul>${items}</ul></section>`;
}

function optimizerRow({ label, spec: { kind, ...hyperparameters } }: LabelledOptimizer): [string, string] {
  return [label, `${kind}: ${settings(hyperparameters)}`];
}

function textTable(rows: readonly (readonly [string, string])[]): string {
  const html = rows.map(
    ([name, value]) => `<tr><td>${breakable(name)}</td><td><code>${escapeHtml(value)}</code></td></tr>`,
  );
  return `<table class="text"><tbody>${html.join('')}</tbody></table>`;
}

/** `lr 0.02, p (cycle cosine, low -0.1, high 0.25)`. */
function settings(values: object): string {
  return Object.entries(values)
    .map(([name, value]) =>
      typeof value === 'object' && value !== null ? `${name} (${settings(value)})` : `${name} ${value}`,
    )
    .join(', ');
}

/** A label that may be broken after its colons. */
function breakable(label: string): string {
  return escapeHtml(label).replaceAll(':', ':<wbr>');
}
