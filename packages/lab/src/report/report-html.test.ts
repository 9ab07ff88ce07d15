import { expect, it } from 'vitest';
import type { Results } from '../results.js';
import { regressionRun, testResults, testRun } from '../testing/test-results.js';
import { reportHtml } from './report-html.js';

const label = 'adam:lr=0.1';
const page = reportHtml(testResults(['momentum', label], [0, 1]));
/** The page without what its scripts and style sheet say. */
const markup = page.replace(/<(script|style)\b[^>]*>.*?<\/\1>/gs, '<$1></$1>');

it('refers to nothing outside, and lets nothing be loaded', () => {
  expect(markup).not.toMatch(/\b(src|href|srcset|action|poster)\s*=|<link|<base|https?:/i);
  expect(page.match(/<style>.*?<\/style>/s)?.[0]).not.toMatch(/url\(|@import/i);
  expect(page.match(/<script[^>]*>/g)).toEqual([
    '<script type="application/json" id="results">',
    '<script>',
    '<script>',
    '<script type="module">',
    '<script type="module">',
  ]);
  expect(page).toContain(`content="default-src 'none';`);
  expect(page.match(/<script type="module">.*$/s)?.[0]).not.toMatch(/^\s*(import|export)\b.*from/m);
});

it('has no accuracy where the task has none', () => {
  const page = reportHtml(testResults(['adam'], [0], [regressionRun('adam', 0)]));
  const markup = page.replace(/<(script|style)\b[^>]*>.*?<\/\1>/gs, '<$1></$1>');
  expect(markup).toContain('<th>test loss</th>');
  expect(markup).not.toMatch(/accuracy/);
});

it('holds the results', () => {
  const json = page.match(/id="results">(.*?)<\/script>/s)?.[1] ?? '';
  const held: Results = JSON.parse(json);
  expect(held).toEqual(testResults(['momentum', label], [0, 1]));
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
  const swatches = many.match(/<td>(<span class="swatch".*?<\/span>|<svg class="swatch-line".*?<\/svg>)/g);
  expect(new Set(swatches).size).toBe(36);
});

it('shows text as text', () => {
  const reason = '</script><script>alert("&")</script>';
  const run = { ...testRun('momentum', 1), status: 'failed', reason } as const;
  const other = reportHtml(testResults(['momentum'], [0, 1], [run]));
  expect(other).not.toContain(reason);
  expect(other).toContain('&lt;/script&gt;&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt;');
});
