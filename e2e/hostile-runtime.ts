/**
 * @file The strongest attacker: a realm whose runtime was replaced. It holds all three ports, answers pings, and sends what no
 * runtime of ours would. A cell named `forged-3` starts the third attack.
 */

/** `text` sees the ports `gate`, `compiler` and `device`, and the run. `why` it is ended; null where it may send that. */
type Forgery = { readonly name: string; readonly text: string; readonly why: RegExp | null };

const GRAPH = `{ nodes: [], inputs: [], outputs: [], updates: [] }`;
const compiling = (change: string): string =>
  `compiler.postMessage({ kind: 'compile', fn: 1, cell: 'a', request: { name: 'f', graph: ${GRAPH}, shared: [], mode: { base: 'fast', include: [], exclude: [] }, device: null, profile: false, sync: false, keepBuffers: true, place: null, ...{ ${change} } } });`;
const graphOf = (nodes: string): string =>
  compiling(`graph: { nodes: ${nodes}, inputs: [], outputs: [0], updates: [] }`);
const node = (change: string): string =>
  `{ op: 'tanh', inputs: [], params: {}, inner: [], name: null, positions: [], ...{ ${change} } }`;
const displaying = (output: string): string =>
  `gate.postMessage({ kind: 'display', run, output: ${output} });`;
const asking = (request: string): string => `device.postMessage([${request}]);`;

export const FORGERIES: readonly Forgery[] = [
  {
    name: 'an unknown kind',
    text: `gate.postMessage({ kind: 'eval', text: '1' });`,
    why: /unknown kind of message/,
  },
  { name: 'no object', text: 'gate.postMessage(null);', why: /unknown kind of message/ },
  {
    name: 'the end of a run that never began',
    text: `gate.postMessage({ kind: 'done', run: run + 1, names: [] });`,
    why: /a run that never began/,
  },
  {
    name: 'a text that is a map',
    text: displaying(`{ kind: 'text', text: new Map(), tone: 'plain' }`),
    why: /ended: text/,
  },
  {
    name: 'a text of 10 MB',
    text: displaying(`{ kind: 'text', text: 'x'.repeat(1e7), tone: 'plain' }`),
    why: /ended: text/,
  },
  {
    name: 'an output of no kind',
    text: displaying(`{ kind: 'constructor' }`),
    why: /an unknown kind of output/,
  },
  {
    name: 'a second greeting',
    text: `gate.postMessage({ kind: 'ready' });`,
    why: /ready a second time/,
  },
  {
    name: 'pongs unasked',
    text: `gate.postMessage({ kind: 'pong' }); gate.postMessage({ kind: 'pong' });`,
    why: /an answer to no question/,
  },
  {
    name: '200,000 messages',
    text: `for (let i = 0; i < 2e5; i++) ${displaying(`{ kind: 'text', text: String(i), tone: 'plain' }`)}`,
    why: /too many messages/,
  },
  {
    name: 'a plot that is drawn again and again',
    text: `const y = new Float64Array(1000); for (let i = 0; i < 19000; i++) ${displaying(`{ kind: 'plot', id: 'p', spec: { traces: [{ type: 'scatter', y }], layout: {} } }`)}`,
    why: null,
  },
  {
    name: 'a graph with a cycle',
    text: graphOf(`[${node('inputs: [0]')}]`),
    why: /references to earlier nodes/,
  },
  {
    name: 'an operation of Object.prototype',
    text: graphOf(`[${node(`op: 'constructor'`)}]`),
    why: /an operation of the language/,
  },
  {
    name: 'WGSL where a number should be',
    text: graphOf(`[${node(`op: 'dim', params: { axis: '0/* mine */' }`)}]`),
    why: /ended/,
  },
  {
    name: 'a graph of a million nodes',
    text: graphOf(`Array(1e6).fill(${node('')})`),
    why: null,
  },
  {
    name: 'a name of a million objects for the compiler',
    text: compiling('name: Array.from({ length: 1e6 }, (_, i) => ({ i }))'),
    why: /a name/,
  },
  {
    name: 'a program for the device',
    text: `device.postMessage({ program: 1, wgsl: '', bindings: [] });`,
    why: /entries/,
  },
  {
    name: '10,000 calls',
    text: `const call = { kind: 'call', fn: 1, call: { inputs: [], count: 1, collect: false }, results: [], asker: { run, cell: 'a' } }; for (let i = 0; i < 1e4; i++) device.postMessage([{ ...call, request: i }]);`,
    why: /at most 4096 that wait/,
  },
  {
    name: 'a key that is a path',
    text: asking(
      `{ kind: 'define', definition: { id: 0, name: 'w', dtype: 'float32', value: { data: new Float32Array(1), shape: [1], dtype: 'float32' }, key: { cell: '../w', ordinal: 0, attach: true } } }`,
    ),
    why: /the id of a cell/,
  },
  {
    name: 'a shape that its elements have not',
    text: asking(
      `{ kind: 'define', definition: { id: 0, name: 'w', dtype: 'float32', value: { data: new Float32Array(1), shape: [1000], dtype: 'float32' }, key: { cell: 'w', ordinal: 0, attach: true } } }`,
    ),
    why: /the elements of a value/,
  },
  {
    name: '4 GiB of messages',
    text: `const bytes = new ArrayBuffer(2 ** 26); for (let i = 0; i < 64; i++) (i % 2 ? gate : device).postMessage(bytes);`,
    why: /ended/,
  },
  {
    name: 'ten million items',
    text: `gate.postMessage(Array.from({ length: 1e7 }, (_, i) => ({ i })));`,
    why: /too large to be read/,
  },
];

/** A cell that starts each of the attacks. */
export const cellOfForgery = (name: string): string =>
  `forged-${FORGERIES.findIndex((forgery) => forgery.name === name)}`;

/** The text of the runtime, in place of ours. */
export const HOSTILE_RUNTIME = `
const attacks = [${FORGERIES.map(({ text }) => `(run, gate, compiler, device) => { ${text} }`).join(',\n')}];
onmessage = ({ ports: [gate, compiler, device] }) => {
  gate.onmessage = ({ data }) => {
    if (data.kind === 'ping') gate.postMessage({ kind: 'pong' });
    if (data.kind === 'run') attacks[Number(data.cell.split('-')[1])](data.run, gate, compiler, device);
  };
  gate.postMessage({ kind: 'ready' });
};`;
