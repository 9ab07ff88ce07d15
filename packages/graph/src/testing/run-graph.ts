import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Graph } from '../graph/graph.js';
import type { DType, TensorData } from '../graph/tensor-type.js';
import { toOnnx } from '../onnx/to-onnx.js';

/** A tensor of a test. */
export interface TestTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** Runs a compiled graph on tensors by name. */
export type RunGraph = (inputs: Readonly<Record<string, TestTensor>>) => Promise<Record<string, TestTensor>>;

export function compileGraph(graph: Graph): Promise<RunGraph> {
  return compileOnnx(toOnnx(graph));
}

export async function compileOnnx(bytes: Uint8Array): Promise<RunGraph> {
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1 });
  return async (inputs) => {
    const feeds = Object.entries(inputs).map(([name, { dtype, data, shape }]) => [
      name,
      new Tensor(dtype, data, shape),
    ]);
    const outputs = await session.run(Object.fromEntries(feeds));
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { type, dims, data }]) => [
        name,
        { dtype: type as DType, shape: dims, data: data as TensorData },
      ]),
    );
  };
}
