/**
 * Goal: every lesson runs from its first cell to its last, and what its text promises is so.
 * Method: each is executed in Node on WASM through the rewriting and the engine of the page, some with a line or an input
 * changed as their text suggests; numbers are asserted.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { NDArray, setDevice, type Fn, type Tensor } from '../../engine/arignote.ts';
import { RULES } from '../../engine/catalogue/rules.ts';
import type { Notebook } from '../document/notebook.ts';
import { encodeLink, PLAIN_SETTINGS } from '../document/share-link.ts';
import { hashOf, lessonHashes, lessonIn, lessonNotebook, LESSONS } from './lessons.ts';
import { runNotebook, structureOf, type Ran, type Shown } from './notebook.test.kit.ts';

beforeAll(() => setDevice('wasm'));

/** A link to the page in a folder of a host. */
const ADDRESS = 'https://notebooks.example.org/arignote/';

/** Above, many programs cut a link. */
const LINK_LENGTH_MAX = 8000;

describe.each(LESSONS)('$id', ({ id, title, figure }) => {
  test('has the title that the list shows, and a drawing', async () => {
    expect((await lessonNotebook(id)).title).toBe(title);
    expect(figure).toMatch(/^(<(path|circle) class="fig( [ab])?" [^<>]*\/>)+$/);
  });

  test('defines every name that it uses, in the order in which it stands', async () => {
    const { names, graph } = structureOf(await lessonNotebook(id));
    const declared = new Set([...names.values()].flatMap((own) => own.declared));
    const unknown = [...names].flatMap(([cell, { references }]) =>
      references.filter((name) => !declared.has(name)).map((name) => `${cell}: ${name}`),
    );
    expect(unknown).toEqual([]);
    expect(graph.problems).toEqual([]);
    expect(graph.order).toEqual(graph.cells);
  });

  test('names only rules that there are', async () => {
    const named = (await lessonNotebook(id)).cells
      .filter(({ kind }) => kind === 'markdown')
      .flatMap(({ source }) => [...source.matchAll(/`([a-z\d]+(?:_[a-z\d]+)+)`/g)])
      .map(([, rule]) => rule);
    const rules = new Set(RULES.map(({ name }) => name));
    expect(named).not.toEqual([]);
    expect(named.filter((rule) => !rules.has(rule!))).toEqual([]);
  });

  test('travels in a link', async () => {
    const link = await encodeLink(await lessonNotebook(id), PLAIN_SETTINGS);
    const { length } = `${ADDRESS}${link.ok ? link.fragment : link.message}`;
    process.stdout.write(`lesson ${id}: a link of ${length} characters\n`);
    expect(link.ok).toBe(true);
    expect(length).toBeLessThan(LINK_LENGTH_MAX);
  });

  test('is known by its hash, and no longer when a cell is changed', async () => {
    const notebook = await lessonNotebook(id);
    expect(lessonHashes.get(await hashOf(notebook)), await hashOf(notebook)).toBe(id);
    expect(await lessonIn(notebook)).toBe(id);
    const cells = notebook.cells.map((cell, k) =>
      k === 2 ? { ...cell, source: `${cell.source} ` } : cell,
    );
    expect(await lessonIn({ ...notebook, cells })).toBeNull();
  });
});

test('no lesson has an id that is not in the list', async () => {
  await expect(lessonNotebook('toString')).rejects.toThrow('There is no lesson toString.');
});

type Edit = { readonly from: string; readonly to: string };

/** The lesson with a text replaced everywhere, as its reader is told to. */
async function edited(id: string, { from, to }: Edit): Promise<Notebook> {
  const notebook = await lessonNotebook(id);
  const cells = notebook.cells.map((cell) =>
    cell.kind === 'code' ? { ...cell, source: cell.source.replaceAll(from, to) } : cell,
  );
  expect(cells).not.toEqual(notebook.cells);
  return { ...notebook, cells };
}

function shownBy(ran: Ran, cell: string, kind: string): Shown {
  const found = ran.shown.get(cell)?.findLast((shown) => shown.kind === kind);
  if (found === undefined) throw new Error(`Cell ${cell} shows no ${kind}.`);
  return found;
}

type Point = { readonly training: number; readonly validation: number };
type Row = Readonly<Record<string, number | string>>;
type Trace = Readonly<Record<string, unknown>> & { readonly y: readonly (number | null)[] };

const curveOf = (ran: Ran) => shownBy(ran, 'train', 'curve').value as readonly Point[];
const percentIn = (ran: Ran, cell: string) =>
  Number(/^\*\*([\d.]+) %\*\*/.exec(String(shownBy(ran, cell, 'markdown').value))?.[1]);
const tableOf = (ran: Ran, cell: string) => shownBy(ran, cell, 'show').value as readonly Row[];
const columnOf = (ran: Ran, cell: string, name: string) =>
  tableOf(ran, cell).map((row) => row[name]);

async function rulesOf(ran: Ran, name: string): Promise<readonly string[]> {
  const { steps } = await (ran.names[name] as Fn<Tensor>).graph;
  return steps.map(({ rule }) => rule);
}

describe('logistic regression', () => {
  let ran: Ran;
  beforeAll(async () => {
    ran = await runNotebook(await lessonNotebook('logistic-regression'));
  }, 120_000);

  test('reads over 91 % of the test digits', () => {
    expect(percentIn(ran, 'test')).toBeGreaterThan(91);
    expect(percentIn(ran, 'test')).toBeLessThan(93);
  });

  test('shows 32 digits with their labels', () => {
    const { value, options } = shownBy(ran, 'data', 'show');
    expect((value as NDArray).shape).toEqual([32, 784]);
    expect(options).toMatchObject({ as: 'images', columns: 16 });
    // The first digits of the training set, which everyone knows.
    expect((options['captions'] as string[]).slice(0, 8).join('')).toBe('50419213');
  });

  test('has a curve of 50 points whose held-out cost goes down to a third', () => {
    const points = curveOf(ran);
    expect(points).toHaveLength(50);
    expect(points.every(({ training }) => Number.isFinite(training))).toBe(true);
    expect(points[0]!.validation).toBeGreaterThan(0.7);
    expect(points.at(-1)!.validation).toBeLessThan(0.34);
  });

  test('has the gradient that its text gives', async () => {
    const { dW, x, y, p } = ran.names as Readonly<Record<string, Tensor>>;
    const images = Float32Array.from({ length: 3 * 784 }, (_, k) => (k % 17) / 17);
    const batch = new NDArray(images, [3, 784], 'float32');
    const labels = [4, 0, 9];
    const gradient = await dW!.eval([
      [x!, batch],
      [y!, labels],
    ]);
    const probabilities = await p!.eval([[x!, batch]]);
    const byHand = (pixel: number, digit: number) =>
      labels.reduce((sum, label, k) => {
        const error = (probabilities.at(k, digit) as number) - Number(label === digit);
        return sum + (images[k * 784 + pixel]! * error) / labels.length;
      }, 0);
    for (const [pixel, digit] of [
      [0, 4],
      [300, 0],
      [783, 7],
    ] as const)
      expect(gradient.at(pixel, digit)).toBeCloseTo(byHand(pixel, digit), 5);
  });

  test('shows the surest mistakes, each of another digit than was read', () => {
    const { value, options } = shownBy(ran, 'mistakes', 'show');
    expect((value as NDArray).shape).toEqual([32, 784]);
    const captions = options['captions'] as readonly string[];
    expect(captions).toHaveLength(32);
    for (const caption of captions) {
      const [is, read] = caption.split(' → ');
      expect(is).toMatch(/^\d$/);
      expect(read).toMatch(/^\d$/);
      expect(is).not.toBe(read);
    }
    const { surest, result } = ran.names as {
      surest: readonly number[];
      result: { sure: NDArray };
    };
    const sure = surest.map((k) => result.sure.data[k]!);
    expect(sure).toEqual(sure.toSorted((a, b) => b - a));
    expect(sure.at(-1)).toBeGreaterThan(0.9);
  });

  test('shows what was learnt as ten pictures between black and white', () => {
    const { data, shape } = shownBy(ran, 'weights', 'show').value as NDArray;
    expect(shape).toEqual([10, 784]);
    expect(Math.min(...data)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...data)).toBeLessThanOrEqual(1);
    expect(Math.max(...data) - Math.min(...data)).toBeGreaterThan(0.5);
  });

  test('has its softmax rewritten, also where it is written out', async () => {
    expect(await rulesOf(ran, 'train')).toContain('log_of_softmax');
    const written = await runNotebook(
      await edited('logistic-regression', {
        from: 'const p = T.nnet.softmax(x.dot(W) + b);',
        to: 'const e = T.exp(x.dot(W) + b);\nconst p = e / e.sum({ axis: 1, keepdims: true });',
      }),
    );
    expect(await rulesOf(written, 'train')).toEqual(
      expect.arrayContaining(['exp_over_sum_of_exp', 'log_of_softmax']),
    );
    expect(percentIn(written, 'test')).toBeGreaterThan(91);
  }, 120_000);

  test('says where a shape is wrong, by the cells of both matrices', async () => {
    const notebook = await edited('logistic-regression', { from: '[784, 10]', to: '[748, 10]' });
    await expect(runNotebook(notebook)).rejects.toMatchObject({
      code: 'inner_extents_differ',
      message: expect.stringMatching(
        /\[\?, 784\] \(compile, line \d.*W \[748, 10\] \(model, line 3/,
      ),
    });
  });

  test('makes the NaN that its text announces', async () => {
    const notebook = await edited('logistic-regression', {
      from: 'x.dot(W)',
      to: 'T.log(x).dot(W)',
    });
    expect(curveOf(await runNotebook(notebook))[0]!.training).toBeNaN();
  }, 120_000);
});

describe('spirals', () => {
  const withInputs = async (inputs: Readonly<Record<string, number>>) =>
    runNotebook(await lessonNotebook('spirals'), inputs);

  test('has over 97 % of the points on the right side', async () => {
    const ran = await withInputs({});
    expect(percentIn(ran, 'score')).toBeGreaterThan(97);
    expect(curveOf(ran)).toHaveLength(12);
    expect(curveOf(ran).at(-1)!.training).toBeLessThan(0.05);
    expect(await rulesOf(ran, 'train')).toEqual(
      expect.arrayContaining(['one_minus_sigmoid', 'log_of_sigmoid_to_softplus']),
    );
  });

  test('draws the surface again and again, on the right side of 300 points', async () => {
    const ran = await withInputs({});
    const pictures = ran.shown.get('train')!.filter(({ kind }) => kind === 'plot');
    expect(pictures).toHaveLength(13);
    const [first, last] = [pictures[0]!, pictures.at(-1)!].map(
      ({ value }) => (value as readonly { readonly z: number[][] }[])[0]!.z,
    );
    expect(first).not.toEqual(last);
    const { points, arms, ticks } = ran.names as {
      readonly points: readonly (readonly [number, number])[];
      readonly arms: readonly number[];
      readonly ticks: readonly number[];
    };
    const cell = (u: number) => Math.round((u - ticks[0]!) / (ticks[1]! - ticks[0]!));
    const right = points.filter(([u, v], k) => last![cell(v)]![cell(u)]! > 0.5 === (arms[k] === 1));
    expect(right.length).toBeGreaterThan(0.95 * points.length);
  });

  test('shows a picture of the plane for each hidden unit, upwards as in the plot', async () => {
    const ran = await withInputs({ 'Hidden units': 8 });
    const { shape, data } = shownBy(ran, 'units', 'show').value as NDArray;
    expect(shape).toEqual([8, 61, 61]);
    const { W1, b1 } = ran.names as Readonly<Record<string, { get(): Promise<NDArray> }>>;
    const [weights, bias] = [await W1!.get(), await b1!.get()];
    const atTopLeft = Array.from({ length: 8 }, (_, unit) => {
      const [u, v] = [weights.at(0, unit) as number, weights.at(1, unit) as number];
      return (Math.tanh(-1.2 * u + 1.2 * v + bias.data[unit]!) + 1) / 2;
    });
    for (const [unit, value] of atTopLeft.entries())
      expect(data[unit * 61 * 61]).toBeCloseTo(value, 4);
  });

  test('fails with 4 hidden units, and with a learning rate of 0.1', async () => {
    expect(percentIn(await withInputs({ 'Hidden units': 4 }), 'score')).toBeLessThan(90);
    expect(percentIn(await withInputs({ 'Learning rate': 0.1 }), 'score')).toBeLessThan(97);
  });

  test.each([
    ['soft steps', { from: 'seed: 1, scale: 3', to: 'seed: 1, scale: 0.3' }, 0, 90],
    ['relu', { from: 'T.tanh', to: 'T.relu' }, 97, 100],
  ])('behaves as its text says with %s', async (_, edit, least, most) => {
    const percent = percentIn(await runNotebook(await edited('spirals', edit)), 'score');
    expect(percent).toBeGreaterThan(least);
    expect(percent).toBeLessThanOrEqual(most);
  });

  test('begins every training alike', async () => {
    const [one, other] = [await withInputs({}), await withInputs({})];
    expect(curveOf(one)).toEqual(curveOf(other));
  });
});

describe('what the optimizer did', () => {
  let ran: Ran;
  beforeAll(async () => {
    ran = await runNotebook(await lessonNotebook('optimizer'));
  });

  test('overflows as written, and not as optimized', () => {
    const column = (name: string) => columnOf(ran, 'softplus-table', name);
    const x = column('x') as readonly number[];
    expect(x).toEqual([-100, -20, -10, 0, 10, 88, 89, 100, 1000]);
    expect(column('f as written').slice(-3)).toEqual([Infinity, Infinity, Infinity]);
    expect(column('slope as written').slice(-3)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(column('f as written').slice(0, 2)).toEqual([0, 0]);
    for (const [k, v] of x.entries()) {
      const [f, slope] = [
        Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v))),
        1 / (1 + Math.exp(-v)),
      ];
      expectClose(column('f optimized')[k], f);
      expectClose(column('slope optimized')[k], slope);
    }
  });

  function expectClose(value: unknown, expected: number): void {
    // At -100 float32 has few digits left.
    const tolerance = expected < 1e-38 ? 0.02 : 1e-5;
    expect(Math.abs((value as number) / expected - 1)).toBeLessThan(tolerance);
  }

  test('draws a curve that ends at -17 and one that goes on', () => {
    const [optimized, written] = shownBy(ran, 'softplus-plot', 'plot').value as readonly Trace[];
    const x = optimized!['x'] as readonly number[];
    expect(optimized!.y.every((v) => v !== null && v > 0)).toBe(true);
    const firstX = x[written!.y.findIndex((v) => v !== null)]!;
    expect(firstX).toBeGreaterThan(-17);
    expect(firstX).toBeLessThan(-16);
    // In steps: fewer values than points.
    expect(new Set(written!.y).size).toBeLessThan(0.9 * x.filter((v) => v >= firstX).length);
  });

  test('lists the rules, and what is left', () => {
    expect(columnOf(ran, 'steps', 'rule')).toEqual(
      expect.arrayContaining([
        'log_of_one_plus_exp_to_softplus',
        'exp_over_one_plus_exp_to_sigmoid',
      ]),
    );
    expect(shownBy(ran, 'steps', 'text').value).toMatch(/^softplus[^]*\nsigmoid/);
    expect(shownBy(ran, 'steps', 'markdown').value).toBe('Of 12 nodes 3 are left.');
  });

  test('overflows again without the rules', () => {
    expect(tableOf(ran, 'exclude')).toEqual([{ x: 100, f: Infinity, slope: 1 }]);
  });

  test('keeps a softmax and its logarithm finite at 1,000', () => {
    const column = (name: string) => columnOf(ran, 'softmax', name);
    expect(column('p as written')).toEqual([Number.NaN, 0, 0]);
    expect(column('p optimized')).toEqual([1, 0, 0]);
    expect(column('log p as written')).toEqual([Number.NaN, -Infinity, -Infinity]);
    expect(column('log p optimized')).toEqual([0, -1000, -2000]);
  });

  test('finds the gradient of a cross-entropy', async () => {
    const column = (name: string) => columnOf(ran, 'crossentropy', name);
    expect(column('as written')).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(column('optimized')).toEqual([1, -1, 0]);
    expect(column('by hand')).toEqual([1, -1, 0]);
    expect(await rulesOf(ran, 'gradient')).toEqual(
      expect.arrayContaining(['cancelled_product', 'exp_over_sum_of_exp']),
    );
  });

  test('is open to the changes that its text suggests', async () => {
    const withCost = async (to: string) =>
      runNotebook(await edited('optimizer', { from: 'T.log(1 + T.exp(x))', to }));
    const sigmoid = await withCost('T.log(1 - T.sigmoid(x))');
    expect(columnOf(sigmoid, 'softplus-table', 'f as written').at(-2)).toBe(-Infinity);
    expect(columnOf(sigmoid, 'softplus-table', 'f optimized').at(-2)).toBe(-100);
    const unknown = await withCost('T.log(2 + T.exp(x))');
    expect(columnOf(unknown, 'softplus-table', 'f optimized').at(-2)).toBe(Infinity);
    const known = await withCost('(Math.log(2) + T.log(1 + T.exp(x - Math.log(2))))');
    expect(columnOf(known, 'softplus-table', 'f optimized').at(-2)).toBe(100);
  });
});
