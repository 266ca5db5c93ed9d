/** Goal: what passes the gate, in a page and a realm that are both ends of channels here. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { openGate } from './gate.ts';
import type { GateToPage, PageToRealm } from './protocol.ts';
import { OUTPUT_LIMITS } from './read-output.ts';

type Ends = {
  readonly page: MessagePort;
  readonly realm: MessagePort;
  readonly heard: Exclude<GateToPage, { kind: 'pulse' }>[];
};

const opened: MessagePort[] = [];

function open(): Ends {
  const [toRealm, toPage] = [new MessageChannel(), new MessageChannel()];
  const heard: Ends['heard'] = [];
  toPage.port2.addEventListener('message', ({ data }: MessageEvent<readonly GateToPage[]>) => {
    for (const message of data) if (message.kind !== 'pulse') heard.push(message);
  });
  toPage.port2.start();
  openGate(toRealm.port1, toPage.port1);
  opened.push(toRealm.port1, toRealm.port2, toPage.port1, toPage.port2);
  return { page: toPage.port2, realm: toRealm.port2, heard };
}

/** Starts a run as the page does, and waits until the realm has it. */
async function begin({ page, realm }: Ends, run: number, cell = 'a'): Promise<void> {
  const arrived = new Promise((resolve) => {
    realm.addEventListener('message', ({ data }: MessageEvent<PageToRealm>) => {
      if (data.kind === 'run' && data.run === run) resolve(null);
    });
    realm.start();
  });
  const message: PageToRealm = {
    kind: 'run',
    run,
    cell,
    script: '',
    parameters: [],
    declared: [],
    columns: [],
    keepOld: false,
    controls: {},
  };
  page.postMessage(message);
  await arrived;
}

const say = (run: number, text: string) => ({
  kind: 'display',
  run,
  output: { kind: 'text', text, tone: 'plain' },
});
const progress = (run: number, done: number) => ({
  kind: 'display',
  run,
  output: { kind: 'progress', id: 'p', label: '', done, total: 10 },
});
const end = { kind: 'done', run: 1, names: [] };

afterEach(() => {
  for (const port of opened.splice(0)) port.close();
});

describe('the gate', () => {
  test('passes what a run shows, and its end', async () => {
    const ends = open();
    await begin(ends, 1);
    for (const message of [{ kind: 'ready' }, say(1, 'hello'), end])
      ends.realm.postMessage(message);
    await vi.waitFor(() => expect(ends.heard).toHaveLength(3));
    expect(ends.heard).toEqual([{ kind: 'ready' }, say(1, 'hello'), end]);
  });

  const VIOLATIONS: Readonly<Record<string, readonly unknown[]>> = {
    'an unknown kind of message': [{ kind: 'navigate' }],
    'a run that never began': [say(2, 'x')],
    'ready a second time': [{ kind: 'ready' }, { kind: 'ready' }],
    'an answer to no question': [{ kind: 'pong' }],
    'a run that ended before': [end, end],
    'too many messages': Array.from({ length: 20_500 }, () => progress(1, 1)),
  };

  test.each(Object.entries(VIOLATIONS))(
    'ends the realm for %s, and hears it no more',
    async (why, messages) => {
      const ends = open();
      await begin(ends, 1);
      for (const message of [...messages, say(1, 'after')]) ends.realm.postMessage(message);
      await vi.waitFor(() => expect(ends.heard.at(-1)).toEqual({ kind: 'violation', why }), 5000);
      expect(ends.heard.filter(({ kind }) => kind === 'violation')).toHaveLength(1);
      expect(ends.heard).not.toContainEqual(say(1, 'after'));
    },
  );

  test('drops what an earlier run of the cell shows late', async () => {
    const ends = open();
    await begin(ends, 1);
    await begin(ends, 2);
    ends.realm.postMessage(say(1, 'late'));
    ends.realm.postMessage(say(2, 'now'));
    await vi.waitFor(() => expect(ends.heard).toEqual([say(2, 'now')]));
  });

  test('passes no more outputs than a run may show; one that changes takes its own place', async () => {
    const ends = open();
    await begin(ends, 1);
    for (let i = 0; i < 2 * OUTPUT_LIMITS.outputs; i++) ends.realm.postMessage(progress(1, i));
    for (let i = 0; i < 2 * OUTPUT_LIMITS.outputs; i++) ends.realm.postMessage(say(1, `${i}`));
    ends.realm.postMessage(end);
    await vi.waitFor(() => expect(ends.heard.at(-1)).toEqual(end));
    const texts = ends.heard.filter((m) => m.kind === 'display' && m.output.kind === 'text');
    expect(texts).toHaveLength(OUTPUT_LIMITS.outputs - 1);
    expect(ends.heard.filter((m) => m.kind === 'display')).toContainEqual(
      progress(1, 2 * OUTPUT_LIMITS.outputs - 1),
    );
  });

  test('passes the latest state of what changes, in few messages, at the place where it stood', async () => {
    const ends = open();
    await begin(ends, 1);
    const curve = { kind: 'curve', id: 'c', name: '', series: ['a'], points: [] };
    ends.realm.postMessage(say(1, 'first'));
    for (let i = 0; i < 1000; i++) {
      ends.realm.postMessage(progress(1, i));
      if (i === 0) ends.realm.postMessage(say(1, 'below'));
      if (i === 500) ends.realm.postMessage({ kind: 'display', run: 1, output: curve });
      const points = [{ step: i, values: [i] }];
      if (i >= 500) ends.realm.postMessage({ kind: 'points', run: 1, id: 'c', points });
    }
    ends.realm.postMessage(end);
    await vi.waitFor(() => expect(ends.heard.at(-1)).toEqual(end));
    expect(ends.heard.length).toBeLessThan(100);
    const bars = ends.heard.filter((m) => m.kind === 'display' && m.output.kind === 'progress');
    expect(bars.at(-1)).toEqual(progress(1, 999));
    const index = (message: object) => ends.heard.findIndex((m) => m === message);
    expect(index(bars[0]!)).toBeLessThan(
      ends.heard.findIndex(
        (m) => m.kind === 'display' && m.output.kind === 'text' && m.output.text === 'below',
      ),
    );
    const steps = ends.heard
      .flatMap((m) => (m.kind === 'points' ? m.points : []))
      .map((p) => p.step);
    expect(steps).toEqual(Array.from({ length: 500 }, (_, i) => i + 500));
  });

  test('passes no more text than a run may show', async () => {
    const ends = open();
    await begin(ends, 1);
    for (let i = 0; i < 5; i++) ends.realm.postMessage(say(1, 'x'.repeat(OUTPUT_LIMITS.chars / 2)));
    ends.realm.postMessage(end);
    await vi.waitFor(() => expect(ends.heard.at(-1)).toEqual(end));
    expect(ends.heard).toHaveLength(2 + 1);
  });

  test('passes points only of a curve that is there', async () => {
    const ends = open();
    await begin(ends, 1);
    const points = { kind: 'points', run: 1, id: 'c', points: [{ step: 0, values: [1] }] };
    const curve = { kind: 'curve', id: 'c', name: '', series: ['a'], points: [] };
    ends.realm.postMessage(points);
    ends.realm.postMessage({ kind: 'display', run: 1, output: curve });
    ends.realm.postMessage(points);
    ends.realm.postMessage(end);
    await vi.waitFor(() => expect(ends.heard.at(-1)).toEqual(end));
    expect(ends.heard.map(({ kind }) => kind)).toEqual(['display', 'points', 'done']);
  });

  test('passes no more points of a curve than one may have, be they ever so small', async () => {
    const ends = open();
    await begin(ends, 1);
    const output = { kind: 'curve', id: 'c', name: '', series: [], points: [] };
    ends.realm.postMessage({ kind: 'display', run: 1, output });
    const empty = Array.from({ length: 1000 }, (_, step) => ({ step, values: [] }));
    for (let i = 0; i < 50; i++)
      ends.realm.postMessage({ kind: 'points', run: 1, id: 'c', points: empty });
    ends.realm.postMessage(end);
    await vi.waitFor(() => expect(ends.heard.at(-1)).toEqual(end));
    const passed = ends.heard.flatMap((m) => (m.kind === 'points' ? m.points : []));
    expect(passed).toHaveLength(OUTPUT_LIMITS.points);
  });
});
