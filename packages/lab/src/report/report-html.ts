import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { seedsText } from '../format.js';
import type { Results } from '../results/results.js';
import { type SensitivityPoint, sensitivity } from '../results/sensitivity.js';
import { csvTables, toCsv } from '../results/to-csv.js';
import { toLatex } from '../results/to-latex.js';
import { configuration } from './configuration.js';
import { escapeHtml } from './escape-html.js';
import { lineStyleOf } from './palette.js';
import type { ProbeView } from './probe-views.js';
import { type Profiles, profileSection, profilesOf } from './profiles.js';
import { style } from './style.js';
import { swatch } from './swatch.js';
import {
  differenceTable,
  type NameCell,
  nameCells,
  problemList,
  sensitivityTable,
  summaryTable,
  targetTable,
} from './tables.js';

/** What the scripts of the page read, as JSON. */
export interface PageData {
  readonly experiments: readonly Results[];
  /** Of each experiment. */
  readonly sensitivity: readonly (readonly SensitivityPoint[])[];
  /** Of each experiment, what its probes have seen. */
  readonly probes: readonly (readonly ProbeView[])[];
  readonly profiles?: Profiles;
  /** To be saved, by name. */
  readonly files: Readonly<Record<string, string>>;
}

/** Nothing is loaded from anywhere, and the browser is told to see to it. */
const policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'";

/** The scripts of the page are taken compiled, also where this file is not. */
const compiled = new URL('../../dist/report/', import.meta.url);
const scripts = ['figures.js', 'curves.js', 'comparisons.js', 'instruments.js', 'downloads.js'];

/**
 * A page with everything in it, to be opened from disk: of one experiment, or of several, which are then compared too. All
 * numbers stand in tables; scripts draw the curves.
 * @param probes of each experiment, as of `probeViews`
 */
export function reportHtml(
  results: Results | readonly Results[],
  probes: readonly (readonly ProbeView[])[] = [],
): string {
  const experiments = 'runs' in results ? [results] : results;
  const title = experiments.map(titleOf).join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeHtml(`${title}: spectrain`)}</title>
<style>${style}</style>
</head>
<body>
<main>
${body(experiments, probes)}
</main>
<script type="application/json" id="data">${JSON.stringify(pageData(experiments, probes)).replaceAll('<', '\\u003c')}</script>
<script>${inlineScript(library('d3', 'd3.min.js'))}</script>
<script>${inlineScript(library('@observablehq/plot', '../dist/plot.umd.min.js'))}</script>
${scripts.map(pageScript).join('\n')}
</body>
</html>
`;
}

function pageData(experiments: readonly Results[], probes: PageData['probes']): PageData {
  const profiles = profilesOf(experiments);
  return {
    // The curves over steps of the trials are much, and nothing shows them.
    experiments: experiments.map(({ trials, ...results }) => ({
      ...results,
      ...(trials && { trials: trials.map((trial) => ({ ...trial, trace: [] })) }),
    })),
    sensitivity: experiments.map(sensitivity),
    probes,
    ...(profiles && { profiles }),
    files: filesOf(experiments),
  };
}

function filesOf(experiments: readonly Results[]): PageData['files'] {
  const tables = csvTables
    .map((table) => [`${table}.csv`, toCsv(experiments, table)] as const)
    .filter(([, text]) => text !== '');
  return { ...Object.fromEntries(tables), 'summary.tex': toLatex(experiments) };
}

function body(experiments: readonly Results[], probes: PageData['probes']): string {
  const labels = [
    ...new Set(experiments.flatMap(({ config }) => config.optimizers.map(({ label }) => label))),
  ];
  const name = nameCells(labels);
  const several = experiments.length > 1;
  const profiles = profilesOf(experiments);
  const sections = experiments.map((results, i) =>
    experimentSection(results, i, several, labels, name, probes[i] ?? []),
  );
  return `<header>
<h1>${escapeHtml(several ? `${experiments.length} experiments` : titleOf(experiments[0]!))}</h1>
${several ? contents(experiments) : `<p class="soft">${subtitle(experiments[0]!)}</p>`}
</header>
<noscript><p class="soft">The curves need JavaScript; all numbers stand in the tables.</p></noscript>
${profiles ? profileSection(experiments, profiles, name) : ''}
${sections.join('\n')}
<section>
<h2>Configuration</h2>
${configuration(experiments, name)}
</section>
<section class="downloads">
<h2>Data</h2>
<p class="soft">Everything above, as it was measured. Accuracies are shares, 0 to 1.</p>
<p class="buttons">${[...Object.keys(filesOf(experiments)), 'results.json'].map(downloadButton).join(' ')}</p>
<details><summary>The summary in LaTeX</summary><pre tabindex="0">${escapeHtml(toLatex(experiments))}</pre></details>
</section>`;
}

function contents(experiments: readonly Results[]): string {
  const items = experiments.map(
    (results, i) =>
      `<li><a href="#experiment-${i}">${escapeHtml(results.config.name)}</a> <span class="soft">${escapeHtml(titleOf(results))} · ${subtitle(results)}</span></li>`,
  );
  return `<ul class="contents">${items.join('')}</ul>`;
}

function experimentSection(
  results: Results,
  i: number,
  several: boolean,
  labels: readonly string[],
  name: NameCell,
  probes: readonly ProbeView[],
): string {
  const { config } = results;
  const keys = config.optimizers.map(({ label }) => legendKey(label, labels.indexOf(label)));
  const hasTrials = sensitivity(results).length > 0;
  return `<article id="experiment-${i}" data-experiment="${i}">
${several ? `<header class="experiment"><h2>${escapeHtml(config.name)}</h2><p class="soft">${escapeHtml(titleOf(results))} · ${subtitle(results)}</p></header>` : ''}
${problemList(results)}
<section>
<h2>Summary</h2>
${summaryTable(results, name)}
<figure class="differences"></figure>
${differenceTable(results, name)}
</section>
<section>${targetTable(results, name)}</section>
<section>
<h2>Learning curves</h2>
<div class="legend" role="group" aria-label="Optimizers to show">${keys.join('')}</div>
<div class="axis"></div>
<div class="panels curves"></div>
</section>
${hasTrials ? `<section><h2>Sensitivity to the learning rate</h2><figure class="sensitivity"></figure>${sensitivityTable(results, name)}</section>` : ''}
${probes.length > 0 ? instruments(probes) : ''}
</article>`;
}

function instruments(probes: readonly ProbeView[]): string {
  const seeds = [...new Set(probes.map(({ seed }) => seed))].join(', ');
  return `<section><h2>Instruments</h2><p class="soft">What the probes saw of the first run of each optimizer, seed ${seeds}.</p><div class="panels instruments"></div></section>`;
}

function titleOf({ config: { model, task } }: Results): string {
  return `${model} on ${task}`;
}

/** As HTML. */
function subtitle({ config, runs, trials, started }: Results): string {
  const { optimizers, seeds, epochs } = config;
  const planned = optimizers.length * seeds.length;
  const parts = [
    `${optimizers.length} ${optimizers.length === 1 ? 'optimizer' : 'optimizers'}`,
    seedsText(seeds),
    `${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}`,
    ...(runs.length < planned ? [`${runs.length} of ${planned} runs`] : []),
    ...(trials && trials.length > 0 ? [`tuned in ${trials.length} runs`] : []),
  ];
  return `${escapeHtml(parts.join(' · '))} · <time datetime="${escapeHtml(started)}">${escapeHtml(dateText(started))}</time>`;
}

function dateText(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

function legendKey(label: string, i: number): string {
  const name = escapeHtml(label);
  const { colour, dash } = lineStyleOf(i);
  return `<button type="button" aria-pressed="true" data-optimizer="${name}" data-colour="${colour}" data-dash="${dash}">${swatch(i)}${name}</button>`;
}

function downloadButton(file: string): string {
  return `<button type="button" data-file="${file}">${file}</button>`;
}

function pageScript(file: string): string {
  return `<script type="module">${inlineScript(readFileSync(new URL(file, compiled), 'utf8'))}</script>`;
}

/** The text of a file beside the main file of a package. */
function library(name: string, path: string): string {
  const main = createRequire(import.meta.url).resolve(name);
  return readFileSync(new URL(path, pathToFileURL(main)), 'utf8');
}

/** The end tag of a script must not be in it. */
function inlineScript(text: string): string {
  return text.replaceAll('</script', '<\\/script').replace(/^\/\/# sourceMappingURL=.*$/gm, '');
}
