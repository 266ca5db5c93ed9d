/** @file How far the times can be trusted, in words: always to be seen beside them. */
import type { DeviceFacts, TimelineEvent } from '../../../engine/worker/protocol.ts';
import { showError } from '../times.ts';

/** A label: what counts most, then the rest; and the whole in sentences. */
export type Honesty = {
  readonly first: string;
  readonly rest: string;
  readonly sentences: string;
};

/** Chrome rounds timestamps to this for ordinary visitors, microseconds. */
const COARSE = 100;

/** So often kernels of a function are timed (`engine/worker/timeline-log.ts`). */
const SAMPLED = 'of each function one call in 0.25\u00a0s is timed';

const PLACED =
  'Lengths are known so; places are not: the first kernel of a submit is drawn where its call began on the processor.';

/** The label for the latest kernel that was timed. */
export function honestyOf(device: DeviceFacts | null, kernel: TimelineEvent | null): Honesty {
  if (kernel === null) return nothingTimed(device);
  const { error } = kernel;
  const short = showError(error);
  if (kernel.lane !== 'gpu') return byTheHost(device, short);
  const parts = [
    ...(error >= COARSE ? [`the clock ticks every ${short}`] : []),
    ...(device?.isSoftware === true ? ['a software adapter, computed on the processor'] : []),
    SAMPLED,
  ];
  const [part = '', ...others] = parts;
  return {
    first: `GPU ±${short}`,
    rest: [part, ...others].join('; '),
    sentences: [
      `Kernels are measured by timestamps of the GPU, which tick every ${short}.`,
      ...(error >= COARSE
        ? ['The browser rounds them: what is shorter than a tick was not measured.']
        : []),
      ...(device?.isSoftware === true
        ? [`This adapter (${device.adapter}) is software: its times say nothing of a GPU.`]
        : []),
      `${capital(SAMPLED)}.`,
      PLACED,
    ].join(' '),
  };
}

function nothingTimed(device: DeviceFacts | null): Honesty {
  const isGpu = device?.name === 'webgpu';
  const way =
    device === null
      ? 'run a cell that calls a compiled function'
      : isGpu && device.hasTimestamps
        ? 'kernels are measured by timestamps'
        : isGpu
          ? 'this GPU has no timestamps: kernels get a share of the wall time'
          : 'kernels run on the processor, by wall clock';
  return { first: 'Nothing timed yet', rest: way, sentences: `Nothing was timed yet; ${way}.` };
}

function byTheHost(device: DeviceFacts | null, error: string): Honesty {
  if (device?.name === 'webgpu')
    return {
      first: `No timestamps, ±${error}`,
      rest: 'each kernel has an even share of the wall time of its submit',
      sentences: `This GPU gives no timestamps. The wall time of a submit is shared evenly among its kernels: single lengths are not known. ${capital(SAMPLED)}.`,
    };
  return {
    first: 'No GPU',
    rest: `kernels run on the processor, wall clock ±${error}; ${SAMPLED}`,
    sentences: `Kernels run on the processor (WebAssembly) and are timed by its clock, which ticks every ${error}. ${capital(SAMPLED)}. ${PLACED}`,
  };
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
