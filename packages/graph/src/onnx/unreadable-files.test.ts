import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editOnnx } from '../testing/edit-onnx.js';
import { smallNetwork } from '../testing/small-network.js';
import { fromOnnx } from './from-onnx.js';
import type { ModelProto } from './messages.js';
import { toOnnx } from './to-onnx.js';

describe('a file that cannot be read', () => {
  it.each<[string | RegExp, (model: ModelProto) => void]>([
    [
      'operator set 10 is not supported; 11 to 22 are',
      ({ opsetImport }) => {
        opsetImport[0]!.version = 10n;
      },
    ],
    [
      'operator set 23 is not supported; 11 to 22 are',
      ({ opsetImport }) => {
        opsetImport[0]!.version = 23n;
      },
    ],
    [
      'it does not state its operator set',
      (model) => {
        model.opsetImport = [];
      },
    ],
    [
      'this is not an ONNX file: it has no graph',
      (model) => {
        delete model.graph;
      },
    ],
    [
      'initialiser "w" is stored in another file, which is not supported; save the model as one file',
      ({ graph }) => {
        named(graph!.initializer, 'w').dataLocation = 1;
      },
    ],
    [
      'initialiser "w": 215 bytes are no whole number of elements',
      ({ graph }) => {
        shorten(named(graph!.initializer, 'w'), 1);
      },
    ],
    [
      'initialiser "w": 53 elements do not fill [3, 2, 3, 3]',
      ({ graph }) => {
        shorten(named(graph!.initializer, 'w'), 4);
      },
    ],
    [
      'initialiser "w": 54 elements do not fill [-3, 2, -3, 3]',
      ({ graph }) => {
        named(graph!.initializer, 'w').dims = [-3n, 2n, -3n, 3n];
      },
    ],
    [
      'input "x": [9223372036854776000, 2, 5, 5] is not a valid shape',
      ({ graph }) => {
        Object.assign(graph!.input[0]!.type!.tensorType!.shape!.dim[0]!, {
          dimParam: '',
          dimValue: 2n ** 63n - 1n,
        });
      },
    ],
    [
      'the name "Conv\\n" contains control characters',
      ({ graph }) => {
        graph!.node[0]!.opType = 'Conv\n';
      },
    ],
    [
      'initialiser "w": element type float16 of ONNX is not supported; float32,',
      ({ graph }) => {
        named(graph!.initializer, 'w').dataType = 10;
      },
    ],
    [
      '"nowhere", used by Conv (node Conv_0), does not exist',
      ({ graph }) => {
        graph!.node[0]!.input[0] = 'nowhere';
      },
    ],
    [
      /"BatchNormalization_\d", used by Conv \(node Conv_0\), comes from BatchNormalization \(node BatchNormalization_\d\), which does not precede it/,
      ({ graph }) => {
        graph!.node[0]!.input[0] = graph!.node[1]!.output[0]!;
      },
    ],
    [
      'Conv (node Conv_0): operators of domain com.microsoft are not supported',
      ({ graph }) => {
        graph!.node[0]!.domain = 'com.microsoft';
      },
    ],
    [
      'Shrink (node Conv_0): the operator is not known, and the file does not state the types of its outputs',
      ({ graph }) => {
        graph!.node[0]!.opType = 'Shrink';
      },
    ],
    [
      'toString (node Conv_0): the operator is not known',
      ({ graph }) => {
        graph!.node[0]!.opType = 'toString';
      },
    ],
    [
      'attribute "strides" has type 9, which is not supported',
      ({ graph }) => {
        named(graph!.node[0]!.attribute, 'strides').type = 9;
      },
    ],
    [
      'attribute "strides" is 9007199254740993, which is too large',
      ({ graph }) => {
        named(graph!.node[0]!.attribute, 'strides').ints[0] = 2n ** 53n + 1n;
      },
    ],
    [
      'the name "x" is taken',
      ({ graph }) => {
        graph!.node[0]!.output[0] = 'x';
      },
    ],
    [
      '"x": the file does not state its number of dimensions',
      ({ graph }) => {
        delete graph!.input[0]!.type!.tensorType!.shape;
      },
    ],
    [
      '"x" is not a tensor',
      ({ graph }) => {
        delete graph!.input[0]!.type;
      },
    ],
  ])('%s', (message, edit) => {
    const bytes = editOnnx(toOnnx(smallNetwork()), edit);
    expect(() => fromOnnx(bytes)).toThrow(RangeError);
    expect(() => fromOnnx(bytes)).toThrow(message);
  });

  it.each([
    ['empty', new Uint8Array()],
    ['text', new TextEncoder().encode('<!doctype html>')],
    ['zeros', new Uint8Array(100)],
  ])('%s', (_, bytes) => {
    expect(() => fromOnnx(bytes)).toThrow(RangeError);
    expect(() => fromOnnx(bytes)).toThrow('this is not an ONNX file');
  });

  it('is refused wherever it ends', () => {
    const bytes = toOnnx(smallNetwork());
    for (let end = 0; end < bytes.length; end++)
      expect(() => fromOnnx(bytes.subarray(0, end)), `${end} bytes`).toThrow(RangeError);
  });

  it('is read or refused, whatever is damaged', () => {
    const bytes = toOnnx(smallNetwork());
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (edits) => {
          const damaged = bytes.slice();
          for (const [at, byte] of edits) damaged[at] = byte;
          try {
            fromOnnx(damaged);
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

function named<T extends { name: string }>(list: readonly T[], name: string): T {
  return list.find((item) => item.name === name)!;
}

function shorten(tensor: { rawData: Uint8Array }, bytes: number): void {
  tensor.rawData = tensor.rawData.slice(bytes);
}
