/** @file WGSL and WebAssembly text in colours: words of the language, its own functions, numbers, comments. */
import type { DeviceName } from '../../../engine/worker/protocol.ts';

/** What a piece of a line is; `plain` is the kernel's own. */
type PieceKind = 'keyword' | 'api' | 'number' | 'string' | 'comment' | 'plain';
export type Piece = { readonly kind: PieceKind; readonly text: string };

const WGSL =
  /(?<comment>\/\/.*)|(?<keyword>\b(?:alias|break|case|const|continue|default|else|enable|fn|for|if|let|loop|override|return|struct|switch|var|while|true|false)\b)|(?<api>@\w+|\b(?:array|atomic|bool|[fiu](?:16|32)|mat\dx\d|ptr|vec[234]|workgroup|storage|uniform|function|private|read_write|read|write)\b|\b(?:abs|bitcast|ceil|clamp|cos|exp2?|floor|fma|log2?|max|min|pow|round|select|sign|sin|sqrt|tanh?|trunc|workgroupBarrier|storageBarrier|workgroupUniformLoad|atomic\w+|subgroup\w+)(?=\())|(?<number>\b(?:0x[\da-fA-F]+|\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)[fhiu]?\b)|(?<name>[A-Za-z_]\w*)/g;

const WAT =
  /(?<comment>;;.*)|(?<string>"[^"]*")|(?<name>\$[\w.]+)|(?<number>(?<=[\s(=])-?(?:0x[\da-fA-F]+|inf|nan|\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)(?=[\s)]))|(?<api>\b(?:[fi]\d+x\d+|[fi](?:32|64)|v128)(?:\.\w+)?|\bmemory\.\w+|\blocal\.\w+)|(?<keyword>\b(?:module|import|export|memory|func|param|result|local|loop|block|if|then|else|br|br_if|call|return|drop|select|end|global|type|table|data|offset)\b)/g;

const KINDS: readonly Exclude<PieceKind, 'plain'>[] = [
  'comment',
  'keyword',
  'api',
  'number',
  'string',
];

/** A line in pieces, in order; together they are the line. */
export function highlightLine(line: string, device: DeviceName): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of line.matchAll(device === 'webgpu' ? WGSL : WAT)) {
    const kind = KINDS.find((name) => match.groups?.[name] !== undefined);
    if (kind === undefined) continue;
    if (match.index > from) pieces.push({ kind: 'plain', text: line.slice(from, match.index) });
    pieces.push({ kind, text: match[0] });
    from = match.index + match[0].length;
  }
  if (from < line.length) pieces.push({ kind: 'plain', text: line.slice(from) });
  return pieces;
}
