/**
 * Goal: every page has an address, and an address names one page. Method: round trips of arbitrary routes, and a table of
 * addresses that people and programs make.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fragmentOf, goTo, routeOf, useRouteState, type Route } from './routes.ts';

const anyId = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const anyRoute: fc.Arbitrary<Route> = fc.oneof(
  fc.constant<Route>({ kind: 'home' }),
  anyId.map((id): Route => ({ kind: 'notebook', id })),
  anyId.map((id): Route => ({ kind: 'lesson', id })),
  fc
    .stringMatching(/^[1-9][a-z]\.[A-Za-z0-9_-]{0,200}(&view=app)?$/)
    .map((content): Route => ({ kind: 'link', fragment: `#${content}` })),
);

test('a route comes back from its fragment', () => {
  fc.assert(
    fc.property(anyRoute, (route) => {
      expect(routeOf(fragmentOf(route))).toEqual(route);
    }),
  );
});

test('no fragment makes reading it fail', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const route = routeOf(text);
      if (route) expect(routeOf(fragmentOf(route))).toEqual(route);
    }),
  );
});

test.each([
  ['', { kind: 'home' }],
  ['#', { kind: 'home' }],
  ['#/', { kind: 'home' }],
  ['#/n/abc', { kind: 'notebook', id: 'abc' }],
  ['#/n/', { kind: 'unknown', fragment: '#/n/' }],
  ['#/n/a b', { kind: 'unknown', fragment: '#/n/a b' }],
  ['#/n/abc/def', { kind: 'unknown', fragment: '#/n/abc/def' }],
  ['#/lesson/spirals', { kind: 'lesson', id: 'spirals' }],
  ['#/nowhere', { kind: 'unknown', fragment: '#/nowhere' }],
  ['#1g.abc', { kind: 'link', fragment: '#1g.abc' }],
  ['#2z.newer', { kind: 'link', fragment: '#2z.newer' }],
  ['#note', null],
])('%j asks for %j', (fragment, route) => {
  expect(routeOf(fragment)).toEqual(route);
});

test('going somewhere shows it', () => {
  goTo({ kind: 'lesson', id: 'spirals' });
  expect(useRouteState.getState().route).toEqual({ kind: 'lesson', id: 'spirals' });
  goTo({ kind: 'home' });
});
