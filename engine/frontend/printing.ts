/** @file Expressions and functions as text: `debugPrint`, `pp`, `latex`. LANGUAGE: section 8. */
import { OPS_BY_NAME } from '../catalogue/ops.ts';
import {
  currentScope,
  GraphScope,
  nameOf,
  withGraph,
  type Annotations,
  type Expr,
} from '../ir/graph.ts';
import { joinLatex, latexOf } from '../ir/latex.ts';
import { printGraph, textOf } from '../ir/print.ts';
import { readGraph, type NodeMessage } from '../ir/serialize.ts';
import type { GraphView } from './connection.ts';
import type { Fn } from './function.ts';
import type { Outputs } from './result.ts';
import { isTensor, type Tensor } from './tensor.ts';

type Printable = Tensor | Fn<Outputs>;
/** Text of an expression at once, of a function once it is compiled. */
type Printed<X extends Printable> = X extends Tensor ? string : Promise<string>;

/** Tree with ids, types and shapes; of a function, its optimized graph. */
export function debugPrint<X extends Printable>(x: X): Printed<X> {
  return print(x, (roots, annotations) => printGraph(roots, annotations));
}

/** One line of mathematics for each output. */
export function pp<X extends Printable>(x: X): Printed<X> {
  return print(x, (roots, annotations) =>
    roots
      .map(({ name, expr }) => `${name === '' ? '' : `${name} = `}${textOf(expr, annotations)}`)
      .join('\n'),
  );
}

/** LaTeX, one formula for each output. */
export function latex<X extends Printable>(x: X): Printed<X> {
  return print(x, (roots, annotations) =>
    roots.map(({ expr }) => joinLatex(latexOf(expr, annotations))).join('\n'),
  );
}

/** What is printed, under a name that may be empty. */
type NamedRoot = { readonly name: string; readonly expr: Expr };
type Printer = (roots: readonly NamedRoot[], annotations: Annotations) => string;

function print<X extends Printable>(x: X, printer: Printer): Printed<X> {
  if (isTensor(x)) return printer([{ name: '', expr: x.expr }], currentScope()) as Printed<X>;
  return x.graph.then(({ optimized }) => printView(optimized, printer)) as Printed<X>;
}

/** The engine's report of a graph, made into nodes again, so that one printer serves both. */
function printView(view: GraphView, printer: Printer): string {
  const scope = new GraphScope();
  return withGraph(scope, () => {
    const nodes: NodeMessage[] = [];
    const at = flatten(view, nodes);
    const refs = { inputs: view.inputs.map(at), outputs: view.outputs.map(at) };
    const updates = view.updates.map(([variable, value]) => [at(variable), at(value)] as const);
    const { graph } = readGraph({ nodes, ...refs, updates }, OPS_BY_NAME, scope);
    const roots: NamedRoot[] = [
      ...graph.outputs.map((expr) => ({ name: '', expr })),
      ...graph.updates.map(({ variable, value }) => ({
        name: `new ${nameOf(variable) ?? 'value'}`,
        expr: value,
      })),
    ];
    return printer(roots, scope);
  });
}

/** Append a graph's nodes, those inside nodes first; gives the position of a node by its id. */
function flatten(view: GraphView, into: NodeMessage[]): (id: number) => number {
  const position = new Map<number, number>();
  const at = (id: number): number => position.get(id)!;
  for (const node of view.nodes) {
    const inner = (node.inner ?? []).map((body) => {
      const inside = flatten(body, into);
      return { inputs: body.inputs.map(inside), outputs: body.outputs.map(inside) };
    });
    position.set(node.id, into.length);
    const { op, params, positions } = node;
    into.push({
      op,
      params,
      positions,
      inner,
      inputs: node.inputs.map(at),
      name: node.name ?? null,
    });
  }
  return at;
}
