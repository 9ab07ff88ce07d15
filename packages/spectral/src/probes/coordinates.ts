import type { Tensors } from '@spectrain/optim';
import { requireWhole } from '../checks.js';
import { sampleWithoutReplacement, seededRandom } from '../random.js';

/** Coordinates of one tensor. */
interface Part {
  readonly name: string;
  readonly indices: Uint32Array;
}

/** Some coordinates of tensors by name, always the same ones: tensor after tensor, in rising order. */
export class Coordinates {
  readonly parts: readonly Part[];
  readonly count: number;

  /** `count` of all coordinates of the tensors `names`, drawn with equal probability; all where there are no more. */
  constructor(tensors: Tensors<Float32Array>, names: readonly string[], count: number, seed: number) {
    requireWhole('coordinates', count);
    const lengths = names.map((name) => tensors[name]!.length);
    const total = lengths.reduce((sum, length) => sum + length, 0);
    const chosen = sampleWithoutReplacement(total, count, seededRandom(seed));
    this.count = chosen.length;
    let start = 0;
    let first = 0;
    this.parts = names.flatMap((name, i) => {
      const end = start + lengths[i]!;
      let last = first;
      while (last < chosen.length && chosen[last]! < end) last++;
      const indices = chosen.slice(first, last).map((index) => index - start);
      start = end;
      first = last;
      return indices.length > 0 ? [{ name, indices }] : [];
    });
  }

  /** Their values, one after the other; `into` is what is returned. */
  read(tensors: Tensors<Float32Array>, into: Float32Array = new Float32Array(this.count)): Float32Array {
    let next = 0;
    for (const { name, indices } of this.parts) {
      const tensor = tensors[name]!;
      for (let i = 0; i < indices.length; i++) into[next++] = tensor[indices[i]!]!;
    }
    return into;
  }
}
