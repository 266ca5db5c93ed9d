/**
 * Goal: cells run after those they use, and what may show old values is stale.
 * Method: tables of small notebooks, and laws over generated ones.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { downstreamOf, type OrderedCell, orderCells, staleAfter } from './order.ts';

/** A notebook as text: `1: a < b c` is cell 1, which declares a and uses b and c; `!d` assigns d. */
function notebook(text: string): readonly OrderedCell[] {
  return text.split(', ').map((cell) => {
    const [, id = '', declared = '', used = ''] = /^(\w+):([^<]*)<?(.*)$/.exec(cell) ?? [];
    const words = (part: string) => part.split(' ').filter(Boolean);
    const [assigned, references] = [
      words(used).filter((name) => name.startsWith('!')),
      words(used).filter((name) => !name.startsWith('!')),
    ];
    return {
      id,
      declared: words(declared),
      references,
      assigned: assigned.map((name) => ({ name: name.slice(1) })),
    };
  });
}

test.each([
  ['1: a, 2: b, 3: c', '1 2 3'],
  ['1: a < b, 2: b, 3: c', '2 1 3'],
  ['1: a < c, 2: b < c, 3: c, 4: d < a', '3 1 2 4'],
  ['1: a < a unknown, 2: b', '1 2'],
])('%s runs as %s', (text, expected) => {
  const { order, problems } = orderCells(notebook(text));
  expect(order.join(' ')).toBe(expected);
  expect(problems).toEqual([]);
});

test.each([
  ['1: a, 2: a', ['duplicate 1 2 | a | cell 1 and cell 2 both define a.']],
  [
    '1: a < b, 2: b < a, 3: c < a',
    ['cycle 1 2 | b a | cell 1 uses b of cell 2, cell 2 uses a of cell 1'],
  ],
  ['1: a < b, 2: b < a, 3: c < d, 4: d < c', ['cycle 1 2 | b a | ', 'cycle 3 4 | d c | ']],
  ['1: a, 2: b < !a', ['assigned 1 2 | a | cell 2 assigns a, which cell 1 defines.']],
])('%s has problems that name the cells', (text, expected) => {
  const { problems } = orderCells(notebook(text));
  expect(problems.map((p) => `${p.kind} ${p.cells.join(' ')} | ${p.names.join(' ')}`)).toEqual(
    expected.map((line) => line.slice(0, line.lastIndexOf(' | '))),
  );
  problems.forEach(({ message }, i) =>
    expect(message).toContain(expected[i]!.slice(expected[i]!.lastIndexOf(' | ') + 3)),
  );
});

test('downstream is what uses a cell, directly or not, in the order of running', () => {
  const graph = orderCells(notebook('1: a < b, 2: b < c, 3: c, 4: d, 5: e < a'));
  expect(downstreamOf(graph, '3')).toEqual(['2', '1', '5']);
  expect(downstreamOf(graph, '4')).toEqual([]);
});

test.each([
  ['2', '3 4'],
  ['3', '4'],
  ['4', ''],
  ['1', '2 3 4 6'],
  ['5', '6'],
  ['2 5', '3 4 6'],
])('after cell %s ran, %j are stale', (changed, expected) => {
  // 1 makes the weights, 2 trains and 3 trains on; 4 plots them; 5 declares what 6 uses, which reads nothing.
  const graph = orderCells(notebook('0:, 1: w, 2: < w, 3:, 4:, 5: s, 6: < s w'));
  const accesses = [
    { cell: '0', reads: ['W'], writes: [] },
    { cell: '2', reads: ['W'], writes: ['W'] },
    { cell: '3', reads: ['W'], writes: ['W'] },
    { cell: '4', reads: ['W'], writes: [] },
  ];
  expect(staleAfter(graph, changed.split(' '), accesses).join(' ')).toBe(expected);
});

const generated = fc
  .array(fc.uniqueArray(fc.nat(9), { maxLength: 3 }), { minLength: 1, maxLength: 10 })
  .map((uses) =>
    uses.map((used, i): OrderedCell => ({
      id: `${i}`,
      declared: [`n${i}`],
      references: used.map((u) => `n${u}`),
      assigned: [],
    })),
  );

test('the order holds every cell once, and each after those it uses when there is no cycle', () => {
  fc.assert(
    fc.property(generated, (cells) => {
      const { order, upstream, problems } = orderCells(cells);
      expect(order.toSorted()).toEqual(cells.map(({ id }) => id).toSorted());
      const backwards = order.filter((id, i) =>
        upstream.get(id)!.some((up) => order.indexOf(up) > i),
      );
      expect(problems.length === 0).toBe(backwards.length === 0);
      for (const { cells: cycle } of problems)
        cycle.forEach((id, i) => expect(upstream.get(id)).toContain(cycle[(i + 1) % cycle.length]));
    }),
  );
});
