/**
 * @file Expressions as LaTeX, by the ops' own `latex`. A large term that is used more than once is written once, after the
 * formula, under a name.
 */
import { nameOf, topoSort, type Annotations, type Expr } from './graph.ts';
import {
  COMMON_OPERATORS,
  levelOfText,
  OPERATOR_LEVEL,
  templateOf,
  writeFormula,
  type Notation,
  type Template,
} from './print.ts';
import { showType } from './types.ts';

export type LatexFormula = {
  readonly formula: string;
  /** Terms that the formula and later terms name. */
  readonly where: readonly { readonly name: string; readonly formula: string }[];
};

/** A shared term of at least so many characters has a name; below, it is repeated. */
const SHARED_LENGTH_MIN = 24;

const LATEX: Notation = {
  operators: {
    ...COMMON_OPERATORS,
    '\\leq': OPERATOR_LEVEL.compare,
    '\\geq': OPERATOR_LEVEL.compare,
    '\\neq': OPERATOR_LEVEL.compare,
    '\\cdot': OPERATOR_LEVEL.mul,
    '\\bmod': OPERATOR_LEVEL.mul,
    '\\,': OPERATOR_LEVEL.product,
  },
  open: '\\left(',
  close: '\\right)',
  ellipsis: '\\ldots',
  brackets: /(\\(?:left|right)(?:\\\w+|\S)|\\(?:begin|end)\{\w+\}|[()[\]{}])/,
  before: /(?:[([{,;|&]|\\\\|\\begin\{\w+\}|\\lfloor)\s?$/,
  // Braces show nothing: the base of a power and what has an index stand by themselves.
  after: /^\s?(?:[)\],;|&]|\}(?!\s*[\^_])|\\\\|\\right|\\end)/,
  applies: true,
};

/** The expression as mathematics. Leaves have their names; a shared term has its user's name, or u_1, u_2, ... */
export function latexOf(expr: Expr, annotations: Annotations): LatexFormula {
  const order = topoSort([expr]);
  const templates = new Map(order.map((each) => [each, templateOfNode(each, annotations)]));
  const shared = sharedTerms(expr, order, templates);
  const giver = new NameGiver(order, annotations);
  const names = new Map(shared.map((each) => [each, nameTemplate(giver.nameFor(each))]));
  const formulaOf = (root: Expr): string =>
    writeFormula(
      root,
      (each) => (each === root ? undefined : names.get(each)) ?? templates.get(each)!,
      LATEX,
    );
  const where = shared.map((each) => ({ name: names.get(each)!.text, formula: formulaOf(each) }));
  return { formula: formulaOf(expr), where };
}

/** A node alone: operands by their names, leaves by what they are, others as `labelOf` calls them. */
export function latexOfNode(
  expr: Expr,
  annotations: Annotations,
  labelOf: (operand: Expr) => string,
): string {
  return writeFormula(
    expr,
    (each) => {
      if (each === expr || each.op.lowering.kind === 'leaf')
        return templateOfNode(each, annotations);
      const name = annotations.names.get(each);
      return nameTemplate(name === undefined ? labelOf(each) : latexName(name));
    },
    LATEX,
  );
}

const nameTemplate = (text: string): Template => ({ text, level: OPERATOR_LEVEL.atom, places: [] });

/** The formula and its terms as one text: a line each where there are terms. */
export function joinLatex({ formula, where }: LatexFormula): string {
  if (where.length === 0) return formula;
  const lines = where.map(
    (term, i) => `& ${i === 0 ? '\\text{where } ' : ''}${term.name} = ${term.formula}`,
  );
  return `\\begin{aligned} & ${formula} \\\\ ${lines.join(' \\\\ ')} \\end{aligned}`;
}

function templateOfNode(expr: Expr, annotations: Annotations): Template {
  const args = { inputs: expr.inputs, output: expr, params: expr.params };
  if (expr.op.lowering.kind !== 'leaf') {
    return templateOf(expr, (operands) => expr.op.latex(operands, args), LATEX);
  }
  const name = nameOf(expr, annotations);
  const isAnonymous = name === null && expr.params['name'] === '';
  const text =
    name !== null
      ? latexName(name)
      : isAnonymous
        ? latexName(showType(expr.type))
        : expr.op.latex([], args);
  return { text, places: [], level: levelOfText(text, LATEX) };
}

/** Large terms that are written more than once, in the order of the graph. An input that only tells a shape is not written. */
function sharedTerms(
  root: Expr,
  order: readonly Expr[],
  templates: ReadonlyMap<Expr, Template>,
): Expr[] {
  const operandsOf = (expr: Expr) =>
    templates.get(expr)!.places.map(({ input }) => expr.inputs[input]!);
  const uses = new Map([[root, 1]]);
  for (const expr of order.toReversed()) {
    if (!uses.has(expr)) continue;
    for (const operand of operandsOf(expr)) uses.set(operand, (uses.get(operand) ?? 0) + 1);
  }
  const lengths = new Map<Expr, number>();
  for (const expr of order) {
    const own = templates.get(expr)!.text.length;
    const length = operandsOf(expr).reduce((sum, operand) => sum + lengths.get(operand)!, own);
    lengths.set(expr, Math.min(length, SHARED_LENGTH_MIN));
  }
  return order.filter((expr) => {
    const isLarge = operandsOf(expr).length > 0 && lengths.get(expr)! >= SHARED_LENGTH_MIN;
    return isLarge && expr !== root && (uses.get(expr) ?? 0) > 1;
  });
}

/** Names that no leaf and no other term has. */
class NameGiver {
  readonly #annotations: Annotations;
  readonly #taken: Set<string>;
  #count = 0;

  constructor(order: readonly Expr[], annotations: Annotations) {
    this.#annotations = annotations;
    const leaves = order.filter((expr) => expr.inputs.length === 0);
    this.#taken = new Set(leaves.flatMap((leaf) => latexName(nameOf(leaf, annotations) ?? '')));
  }

  nameFor(expr: Expr): string {
    const own = this.#annotations.names.get(expr);
    let name = own === undefined ? '' : latexName(own);
    while (name === '' || this.#taken.has(name)) name = `u_{${++this.#count}}`;
    this.#taken.add(name);
    return name;
  }
}

/** A user's name as LaTeX: `W1` is W with an index, a longer one is a word. */
export function latexName(name: string): string {
  const indexed = /^([A-Za-z])_?(\d+)$/.exec(name);
  if (indexed !== null) return `${indexed[1]}_{${indexed[2]}}`;
  const escaped = name.replaceAll(/[\\{}$&#^_%~]/g, (c) =>
    c === '_' ? '\\_' : `{\\char${c.charCodeAt(0)}}`,
  );
  return name.length === 1 ? escaped : `\\mathit{${escaped}}`;
}
