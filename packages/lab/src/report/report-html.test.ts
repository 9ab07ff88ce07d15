import { expect, it } from 'vitest';
import { syntheticResults } from '../testing/synthetic-results.js';
import { testResults, testRun } from '../testing/test-results.js';
import { type PageData, reportHtml } from './report-html.js';

const label = 'adam:lr=0.1';
const page = reportHtml(testResults(['momentum', label], [0, 1]));

function dataOf(html: string): PageData {
  return JSON.parse(html.match(/id="data">(.*?)<\/script>/s)?.[1] ?? '');
}

/** The page without what its scripts and style sheet say. */
const markup = page.replace(/<(script|style)\b[^>]*>.*?<\/\1>/gs, '<$1></$1>');

it('refers to nothing outside, and lets nothing be loaded', () => {
  expect(markup).not.toMatch(/\b(src|href|srcset|action|poster)\s*=|<link|<base|https?:/i);
  expect(page.match(/<style>.*?<\/style>/s)?.[0]).not.toMatch(/url\(|@import/i);
  expect(page.match(/<script[^>]*>/g)).toEqual([
    '<script type="application/json" id="data">',
    '<script>',
    '<script>',
    '<script type="module">',
    '<script type="module">',
    '<script type="module">',
    '<script type="module">',
    '<script type="module">',
  ]);
  expect(page).toContain(`content="default-src 'none';`);
  expect(page.match(/<script type="module">.*$/s)?.[0]).not.toMatch(/^\s*(import|export)\b.*from/m);
});

it('holds the results', () => {
  const { experiments, files } = dataOf(page);
  expect(experiments).toEqual([testResults(['momentum', label], [0, 1])]);
  expect(Object.keys(files)).toContain('epochs.csv');
  for (const [file, text] of Object.entries(files)) {
    expect(text.length, file).toBeGreaterThan(20);
    expect(markup).toContain(`data-file="${file}"`);
  }
});

it('has a row and a key for each optimizer', () => {
  expect(markup.match(/data-optimizer="[^"]*"/g)).toEqual([
    'data-optimizer="momentum"',
    `data-optimizer="${label}"`,
  ]);
  expect(markup).toContain('75.00 ± 0.00');
});

it('tells as many optimizers apart as one may look at together', () => {
  const labels = Array.from({ length: 36 }, (_, i) => `adam:lr=${i + 1}`);
  const many = reportHtml(testResults(labels, [0]));
  const styles = many.match(/data-colour="[^"]*" data-dash="[^"]*"/g);
  expect(styles).toHaveLength(36);
  expect(new Set(styles).size).toBe(36);
  const swatches = many.match(
    /<th scope="row">(<span class="swatch".*?<\/span>|<svg class="swatch-line".*?<\/svg>)/g,
  );
  expect(new Set(swatches).size).toBe(36);
});

it('shows text as text', () => {
  const reason = '</script><script>alert("&")</script>';
  const run = { ...testRun('momentum', 1), status: 'failed', reason } as const;
  const other = reportHtml(testResults(['momentum'], [0, 1], [run]));
  expect(other).not.toContain(reason);
  expect(other).toContain('&lt;/script&gt;&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt;');
});

it('says better or worse in a table only where the corrected interval excludes zero', () => {
  const results = syntheticResults({ examples: 360, random: 2 });
  const tables = reportHtml(results)
    .match(/<table>.*?<\/table>/gs)!
    .join('');
  const verdicts = results.summary.flatMap((row) => row.differenceToBaseline?.verdict ?? []);
  expect(verdicts.length).toBeGreaterThan(0);
  // In the summary and in the table of all tests.
  expect(tables.match(/\b(better|worse)\b/g)).toHaveLength(2 * verdicts.length);
});

it('compares experiments by profiles, and by their own sections', () => {
  const targets = { targets: { accuracy: [0.9] } };
  const all = [
    syntheticResults({ more: { ...targets, name: 'first' } }),
    syntheticResults({ more: { ...targets, name: 'second' }, random: 5 }),
  ];
  const html = reportHtml(all);
  expect(html).toContain('<h2>Performance profiles</h2>');
  expect(html.match(/<article id="experiment-\d"/g)).toHaveLength(2);
  expect(dataOf(html).profiles?.seconds).toHaveLength(5);
  expect(reportHtml(all[0]!)).not.toContain('Performance profiles');
});

it('shows a regression by its loss, without empty columns for accuracies', () => {
  const html = reportHtml(syntheticResults({ regression: true }));
  const [summary] = html.match(/<table>.*?<\/table>/s)!;
  expect(summary).toContain('test loss');
  expect(summary).not.toContain('accuracy');
});
