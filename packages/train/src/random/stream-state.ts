/**
 * Hashes what a random stream is for into the 128 bits a generator starts from. Each of four lanes starts from its own
 * constant and absorbs every word through the finalizer of MurmurHash3 (Appleby, public domain), which is a bijection
 * that changes half of its output bits for a change of any input bit.
 * @param purpose any string; @param numbers safe integers
 */
export function streamState(purpose: string, numbers: readonly number[]): [number, number, number, number] {
  const state: [number, number, number, number] = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344]; // digits of pi
  const absorb = (word: number) => {
    for (let lane = 0; lane < 4; lane++) state[lane] = mix((state[lane]! + 0x9e3779b9) ^ word);
  };
  // The length first, so that no purpose can run over into the numbers behind it.
  absorb(purpose.length);
  for (let i = 0; i < purpose.length; i++) absorb(purpose.charCodeAt(i));
  for (const number of numbers) {
    absorb(number | 0);
    absorb(Math.floor(number / 0x1_0000_0000));
  }
  return state;
}

function mix(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
