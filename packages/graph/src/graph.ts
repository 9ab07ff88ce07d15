import type { Attributes } from './attribute.js';
import { operators } from './operators/table.js';
import {
  arrayOf,
  type DType,
  dtypeOf,
  formatShape,
  type Shape,
  sizeOf,
  type TensorData,
  type TensorType,
} from './tensor-type.js';

/** A tensor in a graph: an input, a constant, or the output of a node. */
export interface Value extends TensorType {
  readonly graph: Graph;
  readonly name: string;
  /** The node it comes from; inputs and constants have none. */
  readonly producer?: Node;
  /** The elements of a constant. */
  readonly data?: TensorData;
}

/** An operator applied to values. */
export interface Node {
  readonly op: string;
  readonly name: string;
  /** An optional input that is left out is `undefined`. */
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
}

export interface ConstantOptions {
  /** Default: a scalar for a number, one dimension for a list. */
  readonly shape?: readonly number[];
  /** Default: that of the typed array; float32 for plain numbers. */
  readonly dtype?: DType;
  readonly name?: string;
}

/** Optional facts for {@link Graph.add}. */
export interface NodeOptions {
  /** How many outputs; default 1. */
  readonly outputs?: number;
  readonly name?: string;
  readonly outputNames?: readonly string[];
  /** Types of the outputs, for an operator that the registry does not know. */
  readonly outputTypes?: readonly TensorType[];
}

/** A computation as a list of ONNX nodes, each after those it depends on. */
export class Graph {
  readonly name: string;
  readonly inputs: Value[] = [];
  readonly outputs: { readonly name: string; readonly value: Value }[] = [];
  readonly constants: Value[] = [];
  readonly nodes: Node[] = [];
  readonly #names = new Set<string>();
  readonly #nodeNames = new Set<string>();
  readonly #scalars = new Map<string, Value>();

  constructor({ name = 'graph' }: { name?: string } = {}) {
    this.name = name;
  }

  /** A value that is given when the graph runs. A dimension that is a string is known only then. */
  input(name: string, shape: Shape, dtype: DType = 'float32'): Value {
    const value: Value = { graph: this, name: this.#claim(name), dtype, shape };
    this.inputs.push(value);
    return value;
  }

  /** A value that is part of the graph (an ONNX initialiser). Equal scalars are stored once. */
  constant(data: number | readonly number[] | TensorData, options: ConstantOptions = {}): Value {
    const plain = typeof data === 'number' || Array.isArray(data);
    const dtype = options.dtype ?? (plain ? 'float32' : dtypeOf(data as TensorData));
    const shape = options.shape ?? (typeof data === 'number' ? [] : [(data as ArrayLike<unknown>).length]);
    const key =
      typeof data === 'number' && shape.length === 0 && !options.name ? `${dtype} ${data}` : undefined;
    const shared = key && this.#scalars.get(key);
    if (shared) return shared;
    const elements = plain
      ? typed(typeof data === 'number' ? [data] : (data as number[]), dtype)
      : (data as TensorData);
    if (elements.length !== sizeOf(shape))
      throw new RangeError(
        `constant ${options.name ?? ''}: ${elements.length} elements do not fill ${formatShape(shape)}`,
      );
    const name = this.#claim(options.name ?? 'constant', options.name !== undefined);
    const value: Value = { graph: this, name, dtype, shape, data: elements };
    this.constants.push(value);
    if (key) this.#scalars.set(key, value);
    return value;
  }

  /** Makes a value an output under a name of its own. */
  output(name: string, value: Value): void {
    this.#own(value);
    if (name !== value.name || this.outputs.some((output) => output.value === value)) this.#claim(name);
    this.outputs.push({ name, value });
  }

  /**
   * Appends a node; the types of its outputs are inferred. The operators' own functions (`conv`, `relu`, ...) call this.
   * @throws RangeError naming the node, its operator and shapes when they do not fit
   */
  add(
    op: string,
    inputs: readonly (Value | undefined)[],
    attributes: Attributes = {},
    { outputs = 1, outputNames, outputTypes, name }: NodeOptions = {},
  ): Node {
    for (const input of inputs) if (input) this.#own(input);
    const node: { -readonly [K in keyof Node]: Node[K] } = {
      op,
      name: vary(name || `${op}_${this.nodes.length}`, this.#nodeNames),
      inputs,
      attributes,
      outputs: [],
    };
    const types = outputTypes ?? infer(node, outputNames?.length ?? outputs);
    node.outputs = types.map(({ dtype, shape }, i) => {
      const given = outputNames?.[i];
      const own = given || (i === 0 ? node.name : `${node.name}_${i}`);
      return { graph: this, name: this.#claim(own, Boolean(given)), dtype, shape, producer: node };
    });
    this.nodes.push(node);
    return node;
  }

  #own(value: Value): void {
    if (value.graph !== this) throw new RangeError(`value "${value.name}" belongs to another graph`);
  }

  /** Takes a name; one that was not asked for is varied until it is free. */
  #claim(name: string, given = true): string {
    if (!given) return vary(name, this.#names);
    if (this.#names.has(name)) throw new RangeError(`the name "${name}" is taken in this graph`);
    this.#names.add(name);
    return name;
  }
}

/** Adds `name`, or with a number behind it if it is taken. */
function vary(name: string, taken: Set<string>): string {
  let free = name;
  for (let i = 1; taken.has(free); i++) free = `${name}_${i}`;
  taken.add(free);
  return free;
}

function infer(node: Node, outputs: number): readonly TensorType[] {
  const operator = operators[node.op];
  const where = `${node.op} (node ${node.name})`;
  if (!operator)
    throw new RangeError(`${where}: the operator is not known; its output types cannot be inferred`);
  try {
    return operator.infer(node, outputs).slice(0, outputs);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const shapes = node.inputs.map((input) =>
      input ? `${input.dtype} ${formatShape(input.shape)}` : 'none',
    );
    throw new RangeError(`${where}: ${error.message}; inputs are ${shapes.join(', ')}`, { cause: error });
  }
}

function typed(values: readonly number[], dtype: DType): TensorData {
  if (dtype === 'int64') return BigInt64Array.from(values, BigInt);
  const array = arrayOf(dtype) as Exclude<ReturnType<typeof arrayOf>, BigInt64ArrayConstructor>;
  return array.from(values);
}
