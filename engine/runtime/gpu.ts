/** @file The only place that finds a GPU: the browser's, or Dawn in Node through the package `webgpu`. */
import { fail } from '../base/errors.ts';

/** Dawn ends the process when its instance or an adapter is collected: they are kept for its life. */
const kept: unknown[] = [];

type NodeGpu = {
  readonly create: (options: readonly string[]) => GPU;
  readonly globals: Readonly<Record<string, unknown>>;
};

/** @throws no_adapter when there is no WebGPU, or it offers no adapter */
export async function requestAdapter(): Promise<GPUAdapter> {
  const browser = (globalThis as { readonly navigator?: { readonly gpu?: GPU } }).navigator?.gpu;
  const gpu = browser ?? (await nodeGpu());
  const adapter = await gpu
    .requestAdapter()
    .catch((error: unknown) => fail('no_adapter', 'webgpu', String(error)));
  if (adapter === null) fail('no_adapter', 'webgpu', 'WebGPU offers none on this machine');
  kept.push(gpu, adapter);
  return adapter;
}

async function nodeGpu(): Promise<GPU> {
  const inNode = 'process' in globalThis && 'versions' in globalThis.process;
  if (!inNode) fail('no_adapter', 'webgpu', 'this browser has no WebGPU here');
  try {
    const name = 'webgpu';
    const { create, globals } = (await import(/* @vite-ignore */ name)) as NodeGpu;
    Object.assign(globalThis, globals);
    // A Vulkan driver that was named is meant: without the flag Dawn would look for another back end first.
    return create(process.env['VK_ICD_FILENAMES'] === undefined ? [] : ['backend=vulkan']);
  } catch (error) {
    return fail(
      'no_adapter',
      'webgpu',
      `the package webgpu did not load (${error instanceof Error ? error.message : String(error)})`,
    );
  }
}

/** Whether an adapter computes on the CPU: then `wasm` is faster. */
export function isSoftware(info: GPUAdapterInfo): boolean {
  return (
    info.isFallbackAdapter ||
    /swiftshader|llvmpipe|lavapipe/i.test(`${info.architecture} ${info.description}`)
  );
}
