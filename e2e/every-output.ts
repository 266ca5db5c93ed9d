/** @file A notebook with every kind of output and the states of cells that a run leaves, to be looked at by tests. */
import type { Cells } from './shared-notebook.ts';

/** Cells by their ids. The last three end in an error, in a stop, and not at all. */
export const EVERY_OUTPUT: Cells = {
  texts: `
console.log('epoch 1  cost 0.6931');
console.warn('The learning rate is above 1.');
console.error('The file holds no header.');
console.log(Array.from({ length: 60 }, (_, i) => 'line ' + i).join('\\n'));`,
  tensors: `
const x = T.matrix('x');
const W = shared(T.host.randn([4, 3], { seed: 1 }), 'W');
const cost = T.log(T.exp(x.dot(W)).sum({ axis: 1 })).mean();
const f = compile([x], cost, { name: 'f', profile: true });
show(cost);
viewGraph(cost);
viewGradient(cost, W);
viewKernels(f);
viewTimeline(f);`,
  formulas: `
md\`The **cost** is \\\`mean\\\` of $-\\\\log p_y$.

$$J = -\\\\frac{1}{n}\\\\sum_{i=1}^n \\\\log p_{i,y_i}$$

| rule | count |
|---|---|
| log_of_exp | 3 |\`;`,
  arrays: `
const noise = T.host.randn([12, 16], { seed: 2 });
show(noise, { label: 'noise' });
show(noise, { as: 'heatmap', label: 'noise' });
show(noise, { as: 'histogram' });
show(T.host.randn([6, 8, 8], { seed: 3 }), { as: 'images', columns: 6, captions: [...'abcdef'] });
show([{ digit: 'one', wrong: 3 }, { digit: 'two', wrong: NaN }], { as: 'table' });`,
  figures: `
const curve = liveLoss('cost');
for (const i of progress(T.host.arange(40), { label: 'Epochs' })) {
  curve.add({ training: Math.exp(-i / 10), validation: 0.2 + Math.exp(-i / 12) });
}
const places = Array.from({ length: 50 }, (_, i) => i / 5);
plot([
  { name: 'sine', x: places, y: places.map(Math.sin) },
  { name: 'cosine', x: places, y: places.map(Math.cos) },
]);`,
  controls: `
const units = slider({ label: 'Hidden units', min: 1, max: 64, value: 16 });
const kind = select({ label: 'Activation', options: ['tanh', 'relu'] });
const isShuffled = checkbox({ label: 'Shuffle', value: true });
const draws = button({ label: 'Draw again' });`,
  fails: `
const h = T.zeros([3, 4]);
const q = h.dot(T.zeros([5, 2]));`,
  endless: `
for (const round of progress(T.host.arange(1e9), { label: 'Rounds' })) await sleep(20);`,
  idle: `
const never = 1;`,
};
