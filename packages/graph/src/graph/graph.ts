import { operators } from '../operators/table.js';
import type { Annotation } from './annotation.js';
import type { Attributes } from './attribute.js';
import {
  arrayOf,
  checkShape,
  type DType,
  dtypeOf,
  formatShape,
  formatType,
  type Shape,
  sizeOf,
  type TensorData,
  type TensorType,
  typedArray,
} from './tensor-type.js';
import { uniqueName } from './unique-name.js';

/** A tensor in a graph: an input, a constant, or the output of a node. */
export interface Value extends TensorType {
  readonly graph: Graph;
  readonly name: string;
  /** The node that computes it; `undefined` for inputs and constants. */
  readonly producer?: Node;
  /** The elements of a constant. */
  readonly data?: TensorData;
  /** What the nodes before it compute together, see {@link Graph.annotate}. */
  readonly annotation?: Annotation;
}

/** An operator applied to values. */
export interface Node {
  readonly op: string;
  readonly name: string;
  /** `undefined` for an optional input that is left out. */
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

/** Options of {@link Graph.add}. */
export interface NodeOptions {
  /** Number of outputs. Default: 1. */
  readonly outputs?: number;
  readonly name?: string;
  readonly outputNames?: readonly string[];
  /** Types of the outputs, for an operator that this package does not know. */
  readonly outputTypes?: readonly TensorType[];
}

/** A value that the graph returns when it runs, and its name there. */
export interface Output {
  readonly name: string;
  readonly value: Value;
}

/** Options of a new {@link Graph}. */
export interface GraphOptions {
  /** Default: graph. */
  readonly name?: string;
  /** Names that are given only on request, never generated. */
  readonly reserved?: Iterable<string>;
}

/** A computation as a list of ONNX nodes, each after the nodes that it depends on. */
export class Graph {
  readonly name: string;
  readonly #inputs: Value[] = [];
  readonly #outputs: Output[] = [];
  readonly #constants: Value[] = [];
  readonly #nodes: Node[] = [];
  readonly #names = new Set<string>();
  readonly #reserved: Set<string>;
  readonly #nodeNames = new Set<string>();
  readonly #scalars = new Map<string, Value>();

  constructor({ name = 'graph', reserved = [] }: GraphOptions = {}) {
    this.name = name;
    this.#reserved = new Set(reserved);
  }

  get inputs(): readonly Value[] {
    return this.#inputs;
  }

  get outputs(): readonly Output[] {
    return this.#outputs;
  }

  get constants(): readonly Value[] {
    return this.#constants;
  }

  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  /** Adds an input: a value that is given when the graph runs. A dimension that is a string is known only then. */
  input(name: string, shape: Shape, dtype: DType = 'float32'): Value {
    checkNamedShape(`input "${name}"`, shape);
    const value: Value = { graph: this, name: this.#claim(name), dtype, shape: [...shape] };
    this.#inputs.push(value);
    return value;
  }

  /**
   * Adds a value that is part of the graph (an ONNX initialiser). Equal scalars without a name are stored once. A typed array
   * is not copied: it must not change afterwards.
   * @throws RangeError when the elements do not fill the shape, or are not of the element type
   */
  constant(data: number | readonly number[] | TensorData, options: ConstantOptions = {}): Value {
    const plain = typeof data === 'number' || Array.isArray(data);
    const dtype = options.dtype ?? (plain ? 'float32' : dtypeOf(data as TensorData));
    const shape = options.shape ?? (typeof data === 'number' ? [] : [(data as ArrayLike<unknown>).length]);
    const key =
      typeof data === 'number' && shape.length === 0 && !options.name
        ? `${dtype} ${Object.is(data, -0) ? '-0' : data}`
        : undefined;
    const shared = key && this.#scalars.get(key);
    if (shared) return shared;
    const elements = plain
      ? typedArray(typeof data === 'number' ? [data] : (data as number[]), dtype)
      : (data as TensorData);
    if (!(elements instanceof arrayOf(dtype)))
      throw new RangeError(`constant ${options.name ?? ''}: ${dtypeOf(elements)} elements are not ${dtype}`);
    checkNamedShape(`constant ${options.name ?? ''}`, shape);
    if (elements.length !== sizeOf(shape))
      throw new RangeError(
        `constant ${options.name ?? ''}: ${elements.length} elements do not fill ${formatShape(shape)}`,
      );
    const name = this.#claim(options.name ?? 'constant', options.name !== undefined);
    const value: Value = { graph: this, name, dtype, shape: [...shape], data: elements };
    this.#constants.push(value);
    if (key) this.#scalars.set(key, value);
    return value;
  }

  /**
   * Makes a value an output, by its own name or another that is free. A value may be several outputs.
   * @throws RangeError when the name is taken
   */
  output(name: string, value: Value): void {
    this.#own(value);
    const isOwn = name === value.name && value.producer && !this.#outputs.some((o) => o.value === value);
    if (!isOwn) this.#claim(name);
    this.#outputs.push({ name, value });
  }

  /**
   * Appends a node and infers the types of its outputs. The functions of the operators (`conv`, `relu`, ...) call this.
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
      name: uniqueName(name || `${op}_${this.#nodes.length}`, this.#nodeNames),
      inputs: [...inputs],
      attributes,
      outputs: [],
    };
    const types = outputTypes ?? inferTypes(node, outputNames?.length ?? outputs);
    node.outputs = types.map(({ dtype, shape }, i) => {
      const given = outputNames?.[i];
      const own = given || (i === 0 ? node.name : `${node.name}_${i}`);
      return { graph: this, name: this.#claim(own, Boolean(given)), dtype, shape, producer: node };
    });
    this.#nodeNames.add(node.name);
    this.#nodes.push(node);
    return node;
  }

  /**
   * States which operation a value is the result of, for passes that have a faster form of it. `rebuild` keeps the annotations
   * of nodes that it copies, `toOnnx` writes them as metadata of the nodes, `fromOnnx` reads them, and `lower` drops them.
   */
  annotate(value: Value, annotation: Annotation): void {
    for (const own of [value, ...annotation.inputs]) this.#own(own);
    (value as { annotation?: Annotation }).annotation = annotation;
  }

  #own(value: Value): void {
    if (value.graph !== this) throw new RangeError(`value "${value.name}" belongs to another graph`);
  }

  /** Reserves a name; one that was not given by the caller is varied until it is free. */
  #claim(name: string, given = true): string {
    if (given && this.#names.has(name)) throw new RangeError(`the name "${name}" is taken in this graph`);
    const own = given ? name : uniqueName(name, this.#names, this.#reserved);
    this.#names.add(own);
    return own;
  }
}

function checkNamedShape(what: string, shape: Shape): void {
  try {
    checkShape(shape);
  } catch (error) {
    throw new RangeError(`${what}: ${(error as Error).message}`, { cause: error });
  }
}

function inferTypes(node: Node, outputs: number): readonly TensorType[] {
  const operator = Object.hasOwn(operators, node.op) ? operators[node.op] : undefined;
  const where = `${node.op} (node ${node.name})`;
  if (!operator)
    throw new RangeError(`${where}: the operator is not known; its output types cannot be inferred`);
  try {
    const count = Math.max(outputs, operator.outputs ?? 1);
    const types = operator.infer(node, count).slice(0, count);
    for (const { shape } of types) checkShape(shape);
    return types;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const shapes = node.inputs.map((input) => (input ? formatType(input) : 'none'));
    throw new RangeError(`${where}: ${error.message}; inputs are ${shapes.join(', ')}`, { cause: error });
  }
}
