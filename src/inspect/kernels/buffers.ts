/** @file The buffers that kernels are bound to: their bytes, and how they are used. */
import type { KernelReport } from '../../../engine/worker/protocol.ts';
import { bytesOfType } from '../graph/node-text.ts';

export type KernelBuffer = KernelReport['buffers'][number];

/** Bytes of the elements of a buffer. */
export const bufferBytes = (buffer: KernelBuffer): number => bytesOfType(buffer) ?? 0;

/** Bytes of all buffers of a kernel. */
export const kernelBytes = ({ buffers }: Pick<KernelReport, 'buffers'>): number =>
  buffers.reduce((sum, buffer) => sum + bufferBytes(buffer), 0);

export const ACCESS_WORDS: Readonly<Record<KernelBuffer['access'], string>> = {
  read: 'read',
  write: 'written',
  readWrite: 'read and written',
};
