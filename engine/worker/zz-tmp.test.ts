import { test, expect } from 'vitest';
import { connect } from '../frontend/engine.ts';
import { connectInProcess } from './in-process.ts';
import { T } from '../frontend/operations.ts';
import { compile } from '../frontend/function.ts';
import { grad } from '../frontend/derivatives.ts';
connect(connectInProcess);
test.each(['webgpu', 'wasm', 'reference'] as const)('bool max %s', async (device) => {
  const x = T.vector('x');
  const b = x.gt(0);
  const f = compile([x], [b.max(), b.min(), b.argmax()], { device });
  expect((await f([1, -1, 2])).map((v) => v.toArray())).toEqual([true, false, 0]);
  const i = T.ivector('i');
  const d = T.dvector('d');
  console.log(grad(d.sum().add(i.gt(0).sum()), i).dtype);
});
