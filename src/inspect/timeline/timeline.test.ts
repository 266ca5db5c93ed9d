/**
 * @file The pure parts of the timeline, on events of a real training and on a hundred thousand made ones: nothing is lost, drawn
 * twice or said to be surer than it is.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import type { DeviceFacts, TimelineEvent } from '../../../engine/worker/protocol.ts';
import { makeReports, type Reports } from '../reports.test.kit.ts';
import { barAt, barsOf, rowsOf } from './bars.ts';
import { callIn, callToShow, kernelTimeOf, timedCalls } from './calls.ts';
import { chromeTrace } from './chrome-trace.ts';
import { honestyOf } from './honesty.ts';
import { boundsOf, busyIn, endOf, eventsIn, makeLanes } from './log.ts';
import { stepFrom } from './steps.ts';
import { sumsIn } from './sums.ts';
import { around, moved, niceStep, showing, ticksOf, widthOf, zoomed } from './window.ts';

const EVENT: TimelineEvent = {
  lane: 'gpu',
  stage: 'kernel',
  name: 'dot',
  fn: '1:0',
  call: 1,
  cell: 'train',
  start: 0,
  microseconds: 10,
  origin: 'measured',
  error: 1,
  bytes: null,
};

/** Kernels one after another, and an upload before each call of ten. */
function manyEvents(count: number): readonly TimelineEvent[] {
  return Array.from({ length: count }, (_, i) => ({
    ...EVENT,
    call: Math.floor(i / 10),
    start: 12 * i,
    ...(i % 10 === 0 && { lane: 'engine' as const, stage: 'upload' as const, bytes: 4 }),
  }));
}

const NOBODY = { chosen: null, alive: [] };

let events: readonly TimelineEvent[];
let reports: Reports;
beforeAll(async () => {
  reports = await makeReports();
  // As the device worker tells them.
  events = reports.profile.map(({ kernel, call, start, microseconds, origin, error }) => ({
    ...EVENT,
    lane: 'engine',
    name: kernel,
    call,
    start: call * 1e6 + start,
    microseconds,
    origin,
    error,
  }));
});

describe('lanes', () => {
  test('hold every event once, kernels of a CPU apart from the GPU', () => {
    const lanes = makeLanes([...events, EVENT]);
    expect(lanes.map(({ name }) => name)).toEqual(['cell', 'engine', 'gpu', 'host']);
    expect(lanes.map((lane) => lane.events.length)).toEqual([0, 0, 1, events.length]);
  });

  test('give what a window shows, long events that began before it included', () => {
    const long = { ...EVENT, start: 0, microseconds: 1000 };
    const short = { ...EVENT, start: 10, microseconds: 1 };
    const late = { ...EVENT, start: 900, microseconds: 1 };
    const [, , gpu] = makeLanes([late, short, long]);
    expect(eventsIn(gpu!, { from: 500, to: 600 })).toEqual([long]);
    expect(eventsIn(gpu!, { from: 0, to: 2000 })).toEqual([long, short, late]);
    expect(busyIn(gpu!, { from: 500, to: 600 })).toBe(100);
  });

  test('put what overlaps in rows', () => {
    const at = (start: number, microseconds: number) => ({ ...EVENT, start, microseconds });
    const [, , gpu] = makeLanes([at(0, 10), at(5, 10), at(10, 10), at(16, 1)]);
    expect([...gpu!.row]).toEqual([0, 1, 0, 1]);
    const bars = barsOf(gpu!, { from: 0, to: 100 }, 1000);
    expect(rowsOf(bars)).toBe(2);
  });

  test('of nothing have no bounds', () => {
    expect(boundsOf(makeLanes([]))).toBeNull();
    expect(boundsOf(makeLanes([EVENT]))).toEqual({ from: 0, to: 10 });
  });
});

describe('bars', () => {
  test('of a hundred thousand events are no more than the window has pixels, and hold them all', () => {
    const lanes = makeLanes(manyEvents(100_000));
    const span = around(boundsOf(lanes)!);
    for (const lane of lanes) {
      const bars = barsOf(lane, span, 900);
      expect(bars.length).toBeLessThanOrEqual(900);
      expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe(lane.events.length);
    }
  });

  test('stand alone where there is room', () => {
    const [, , host] = makeLanes(events);
    const { from, to } = timedCalls(events)[0]!;
    const bars = barsOf(host!, { from, to }, 100_000);
    expect(bars).toHaveLength(reports.kernels.length);
    expect(bars.every(({ count }) => count === 1)).toBe(true);
  });

  test('are found under a pointer, and a little beside it', () => {
    const [, , gpu] = makeLanes([EVENT, { ...EVENT, start: 50 }]);
    const bars = barsOf(gpu!, { from: 0, to: 100 }, 100);
    expect(barAt(bars, 5, 0, 4)!.event.start).toBe(0);
    expect(barAt(bars, 48, 0, 4)!.event.start).toBe(50);
    expect(barAt(bars, 30, 0, 4)).toBeNull();
    expect(barAt(bars, 5, 1, 4)).toBeNull();
  });
});

describe('calls', () => {
  test('have the kernels that were timed, as long as the engine said', () => {
    const calls = timedCalls(events);
    expect(calls.map(({ call }) => call)).toEqual([1, 2]);
    const all = reports.profile.reduce((sum, { microseconds }) => sum + microseconds, 0);
    expect(kernelTimeOf(calls[0]!) + kernelTimeOf(calls[1]!)).toBeCloseTo(all, 6);
    expect(callToShow(calls, NOBODY)!.call).toBe(2);
  });

  test('to be shown are of the chosen function, or of the one that took the most time', () => {
    const of = (fn: string, call: number): TimelineEvent => ({ ...EVENT, fn, call });
    const calls = timedCalls([of('a', 1), of('a', 2), of('b', 1)]);
    const shown = (chosen: string | null, ...alive: readonly string[]) =>
      callToShow(calls, { chosen, alive });
    expect(shown('b', 'a', 'b')).toMatchObject({ fn: 'b', call: 1 });
    expect(shown('never ran', 'a', 'b')).toMatchObject({ fn: 'a', call: 2 });
    expect(shown(null, 'b')).toMatchObject({ fn: 'b', call: 1 });
    expect(shown(null)).toMatchObject({ fn: 'a', call: 2 });
    expect(callToShow([], NOBODY)).toBeNull();
  });
});

test('a window belongs to the first call in it that is more than a speck', () => {
  const calls = timedCalls([EVENT, { ...EVENT, call: 2, start: 100 }]);
  expect(callIn(calls, { from: 5, to: 120 })).toMatchObject({ call: 1 });
  expect(callIn(calls, { from: 50, to: 120 })).toMatchObject({ call: 2 });
  expect(callIn(calls, { from: 20, to: 90 })).toBeNull();
  const speck = timedCalls([{ ...EVENT, fn: 'speck', microseconds: 0 }, EVENT]);
  expect(callIn(speck, { from: -5, to: 20 })).toMatchObject({ fn: EVENT.fn });
  expect(callIn(calls, { from: 0, to: 1000 })).toBeNull();
});

describe('the window', () => {
  const bounds = { from: 0, to: 1000 };

  test('keeps the time under the pointer where it is', () => {
    const span = zoomed({ from: 100, to: 300 }, 0.5, 150, bounds);
    expect(span).toEqual({ from: 125, to: 225 });
  });

  test('is never lost in empty time, nor empty', () => {
    const all = around(bounds);
    expect(zoomed(bounds, 1000, 500, bounds)).toEqual(all);
    expect(moved({ from: 0, to: 100 }, -1e9, bounds).from).toBe(all.from);
    expect(moved({ from: 0, to: 100 }, 1e9, bounds).to).toBe(all.to);
    expect(widthOf(zoomed(bounds, 1e-12, 500, bounds))).toBeGreaterThan(0);
  });

  test('moves to an event that is not in sight, and stands where it is', () => {
    const span = { from: 0, to: 100 };
    expect(showing(span, { from: 10, to: 20 }, bounds)).toBe(span);
    const far = showing(span, { from: 500, to: 510 }, bounds);
    expect(far).toEqual({ from: 455, to: 555 });
    expect(widthOf(showing(span, { from: 100, to: 900 }, bounds))).toBeGreaterThan(800);
  });

  test('is ruled in steps of 1, 2 and 5 that have room', () => {
    expect([0.3, 1, 1.2, 4, 7].map(niceStep)).toEqual([0.5, 1, 2, 5, 10]);
    const ticks = ticksOf({ from: 1000, to: 3400 }, 600, 1000);
    expect(ticks.map(({ words }) => words)).toEqual([
      '0.0\u00a0ms',
      '0.5\u00a0ms',
      '1.0\u00a0ms',
      '1.5\u00a0ms',
      '2.0\u00a0ms',
    ]);
    expect(ticksOf({ from: -30, to: 30 }, 300, 0).map(({ words }) => words)).toEqual([
      '\u221220\u00a0µs',
      '0\u00a0µs',
      '20\u00a0µs',
    ]);
  });
});

describe('keys', () => {
  const upload: TimelineEvent = { ...EVENT, lane: 'engine', stage: 'upload', start: 3 };
  const second = { ...EVENT, start: 20 };
  const lanes = makeLanes([EVENT, second, upload]);
  const step = (from: TimelineEvent | null, key: string) =>
    stepFrom(lanes, from, { key, span: { from: 0, to: 30 } });

  test('walk a lane and stop at its ends', () => {
    expect(step(EVENT, 'ArrowRight')).toBe(second);
    expect(step(second, 'ArrowRight')).toBe(second);
    expect(step(second, 'ArrowLeft')).toBe(EVENT);
    expect(step(EVENT, 'End')).toBe(second);
    expect(step(second, 'Home')).toBe(EVENT);
  });

  test('walk to what ran at that time in the next lane that has events', () => {
    expect(step(second, 'ArrowUp')).toBe(upload);
    expect(step(upload, 'ArrowUp')).toBe(upload);
    expect(step(upload, 'ArrowDown')).toBe(EVENT);
  });

  test('begin in the middle of the window, and give nothing where nothing ran', () => {
    expect([EVENT, second]).toContain(step(null, 'ArrowLeft'));
    expect(stepFrom([], null, { key: 'ArrowLeft', span: { from: 0, to: 1 } })).toBeNull();
  });
});

test('sums of a span are of what began in it, and as sure as the least sure', () => {
  const share = { ...EVENT, start: 20, origin: 'wallClock' as const, bytes: 8 };
  const lanes = makeLanes([EVENT, share, { ...EVENT, start: 100 }]);
  expect(sumsIn(lanes, { from: 0, to: 50 })).toEqual([
    { name: 'dot', stage: 'kernel', count: 2, microseconds: 20, bytes: 8, origin: 'wallClock' },
  ]);
});

describe('the label of trust', () => {
  const gpu: DeviceFacts = {
    name: 'webgpu',
    adapter: 'apple metal-3',
    isSoftware: false,
    hasTimestamps: true,
    threads: 1,
  };
  const cpu: DeviceFacts = { ...gpu, name: 'wasm', adapter: '', hasTimestamps: false, threads: 4 };
  const wallClock: TimelineEvent = { ...EVENT, lane: 'engine', origin: 'wallClock', error: 0.39 };
  const said = (device: DeviceFacts | null, kernel: TimelineEvent | null): string => {
    const { first, rest } = honestyOf(device, kernel);
    return `${first}, ${rest}`.replaceAll('\u00a0', ' ');
  };

  test('names a fine clock, and that calls are sampled', () => {
    expect(said(gpu, EVENT)).toBe('GPU ±1 µs, of each function one call in 0.25 s is timed');
  });

  test('names a clock that the browser rounds', () => {
    expect(said(gpu, { ...EVENT, error: 100 })).toContain('the clock ticks every 100 µs');
  });

  test('names an adapter that is software', () => {
    const device = { ...gpu, isSoftware: true, adapter: 'google swiftshader' };
    expect(said(device, EVENT)).toContain('a software adapter, computed on the processor');
    expect(honestyOf(device, EVENT).sentences).toContain('google swiftshader');
  });

  test('says that there is no GPU, and that a share is no measurement', () => {
    expect(said(cpu, wallClock)).toMatch(
      /^No GPU, kernels run on the processor, wall clock ±0.39 µs/,
    );
    expect(said({ ...gpu, hasTimestamps: false }, { ...wallClock, error: 4000 })).toBe(
      'No timestamps, ±4 ms, each kernel has an even share of the wall time of its submit',
    );
  });

  test('says how kernels will be timed before one was', () => {
    expect(said(null, null)).toContain('run a cell');
    expect(said(cpu, null)).toContain('wall clock');
    expect(said(gpu, null)).toContain('timestamps');
    expect(said({ ...gpu, hasTimestamps: false }, null)).toContain('no timestamps');
  });
});

test('a Chrome trace has every event with how it is known', () => {
  const { traceEvents } = JSON.parse(chromeTrace(events)) as {
    traceEvents: readonly { ph: string; ts: number; dur: number; args: { origin: string } }[];
  };
  const spans = traceEvents.filter(({ ph }) => ph === 'X');
  expect(spans.map(({ ts, dur }) => ts + dur)).toEqual(events.map(endOf));
  expect(new Set(spans.map(({ args }) => args.origin))).toEqual(new Set(['wallClock']));
});
