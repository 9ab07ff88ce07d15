import type { Message } from '@bufbuild/protobuf';
import { create, createFileRegistry } from '@bufbuild/protobuf';
import type { GenMessage } from '@bufbuild/protobuf/codegenv2';
import {
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt';

/**
 * The part of ONNX's messages that this package reads and writes (onnx/onnx.proto, IR version 10): field number, type and
 * name; `*` marks a repeated field, `+` a packed one. The parser keeps other fields as unknown fields.
 */
const definitions = {
  ModelProto:
    '1 int64 ir_version, 2 string producer_name, 7 GraphProto graph, 8 OperatorSetIdProto* opset_import',
  OperatorSetIdProto: '1 string domain, 2 int64 version',
  GraphProto:
    '1 NodeProto* node, 2 string name, 5 TensorProto* initializer, 11 ValueInfoProto* input, 12 ValueInfoProto* output, 13 ValueInfoProto* value_info, 15 SparseTensorProto* sparse_initializer',
  SparseTensorProto: '3 int64* dims',
  NodeProto:
    '1 string* input, 2 string* output, 3 string name, 4 string op_type, 7 string domain, 5 AttributeProto* attribute, 9 StringStringEntryProto* metadata_props',
  AttributeProto:
    '1 string name, 20 int32 type, 2 float f, 3 int64 i, 4 bytes s, 5 TensorProto t, 7 float* floats, 8 int64* ints',
  TensorProto:
    '1 int64* dims, 2 int32 data_type, 4 float+ float_data, 5 int32+ int32_data, 7 int64+ int64_data, 8 string name, 9 bytes raw_data, 10 double+ double_data, 13 StringStringEntryProto* external_data, 14 int32 data_location',
  StringStringEntryProto: '1 string key, 2 string value',
  ValueInfoProto: '1 string name, 2 TypeProto type',
  TypeProto: '1 TensorTypeProto tensor_type',
  TensorTypeProto: '1 int32 elem_type, 2 TensorShapeProto shape',
  TensorShapeProto: '1 DimensionProto* dim',
  DimensionProto: '1 int64 dim_value, 2 string dim_param',
} as const;

type M<Name extends string, Fields> = Message<`onnx.${Name}`> & Fields;

export type TensorProto = M<
  'TensorProto',
  {
    dims: bigint[];
    dataType: number;
    floatData: number[];
    int32Data: number[];
    int64Data: bigint[];
    doubleData: number[];
    name: string;
    rawData: Uint8Array;
    externalData: unknown[];
    dataLocation: number;
  }
>;
export type AttributeProto = M<
  'AttributeProto',
  {
    name: string;
    type: number;
    f: number;
    i: bigint;
    s: Uint8Array;
    t?: TensorProto;
    floats: number[];
    ints: bigint[];
  }
>;
export type NodeProto = M<
  'NodeProto',
  {
    input: string[];
    output: string[];
    name: string;
    opType: string;
    domain: string;
    attribute: AttributeProto[];
    metadataProps: M<'StringStringEntryProto', { key: string; value: string }>[];
  }
>;
export type DimensionProto = M<'DimensionProto', { dimValue: bigint; dimParam: string }>;
export type ValueInfoProto = M<
  'ValueInfoProto',
  {
    name: string;
    type?: M<
      'TypeProto',
      {
        tensorType?: M<
          'TensorTypeProto',
          { elemType: number; shape?: M<'TensorShapeProto', { dim: DimensionProto[] }> }
        >;
      }
    >;
  }
>;
export type GraphProto = M<
  'GraphProto',
  {
    node: NodeProto[];
    name: string;
    initializer: TensorProto[];
    sparseInitializer: unknown[];
    input: ValueInfoProto[];
    output: ValueInfoProto[];
    valueInfo: ValueInfoProto[];
  }
>;
export type ModelProto = M<
  'ModelProto',
  {
    irVersion: bigint;
    producerName: string;
    graph?: GraphProto;
    opsetImport: M<'OperatorSetIdProto', { domain: string; version: bigint }>[];
  }
>;

const scalars: Readonly<Record<string, FieldDescriptorProto_Type>> = {
  int32: FieldDescriptorProto_Type.INT32,
  int64: FieldDescriptorProto_Type.INT64,
  float: FieldDescriptorProto_Type.FLOAT,
  double: FieldDescriptorProto_Type.DOUBLE,
  string: FieldDescriptorProto_Type.STRING,
  bytes: FieldDescriptorProto_Type.BYTES,
};

function field(text: string): FieldDescriptorProto {
  const [number, type = '', name] = text.trim().split(' ');
  const [, base = '', mark] = /^(\w+)([*+]?)$/.exec(type)!;
  const scalar = scalars[base];
  return create(FieldDescriptorProtoSchema, {
    name: name!,
    number: Number(number),
    label: mark ? FieldDescriptorProto_Label.REPEATED : FieldDescriptorProto_Label.OPTIONAL,
    ...(scalar ? { type: scalar } : { type: FieldDescriptorProto_Type.MESSAGE, typeName: `.onnx.${base}` }),
    ...(mark && scalar && { options: { packed: mark === '+' } }),
  });
}

const file = create(FileDescriptorProtoSchema, {
  name: 'onnx.proto',
  package: 'onnx',
  syntax: 'proto2',
  messageType: Object.entries(definitions).map(([name, fields]) => ({
    name,
    field: fields.split(',').map(field),
  })),
});

/** ONNX's outermost message. */
export const ModelProtoSchema = createFileRegistry(file, () => undefined).getMessage(
  'onnx.ModelProto',
) as GenMessage<ModelProto>;
