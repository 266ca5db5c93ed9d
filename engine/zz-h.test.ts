import { test } from 'vitest';
import { connect } from './frontend/engine.ts';
import { connectInProcess } from './worker/in-process.ts';
import { T } from './frontend/operations.ts';
import { compile } from './frontend/function.ts';
connect(connectInProcess);
test('x', async () => {
  const x = T.tensor('float32', [2, 3], 'x');
  const t = x.tanh().exp().tanh();
  const f = compile([x], [t, t.at(0).sum()], { device: 'wasm' });
  console.log(String(await f([[1, 2, 3], [4, 5, 6]])), (await f.kernels).length);
});
