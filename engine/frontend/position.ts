/** @file Where in the user's code a call was written: the first frame of the stack that is not the engine's. */
import type { Position } from '../ir/graph.ts';

/** Frames looked at; a builder is a few calls deep. */
const FRAMES = 24;

/** Who finds positions: `positionInFiles`, or in a cell realm its runtime, whose frames have names of their own. */
const finder: { find: () => Position | null } = { find: positionInFiles };

export const findPositionsWith = (find: () => Position | null): void => {
  finder.find = find;
};

/** The caller's place, or `null` where the stack does not tell. */
export const callerPosition = (): Position | null => finder.find();

/** The engine's own files: a folder in the source tree, one file in the built library; none in a cell realm. */
const OWN = ownPrefix(import.meta.url);

function ownPrefix(url: string): string {
  return url.includes('/engine/frontend/') ? url.slice(0, url.indexOf('frontend/')) : url;
}

const isOwn = (source: string): boolean =>
  source.startsWith(OWN) && !/\.(test|bench)\.ts$/.test(source) && !source.includes('/bench/');

function positionInFiles(): Position | null {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES;
  const { stack } = new Error('position');
  Error.stackTraceLimit = before;
  for (const line of (stack ?? '').split('\n').slice(1)) {
    const frame =
      /\(?((?:file|https?|blob|webpack|node):[^\s()]*|\/[^\s()]*|[\w.-]+):(\d+):(\d+)\)?$/.exec(
        line.trim(),
      );
    if (frame === null) continue;
    const source = frame[1]!.startsWith('/') ? `file://${frame[1]}` : frame[1]!;
    if (isOwn(source) || source.startsWith('node:')) continue;
    return { source: shortSource(source), line: Number(frame[2]), column: Number(frame[3]) };
  }
  return null;
}

/** A file by its name; a cell's source is its id as it stands. */
const shortSource = (source: string): string =>
  source.startsWith('file://') ? (source.split('/').at(-1) ?? source) : source;
