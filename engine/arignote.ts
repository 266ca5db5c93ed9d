/** @file The library's entry: every public name, nothing else. */
import { connect } from './frontend/engine.ts';
import { installEval } from './frontend/evaluate.ts';
import { connectInProcess } from './worker/in-process.ts';

connect(connectInProcess);
installEval();

export { ArignoteError } from './base/errors.ts';
export type { ErrorCode } from './base/errors.ts';
export { dataset } from './frontend/dataset.ts';
export {
  disconnectedGrad,
  grad,
  gradClip,
  gradScale,
  lop,
  rop,
  zeroGrad,
} from './frontend/derivatives.ts';
export type { GradOptions } from './frontend/derivatives.ts';
export { devices, setDevice } from './frontend/engine.ts';
export { compile } from './frontend/function.ts';
export type {
  CallValue,
  CompileOptions,
  Fn,
  GraphInfo,
  InputSpec,
  Mode,
} from './frontend/function.ts';
export { NDArray } from './frontend/nd-array.ts';
export type { HostInput } from './frontend/nd-array.ts';
export { T } from './frontend/operations.ts';
export { debugPrint, latex, pp } from './frontend/printing.ts';
export type { LazyResult, Outputs, Result, Values } from './frontend/result.ts';
export { shared, SharedVariable } from './frontend/shared.ts';
export type { SharedOptions } from './frontend/shared.ts';
export { Tensor } from './frontend/tensor.ts';
export type { TensorLike } from './frontend/tensor.ts';
export type {
  DeviceName,
  KernelReport,
  MemoryReport,
  ProfileEvent,
} from './frontend/connection.ts';
export type { DType, Shape } from './ir/types.ts';
