/** @file The functions that only a cell has (LANGUAGE: section 6): they show outputs of the run at hand and read its inputs. */
import { ArignoteError } from '../../../engine/base/errors.ts';
import { functionIdOf, type Fn } from '../../../engine/frontend/function.ts';
import { isHandle } from '../../../engine/frontend/handle.ts';
import { NDArray, toHostValue, type HostInput } from '../../../engine/frontend/nd-array.ts';
import type { Outputs } from '../../../engine/frontend/result.ts';
import { isTensor, type Tensor } from '../../../engine/frontend/tensor.ts';
import { grad } from '../../../engine/frontend/derivatives.ts';
import type { Control, ControlValue, CurvePoint, Output } from '../outputs.ts';
import { readPlotSpec } from '../plot-spec.ts';
import { OUTPUT_LIMITS } from '../read-output.ts';
import { rememberedGrad, short, shownGradient, shownGraph, type Inspection } from './inspect.ts';
import type * as api from './notebook-api.ts';
import { currentPlace } from './positions.ts';
import type { Run } from './run.ts';
import { nextTask, timers } from './taken.ts';
import { arrayOutput, isResult, tableOutput, textOf, type ArrayOptions } from './values.ts';

/** What the functions need of the realm around them. */
export type NotebookHost = {
  /** The run at hand. @throws Stopped where there is none */
  run(): Run;
  /** Shows a graph in the panels; its id. */
  inspect(inspection: Inspection): string;
};

/** Makes the functions of a realm. */
export function notebookFunctions(host: NotebookHost) {
  return {
    md: (strings: TemplateStringsArray, ...values: readonly unknown[]): void => {
      // Raw, so that formulas keep their backslashes.
      const text = String.raw(strings, ...values.map((value) => textOf(value)));
      host.run().show({ kind: 'markdown', text });
    },
    show: (value: unknown, options: api.ShowOptions = {}): void =>
      showValue(host, value, { as: undefined, ...options }),
    plot: (traces: api.Trace | readonly api.Trace[], layout: api.Trace = {}): api.Plot =>
      makePlot(host.run(), traces, layout),
    liveLoss: (name: unknown = 'loss'): api.LiveLoss => makeCurve(host.run(), textOf(name)),
    progress: ((iterable: unknown, options: { readonly label?: string } = {}) =>
      follow(host.run(), iterable, options.label ?? '')) as typeof api.progress,
    sleep: (milliseconds: unknown): Promise<void> =>
      new Promise((resolve) => {
        host.run().keepTimer(timers.set(resolve, Number(milliseconds)));
      }),
    viewGraph(of: Tensor | Fn<Outputs>): void {
      const fn = functionIdOf(of);
      const title = short(isTensor(of) ? (of.name ?? 'expression') : of.name);
      const target = fn === null ? host.inspect(shownGraph(title, [tensorOf(of)])) : String(fn);
      host.run().show({ kind: 'panel', panel: 'graph', target, title });
    },
    viewGradient(cost: Tensor, wrt: Tensor): void {
      const gradient = grad(tensorOf(cost), wrt);
      const shown = { cost, wrt, gradient, place: currentPlace(), isShown: true };
      const inspection = shownGradient(shown);
      const target = host.inspect(inspection);
      const run = host.run();
      run.gradients.push(shown);
      run.show({ kind: 'panel', panel: 'gradient', target, title: inspection.title });
    },
    grad: rememberedGrad(() => host.run()),
    viewKernels: (f: Fn<Outputs>): void => viewFunction(host.run(), 'kernels', f),
    viewTimeline: (f: Fn<Outputs>): void => viewFunction(host.run(), 'timeline', f),
    ...controls(host),
  };
}

function tensorOf(value: unknown): Tensor {
  if (isTensor(value)) return value;
  throw new TypeError(
    `A graph was to be shown: expected a tensor or a compiled function, but got ${textOf(value).slice(0, 80)}.`,
  );
}

function viewFunction(run: Run, panel: 'kernels' | 'timeline', f: unknown): void {
  const fn = functionIdOf(f);
  if (fn === null)
    throw new TypeError(
      `The ${panel} of a function were to be shown: expected what compile gave, but got ${textOf(f).slice(0, 80)}.`,
    );
  run.show({ kind: 'panel', panel, target: String(fn), title: short((f as Fn<Outputs>).name) });
}

// Values.

/** Plots and curves: they are on the page already when a cell ends with one. */
const drawn = new WeakSet();

/** Shows a value; one that must be fetched keeps its place by being waited for. */
export function showValue(host: NotebookHost, value: unknown, options: ArrayOptions): void {
  if (typeof value === 'object' && value !== null && drawn.has(value)) return;
  const run = host.run();
  const fetched = isHandle(value) ? value.get() : isResult(value) ? Promise.resolve(value) : null;
  if (fetched === null) run.show(outputOf(host, value, options));
  else run.finishes(fetched.then((found) => run.show(outputOf(host, found, options))));
}

/** The graph of an expression that is shown; null where it is too large to be looked at. */
function graphOf(host: NotebookHost, value: Tensor): string | null {
  const title = value.name ?? 'expression';
  try {
    return host.inspect(shownGraph(title, [value]));
  } catch (error) {
    if (error instanceof ArignoteError && error.code === 'graph_too_large') return null;
    throw error;
  }
}

function outputOf(host: NotebookHost, value: unknown, options: ArrayOptions): Output {
  if (isTensor(value)) {
    return {
      kind: 'tensor',
      name: value.name === null ? null : short(value.name),
      dtype: value.dtype,
      shape: [...value.shape],
      graph: graphOf(host, value),
    };
  }
  const fn = functionIdOf(value);
  if (fn !== null)
    return {
      kind: 'panel',
      panel: 'passes',
      target: String(fn),
      title: short((value as Fn<Outputs>).name),
    };
  if (value instanceof NDArray) return arrayOutput(value, options);
  if (options.as !== undefined && options.as !== 'text' && isNumbers(value))
    return arrayOutput(toHostValue(value, { what: 'show' }), options);
  const table = options.as === 'text' ? null : tableOutput(value);
  return table ?? { kind: 'text', text: textOf(value), tone: 'plain' };
}

const isNumbers = (value: unknown): value is HostInput =>
  typeof value === 'number' ||
  ArrayBuffer.isView(value) ||
  (Array.isArray(value) && value.flat(8).every((v) => typeof v === 'number'));

// Plots and curves.

function makePlot(run: Run, traces: api.Trace | readonly api.Trace[], layout: api.Trace): api.Plot {
  const id = run.newId('plot');
  const outputFor = (drawn: api.Trace | readonly api.Trace[], around: api.Trace): Output => {
    const list = Array.isArray(drawn) ? (drawn as readonly api.Trace[]) : [drawn];
    return { kind: 'plot', id, spec: readPlotSpec(plain({ traces: list, layout: around })) };
  };
  const first = outputFor(traces, layout);
  run.show(first);
  run.redraw(id, () => undefined);
  const made: api.Plot = {
    update(changed, around = layout) {
      const output = outputFor(changed, around);
      run.redraw(id, () => run.showAgain(output));
    },
  };
  drawn.add(made);
  return made;
}

/** Arrays of the library as plotly takes them. */
function plain(value: unknown): unknown {
  if (value instanceof NDArray) return value.toArray();
  if (Array.isArray(value)) return value.map((item: unknown) => plain(item));
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, plain(v)]));
}

/** A curve grows by points that are sent together; values that are on the device are read when their turn comes. */
function makeCurve(run: Run, name: string): api.LiveLoss {
  const id = run.newId('curve');
  let series: readonly string[] = [];
  let points: CurvePoint[] = [];
  let sent = 0;
  let step = 0;
  let reading: Promise<unknown> = Promise.resolve();
  const whole = (): Output => ({ kind: 'curve', id, name, series, points });
  run.show(whole());
  const send = (): void => {
    if (sent === points.length) return;
    run.addPoints(id, points.slice(sent));
    sent = points.length;
  };
  const place = (values: Readonly<Record<string, number>>, at: number): void => {
    const fresh = Object.keys(values).filter((key) => !series.includes(key));
    series = [...series, ...fresh];
    if (points.length >= OUTPUT_LIMITS.points / 2) points = points.filter((_, k) => k % 2 === 0);
    const isWhole = fresh.length > 0 || points.length < sent;
    points.push({ step: at, values: series.map((key) => values[key] ?? null) });
    if (!isWhole) return run.redraw(id, send);
    run.showAgain(whole());
    sent = points.length;
  };
  const made: api.LiveLoss = {
    add(values) {
      const at = step++;
      const entries = Object.entries(values).map(
        async ([key, value]) => [key, numberOf(await (value as unknown))] as const,
      );
      const read = Promise.all(entries);
      reading = reading.then(() => read).then((all) => place(Object.fromEntries(all), at));
      run.finishes(reading);
    },
  };
  drawn.add(made);
  return made;
}

function numberOf(value: unknown): number {
  if (value instanceof NDArray) return value.item();
  if (typeof value === 'number') return value;
  throw new TypeError(
    `curve.add: expected numbers or results of one element, but got ${textOf(value).slice(0, 80)}.`,
  );
}

// Progress.

function follow(run: Run, iterable: unknown, label: string): unknown {
  const id = run.newId('progress');
  const total = countOf(iterable);
  const output = (done: number): Output => ({ kind: 'progress', id, label, done, total });
  run.show(output(0));
  run.redraw(id, () => undefined);
  const tell = (done: number): void => run.redraw(id, () => run.showAgain(output(done)));
  if (typeof iterable === 'object' && iterable !== null && Symbol.asyncIterator in iterable)
    return followLater(iterable as AsyncIterable<unknown>, tell);
  const isIterable =
    typeof iterable === 'string' ||
    (typeof iterable === 'object' && iterable !== null && Symbol.iterator in iterable);
  if (isIterable) return followNow(iterable as Iterable<unknown>, tell);
  throw new TypeError(
    `progress: expected something to go through, such as an array or T.host.arange(n), but got ${textOf(iterable).slice(0, 80)}.`,
  );
}

function countOf(iterable: unknown): number | null {
  if (iterable instanceof NDArray) return iterable.shape[0] ?? 1;
  const { length, size } = (iterable ?? {}) as {
    readonly length?: unknown;
    readonly size?: unknown;
  };
  const count = length ?? size;
  return typeof count === 'number' ? count : null;
}

function* followNow(items: Iterable<unknown>, tell: (done: number) => void): Generator {
  let done = 0;
  for (const item of items) {
    yield item;
    tell(++done);
  }
}

async function* followLater(
  items: AsyncIterable<unknown>,
  tell: (done: number) => void,
): AsyncGenerator {
  let done = 0;
  for await (const item of items) {
    yield item;
    tell(++done);
    await nextTask();
  }
}

// Inputs.

/** A function that makes an input, with the name of the variable that holds it where there is one. */
export type ControlMaker = (
  options?: Readonly<Record<string, unknown>>,
  name?: string,
) => ControlValue;

function controls({ run }: NotebookHost): Readonly<Record<string, ControlMaker>> {
  const make = (
    options: Readonly<Record<string, unknown>>,
    name: string | undefined,
    controlFor: (held: ControlValue | undefined) => Control,
  ): ControlValue => {
    const label = typeof options['label'] === 'string' ? options['label'] : (name ?? 'input');
    const key = name ?? label;
    const control = controlFor(run().message.controls[key]);
    run().show({ kind: 'control', name: key, label, control });
    return control.value;
  };
  return {
    slider: (options = {}, name) =>
      make(options, name, (held) => {
        const min = finite('slider', options, 'min');
        const max = finite('slider', options, 'max');
        const step = 'step' in options ? finite('slider', options, 'step') : (max - min) / 100;
        const own = 'value' in options ? finite('slider', options, 'value') : min;
        const value = typeof held === 'number' && held >= min && held <= max ? held : own;
        const scale = options['scale'] === 'log' ? 'log' : 'linear';
        return { type: 'slider', min, max, step, scale, value };
      }),
    select: (options = {}, name) =>
      make(options, name, (held) => {
        const texts = (options['options'] as readonly unknown[] | undefined)?.map(String) ?? [];
        if (texts.length === 0)
          throw new TypeError('select: expected { options: [...] } with at least one text.');
        const value =
          texts.find((text) => text === held) ?? texts.find((text) => text === options['value']);
        return { type: 'select', options: texts, value: value ?? texts[0]! };
      }),
    checkbox: (options = {}, name) =>
      make(options, name, (held) => ({
        type: 'checkbox',
        value: typeof held === 'boolean' ? held : options['value'] === true,
      })),
    button: (options = {}, name) =>
      make(options, name, (held) => ({
        type: 'button',
        value: typeof held === 'number' ? held : 0,
      })),
  };
}

function finite(what: string, options: Readonly<Record<string, unknown>>, key: string): number {
  const value = options[key];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new TypeError(
    `${what}: expected a number as ${key}, but got ${textOf(value).slice(0, 80)}. Write ${what}({ min: 0, max: 1, value: 0.5 }).`,
  );
}
