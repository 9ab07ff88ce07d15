/** For a browser. Needs onnxruntime-web. */
export * from './portable.js';
export { type WebRuntimeOptions, webRuntime } from './runtime/web-runtime.js';
