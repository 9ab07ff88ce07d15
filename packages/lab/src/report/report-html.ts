import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { seedsText } from '../format.js';
import type { Results } from '../results.js';
import { escapeHtml } from './escape-html.js';
import { lineStyleOf } from './palette.js';
import { style } from './style.js';
import { swatch } from './swatch.js';
import { configuration, problemList, summaryTable } from './tables.js';

/** Nothing is loaded from anywhere, and the browser is told to see to it. */
const policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'";

/** The scripts of the page are taken compiled, also where this file is not. */
const compiled = new URL('../../dist/report/', import.meta.url);

/** A page with everything in it, to be opened from disk: tables, and a script that draws the curves. */
export function reportHtml(results: Results): string {
  const { task, model } = results.config;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeHtml(`${task}, ${model}: spectrain`)}</title>
<style>${style}</style>
</head>
<body>
<main>
${body(results)}
</main>
<script type="application/json" id="results">${JSON.stringify(results).replaceAll('<', '\\u003c')}</script>
<script>${inlineScript(library('d3', 'd3.min.js'))}</script>
<script>${inlineScript(library('@observablehq/plot', '../dist/plot.umd.min.js'))}</script>
<script type="module">${inlineScript(readFileSync(new URL('charts.js', compiled), 'utf8'))}</script>
<script type="module">${inlineScript(readFileSync(new URL('downloads.js', compiled), 'utf8'))}</script>
</body>
</html>
`;
}

function body(results: Results): string {
  const { config, started } = results;
  const labels = config.optimizers.map(({ label }) => label);
  return `<header>
<h1>${escapeHtml(`${config.model} on ${config.task}`)}</h1>
<p class="soft">${escapeHtml(subtitle(results))} · <time datetime="${started}">${dateText(started)}</time></p>
</header>
${problemList(results)}
<section>
<h2>Summary</h2>
${summaryTable(results)}
<figure class="differences" id="differences"></figure>
</section>
<section>
<h2>Learning curves</h2>
<div class="legend" role="group" aria-label="Optimizers to show">${labels.map(legendKey).join('')}</div>
<div class="panels" id="curves"></div>
</section>
<section>
<h2>Configuration</h2>
${configuration(results)}
</section>
<section class="downloads">
<h2>Data</h2>
<p class="soft">Everything above, as it was measured.</p>
<p><button type="button" id="csv">Epochs as CSV</button> <button type="button" id="json">Everything as JSON</button></p>
</section>`;
}

function subtitle({ config, runs }: Results): string {
  const { optimizers, seeds, epochs } = config;
  const planned = optimizers.length * seeds.length;
  return [
    `${optimizers.length} ${optimizers.length === 1 ? 'optimizer' : 'optimizers'}`,
    seedsText(seeds),
    `${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}`,
    ...(runs.length < planned ? [`${runs.length} of ${planned} runs`] : []),
  ].join(' · ');
}

function dateText(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

function legendKey(label: string, i: number): string {
  const name = escapeHtml(label);
  const { colour, dash } = lineStyleOf(i);
  return `<button type="button" aria-pressed="true" data-optimizer="${name}" data-colour="${colour}" data-dash="${dash}">${swatch(i)}${name}</button>`;
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
