import type { InferenceSession, TensorConstructor } from 'onnxruntime-common';

/** What runs an ONNX graph. ONNX Runtime's Node and web libraries share the session and tensor types. */
export interface Runtime {
  /** Compiles an ONNX file. */
  session(model: Uint8Array): Promise<InferenceSession>;
  /** The library's own class: it does not take outputs to write into from another copy of it. */
  readonly Tensor: TensorConstructor;
}
