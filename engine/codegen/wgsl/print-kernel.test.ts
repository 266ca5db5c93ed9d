/**
 * Goal: the WGSL of each kind of kernel reads as a person would write it, and holds nothing of the user's. Method: small graphs
 * through binding and scheduling; the text after the helper functions is compared whole.
 */
import { describe, expect, test } from 'vitest';
import { GraphScope, withGraph, type Expr, type Graph } from '../../ir/graph.ts';
import { add, mul, sqr } from '../../ops/arith.ts';
import { dimshuffle, sum, transpose } from '../../ops/broadcast.ts';
import { where, gt } from '../../ops/compare.ts';
import { at } from '../../ops/indexing.ts';
import { constant, input } from '../../ops/leaves.ts';
import { dot } from '../../ops/linalg.ts';
import { argmax } from '../../ops/reduce.ts';
import { reshape } from '../../ops/shape.ts';
import { integer } from '../../ops/leaves.ts';
import { exp, relu } from '../../ops/transcendental.ts';
import { bindShapes, lowerGraph, resolveShapes } from '../../schedule/bind-shapes.ts';
import { scheduleKernels } from '../../schedule/schedule.ts';
import { emitWgsl } from './print-kernel.ts';

const matrix = (rows: number, columns: number, name: string) =>
  input({ dtype: 'float32', shape: [rows, columns] }, name);

/** The programs of a graph with static inputs. */
function programs(outputs: readonly Expr[], inputs: readonly Expr[]) {
  const graph: Graph<'optimized'> = { stage: 'optimized', inputs, outputs, updates: [] };
  const [source, target] = [new GraphScope(), new GraphScope()];
  const lowered = withGraph(source, () => lowerGraph(graph));
  const facts = {
    shapes: new Map(inputs.map((x) => [x, x.type.shape.map(Number)] as const)),
    values: new Map(inputs.filter((x) => x.type.shape.length === 0).map((x) => [x, 1] as const)),
  };
  const resolution = resolveShapes(lowered, facts);
  const bound = bindShapes(lowered, resolution, lowered.graph, { source, target });
  return withGraph(target, () => {
    const leaves = new Map([...bound.variables].map(([leaf, variable]) => [variable, leaf]));
    const variables = { inputs: inputs.map((x) => leaves.get(x) ?? null), shared: [], updated: [] };
    const schedule = scheduleKernels(bound.graph, variables, { storageBuffers: 8 });
    return schedule.kernels.map((kernel) => emitWgsl(kernel, schedule));
  });
}

/** The text without helper functions and declarations of other lines. */
function mainOf(text: string): string {
  return text.slice(text.indexOf('@compute')).trimEnd();
}

describe('the text of a kernel', () => {
  const x = matrix(5, 7, 'secret name');

  test('a map has one line a value, and a guard at the edge', () => {
    const [program] = programs(
      [relu(add(mul(x, constant(2, 'float32')), constant(1, 'float32')))],
      [x],
    );
    expect(mainOf(program!.text)).toMatchInlineSnapshot(`
      "@compute @workgroup_size(64)
      fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
        let turn = i32(group.x * 64u + lane);
        if (turn >= 35) { return; }
        let i0 = (turn / 7);
        let i1 = turn % 7;
        let v0 = b0[(i0 * 7 + i1)];
        let v1 = (v0 * 2.0);
        let v2 = (v1 + 1.0);
        let v3 = max_nan(v2, 0.0);
        b1[(i0 * 7 + i1)] = v3;
      }"
    `);
    expect(program!.text).not.toContain('secret');
    expect(program!.dispatch).toEqual([1, 1, 1]);
  });

  test('a reduction over a long row is shared by the lanes of a workgroup', () => {
    const rows = matrix(3, 100, 'x');
    const [program] = programs([sum(sqr(rows), [1])], [rows]);
    expect(mainOf(program!.text)).toMatchInlineSnapshot(`
      "@compute @workgroup_size(64)
      fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
        let turn = i32(group.x);
        let i0 = turn;
        var acc0 = 0.0;
        for (var tr0 = i32(lane); tr0 < 100; tr0 += 64) {
          let r0 = tr0;
          let v0 = b0[(i0 * 100 + r0)];
          let v1 = (v0 * v0);
          acc0 = acc0 + v1;
        }
        scratch_float32[lane] = acc0;
        workgroupBarrier();
        for (var half = 32u; half > 0u; half >>= 1u) {
          if (lane < half) {
            acc0 = acc0 + scratch_float32[lane + half];
            scratch_float32[lane] = acc0;
          }
          workgroupBarrier();
        }
        acc0 = scratch_float32[0];
        workgroupBarrier();
        if (lane == 0u) {
          b1[i0] = acc0;
        }
      }"
    `);
    expect(program!.dispatch).toEqual([3, 1, 1]);
  });

  test('a short reduction is a loop of one thread, its epilogue after it', () => {
    const [program] = programs([exp(sum(x, [1]))], [x]);
    expect(mainOf(program!.text)).toMatchInlineSnapshot(`
      "@compute @workgroup_size(64)
      fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
        let turn = i32(group.x * 64u + lane);
        if (turn >= 5) { return; }
        let i0 = turn;
        var acc0 = 0.0;
        for (var tr0 = 0; tr0 < 7; tr0 += 1) {
          let r0 = tr0;
          let v0 = b0[(i0 * 7 + r0)];
          acc0 = acc0 + v0;
        }
        let v1 = exp_f32(acc0);
        b1[i0] = v1;
      }"
    `);
  });

  test('argmax keeps a value and its position', () => {
    const [program] = programs([argmax(x, [1])], [x]);
    expect(mainOf(program!.text)).toMatchInlineSnapshot(`
      "@compute @workgroup_size(64)
      fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
        let turn = i32(group.x * 64u + lane);
        if (turn >= 5) { return; }
        let i0 = turn;
        var acc0 = from_bits(0xff800000u);
        var acc0_at = 0x7fffffff;
        for (var tr0 = 0; tr0 < 7; tr0 += 1) {
          let r0 = tr0;
          let v0 = b0[(i0 * 7 + r0)];
          if (select((!is_nan(acc0) && (v0 > acc0 || (v0 == acc0 && r0 < acc0_at))), (!is_nan(acc0) || r0 < acc0_at), is_nan(v0))) { acc0 = v0; acc0_at = r0; }
        }
        b1[i0] = acc0_at;
      }"
    `);
  });

  test('views are index arithmetic, simplified', () => {
    const view = reshape(transpose(x), [integer(5), integer(7)]);
    const [program] = programs([add(view, dimshuffle(sum(x, [0]), [-1, 0]))], [x]).slice(-1);
    expect(mainOf(program!.text)).toMatchInlineSnapshot(`
      "@compute @workgroup_size(64)
      fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
        let turn = i32(group.x * 64u + lane);
        if (turn >= 7) { return; }
        let i0 = turn;
        var acc0 = 0.0;
        for (var tr0 = 0; tr0 < 5; tr0 += 1) {
          let r0 = tr0;
          let v0 = b0[(r0 * 7 + i0)];
          acc0 = acc0 + v0;
        }
        for (var tr0 = 0; tr0 < 5; tr0 += 1) {
          let r0 = tr0;
          let v1 = b0[(((r0 * 7 + i0) % 5) * 7 + ((r0 * 7 + i0) / 5))];
          let v2 = (v1 + acc0);
          b1[(r0 * 7 + i0)] = v2;
        }
      }"
    `);
  });

  test('an index from data is wrapped and checked', () => {
    const rows = input({ dtype: 'int32', shape: [4] }, 'rows');
    const full = { kind: 'slice', start: null, stop: null, step: 1 } as const;
    const [program] = programs([at(x, [{ kind: 'indices' }, full], [rows])], [x, rows]);
    expect(mainOf(program!.text)).toMatchInlineSnapshot(`
      "@compute @workgroup_size(64)
      fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
        let turn = i32(group.x * 64u + lane);
        if (turn >= 28) { return; }
        let i0 = (turn / 7);
        let i1 = turn % 7;
        let v0 = b0[i0];
        let v1 = b1[(wrap_index(i32(v0), 5) * 7 + i1)];
        let v2 = (v0 >= -5 && v0 < 5);
        let v3 = select(from_bits(0x7fc00000u), v1, v2);
        b2[(i0 * 7 + i1)] = v3;
      }"
    `);
  });

  test('a bound of the call is a uniform', () => {
    const i = input({ dtype: 'int32', shape: [] }, 'i');
    const slice = { kind: 'slice', start: 'input', stop: null, step: 1 } as const;
    const full = { kind: 'slice', start: null, stop: null, step: 1 } as const;
    const [program] = programs(
      [mul(at(x, [slice, full], [i]), x.type.dtype === 'float32' ? constant(3, 'float32') : x)],
      [x, i],
    );
    expect(mainOf(program!.text)).toMatchInlineSnapshot(`
      "@compute @workgroup_size(64)
      fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
        let turn = i32(group.x * 64u + lane);
        if (turn >= 28) { return; }
        let i0 = (turn / 7);
        let i1 = turn % 7;
        let v0 = b0[((i0 * 7 + bitcast<i32>(u[0].x) * 7) + i1)];
        let v1 = (v0 * 3.0);
        b1[(i0 * 7 + i1)] = v1;
      }"
    `);
    expect(program!.text).toContain('@group(1) @binding(0) var<uniform> u: array<vec4<u32>, 1>;');
  });

  test('a product takes its prologue where it loads and its epilogue where it stores', () => {
    const w = matrix(7, 3, 'w');
    const product = dot(where(gt(x, constant(0, 'float32')), x, constant(0, 'float32')), w);
    const all = programs([relu(product)], [x, w]);
    const text = all.at(-1)!.text;
    const finish = text.slice(text.indexOf('fn finish'), text.indexOf('@compute'));
    expect(finish.trimEnd()).toMatchInlineSnapshot(`
      "fn finish(row: i32, column: i32, total: f32) {
        if (row >= 5 || column >= 3) { return; }
        let i0 = row;
        let i1 = column;
        let v0 = max_nan(total, 0.0);
        b2[(i0 * 3 + i1)] = v0;
      }"
    `);
    expect(text.match(/workgroupBarrier/g)).toHaveLength(2);
  });

  test('every line of a computed value is linked to its node', () => {
    const product = mul(add(x, constant(1, 'float32')), x);
    const [program] = programs([exp(product)], [x]);
    const lines = program!.text.split('\n');
    const linked = program!.sourceMap.map(({ line, nodes }) => [
      lines[line - 1]!.trim(),
      nodes[0]!.op.name,
    ]);
    expect(linked).toMatchInlineSnapshot(`
      [
        [
          "let v1 = (v0 + 1.0);",
          "add",
        ],
        [
          "let v2 = (v1 * v0);",
          "mul",
        ],
        [
          "let v3 = exp_f32(v2);",
          "exp",
        ],
        [
          "b1[(i0 * 7 + i1)] = v3;",
          "exp",
        ],
      ]
    `);
  });
});
