/** On white and on near-black; the first eight, after Okabe and Ito, 2008, are told apart with any colour vision. */
const colours = [
  '#2b83c6',
  '#e69f00',
  '#009e73',
  '#cc79a7',
  '#d55e00',
  '#56b4e9',
  '#8f6fc0',
  '#8a8a8a',
  '#b0415f',
  '#7c8c1f',
  '#5867d6',
  '#a6734a',
] as const;

/** What tells optimizers of the same colour apart; as in an SVG, `none` is a solid line. */
const dashes = ['none', '7 4', '2 3'] as const;

/** How the lines of an optimizer look. */
export interface LineStyle {
  readonly colour: string;
  readonly dash: (typeof dashes)[number];
}

/** The line style of the i-th optimizer: every colour solid, then dashed, then dotted; they repeat after 36. */
export function lineStyleOf(i: number): LineStyle {
  return {
    colour: colours[i % colours.length]!,
    dash: dashes[Math.floor(i / colours.length) % dashes.length]!,
  };
}
