/**
 * @file The tiled matrix product: operands staged in workgroup memory through any prologue, accumulators with names (an
 * indexed local array is slower on some drivers), and the epilogue as a function of row, column and sum.
 */
import type { Expr } from '../../ir/graph.ts';
import type { Axis } from '../../ir/index-expr.ts';
import { operandsOf, strideAlong, type Scalar } from '../../ir/scalar.ts';
import type { Kernel } from '../../schedule/kernel.ts';
import type { Tile, Tiling } from '../../schedule/tile.ts';
import { ScalarPrinter, type Scope } from './scalars.ts';
import type { WgslWriter } from './writer.ts';

type ProductTiling = Extract<Tiling, { kind: 'product' }>;

/** Writes the function; gives the declarations of its workgroup memory. */
export function printProduct(
  kernel: Kernel,
  { product, tile }: ProductTiling,
  writer: WgslWriter,
): string[] {
  const { m, n, k, left, right, phase } = product;
  const threads = (tile.rows / tile.threadRows) * (tile.columns / tile.threadColumns);
  printEpilogue(kernel, m, n, writer);
  writer.line(`@compute @workgroup_size(${threads})`);
  const builtins =
    '@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32';
  writer.block(`fn main(${builtins})`, () => {
    writer.line(`let row0 = i32(group.y) * ${tile.rows};`);
    writer.line(`let column0 = i32(group.x) * ${tile.columns};`);
    const across = tile.columns / tile.threadColumns;
    writer.line(`let row = (i32(lane) / ${across}) * ${tile.threadRows};`);
    writer.line(`let column = (i32(lane) % ${across}) * ${tile.threadColumns};`);
    for (const [i, j] of cells(tile)) writer.line(`var acc_${i}_${j} = 0.0;`);
    writer.block(`for (var k0 = 0; k0 < ${k.extent}; k0 += ${tile.depth})`, () => {
      stage({
        kernel,
        writer,
        operand: left,
        along: m,
        k,
        extent: tile.rows,
        depth: tile.depth,
        origin: 'row0',
        memory: 'left',
        threads,
      });
      stage({
        kernel,
        writer,
        operand: right,
        along: n,
        k,
        extent: tile.columns,
        depth: tile.depth,
        origin: 'column0',
        memory: 'right',
        threads,
      });
      writer.line('workgroupBarrier();');
      writer.block(`for (var kk = 0; kk < ${tile.depth}; kk++)`, () =>
        multiply(tile, writer, phase.node),
      );
      writer.line('workgroupBarrier();');
    });
    for (const [i, j] of cells(tile)) {
      writer.line(`finish(row0 + row + ${i}, column0 + column + ${j}, acc_${i}_${j});`);
    }
  });
  return [
    `var<workgroup> left: array<f32, ${tile.rows * tile.depth}>;`,
    `var<workgroup> right: array<f32, ${tile.columns * tile.depth}>;`,
  ];
}

function cells(tile: Tile): [number, number][] {
  return Array.from({ length: tile.threadRows * tile.threadColumns }, (_, c) => [
    Math.floor(c / tile.threadColumns),
    c % tile.threadColumns,
  ]);
}

/** What is stored for one element of the product, inside the matrix. */
function printEpilogue(kernel: Kernel, m: Axis, n: Axis, writer: WgslWriter): void {
  writer.block('fn finish(row: i32, column: i32, total: f32)', () => {
    writer.line(`if (row >= ${m.extent} || column >= ${n.extent}) { return; }`);
    writer.line(`let ${m.name} = row;`);
    writer.line(`let ${n.name} = column;`);
    const printer = new ScalarPrinter(writer, kernel, new Map([[0, 'total']]));
    const scope: Scope = new Map();
    for (const phase of kernel.phases) {
      if (phase.kind === 'map') printer.stores(phase.stores, scope);
    }
  });
}

type Staging = {
  readonly kernel: Kernel;
  readonly writer: WgslWriter;
  readonly operand: Scalar;
  readonly along: Axis;
  readonly k: Axis;
  readonly extent: number;
  readonly depth: number;
  readonly origin: string;
  readonly memory: string;
  readonly threads: number;
};

/** Load a stretch of an operand, neighbours in memory by neighbouring lanes; zero outside the matrix. */
function stage({
  kernel,
  writer,
  operand,
  along,
  k,
  extent,
  depth,
  origin,
  memory,
  threads,
}: Staging): void {
  const kFastest = isContiguous(operand, k);
  writer.block(`for (var s = i32(lane); s < ${extent * depth}; s += ${threads})`, () => {
    const fast = kFastest ? depth : extent;
    const [inner, outer] = [`s % ${fast}`, `s / ${fast}`];
    writer.line(`let kk = ${kFastest ? inner : outer};`);
    writer.line(`let ii = ${kFastest ? outer : inner};`);
    writer.line(`let ${along.name} = ${origin} + ii;`);
    writer.line(`let ${k.name} = k0 + kk;`);
    writer.line('var value = 0.0;');
    writer.block(`if (${along.name} < ${along.extent} && ${k.name} < ${k.extent})`, () => {
      const printer = new ScalarPrinter(writer, kernel, new Map());
      writer.line(`value = ${printer.print(operand, new Map())};`);
    });
    writer.line(`${memory}[kk * ${extent} + ii] = value;`);
  });
}

/** Whether the first load of an operand moves by one element along the axis. */
function isContiguous(operand: Scalar, axis: Axis): boolean {
  const stack = [operand];
  for (let s = stack.pop(); s !== undefined; s = stack.pop()) {
    if (s.kind === 'load' && strideAlong(s.index, axis) === 1) return true;
    stack.push(...operandsOf(s));
  }
  return false;
}

function multiply(tile: Tile, writer: WgslWriter, node: Expr): void {
  for (let i = 0; i < tile.threadRows; i++)
    writer.line(`let x${i} = left[kk * ${tile.rows} + row + ${i}];`);
  for (let j = 0; j < tile.threadColumns; j++)
    writer.line(`let y${j} = right[kk * ${tile.columns} + column + ${j}];`);
  for (const [i, j] of cells(tile)) writer.line(`acc_${i}_${j} += x${i} * y${j};`, [node]);
}
