/**
 * @file Handles on values that the engine holds, such as data sets in a cell: their bytes never enter the caller's realm until
 * `get` asks for some. A handle stands wherever a value does: as the start of a shared variable, as an input of a call.
 */
import { fail } from '../base/errors.ts';
import { showShape, type DType } from '../ir/types.ts';
import type { HandlePart } from './connection.ts';
import { connection } from './engine.ts';
import { parseIndexText } from './index-text.ts';
import { NDArray } from './nd-array.ts';

export class ValueHandle {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly part: HandlePart;

  constructor(part: HandlePart, dtype: DType) {
    this.part = part;
    this.dtype = dtype;
    this.shape = Object.freeze(part.counts.filter((_, axis) => !part.dropped.includes(axis)));
  }

  /** The whole of a value that the engine holds under an id. */
  static whole(id: number, shape: readonly number[], dtype: DType): ValueHandle {
    const part: HandlePart = {
      kind: 'part',
      id,
      starts: shape.map(() => 0),
      counts: [...shape],
      steps: shape.map(() => 1),
      dropped: [],
    };
    return new ValueHandle(part, dtype);
  }

  /**
   * A handle on a part: an index drops its axis, a slice such as '0:32' or '::2' keeps it, axes that are left out are whole.
   * @throws too_many_indices, index_out_of_range, slice_text; arguments_wrong for a step that is not positive
   */
  at(...indices: readonly (number | string)[]): ValueHandle {
    if (indices.length > this.shape.length) fail('too_many_indices', indices.length, this.#named());
    const kept = this.part.counts.flatMap((_, axis) =>
      this.part.dropped.includes(axis) ? [] : [axis],
    );
    const [starts, counts, steps, dropped] = [
      [...this.part.starts],
      [...this.part.counts],
      [...this.part.steps],
      [...this.part.dropped],
    ];
    indices.forEach((index, i) => {
      const axis = kept[i]!;
      const range = this.#rangeOf(index, i);
      starts[axis]! += range.start * steps[axis]!;
      steps[axis]! *= range.step;
      counts[axis] = range.count;
      if (range.drops) dropped.push(axis);
    });
    return new ValueHandle({ ...this.part, starts, counts, steps, dropped }, this.dtype);
  }

  #rangeOf(index: number | string, axis: number) {
    const extent = this.shape[axis]!;
    const parsed = typeof index === 'string' ? parseIndexText(index) : index;
    if (typeof parsed === 'number') {
      if (!Number.isInteger(parsed))
        fail('arguments_wrong', 'at', 'whole numbers as indices', String(parsed));
      if (parsed < -extent || parsed >= extent)
        fail('index_out_of_range', parsed, extent, axis, this.#named());
      return { start: parsed < 0 ? parsed + extent : parsed, count: 1, step: 1, drops: true };
    }
    if (parsed === '...') return fail('slice_text', '...');
    const { step } = parsed;
    if (step < 1)
      fail('arguments_wrong', 'at', 'a slice of a handle with a step from 1', `${step}`);
    const start = clampIndex(parsed.start ?? 0, extent);
    const stop = clampIndex(parsed.stop ?? extent, extent);
    return { start, count: Math.max(0, Math.ceil((stop - start) / step)), step, drops: false };
  }

  #named(): string {
    return `a value ${this.dtype} ${showShape(this.shape)}`;
  }

  /** The elements, brought here. */
  async get(): Promise<NDArray> {
    const { data, shape, dtype } = await connection().readPart(this.part);
    return new NDArray(data, shape, dtype);
  }

  toString(): string {
    return `ValueHandle(${this.dtype} ${showShape(this.shape)})`;
  }
}

const clampIndex = (index: number, extent: number): number =>
  Math.min(extent, Math.max(0, index < 0 ? index + extent : index));

export const isHandle = (value: unknown): value is ValueHandle => value instanceof ValueHandle;
