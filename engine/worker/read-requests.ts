/**
 * @file The readers of what a realm sends to the device worker and to the compiler. They assume that the realm's runtime was
 * replaced: they copy named fields of known kinds and sizes, and throw at anything else, which ends the realm.
 */
import { fail } from '../base/errors.ts';
import { ELEMENTS_MAX, NAME_LENGTH_MAX, NODES_MAX, RANK_MAX } from '../base/limits.ts';
import {
  DEVICE_NAMES,
  type CallInput,
  type CallRequest,
  type CompileRequest,
  type HandlePart,
  type HostArray,
  type InspectRequest,
  type ModeMessage,
} from '../frontend/connection.ts';
import { makeArray } from '../ir/constant-data.ts';
import type { Position } from '../ir/graph.ts';
import { DTYPES, sizeOf, type DType } from '../ir/types.ts';
import type { Asker, DeviceRequest, Question, RealmToCompiler } from './messages.ts';

/** Requests of one message. */
const REQUESTS_MAX = 4096;

/** Entries of one list in a request: inputs, results, ids that are freed. */
const ENTRIES_MAX = 10_000;

const CELL_ID = /^[A-Za-z0-9_-]{1,64}$/;
const REPORTS = ['graph', 'kernels', 'memory', 'profile'] as const;

const refuse = (what: string): never => fail('message_malformed', 'a request', what);

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse('an object');
  return value as Readonly<Record<string, unknown>>;
}

const whole = (value: unknown): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? value
    : refuse('a whole number');

function list<V>(value: unknown, read: (item: unknown) => V, lengthMax = ENTRIES_MAX): V[] {
  if (!Array.isArray(value) || value.length > lengthMax) refuse(`at most ${lengthMax} entries`);
  return Array.from(value as readonly unknown[], read);
}

const text = (value: unknown): string =>
  typeof value === 'string' && value.length <= NAME_LENGTH_MAX ? value : refuse('a short text');

/** A name that a person gave, which may be of any length. */
const name = (value: unknown): string =>
  typeof value === 'string' ? value.slice(0, NAME_LENGTH_MAX) : refuse('a name');

const readCellId = (value: unknown): string =>
  typeof value === 'string' && CELL_ID.test(value) ? value : refuse('the id of a cell');

const dtypeOf = (value: unknown): DType =>
  DTYPES.find((dtype) => dtype === value) ?? refuse('a dtype');

function readArray(value: unknown): HostArray {
  const fields = fieldsOf(value);
  const dtype = dtypeOf(fields['dtype']);
  const shape = list(fields['shape'], whole, RANK_MAX);
  const { data } = fields;
  const kind = makeArray(dtype, 0)[Symbol.toStringTag];
  const isData =
    ArrayBuffer.isView(data) && Object.prototype.toString.call(data) === `[object ${kind}]`;
  const size = sizeOf(shape);
  if (!isData || size > ELEMENTS_MAX || (data as HostArray['data']).length !== size)
    refuse('the elements of a value');
  return { data: data as HostArray['data'], shape, dtype };
}

function readPart(value: unknown): HandlePart {
  const fields = fieldsOf(value);
  const axes = (name: string): number[] => list(fields[name], whole, RANK_MAX);
  return {
    kind: 'part',
    id: whole(fields['id']),
    starts: axes('starts'),
    counts: axes('counts'),
    steps: axes('steps'),
    dropped: axes('dropped'),
  };
}

const readSource = (value: unknown): HostArray | HandlePart =>
  fieldsOf(value)['kind'] === 'part' ? readPart(value) : readArray(value);

function readInput(value: unknown): CallInput {
  const fields = fieldsOf(value);
  switch (fields['kind']) {
    case 'host':
      return { kind: 'host', value: readArray(fields['value']) };
    case 'part':
      return { kind: 'part', part: readPart(fields['part']) };
    case 'result':
      return { kind: 'result', id: whole(fields['id']) };
    default:
      return refuse('an input');
  }
}

function readCall(value: unknown): CallRequest {
  const fields = fieldsOf(value);
  return {
    inputs: list(fields['inputs'], readInput),
    count: Math.max(1, whole(fields['count'])),
    collect: fields['collect'] === true,
  };
}

function readAsker(value: unknown): Asker {
  const fields = fieldsOf(value);
  return { run: whole(fields['run']), cell: readCellId(fields['cell']) };
}

function readDefinition(value: unknown): DeviceRequest {
  const fields = fieldsOf(value);
  const key = fieldsOf(fields['key']);
  return {
    kind: 'define',
    definition: {
      id: whole(fields['id']),
      name: name(fields['name']),
      dtype: dtypeOf(fields['dtype']),
      value: readSource(fields['value']),
      key: {
        cell: readCellId(key['cell']),
        ordinal: whole(key['ordinal']),
        attach: key['attach'] === true,
      },
    },
  };
}

function readQuestion(fields: Readonly<Record<string, unknown>>): Question {
  switch (fields['kind']) {
    case 'call':
      return {
        kind: 'call',
        fn: whole(fields['fn']),
        call: readCall(fields['call']),
        results: list(fields['results'], whole),
        asker: readAsker(fields['asker']),
      };
    case 'readResult':
      return { kind: 'readResult', id: whole(fields['id']) };
    case 'readShared':
      return { kind: 'readShared', id: whole(fields['id']), asker: readAsker(fields['asker']) };
    case 'readPart':
      return { kind: 'readPart', part: readPart(fields['part']) };
    case 'dataset':
      return { kind: 'dataset', name: text(fields['name']) };
    case 'report': {
      const what = REPORTS.find((kind) => kind === fields['what']) ?? refuse('a kind of report');
      return { kind: 'report', fn: whole(fields['fn']), what };
    }
    case 'devices':
      return { kind: 'devices' };
    default:
      return refuse('a kind of request that is known');
  }
}

function readRequest(value: unknown): DeviceRequest {
  const fields = fieldsOf(value);
  switch (fields['kind']) {
    case 'define':
      return readDefinition(fields['definition']);
    case 'write':
      return {
        kind: 'write',
        id: whole(fields['id']),
        value: readSource(fields['value']),
        asker: readAsker(fields['asker']),
      };
    case 'free':
      return {
        kind: 'free',
        results: list(fields['results'], whole),
        shared: list(fields['shared'], whole),
      };
    case 'freeFunction':
      return { kind: 'freeFunction', fn: whole(fields['fn']) };
    case 'setDevice':
      return { kind: 'setDevice', name: text(fields['name']) };
    case 'endRun':
      return { kind: 'endRun', run: whole(fields['run']) };
    default:
      return { ...readQuestion(fields), request: whole(fields['request']) };
  }
}

/** The requests of one message of a realm. @throws message_malformed */
export const readRequests = (message: unknown): readonly DeviceRequest[] =>
  list(message, readRequest, REQUESTS_MAX);

// The compiler's. Graphs are left for `readGraph`, which trusts them as little.

function readPlace(value: unknown): Position | null {
  if (value === null) return null;
  const fields = fieldsOf(value);
  return {
    source: text(fields['source']),
    line: whole(fields['line']),
    column: whole(fields['column']),
  };
}

function readMode(value: unknown): ModeMessage {
  const fields = fieldsOf(value);
  const { base } = fields;
  return {
    base: base === 'fast' || base === 'fastCompile' ? base : refuse('a mode'),
    include: list(fields['include'], text),
    exclude: list(fields['exclude'], text),
  };
}

function readVariable(value: unknown): readonly [node: number, id: number] {
  const [node, id] = list(value, whole, 2);
  return node === undefined || id === undefined ? refuse('a node and its variable') : [node, id];
}

function readCompileRequest(value: unknown): CompileRequest {
  const fields = fieldsOf(value);
  const { device } = fields;
  return {
    name: name(fields['name']),
    graph: fields['graph'] as CompileRequest['graph'],
    shared: list(fields['shared'], readVariable, NODES_MAX),
    mode: readMode(fields['mode']),
    device: device === null ? null : (DEVICE_NAMES.find((n) => n === device) ?? refuse('a device')),
    profile: fields['profile'] === true,
    sync: fields['sync'] === true,
    keepBuffers: fields['keepBuffers'] === true,
    place: readPlace(fields['place']),
  };
}

function readInspectRequest(value: unknown): InspectRequest {
  const fields = fieldsOf(value);
  return {
    id: text(fields['id']),
    kind: fields['kind'] === 'gradient' ? 'gradient' : 'graph',
    title: name(fields['title']),
    cell: readCellId(fields['cell']),
    place: readPlace(fields['place']),
    graph: fields['graph'] as InspectRequest['graph'],
  };
}

/** A request of a realm to the compiler. @throws message_malformed */
export function readCompilerRequest(message: unknown): RealmToCompiler {
  const fields = fieldsOf(message);
  switch (fields['kind']) {
    case 'compile':
      return {
        kind: 'compile',
        fn: whole(fields['fn']),
        cell: readCellId(fields['cell']),
        request: readCompileRequest(fields['request']),
      };
    case 'inspect':
      return { kind: 'inspect', request: readInspectRequest(fields['request']) };
    default:
      return refuse('a kind of request that is known');
  }
}
