import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema, type NodeProto, type TensorProto } from '../onnx/messages.js';

/** Draws numbers in [0, 1). */
type Random = () => number;

/** A damaged file, and a description of the damage. */
export interface Mutation {
  readonly what: string;
  readonly bytes: Uint8Array;
}

/** Damages the contents of a valid file at random: its bytes, or its message. `other` supplies foreign parts. */
export function mutateOnnx(bytes: Uint8Array, other: Uint8Array, random: Random): Mutation {
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const [what, mutate] = pick(Object.entries(mutations))!;
  return { what, bytes: mutate(bytes, other, random) };
}

const mutations: Readonly<
  Record<string, (bytes: Uint8Array, other: Uint8Array, random: Random) => Uint8Array>
> = {
  flip: (bytes, _, random) => {
    const damaged = bytes.slice();
    for (let i = 0; i <= random() * 8; i++) damaged[at(damaged, random)]! ^= 1 << Math.floor(random() * 8);
    return damaged;
  },
  truncate: (bytes, _, random) => bytes.slice(0, at(bytes, random)),
  splice: (bytes, other, random) => {
    const [start, from] = [at(bytes, random), at(other, random)];
    const part = other.subarray(from, from + Math.floor(random() * 64));
    return Uint8Array.from([...bytes.subarray(0, start), ...part, ...bytes.subarray(start + part.length)]);
  },
  ...Object.fromEntries(
    Object.entries(messageMutations()).map(([name, mutate]) => [
      name,
      (bytes: Uint8Array, _: Uint8Array, random: Random) => {
        const model = fromBinary(ModelProtoSchema, bytes);
        for (let i = 0; i <= random() * 3; i++) mutate(model, random);
        return toBinary(ModelProtoSchema, model);
      },
    ]),
  ),
};

function at(bytes: Uint8Array, random: Random): number {
  return Math.floor(random() * bytes.length);
}

/** Sizes that code might multiply, allocate or count to. */
const absurd = [
  -1n,
  0n,
  1n,
  2n,
  7n,
  4096n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 40n,
  2n ** 53n,
  2n ** 63n - 1n,
  -(2n ** 63n),
];

function messageMutations(): Readonly<Record<string, (model: ModelProto, random: Random) => void>> {
  const of = <T>(list: readonly T[], random: Random) => list[Math.floor(random() * list.length)];
  const tensors = ({ graph }: ModelProto): TensorProto[] => [
    ...graph!.initializer,
    ...graph!.node.flatMap(({ attribute }) => attribute.flatMap(({ t }) => (t ? [t] : []))),
  ];
  const node = ({ graph }: ModelProto, random: Random): NodeProto => of(graph!.node, random)!;
  const anyName = ({ graph }: ModelProto, random: Random) =>
    of(
      [...graph!.node.flatMap(({ output }) => output), ...graph!.initializer.map(({ name }) => name), ''],
      random,
    )!;
  const size = (random: Random) => of(absurd, random)!;
  return {
    'input of a node': (model, random) => {
      const { input } = node(model, random);
      input[Math.floor(random() * (input.length + 1))] = anyName(model, random);
    },
    'output of a node': (model, random) => {
      const { output } = node(model, random);
      output[Math.floor(random() * (output.length + 1))] = anyName(model, random);
    },
    'order of the nodes': ({ graph }, random) => {
      graph!.node.push(...graph!.node.splice(Math.floor(random() * graph!.node.length), 1));
    },
    'missing inputs': (model, random) => {
      const { input } = node(model, random);
      input.length = Math.floor(random() * input.length);
    },
    operator: (model, random) => {
      node(model, random).opType = random() < 0.2 ? 'Nonsense' : node(model, random).opType;
    },
    attribute: (model, random) => {
      const attribute = of(node(model, random).attribute, random);
      if (!attribute) return;
      attribute.i = size(random);
      attribute.f = of([Number.NaN, Number.POSITIVE_INFINITY, -1, 0, 1e30], random)!;
      attribute.ints = attribute.ints.map((value) => (random() < 0.5 ? size(random) : value));
      if (random() < 0.2) attribute.ints.push(size(random));
      if (random() < 0.2) attribute.ints = [];
    },
    'attribute type': (model, random) => {
      const attribute = of(node(model, random).attribute, random);
      if (attribute) attribute.type = Math.floor(random() * 15);
    },
    'attribute name': (model, random) => {
      const attribute = of(node(model, random).attribute, random);
      const other = of(node(model, random).attribute, random);
      if (attribute) attribute.name = other?.name ?? 'toString';
    },
    'dimensions of a tensor': (model, random) => {
      const tensor = of(tensors(model), random);
      if (tensor) tensor.dims[Math.floor(random() * (tensor.dims.length + 1))] = size(random);
    },
    'dimensions of an input': ({ graph }, random) => {
      const dims = of(graph!.input, random)?.type?.tensorType?.shape?.dim;
      const dim = dims && of(dims, random);
      if (dim)
        Object.assign(dim, { dimParam: random() < 0.2 ? '1e9*toString//' : '', dimValue: size(random) });
    },
    'elements of a tensor': (model, random) => {
      const tensor = of(tensors(model), random);
      if (!tensor) return;
      tensor.rawData = Uint8Array.from(tensor.rawData, (byte) =>
        random() < 0.5 ? Math.floor(random() * 256) : byte,
      );
      tensor.int64Data = tensor.int64Data.map(() => size(random));
      if (random() < 0.2)
        tensor.rawData = tensor.rawData.slice(0, Math.floor(random() * tensor.rawData.length));
    },
    'type of a tensor': (model, random) => {
      const tensor = of(tensors(model), random);
      if (tensor) tensor.dataType = Math.floor(random() * 20);
    },
    'operator set': ({ opsetImport }, random) => {
      if (opsetImport[0])
        opsetImport[0].version = random() < 0.2 ? size(random) : BigInt(Math.floor(random() * 24));
    },
    outputs: (model, random) => {
      const output = of(model.graph!.output, random);
      if (output) output.name = anyName(model, random);
    },
  };
}
