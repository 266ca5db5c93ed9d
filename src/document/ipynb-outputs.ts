/**
 * @file Outputs in a Jupyter file that are data: text, errors and pictures of pixels. Of an output that comes in
 * several forms the best of these is taken. HTML, JavaScript and SVG are programs to a page: such a form is dropped
 * and counted, and the plain text beside it stays.
 */
import { isRecord, listOf } from './json.ts';

/** An output of a cell as files hold it. */
export type FileOutput =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'error'; readonly name: string; readonly message: string }
  | {
      readonly kind: 'image';
      readonly mime: ImageMime;
      /** The file's bytes. */
      readonly base64: string;
    };

const IMAGE_MIMES = ['image/png', 'image/jpeg'] as const;

/** Pictures that hold pixels and nothing else. */
type ImageMime = (typeof IMAGE_MIMES)[number];

/** Outputs that one cell shows. */
const OUTPUTS_MAX = 200;

/** UTF-16 units of text that one cell shows. */
const TEXT_LENGTH_MAX = 1 << 20;

/** Characters of a picture in base64: about 12 MB. */
const IMAGE_LENGTH_MAX = 16 << 20;

/** The outputs of a cell of a file, and how many of them lost a form or were dropped whole. */
export function readOutputs(
  value: unknown,
  what: string,
): { readonly outputs: readonly FileOutput[]; readonly dropped: number } {
  const all = value === undefined ? [] : listOf(value, `The outputs of ${what}`);
  const outputs: FileOutput[] = [];
  let dropped = 0;
  let textLeft = TEXT_LENGTH_MAX;
  for (const held of all) {
    const output = outputOf(held);
    const fits = output && outputs.length < OUTPUTS_MAX && textLengthOf(output) <= textLeft;
    if (!fits || isRich(held)) dropped += 1;
    if (!fits) continue;
    textLeft -= textLengthOf(output);
    outputs.push(output);
  }
  return { outputs, dropped };
}

/** An output as Jupyter writes it. */
export function writeOutput(output: FileOutput): object {
  switch (output.kind) {
    case 'text':
      return { output_type: 'stream', name: 'stdout', text: output.text };
    case 'error':
      return { output_type: 'error', ename: output.name, evalue: output.message, traceback: [] };
    case 'image':
      return { output_type: 'display_data', data: { [output.mime]: output.base64 }, metadata: {} };
  }
}

function outputOf(value: unknown): FileOutput | null {
  if (!isRecord(value)) return null;
  switch (value['output_type']) {
    case 'stream':
      return textOutput(value['text']);
    case 'error':
      return errorOutput(value['ename'], value['evalue']);
    case 'display_data':
    case 'execute_result':
      return isRecord(value['data']) ? dataOutput(value['data']) : null;
    default:
      return null;
  }
}

function dataOutput(data: { readonly [mime: string]: unknown }): FileOutput | null {
  for (const mime of IMAGE_MIMES) {
    const base64 = textOf(data[mime])?.replace(/\s+/g, '');
    if (base64 && base64.length <= IMAGE_LENGTH_MAX && /^[A-Za-z0-9+/]+={0,2}$/.test(base64)) {
      return { kind: 'image', mime, base64 };
    }
  }
  return textOutput(data['text/plain']);
}

/** Whether an output has a form that a page would have to interpret. */
function isRich(value: unknown): boolean {
  const data = isRecord(value) && isRecord(value['data']) ? value['data'] : {};
  return Object.keys(data).some((mime) => /html|javascript|svg|widget/.test(mime));
}

function errorOutput(name: unknown, message: unknown): FileOutput | null {
  if (typeof name !== 'string' || typeof message !== 'string') return null;
  return { kind: 'error', name, message };
}

function textOutput(value: unknown): FileOutput | null {
  const text = textOf(value);
  return text === null ? null : { kind: 'text', text };
}

/** Jupyter writes text whole or as lines that keep their ends. */
function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value) || !value.every((line) => typeof line === 'string')) return null;
  return value.join('');
}

function textLengthOf(output: FileOutput): number {
  switch (output.kind) {
    case 'text':
      return output.text.length;
    case 'error':
      return output.name.length + output.message.length;
    case 'image':
      return 0;
  }
}
