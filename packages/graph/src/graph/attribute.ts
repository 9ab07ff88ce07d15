import type { DType, TensorData } from './tensor-type.js';

/** A tensor in an attribute, such as the value of a ConstantOfShape. */
export interface TensorAttribute {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** An attribute of a node. ONNX distinguishes integers from floats, so the kind is stored too. */
export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'tensor'; readonly value: TensorAttribute };

export type Attributes = Readonly<Record<string, Attribute>>;

export const int = (value: number): Attribute => ({ kind: 'int', value });
/** Makes a float attribute, rounded to float32 as ONNX stores it, so that writing a graph does not change it. */
export const float = (value: number): Attribute => ({ kind: 'float', value: Math.fround(value) });
export const string = (value: string): Attribute => ({ kind: 'string', value });
/** Makes a list of floats, rounded to float32 as well. */
export const floats = (value: readonly number[]): Attribute => ({
  kind: 'floats',
  value: value.map(Math.fround),
});
export const ints = (value: readonly number[]): Attribute => ({ kind: 'ints', value });

/** The value of a numeric attribute, or `fallback` if it is absent. */
export function numberOf(attributes: Attributes, name: string, fallback: number): number {
  const attribute = attributes[name];
  return attribute?.kind === 'int' || attribute?.kind === 'float' ? attribute.value : fallback;
}

/** The value of a list of integers, or `undefined` if it is absent. */
export function intsOf(attributes: Attributes, name: string): readonly number[] | undefined {
  const attribute = attributes[name];
  return attribute?.kind === 'ints' ? attribute.value : undefined;
}

/** The value of a text attribute, or `fallback` if it is absent. */
export function stringOf(attributes: Attributes, name: string, fallback: string): string {
  const attribute = attributes[name];
  return attribute?.kind === 'string' ? attribute.value : fallback;
}
