/**
 * @file Ways out that a hostile cell may try. Each is the text of a cell that sets `answer`: to `out` where it got out, else
 * to how it was held. `weakened` names the site on which the same text does get out, which shows that it could.
 */

/** One wall taken down, as `weakened.ts` does it; null where workers of no browser have such a thing. */
type Weakened = 'noPolicies' | 'noFramePolicy' | 'sameOrigin' | null;

export type WayOut = {
  readonly name: string;
  readonly text: string;
  readonly weakened: Weakened;
  /** What is seen when it gets out: a path at the listening server or at the page's own host, or its name when it says so. */
  readonly sign: string;
};

/** Where the servers are. */
type Places = { readonly sink: string; readonly sinkPort: number; readonly host: string };

/** Waits for a promise, and not for ever. */
const settled = (promise: string): string =>
  `const answer = await Promise.race([${promise}.then(() => 'out', (e) => 'held: ' + e.name), new Promise((r) => setTimeout(r, 1500, 'held: silence'))]);`;

const attempted = (work: string): string =>
  `let answer = 'out'; try { ${work} } catch (e) { answer = 'held: ' + e.name; }`;

const nested = (address: string, body: string): string => `
  const inner = ${JSON.stringify(body)};
  const worker = new Worker(${address});
  const answer = await new Promise((r) => { worker.onmessage = (e) => r(e.data); worker.onerror = () => r('held'); setTimeout(r, 1500, 'held: silence'); });`;
const BLOB = 'URL.createObjectURL(new Blob([inner]))';
const DATA = `'data:text/javascript,' + encodeURIComponent(inner)`;

export const waysOut = ({ sink, sinkPort, host }: Places): readonly WayOut[] => {
  const at = (path: string): string => JSON.stringify(`${sink}${path}`);
  const socket = (path: string): string => JSON.stringify(`${sink.replace('http', 'ws')}${path}`);
  const beacon = (path: string): string =>
    `fetch(${at(path)}).then(() => postMessage('out'), () => postMessage('held'))`;
  const net = (path: string, name: string, text: string): WayOut => ({
    name,
    text,
    weakened: 'noPolicies',
    sign: `/${path}`,
  });
  const absent = (name: string, text: string): WayOut => ({
    name,
    text,
    weakened: null,
    sign: name,
  });
  const local = (name: string, text: string): WayOut => ({
    name,
    text,
    weakened: 'sameOrigin',
    sign: name,
  });
  return [
    net('fetch', 'fetch', settled(`fetch(${at('fetch')})`)),
    net(
      'xhr',
      'XMLHttpRequest',
      `const x = new XMLHttpRequest(); x.open('GET', ${at('xhr')}, false); ${attempted('x.send();')}`,
    ),
    net(
      'socket',
      'WebSocket',
      `const answer = await new Promise((r) => { try { const s = new WebSocket(${socket('socket')}); s.onopen = () => r('out'); s.onerror = () => r('held'); } catch (e) { r('held: ' + e.name); } });`,
    ),
    net(
      'stream',
      'WebSocketStream',
      settled(`(async () => new WebSocketStream(${socket('stream')}).opened)()`),
    ),
    net(
      'events',
      'EventSource',
      `const answer = await new Promise((r) => { try { const s = new EventSource(${at('events')}); s.onopen = () => r('out'); s.onerror = () => { s.close(); r('held'); }; } catch (e) { r('held: ' + e.name); } });`,
    ),
    net('script', 'importScripts', attempted(`importScripts(${at('script')});`)),
    // A cell that says it is refused before it runs; a script that a cell loads is not.
    net(
      'module',
      'import()',
      `const script = ${JSON.stringify(`self.imported = import(${at('module')})`)}; importScripts(URL.createObjectURL(new Blob([script]))); ${settled('self.imported')}`,
    ),
    net('nested-blob', 'nested blob: worker', nested(BLOB, beacon('nested-blob'))),
    net('nested-data', 'nested data: worker', nested(DATA, beacon('nested-data'))),
    net(
      'font',
      'FontFace',
      settled(`new FontFace('f', ${JSON.stringify(`url(${sink}font)`)}).load()`),
    ),
    absent(
      'WebTransport',
      settled(`(async () => new WebTransport('https://127.0.0.1:${sinkPort}/').ready)()`),
    ),
    absent(
      'RTCPeerConnection',
      `const c = { iceServers: [{ urls: 'stun:127.0.0.1:${sinkPort}' }] }; ${settled(
        `(async () => { const r = new RTCPeerConnection(c); r.createDataChannel('x'); await r.setLocalDescription(); })()`,
      )}`,
    ),
    absent('sendBeacon', attempted(`navigator.sendBeacon(${at('beacon')});`)),
    absent('navigation', attempted(`location.href = ${at('navigated')}; open(${at('opened')});`)),
    {
      name: "the page's own host",
      text: settled(`fetch(${JSON.stringify(`${host}own-host`)})`),
      weakened: 'noFramePolicy',
      sign: '/own-host',
    },
    local(
      'IndexedDB',
      settled(
        `new Promise((r, f) => { const q = indexedDB.open('x'); q.onsuccess = r; q.onerror = () => f(q.error); })`,
      ),
    ),
    local('caches', settled(`(async () => caches.open('x'))()`)),
    local('OPFS', settled(`(async () => navigator.storage.getDirectory())()`)),
    local('SharedArrayBuffer', attempted('new SharedArrayBuffer(8);')),
    local('navigator.gpu', attempted(`navigator.gpu.requestAdapter();`)),
    absent('localStorage', attempted(`localStorage.getItem('x');`)),
    absent('document.cookie', attempted('document.cookie;')),
    { ...local('eval', attempted(`(0, eval)('1');`)), weakened: 'noPolicies' },
  ];
};

/** The cells of a notebook that tries them all; each shows its answer. */
export const cellsOf = (ways: readonly WayOut[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    ways.map(({ name, text }, i) => [
      `way-${i}`,
      // A block: what a cell declares is a name of the whole notebook.
      `// ${name}\n{ ${text}\nconsole.log('answer: ' + answer); }`,
    ]),
  );
