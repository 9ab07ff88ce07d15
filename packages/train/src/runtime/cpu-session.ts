import koffi from 'koffi';
import { Tensor } from 'onnxruntime-node';
import { type OrtLibrary, onlyErrors, ortLibrary, placeForResult } from './ort-library.js';
import type { Session, Tensors } from './runtime.js';

/** `ONNXTensorElementDataType`, and the arrays that hold such elements. */
const elementTypes = {
  float32: [1, Float32Array],
  uint8: [2, Uint8Array],
  int8: [3, Int8Array],
  uint16: [4, Uint16Array],
  int16: [5, Int16Array],
  int32: [6, Int32Array],
  int64: [7, BigInt64Array],
  bool: [9, Uint8Array],
  float64: [11, Float64Array],
  uint32: [12, Uint32Array],
  uint64: [13, BigUint64Array],
} as const;
type ElementType = keyof typeof elementTypes;

interface Bound {
  readonly tensor: Tensor;
  readonly array: ArrayBufferView;
  readonly bytes: number;
}

/** `ORT_ENABLE_ALL`. */
const everyOptimization = 99;
const millisecondsBetweenTurns = 1;

/**
 * A graph on the CPU, through the C interface of ONNX Runtime: `run` of onnxruntime-node copies every output into new memory, also one
 * that was given memory to go to. Here a tensor's memory is what the graph reads and writes, and one that comes again is
 * not looked at again.
 */
export class CpuSession implements Session {
  readonly #ort: OrtLibrary = ortLibrary();
  readonly #session: bigint;
  readonly #binding: bigint;
  readonly #inputNames: readonly string[];
  readonly #outputNames: readonly string[];
  /** Tensors that are bound, and so kept. */
  readonly #bound = { Input: new Map<string, Bound>(), Output: new Map<string, Bound>() };
  readonly #free: () => void;
  #released = false;

  /** @throws Error for a graph that ONNX Runtime does not take */
  constructor(model: Uint8Array, threads: number) {
    const ort = this.#ort;
    const options = ort.CreateSessionOptions();
    try {
      ort.SetIntraOpNumThreads(options, threads);
      ort.SetInterOpNumThreads(options, 1);
      ort.SetSessionGraphOptimizationLevel(options, everyOptimization);
      ort.SetSessionLogSeverityLevel(options, onlyErrors);
      // One block for all tensors of a run would nearly double the memory, and save no time.
      ort.DisableMemPattern(options);
      this.#session = ort.CreateSessionFromArray(ort.env, model, model.byteLength, options);
    } finally {
      ort.ReleaseSessionOptions(options);
    }
    this.#binding = ort.CreateIoBinding(this.#session);
    this.#free = releaser(ort, this.#session, this.#binding);
    this.#inputNames = this.#names('Input');
    this.#outputNames = this.#names('Output');
    forgotten.register(this, this.#free, this);
  }

  async run(feeds: Tensors, into: Tensors = {}): Promise<Tensors> {
    await otherEvents();
    if (this.#released) throw new Error('the session has been released');
    this.#bindInputs(feeds);
    const open = this.#bindOutputs(into);
    this.#ort.RunWithBinding(this.#session, null, this.#binding);
    return open.length === 0 ? into : { ...into, ...this.#copies(open) };
  }

  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    forgotten.unregister(this);
    this.#free();
    this.#bound.Input.clear();
    this.#bound.Output.clear();
  }

  #bindInputs(feeds: Tensors): void {
    for (const name of this.#inputNames) {
      const tensor = own(feeds, name);
      if (!tensor) throw new RangeError(`the graph needs an input ${name}`);
      this.#bind('Input', name, tensor);
    }
    checkNames('input', feeds, this.#inputNames);
  }

  /** @returns the names of outputs for which there is no memory */
  #bindOutputs(into: Tensors): readonly string[] {
    const open: string[] = [];
    for (const name of this.#outputNames) {
      const tensor = own(into, name);
      if (tensor) this.#bind('Output', name, tensor);
      else {
        this.#ort.BindOutputToDevice(this.#binding, name, this.#ort.cpuMemory);
        this.#bound.Output.delete(name);
        open.push(name);
      }
    }
    checkNames('output', into, this.#outputNames);
    return open;
  }

  #bind(kind: 'Input' | 'Output', name: string, tensor: Tensor): void {
    const known = this.#bound[kind].get(name);
    // Memory that has been given away has no bytes left.
    if (known?.tensor === tensor && known.array.byteLength === known.bytes) return;
    const { type, data, dims } = tensor;
    if (!Object.hasOwn(elementTypes, type)) throw new RangeError(`tensors of ${type} are not supported`);
    const ort = this.#ort;
    const array = data as Exclude<Tensor['data'], string[]>;
    // A small array may lie in memory that moves, until someone asks for its buffer.
    void array.buffer;
    const value = ort.CreateTensorWithDataAsOrtValue(
      ort.cpuMemory,
      array,
      array.byteLength,
      BigInt64Array.from(dims, BigInt),
      dims.length,
      elementTypes[type as ElementType][0],
    );
    try {
      ort[`Bind${kind}`](this.#binding, name, value);
    } finally {
      ort.ReleaseValue(value);
    }
    this.#bound[kind].set(name, { tensor, array, bytes: array.byteLength });
  }

  /** Copies of outputs that came in memory of the library's own. */
  #copies(names: readonly string[]): Tensors {
    const ort = this.#ort;
    const [list, count] = [placeForResult(), placeForResult()];
    ort.GetBoundOutputValues(this.#binding, ort.allocator, list, count);
    const values: bigint[] = koffi.decode(list[0]!, koffi.array('void *', Number(count[0])));
    try {
      return Object.fromEntries(
        names.map((name) => [name, this.#copy(values[this.#outputNames.indexOf(name)]!)]),
      );
    } finally {
      for (const value of values) ort.ReleaseValue(value);
      ort.AllocatorFree(ort.allocator, list[0]!);
    }
  }

  #copy(value: bigint): Tensor {
    const ort = this.#ort;
    const info = ort.GetTensorTypeAndShape(value);
    try {
      const code = Number(ort.GetTensorElementType(info));
      const found = Object.entries(elementTypes).find(([, [known]]) => known === code);
      if (!found) throw new RangeError(`an output has elements of type ${code}, which are not supported`);
      const [type, [, TypedArray]] = found;
      const dims = new BigInt64Array(Number(ort.GetDimensionsCount(info)));
      ort.GetDimensions(info, dims, dims.length);
      const size = dims.reduce((product, dim) => product * Number(dim), 1);
      const array = new TypedArray(size);
      const bytes = koffi.view(ort.GetTensorMutableData(value), array.byteLength);
      array.set(new TypedArray(bytes) as never);
      return new Tensor(type as 'float32', array as Float32Array, Array.from(dims, Number));
    } finally {
      ort.ReleaseTensorTypeAndShapeInfo(info);
    }
  }

  #names(kind: 'Input' | 'Output'): string[] {
    const ort = this.#ort;
    const length = Number(ort[`SessionGet${kind}Count`](this.#session));
    return Array.from({ length }, (_, i) => {
      const name = ort[`SessionGet${kind}Name`](this.#session, i, ort.allocator);
      try {
        return koffi.decode.string(name);
      } finally {
        ort.AllocatorFree(ort.allocator, name);
      }
    });
  }
}

/** Sessions that are collected without having been released. */
const forgotten = new FinalizationRegistry((free: () => void) => free());

/** Of its own, as it must not hold the session's object. */
function releaser(ort: OrtLibrary, session: bigint, binding: bigint): () => void {
  return () => {
    ort.ReleaseIoBinding(binding);
    ort.ReleaseSession(session);
  };
}

let lastTurn = 0;

/** A run blocks, and a loop of runs would leave no turn to the process's other events: a request to stop, a signal. */
async function otherEvents(): Promise<void> {
  if (performance.now() - lastTurn < millisecondsBetweenTurns) return;
  await new Promise((resolve) => setImmediate(resolve));
  lastTurn = performance.now();
}

/** Not what every object has by such a name. */
function own(tensors: Tensors, name: string): Tensor | undefined {
  return Object.hasOwn(tensors, name) ? tensors[name] : undefined;
}

function checkNames(kind: string, given: Tensors, names: readonly string[]): void {
  for (const name in given)
    if (!names.includes(name)) throw new RangeError(`the graph has no ${kind} ${name}`);
}
