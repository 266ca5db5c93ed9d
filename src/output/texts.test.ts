/**
 * Goal: errors, controls and texts say what is so, and a stranger's text can make no tag of its own. Method: messages as the engine
 * writes them, places of a thumb, markdown with what it must not do.
 */
import { describe, expect, test } from 'vitest';
import { fillOf, placeOf, placesOf, valueAt, type Slider } from './control-scale.ts';
import { readError } from './error-text.ts';
import { escapeHtml } from './escape.ts';
import { texToHtml } from './katex-late.ts';
import { firstWall } from './markdown-late.ts';
import { plainMarkdown } from './markdown.ts';
import { timeLeft, type ProgressMark } from './time-left.ts';

const nameOf = (cell: string): string | null =>
  ({ k3xw5abcde: 'cell 3', c2: 'cell 2' })[cell] ?? null;

describe('an error of the engine', () => {
  test('names its expressions, with the extents that clash', () => {
    const { title, sentence, named, isOfEngine } = readError(
      {
        code: 'inner_extents_differ',
        message:
          'dot: the inner extents differ: h float32 [600, 500] (k3xw5abcde, line 4) and W3 [400, 10] (c2, line 1). The last extent of the left must equal the first of the right.',
      },
      nameOf,
    );
    expect(isOfEngine).toBe(true);
    expect(title).toBe('dot: the inner extents differ');
    expect(sentence).toBe('The last extent of the left must equal the first of the right.');
    expect(named.map(({ name, dtype, place }) => [name, dtype, place])).toEqual([
      ['h', 'float32', { cell: 'k3xw5abcde', line: 4 }],
      ['W3', '', { cell: 'c2', line: 1 }],
    ]);
    expect(
      named.map(({ extents }) => extents.filter((e) => e.isClashing).map((e) => e.text)),
    ).toEqual([['500'], ['400']]);
  });

  test('marks all axes that differ, counted from the last, and none that is unknown', () => {
    const { named } = readError(
      {
        code: 'shapes_differ',
        message: 'add: the shapes differ: a [2, 3, ?] (c2, line 1) and b [4, 5] (c2, line 2).',
      },
      nameOf,
    );
    expect(named.map(({ extents }) => extents.map(({ isClashing }) => isClashing))).toEqual([
      [false, true, false],
      [true, false],
    ]);
  });

  test('calls cells what the page calls them, wherever they stand', () => {
    const { sentence } = readError(
      { code: 'two_definitions', message: 'x is defined twice. See cell c2 and k3xw5abcde.' },
      nameOf,
    );
    expect(sentence).toBe('See cell 2 and cell 3.');
  });

  test('with a long first sentence has its code as title, and keeps the sentence', () => {
    const message = `compile: ${'a very long sentence '.repeat(10)}ends here. Do this.`;
    const { title, sentence } = readError({ code: 'some_code', message }, nameOf);
    expect(title).toBe('compile: some code');
    expect(sentence).toBe(message);
  });
});

describe('another error', () => {
  test('is its text, which is not searched for expressions', () => {
    expect(
      readError({ code: 'TypeError', message: 'x [3] (c2, line 1) is not a function' }, nameOf),
    ).toMatchObject({ isOfEngine: false, named: [] });
  });

  test('may be empty', () => {
    expect(readError({ code: 'Error', message: '' }, nameOf)).toMatchObject({
      title: '',
      sentence: '',
    });
  });
});

describe('a slider', () => {
  const slider = (more: Partial<Slider>): Slider => ({
    type: 'slider',
    min: 0,
    max: 10,
    step: 1,
    scale: 'linear',
    value: 5,
    ...more,
  });
  const log = slider({ min: 1e-4, max: 1, step: 0, scale: 'log' });

  test('stands in the middle of a logarithmic track at the geometric mean', () => {
    const { min, max } = placesOf(log);
    expect(placeOf(log, 0.01)).toBe((min + max) / 2);
    expect(valueAt(log, (min + max) / 2)).toBe(0.01);
    expect(fillOf(log, 0.01)).toBe(50);
  });

  test('comes back to its value from every place', () => {
    const { min, max } = placesOf(log);
    for (let place = min; place <= max; place += 1) {
      expect(placeOf(log, valueAt(log, place))).toBe(place);
    }
  });

  test('keeps to its bounds and to whole steps', () => {
    const counts = slider({ min: 1, max: 1000, step: 1, scale: 'log' });
    expect(valueAt(counts, placesOf(counts).max)).toBe(1000);
    expect(valueAt(counts, placesOf(counts).min)).toBe(1);
    expect(Number.isInteger(valueAt(counts, 120))).toBe(true);
  });

  test('with a logarithm of 0 or without a range is linear, and its fill is a number', () => {
    expect(placesOf(slider({ scale: 'log' }))).toEqual({ min: 0, max: 10, step: 1 });
    expect(fillOf(slider({ min: 3, max: 3 }), 3)).toBe(0);
    expect(fillOf(slider({}), 99)).toBe(100);
  });
});

describe('the time left', () => {
  test('is what the rest takes at the pace so far', () => {
    expect(timeLeft({ at: 0, done: 0 }, { at: 2000, done: 10 }, 40)).toBe(6000);
  });

  test.each<[ProgressMark, ProgressMark, number | null, string]>([
    [{ at: 0, done: 0 }, { at: 500, done: 10 }, 40, 'too early'],
    [{ at: 0, done: 0 }, { at: 5000, done: 0 }, 40, 'nothing done'],
    [{ at: 0, done: 0 }, { at: 5000, done: 40 }, 40, 'done'],
    [{ at: 0, done: 0 }, { at: 5000, done: 4 }, null, 'no end'],
  ])('is unknown: %j %j %j, %s', (from, now, total) => {
    expect(timeLeft(from, now, total)).toBeNull();
  });
});

describe('markdown', () => {
  test('makes HTML of its own signs only', () => {
    const { html } = firstWall('# A *b*\n\n<img src=x onerror=alert(1)> <script>alert(1)</script>');
    expect(html).toContain('<h1>A <em>b</em></h1>');
    expect(html).not.toMatch(/<img|<script/);
    expect(html).toContain('&lt;script&gt;');
  });

  test('links to pages and places only, and loads no picture', () => {
    const { html } = firstWall(
      '[a](javascript:alert(1)) [b](https://example.org/?a="b) ![c](https://example.org/c.png) [d](data:text/html,x)',
    );
    expect(html).not.toMatch(/javascript:|<img|data:text/);
    expect(html).toContain('target="_blank" rel="noopener noreferrer"');
    expect(firstWall('[e](#/lesson/optimizer)').html).toContain(
      '<a href="#/lesson/optimizer">e</a>',
    );
    expect(html).toContain('pictures from elsewhere are not loaded');
  });

  test('finds formulas, and leaves prices alone', () => {
    const { html, formulas } = firstWall('From $x_1$ to\n\n$$\\frac{1}{2}$$\n\n$5 and $6, \\$7.');
    expect(formulas).toEqual([
      { tex: 'x_1', form: 'inline', nth: 0 },
      { tex: '\\frac{1}{2}', form: 'block', nth: 0 },
    ]);
    expect(html).toContain('<span data-formula="0"></span>');
    expect(html).toContain('$5 and $6, $7');
  });

  test('lets no text write the place of a formula', () => {
    const { html } = firstWall('$x$ <span data-formula="0"></span> `<span data-formula="0">`');
    expect(html.match(/<span data-formula/g)).toHaveLength(1);
  });

  test('before its library is there has headings, lists and emphasis, and no tags of the text', () => {
    expect(plainMarkdown('## T <b>\nunder\n\n- *a*\n- `b`')).toBe(
      '<h2>T &lt;b&gt;</h2>\n<p>under</p>\n<ul><li><em>a</em></li><li><code>b</code></li></ul>',
    );
    expect(plainMarkdown(' \n\n ')).toBe('');
  });
});

describe('a formula', () => {
  test('on lines of its own can be scrolled by keys, its number at the right', () => {
    const html = texToHtml('a \\tag{7}', { display: true, number: 3 });
    expect(html).toContain('tabindex="0"');
    expect(html).toContain('<span class="no">(7)</span>');
    expect(texToHtml('a', { display: true, number: 3 })).toContain('(3)');
    expect(texToHtml('a', { display: true })).not.toContain('class="no"');
  });

  test('that cannot be read is shown as it was written, with the reason', () => {
    const html = texToHtml('\\frac{1}{"', { display: false });
    expect(html).toMatch(/^<code class="tex-error" title="[^"]+">/);
    expect(html).toContain('\\frac{1}{&quot;');
  });

  test('makes no link, loads nothing and ends', () => {
    expect(texToHtml('\\href{https://example.org}{x}', { display: false })).not.toContain('href=');
    expect(texToHtml('\\includegraphics{x.png}', { display: false })).not.toContain('<img');
    expect(texToHtml('\\def\\a{\\a\\a}\\a', { display: false })).toContain('tex-error');
    expect(texToHtml('x'.repeat(20_000), { display: false })).toContain(
      'more than 10000 characters',
    );
  });
});

test('escaping leaves nothing that HTML reads', () => {
  expect(escapeHtml(`<a b="c" d='e'>&`)).toBe('&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;');
});
