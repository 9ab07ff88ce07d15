import { expect, it } from 'vitest';
import { testResults, testRun } from '../testing/test-results.js';
import { escapeLatex, toLatex } from './to-latex.js';

it('escapes what LaTeX reads as a command', () => {
  expect(escapeLatex('a_b & 100% of $x^2 #1 {~}\\')).toBe(
    'a\\_b \\& 100\\% of \\$x\\textasciicircum{}2 \\#1 \\{\\textasciitilde{}\\}\\textbackslash{}',
  );
  expect(escapeLatex('a\n\n"b" <c> |d|')).toBe(
    'a \\textquotedbl{}b\\textquotedbl{} \\textless{}c\\textgreater{} \\textbar{}d\\textbar{}',
  );
});

it('writes a booktabs table with the corrected interval and what it allows to say', () => {
  const label = 'adam:weightDecay=0.1';
  const accuracies = { momentum: [0.5, 0.51, 0.52], [label]: [0.7, 0.715, 0.719] };
  const runs = Object.entries(accuracies).flatMap(([optimizer, values]) =>
    values.map((value, seed) => testRun(optimizer, seed, value)),
  );
  const latex = toLatex(testResults(['momentum', label], [0, 1, 2], runs));
  expect(latex).toContain('\\begin{tabular}{lrrrrrrl}');
  expect(latex).toContain(
    'momentum & 3 & $51.00 \\pm 1.00$ & $0.490 \\pm 0.010$ & baseline & -- & -- &  \\\\',
  );
  expect(latex).toMatch(
    /adam:weightDecay=0\.1 & 3 & .* & \$\+20\.13\$ \$\[\+19\.\d\d, \+20\.\d\d\]\$ & .* & better \\\\/,
  );
  const columns = latex.split('\n').filter((line) => line.endsWith('\\\\'));
  expect(columns.map((line) => line.split(' & ').length)).toEqual([8, 8, 8]);
});

it('has no comparison for one optimizer', () => {
  expect(toLatex(testResults(['adam'], [0]))).toContain('adam & 1 & $75.00$ & $0.250$ \\\\');
});
