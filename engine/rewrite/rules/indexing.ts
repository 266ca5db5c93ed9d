/** @file Indexing: slices of slices are one, and what is put back at one place of each row is a choice. */
import { node, type Expr } from '../../ir/graph.ts';
import { add, mul } from '../../ops/arith.ts';
import { broadcastTo, cast, SUM, sum } from '../../ops/broadcast.ts';
import { eq, lt, where, WHERE } from '../../ops/compare.ts';
import { AT, SCATTER, scatter } from '../../ops/indexing.ts';
import { FULL, resolveSlice, type Entry } from '../../ops/index-entries.ts';
import { constant, dimOf, dimsOf, integer, scalarValue } from '../../ops/leaves.ts';
import { ARANGE, arange } from '../../ops/shape.ts';
import {
  anyNumber,
  exprAt,
  filledLike,
  hole,
  named,
  num,
  numberAt,
  on,
  type Match,
  type Rule,
} from '../rule.ts';
import { axesOf, spread, spreadOf, withoutAxes } from './spread.ts';

const x = hole('x');

const entriesOf = (expr: Expr): readonly Entry[] => expr.params['entries'] as readonly Entry[];

/** Whether an entry's bounds are numbers, so that it takes no input. */
const isFixed = (entry: Entry): boolean =>
  entry.kind === 'slice'
    ? entry.start !== 'input' && entry.stop !== 'input'
    : entry.kind === 'point' && entry.index !== 'input';

const isWhole = (entry: Entry): boolean =>
  entry.kind === 'slice' && entry.start === null && entry.stop === null && entry.step === 1;

/** One entry after another on an axis of this extent; `null` where it cannot be said. */
function joinedEntry(inner: Entry, outer: Entry, extent: number | null): Entry | null {
  if (isWhole(outer)) return inner;
  if (isWhole(inner)) return outer;
  if (inner.kind !== 'slice' || extent === null) return null;
  const first = resolveSlice(
    inner.start as number | null,
    inner.stop as number | null,
    inner.step,
    extent,
  );
  if (outer.kind === 'point') {
    const index = Number(outer.index);
    return {
      kind: 'point',
      index: first.first + (index < 0 ? index + first.length : index) * inner.step,
    };
  }
  if (outer.kind !== 'slice') return null;
  const second = resolveSlice(
    outer.start as number | null,
    outer.stop as number | null,
    outer.step,
    first.length,
  );
  if (second.length === 0) return { kind: 'slice', start: 0, stop: 0, step: 1 };
  const start = first.first + second.first * inner.step;
  const step = inner.step * outer.step;
  const stop = start + second.length * step;
  return { kind: 'slice', start, stop: stop < 0 ? null : stop, step };
}

/** The entries of two fixed indexings as one. */
function joinedEntries(inner: Expr, outer: Expr): readonly Entry[] | null {
  const { shape } = inner.inputs[0]!.type;
  const [first, second] = [entriesOf(inner), entriesOf(outer)];
  if (![...first, ...second].every(isFixed)) return null;
  let next = 0;
  const joined = first.map((entry, axis) =>
    entry.kind === 'point' ? entry : joinedEntry(entry, second[next++]!, shape[axis]!),
  );
  return joined.every((entry) => entry !== null) ? joined : null;
}

/** A test's input cut along its last axis. */
const cut = (e: Expr, start: number, stop: number | null, step: number): Expr =>
  node(AT, [e], {
    entries: e.type.shape.map((_, axis) =>
      axis === e.type.shape.length - 1 ? { kind: 'slice', start, stop, step } : FULL,
    ) as never,
  });

/** A test's input as a matrix [2, 3]. */
const matrix = (e: Expr): Expr =>
  e.type.shape.length === 2 ? e : broadcastTo(e, [integer(2), integer(3)]);

/** A vector of two put back, at another column of each row of a matrix [2, 3]. */
const putBack = (value: Expr): Expr => {
  const rows = arange(integer(0), integer(2), 1);
  const columns = add(rows, integer(-1));
  return scatter(
    value,
    [{ kind: 'indices' }, { kind: 'indices' }],
    [rows, columns],
    [integer(2), integer(3)],
  );
};
const secondColumn = (e: Expr): Expr =>
  node(AT, [e], { entries: [FULL, { kind: 'point', index: 1 }] as never });
const onePerRow = (e: Expr): Expr => putBack(secondColumn(e));

/** The parts of a scatter that puts one value into each row of a matrix; `null` where that is not proved. */
function rowsScattered(
  expr: Expr,
): { readonly value: Expr; readonly columns: Expr; readonly dims: readonly Expr[] } | null {
  const entries = entriesOf(expr);
  const [value, rows, columns] = expr.inputs;
  if (
    entries.length !== 2 ||
    !entries.every((entry) => entry.kind === 'indices') ||
    value!.type.shape.length !== 1
  )
    return null;
  const dims = dimsOf(expr);
  const isEveryRow =
    rows!.op === ARANGE &&
    rows!.params['start'] === 0 &&
    rows!.params['step'] === 1 &&
    dimOf(rows!, 0) === dims[0];
  return isEveryRow ? { value: value!, columns: columns!, dims } : null;
}

/** A choice for each element: the row's value in the column that the row's index names, 0 elsewhere. */
function asChoice({ root }: Match): Expr | null {
  const found = rowsScattered(root);
  if (found === null) return null;
  const { value, columns, dims } = found;
  const count = dims[1]!;
  const zero = constant(0, 'int32');
  const wrapped = where(lt(columns, zero), add(columns, count), columns);
  const everywhere = (e: Expr, axis: number): Expr => spread(e, root, [axis]);
  const isColumn = eq(everywhere(wrapped, 1), everywhere(arange(integer(0), count, 1), 0));
  return where(isColumn, everywhere(value, 1), constant(0, value.type.dtype));
}

/** The sum over columns, or over everything, of what was put back. */
function summedScatter(match: Match): Expr | null {
  const scattered = exprAt(match, 'scatter');
  const axes = axesOf(match.root);
  const value = scattered.inputs[0]!;
  if (axes.length === scattered.type.shape.length) return sum(value, [...value.type.shape.keys()]);
  const found = rowsScattered(scattered);
  return found !== null && axes.join() === '1' ? found.value : null;
}

/** The value of each row, where a choice gives it to the column that an index names. */
function summedChoice(match: Match): Expr | null {
  const [index, columns, value] = ['index', 'columns', 'value'].map((name) => exprAt(match, name));
  const numbers = spreadOf(columns!);
  const isEveryColumn =
    numbers.core.op === ARANGE &&
    numbers.core.params['start'] === 0 &&
    numbers.core.params['step'] === 1 &&
    numbers.from.join() === '-1,0' &&
    dimOf(numbers.core, 0) === dimOf(columns!, 1);
  const isOfRows = spreadOf(index!).from[1] === -1;
  return isEveryColumn && isOfRows && axesOf(match.root).join() === '1'
    ? withoutAxes(value!, [1])
    : null;
}

export const INDEXING_RULES: readonly Rule[] = [
  {
    name: 'at_of_at',
    stage: 'canonicalize',
    doc: 'A slice of a slice, or a point of one, reads the first value directly.',
    from: on(AT, named('inner', AT, x)),
    to: (match) => {
      const entries = joinedEntries(exprAt(match, 'inner'), match.root);
      return entries === null
        ? null
        : node(AT, [exprAt(match, 'x')], { entries: entries as never });
    },
    domain: { x: [-3, 3] },
    example: ({ x: e }) => cut(cut(matrix(e!), -1, null, -1), 1, 3, 1),
  },
  {
    name: 'at_of_number',
    stage: 'canonicalize',
    doc: 'A number at every element is itself in every slice.',
    from: on(AT, anyNumber('c')),
    // Numbers of a shape that only the slice itself knows would hold the slice.
    when: ({ root }) =>
      entriesOf(root).every((entry) => entry.kind !== 'indices') &&
      dimsOf(root).every((dim) => dim.inputs[0] !== root),
    to: (match) => filledLike(numberAt(match, 'c'), match.root),
    domain: { x: [-3, 3] },
    example: ({ x: e }) => {
      const numbers = broadcastTo(constant(2, e!.type.dtype), [integer(2), integer(3)]);
      return mul(cut(matrix(e!), 0, 2, 1), cut(numbers, 0, 2, 1));
    },
  },
  {
    name: 'scatter_of_zeros',
    stage: 'canonicalize',
    doc: 'Zeros put back into zeros are zeros.',
    from: on(SCATTER, num(0)),
    to: num(0),
    domain: { x: [-3, 3] },
    example: ({ x: e }) =>
      add(matrix(e!), putBack(broadcastTo(constant(0, e!.type.dtype), [integer(2)]))),
  },
  {
    name: 'sum_of_scatter',
    stage: 'canonicalize',
    doc: 'The sum of what was put back is the sum of the values: the zeros between add nothing. For indices inside the axis.',
    from: on(SUM, named('scatter', SCATTER, x)),
    to: summedScatter,
    domain: { x: [-3, 3] },
    example: ({ x: e }) => sum(onePerRow(matrix(e!)), [1]),
  },
  {
    name: 'sum_of_row_choice',
    stage: 'shaped',
    doc: 'The sum over a row of what stands in one column is that value, for indices inside the axis.',
    from: on(SUM, on(WHERE, on(eq, hole('index'), hole('columns')), hole('value'), num(0))),
    to: summedChoice,
    domain: { x: [-3, 3] },
    example: ({ x: e }) => {
      const column = arange(integer(1), integer(3), 1);
      const isColumn = eq(
        spread(column, matrix(e!), [1]),
        spread(arange(integer(0), integer(3), 1), matrix(e!), [0]),
      );
      return sum(
        where(
          isColumn,
          spread(secondColumn(matrix(e!)), matrix(e!), [1]),
          constant(0, e!.type.dtype),
        ),
        [1],
      );
    },
  },
  {
    name: 'scatter_of_rows_to_where',
    stage: 'shaped',
    doc: 'One value in each row is a choice for each element, instead of a search over all rows for each.',
    from: on(SCATTER, x),
    to: asChoice,
    grows: { nodes: 16 },
    domain: { x: [-3, 3] },
    example: ({ x: e }) => onePerRow(matrix(e!)),
  },
  {
    name: 'scatter_to_known_extents',
    stage: 'canonicalize',
    doc: 'An extent that is known is a number, no operand: equal nodes are then one.',
    from: on(SCATTER, x),
    when: ({ root }) =>
      root.inputs.slice(-openExtents(root)).some((dim) => scalarValue(dim) !== null) &&
      openExtents(root) > 0,
    to: ({ root }) => {
      const operands = root.inputs.slice(1, root.inputs.length - openExtents(root));
      return scatter(root.inputs[0]!, entriesOf(root), operands, dimsOf(root));
    },
    domain: { x: [-3, 3] },
    example: ({ x: e }) => {
      const known = onePerRow(matrix(e!));
      return node(SCATTER, [...known.inputs, integer(2)], { ...known.params, shape: [null, 3] });
    },
  },
  {
    name: 'arange_to_known_bounds',
    stage: 'canonicalize',
    doc: 'A bound that is known is a number, no operand: equal nodes are then one.',
    from: on(ARANGE),
    when: ({ root }) => root.inputs.some((e) => scalarValue(e) !== null),
    to: ({ root: { params, inputs } }) => {
      const bounds = [params['start'], params['stop']];
      const open = [...inputs];
      const [start, stop] = bounds.map((bound) =>
        typeof bound === 'number' ? integer(bound) : open.shift()!,
      );
      return arange(start!, stop!, Number(params['step']));
    },
    domain: { x: [-3, 3] },
    example: ({ x: e }) => {
      const known = node(ARANGE, [integer(3)], { start: 0, stop: null, step: 1 });
      return mul(matrix(e!), broadcastTo(cast(known, e!.type.dtype), dimsOf(matrix(e!))));
    },
  },
];

/** How many extents of a scatter are operands. */
const openExtents = (expr: Expr): number =>
  (expr.params['shape'] as readonly unknown[]).filter((n) => n === null).length;
