import { escapeHtml } from './escape-html.js';

/** A table of the report: the first cell of each row names it. */
export interface DataTable {
  /** What it shows, for those who cannot see it. */
  readonly label: string;
  /** Text, not HTML. */
  readonly head: readonly string[];
  /** HTML. */
  readonly rows: readonly (readonly string[])[];
}

/** It scrolls by itself where it is wider than the page, also by keys. */
export function dataTable({ label, head, rows }: DataTable): string {
  const name = escapeHtml(label);
  const heads = head.map((text) => `<th scope="col">${escapeHtml(text)}</th>`).join('');
  const lines = rows.map(([first = '', ...cells]) => {
    const values = cells.map((cell) => `<td>${cell}</td>`).join('');
    return `<tr><th scope="row">${first}</th>${values}</tr>`;
  });
  return `<div class="scroll" role="region" aria-label="${name}" tabindex="0"><table>
<thead><tr>${heads}</tr></thead>
<tbody>${lines.join('')}</tbody>
</table></div>`;
}

/** Lines of text below a table. */
export function softLines(texts: readonly string[]): string {
  return texts.map((text) => `<p class="soft">${escapeHtml(text)}</p>`).join('');
}

/** Names and values, as HTML and text. */
export function textTable(rows: readonly (readonly [string, string])[]): string {
  const html = rows.map(
    ([name, value]) =>
      `<tr><th scope="row">${breakable(name)}</th><td><code>${escapeHtml(value)}</code></td></tr>`,
  );
  return `<table class="text"><tbody>${html.join('')}</tbody></table>`;
}

/** A label that may be broken after its colons. */
export function breakable(label: string): string {
  return escapeHtml(label).replaceAll(':', ':<wbr>');
}
