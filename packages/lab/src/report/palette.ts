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

/** The colour of the i-th optimizer; they repeat after twelve. */
export function colourOf(i: number): string {
  return colours[i % colours.length]!;
}
