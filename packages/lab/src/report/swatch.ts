import { lineStyleOf } from './palette.js';

/** The mark that says how the lines of the i-th optimizer look: a dot, or for broken lines a piece of the line. */
export function swatch(i: number): string {
  const { colour, dash } = lineStyleOf(i);
  if (dash === 'none') return `<span class="swatch" style="--colour:${colour}"></span>`;
  return `<svg class="swatch-line" width="22" height="10" aria-hidden="true"><line x1="0" x2="22" y1="5" y2="5" stroke="${colour}" stroke-width="3" stroke-dasharray="${dash}"/></svg>`;
}
