/**
 * Goal: buffers of the wasm device are apart and reused, and its commands run in order. Method: small programs and
 * random allocations against arrays of this test.
 */
import { describe, expect, test } from 'vitest';
import { emitWasm } from '../codegen/wasm/print-kernel.ts';
import {
  apply,
  axis,
  kernelOf,
  load,
  mapPhase,
  NO_SCHEDULE,
  store,
} from '../codegen/wasm/kernels.test.kit.ts';
import { axisIndex, type Axis } from '../ir/index-expr.ts';
import type { Scalar } from '../ir/scalar.ts';
import { add, mul } from '../ops/arith.ts';
import type { BufferRange, Command, DeviceBuffer } from './device.ts';
import { createWasmDevice } from './wasm-device.ts';

const whole = (buffer: DeviceBuffer): BufferRange => ({ buffer, offset: 0, bytes: buffer.bytes });
const bytesOf = (...values: readonly number[]): Uint8Array =>
  new Uint8Array(Float32Array.from(values).buffer);
const floats = (bytes: Uint8Array): number[] => [
  ...new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4),
];

/** y = x * x + uniform 0, of 6 elements. */
function squareProgram() {
  const a: Axis = axis('i', 6);
  const x = load(0, axisIndex(a));
  const shift: Scalar = { kind: 'uniform', dtype: 'float32', slot: 0 };
  const value = apply(add, [apply(mul, [x, x]), shift]);
  return emitWasm(
    kernelOf(
      [a],
      [mapPhase([], store(1, axisIndex(a), value))],
      [
        ['read', 'float32', 6],
        ['write', 'float32', 6],
      ],
    ),
    NO_SCHEDULE,
  );
}

describe('commands', () => {
  test('run in order on parts of buffers, and are counted', async () => {
    const device = createWasmDevice();
    const [program, again] = [squareProgram(), squareProgram()];
    const [loaded, other] = await device.load([program, again]);
    expect((await device.load([program]))[0]).toBe(loaded);
    const x = device.allocate(24);
    const y = device.allocate(64 + 24);
    const uniforms = device.allocate(32);
    device.write(x, 0, bytesOf(1, 2, 3, 4, 5, 6));
    device.write(uniforms, 16, bytesOf(0.5));
    const range = { buffer: y, offset: 64, bytes: 24 };
    const dispatch: Command = {
      kind: 'dispatch',
      program: loaded!,
      buffers: [whole(x), range],
      uniforms: { buffer: uniforms, offset: 16, bytes: 16 },
    };
    const commands: Command[] = [
      dispatch,
      { kind: 'copy', from: range, to: whole(x) },
      { ...dispatch, program: other! },
    ];
    expect(device.submit(commands, { profile: false })).toBeNull();
    const want = [1, 2, 3, 4, 5, 6].map((v) => (v * v + 0.5) ** 2 + 0.5);
    expect(floats(await device.read(range))).toEqual(want);
    expect(floats(await device.read({ buffer: y, offset: 0, bytes: 8 }))).toEqual([0, 0]);
    expect(device.counters).toEqual({
      submits: 1,
      dispatches: 2,
      readBacks: 2,
      uploads: 2,
      buffersMade: 3,
    });
    const times = await device.submit(commands, { profile: true });
    expect(times!.map((t) => [t.command, t.origin])).toEqual([
      [0, 'wallClock'],
      [2, 'wallClock'],
    ]);
    expect(times!.every((t) => t.microseconds >= 0 && t.start >= 0 && t.error > 0)).toBe(true);
  });
});

describe('memory', () => {
  test('holds many buffers of random sizes apart', async () => {
    const device = createWasmDevice();
    const live: { buffer: DeviceBuffer; mark: number }[] = [];
    let state = 1;
    const random = (n: number) =>
      ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 8) % n;
    const wrong: string[] = [];
    const holds = async (buffer: DeviceBuffer, mark: number): Promise<void> => {
      const bytes = await device.read(whole(buffer));
      if (!bytes.every((b) => b === mark))
        wrong.push(`a buffer of ${buffer.bytes} bytes does not hold ${mark}`);
    };
    for (let k = 0; k < 2000; k++) {
      if (live.length > 0 && random(100) < 45) {
        const [{ buffer, mark }] = live.splice(random(live.length), 1) as [(typeof live)[0]];
        await holds(buffer, mark);
        device.release(buffer);
        continue;
      }
      const buffer = device.allocate(random(4) === 0 ? random(100_000) : random(200));
      const mark = 1 + (k % 255);
      device.write(buffer, 0, new Uint8Array(buffer.bytes).fill(mark));
      live.push({ buffer, mark });
    }
    expect(wrong).toEqual([]);
  });

  test('does not grow when buffers are released', async () => {
    const device = createWasmDevice();
    for (let k = 0; k < 200; k++) {
      const buffers = [200 << 20, 100 << 20].map((bytes) =>
        device.allocate(k === 0 ? bytes : 1 << 20),
      );
      for (const buffer of buffers) device.release(buffer);
    }
    const buffers = [200 << 20, 100 << 20].map((bytes) => device.allocate(bytes));
    expect(buffers.map((b) => b.bytes)).toEqual([200 << 20, 100 << 20]);
  });

  test('refuses a buffer that is too large', () => {
    const device = createWasmDevice();
    expect(() => device.allocate(2 ** 31)).toThrow(expect.objectContaining({ code: 'too_large' }));
  });

  test('says so when there is no more', () => {
    const memory = WebAssembly.Memory.prototype.grow;
    try {
      // The limit of the machine, without taking its memory.
      WebAssembly.Memory.prototype.grow = () => {
        throw new RangeError('no more');
      };
      const device = createWasmDevice();
      device.allocate(1000);
      expect(() => device.allocate(1 << 20)).toThrow(
        expect.objectContaining({ code: 'out_of_memory' }),
      );
      device.allocate(1000);
    } finally {
      WebAssembly.Memory.prototype.grow = memory;
    }
  });

  test('refuses wrong ranges and buffers of another device', async () => {
    const [device, other] = [createWasmDevice(), createWasmDevice()];
    const buffer = device.allocate(8);
    expect(() => device.write(buffer, 4, new Uint8Array(8))).toThrow('engine defect');
    expect(() => other.write(buffer, 0, new Uint8Array(8))).toThrow('engine defect');
    device.release(buffer);
    await expect(device.read(whole(buffer))).rejects.toThrow('engine defect');
    expect(() => device.release(buffer)).toThrow('engine defect');
  });

  test('is gone when the device is destroyed', async () => {
    const device = createWasmDevice();
    device.destroy();
    expect(await device.lost).toBe('destroyed');
    expect(() => device.allocate(4)).toThrow(expect.objectContaining({ code: 'device_lost' }));
  });
});
