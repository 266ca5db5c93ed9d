/** @file Devices in words. */
import type { DeviceFacts, DeviceName } from '../../engine/worker/protocol.ts';
import { showCount } from '../ui/format.ts';

/** Name and sentence of each device. */
export const DEVICE_WORDS: Readonly<
  Record<DeviceName, { readonly name: string; readonly sentence: string }>
> = {
  webgpu: { name: 'WebGPU', sentence: 'the graphics processor' },
  wasm: { name: 'WASM', sentence: 'the processor' },
  reference: { name: 'Reference', sentence: 'slow, in float64' },
};

/** What is known of a device, in one line. */
export function factsOf({
  name,
  adapter,
  isSoftware,
  hasTimestamps,
  threads,
}: DeviceFacts): string {
  const { name: word, sentence } = DEVICE_WORDS[name];
  const facts = [
    adapter === '' ? `${word}, ${sentence}` : `${word} on ${adapter}`,
    ...(isSoftware ? ['computed on the processor'] : []),
    ...(name === 'wasm' ? [showCount(threads, 'thread')] : []),
    ...(name === 'webgpu' ? [hasTimestamps ? 'kernels are timed' : 'no timestamps'] : []),
  ];
  return `${facts.join('; ')}.`;
}
