import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import koffi from 'koffi';

/** An address in memory; null is none. */
type Pointer = bigint | null;

/** A typed array is passed as the address of its first element. */
type Argument = Pointer | number | string | ArrayBufferView;

/** Where a function is in the table that `OrtGetApiBase()->GetApi()` returns, and what it takes. */
type Signature = readonly [place: number, ...('int' | 'size_t' | 'str' | 'void *')[]];

/*
 * From onnxruntime_c_api.h, where functions are only ever added at the end of the table. All of these are older than version 8 of the
 * interface.
 */
const apiVersion = 8;

const calls = {
  DisableMemPattern: [17, 'void *'],
  SetSessionLogSeverityLevel: [22, 'void *', 'int'],
  SetSessionGraphOptimizationLevel: [23, 'void *', 'int'],
  SetIntraOpNumThreads: [24, 'void *', 'int'],
  SetInterOpNumThreads: [25, 'void *', 'int'],
  GetDimensions: [62, 'void *', 'void *', 'size_t'],
  AllocatorFree: [76, 'void *', 'void *'],
  RunWithBinding: [133, 'void *', 'void *', 'void *'],
  BindInput: [136, 'void *', 'str', 'void *'],
  BindOutput: [137, 'void *', 'str', 'void *'],
  BindOutputToDevice: [138, 'void *', 'str', 'void *'],
  GetBoundOutputValues: [140, 'void *', 'void *', 'void *', 'void *'],
} as const satisfies Record<string, Signature>;

/** Their last argument, which is not listed, is the place for the result. */
const getters = {
  CreateEnv: [3, 'int', 'str'],
  CreateSessionFromArray: [8, 'void *', 'void *', 'size_t', 'void *'],
  CreateSessionOptions: [10],
  SessionGetInputCount: [30, 'void *'],
  SessionGetOutputCount: [31, 'void *'],
  SessionGetInputName: [36, 'void *', 'size_t', 'void *'],
  SessionGetOutputName: [37, 'void *', 'size_t', 'void *'],
  CreateTensorWithDataAsOrtValue: [49, 'void *', 'void *', 'size_t', 'void *', 'size_t', 'int'],
  GetTensorMutableData: [51, 'void *'],
  GetTensorElementType: [60, 'void *'],
  GetDimensionsCount: [61, 'void *'],
  GetTensorTypeAndShape: [65, 'void *'],
  CreateCpuMemoryInfo: [69, 'int', 'int'],
  GetAllocatorWithDefaultOptions: [78],
  CreateIoBinding: [134, 'void *'],
} as const satisfies Record<string, Signature>;

const releases = {
  ReleaseSession: [95, 'void *'],
  ReleaseValue: [96, 'void *'],
  ReleaseTensorTypeAndShapeInfo: [99, 'void *'],
  ReleaseSessionOptions: [100, 'void *'],
  ReleaseIoBinding: [135, 'void *'],
} as const satisfies Record<string, Signature>;

/** What {@link calls} and {@link getters} return where something went wrong. */
const status = { GetErrorMessage: [2], ReleaseStatus: [93] } as const;

type Functions<Names, Result> = Readonly<Record<keyof Names, (...args: Argument[]) => Result>>;

/**
 * The C interface of ONNX Runtime, as far as it is needed here. Functions throw an `Error` with the library's message where it
 * returns a status.
 */
export interface OrtLibrary
  extends Functions<typeof calls & typeof releases, void>,
    Functions<typeof getters, bigint> {
  readonly env: bigint;
  readonly allocator: bigint;
  /** That tensors are in the memory of this process. */
  readonly cpuMemory: bigint;
}

/** `ORT_LOGGING_LEVEL_ERROR`. */
export const onlyErrors = 3;
/** `OrtArenaAllocator`, `OrtMemTypeDefault`. */
const [arenaAllocator, defaultMemory] = [1, 0];

let opened: OrtLibrary | undefined;

/** The library that onnxruntime-node brings, opened once. */
export function ortLibrary(): OrtLibrary {
  opened ??= open(libraryFile());
  return opened;
}

/** The place for a result: a pointer, a count or an enumerator, of which the lower bytes are written. */
export function placeForResult(): BigUint64Array {
  return new BigUint64Array(1);
}

function open(file: string): OrtLibrary {
  const getBase = koffi.load(file).func('OrtGetApiBase', 'void *', []);
  const [getApi] = koffi.decode(getBase(), koffi.array('void *', 1)) as [Pointer];
  const table: Pointer = koffi.call(getApi, koffi.proto('void *', ['uint32_t']), apiVersion);
  const places = Object.values({ ...calls, ...getters, ...releases }).map(([place]) => place);
  const pointers: Pointer[] = koffi.decode(table, koffi.array('void *', Math.max(...places) + 1));
  const at = (
    [place]: Signature,
    result: string,
    types: readonly string[],
  ): ((...args: Argument[]) => Pointer) => koffi.decode(pointers[place], koffi.proto(result, [...types]));

  const messageOf = at(status.GetErrorMessage, 'str', ['void *']) as unknown as (status: Pointer) => string;
  const releaseStatus = at(status.ReleaseStatus, 'void', ['void *']);
  const check = (problem: Pointer): void => {
    if (problem === null) return;
    const message = messageOf(problem);
    releaseStatus(problem);
    throw new Error(message);
  };
  const result = placeForResult();
  const bound = <Names extends Record<string, Signature>, Result>(
    signatures: Names,
    bind: (signature: Signature) => (...args: Argument[]) => Result,
  ) =>
    Object.fromEntries(
      Object.entries(signatures).map(([name, signature]) => [name, bind(signature)]),
    ) as Functions<Names, Result>;
  const functions = {
    ...bound(calls, (signature) => {
      const call = at(signature, 'void *', signature.slice(1) as string[]);
      return (...args) => check(call(...args));
    }),
    ...bound(getters, (signature) => {
      const get = at(signature, 'void *', [...(signature.slice(1) as string[]), 'void *']);
      return (...args) => {
        result[0] = 0n;
        check(get(...args, result));
        return result[0];
      };
    }),
    ...bound(releases, (signature) => {
      const release = at(signature, 'void', signature.slice(1) as string[]);
      return (pointer) => void release(pointer!);
    }),
  };
  return {
    ...functions,
    env: functions.CreateEnv(onlyErrors, 'spectrain'),
    allocator: functions.GetAllocatorWithDefaultOptions(),
    cpuMemory: functions.CreateCpuMemoryInfo(arenaAllocator, defaultMemory),
  };
}

function libraryFile(): string {
  const { resolve } = createRequire(import.meta.url);
  const bin = join(dirname(resolve('onnxruntime-node/package.json')), 'bin');
  const names = { darwin: 'libonnxruntime.1.dylib', win32: 'onnxruntime.dll' } as Partial<
    Record<NodeJS.Platform, string>
  >;
  const [folder] = readdirSync(bin);
  return join(bin, folder!, process.platform, process.arch, names[process.platform] ?? 'libonnxruntime.so.1');
}
