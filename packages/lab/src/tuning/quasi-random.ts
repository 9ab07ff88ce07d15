/**
 * The i-th point of a sequence that fills the unit cube of a dimension evenly, however many of its points are used: the
 * R-sequence, frac(1/2 + i / phi^j) for coordinate j = 1, 2, ..., where phi is the positive root of x^(d + 1) = x + 1. The
 * first point is the centre. Source: M. Roberts, "The unreasonable effectiveness of quasirandom sequences", 2018.
 */
export function quasiRandomPoint(i: number, dimensions: number): readonly number[] {
  const phi = goldenRatio(dimensions);
  return Array.from({ length: dimensions }, (_, j) => (0.5 + i * phi ** -(j + 1)) % 1);
}

/** Of a dimension: 1.618... of one, 1.325... of two. */
function goldenRatio(dimensions: number): number {
  let phi = 2;
  for (let i = 0; i < 64; i++) phi = (1 + phi) ** (1 / (dimensions + 1));
  return phi;
}
