/** Told apart with any colour vision, on white and on near-black; after Okabe and Ito, 2008. */
const colours = [
  '#2b83c6',
  '#e69f00',
  '#009e73',
  '#cc79a7',
  '#d55e00',
  '#56b4e9',
  '#8f6fc0',
  '#8a8a8a',
] as const;

/** The colour of the i-th optimizer; they repeat after eight. */
export function colourOf(i: number): string {
  return colours[i % colours.length]!;
}
