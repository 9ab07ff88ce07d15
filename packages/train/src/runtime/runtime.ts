import type { Tensor, TensorConstructor } from 'onnxruntime-common';

/** Tensors by name. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** A graph compiled by a {@link Runtime}. */
export interface Session {
  /**
   * @param feeds every input by name
   * @param into tensors that take outputs, by their name, in memory that no feed is in; without it all outputs come in memory of
   *   their own
   * @returns outputs by name; those that `into` took may be copies of it
   */
  run(feeds: Tensors, into?: Tensors): Promise<Tensors>;
  /** Frees the runtime's memory. */
  release(): Promise<void>;
}

export interface SessionOptions {
  /** Outputs that stay where the provider computed them, to be fed again; `data` of such a tensor is out of reach. */
  readonly onDevice?: readonly string[];
}

/** What runs an ONNX graph. ONNX Runtime's Node and web libraries share the types of tensors. */
export interface Runtime {
  /** Compiles an ONNX file. */
  session(model: Uint8Array, options?: SessionOptions): Promise<Session>;
  /** The library's own class: it does not take outputs to write into from another copy of it. */
  readonly Tensor: TensorConstructor;
}
