/**
 * @file Graphs as text: `printGraph`, a tree; `printNodes`, a line for each node, which tests compare; `textOf`, one line of
 * mathematics. Parentheses follow from the texts that ops give for placeholders, so no op is named here.
 */
import {
  nameOf,
  topoSort,
  type Annotations,
  type Expr,
  type InnerGraph,
  type Params,
} from './graph.ts';
import { showType, type TensorType } from './types.ts';

// What all forms show of a node.

const showTypes = (types: readonly TensorType[]): string => types.map(showType).join(', ');

/** Params in braces, `''` for none. A `key` is an identity and would differ from run to run. */
function showParams({ params }: Expr): string {
  const fields = paramFields(params);
  return fields.length === 0
    ? ''
    : `{${fields.map(([key, value]) => `${key}: ${value}`).join(', ')}}`;
}

/** Sorted by name: messages keep no order. */
function paramFields(params: Params): (readonly [string, string])[] {
  const names = Object.keys(params).filter((name) => name !== 'key');
  return names.toSorted().map((name) => [name, JSON.stringify(params[name])] as const);
}

const isLeaf = (expr: Expr): boolean => expr.op.lowering.kind === 'leaf';

/** A variable's name or a constant's value; the type in angle brackets where there is none. */
function leafText(expr: Expr, annotations: Annotations): string {
  return nameOf(expr, annotations) ?? (ownText(expr) || `<${showType(expr.type)}>`);
}

const ownText = (expr: Expr): string => expr.op.text?.([], argsOf(expr)) ?? '';

const argsOf = (expr: Expr) => ({ inputs: expr.inputs, output: expr, params: expr.params });

// A line for each node.

/**
 * One line for each node that the roots need, inputs first: `%3 = add(%1, %2) : float32 [?, 10]`, with params in braces
 * where there are some, and the name or the value of a leaf in the place of operands. Then a line with the roots where
 * there are several, and the graphs that nodes hold. Numbers count from 1 in this print, so that equal graphs print alike.
 */
export function printNodes(roots: readonly Expr[]): string {
  const numbers = new Map<Expr, string>();
  const numberOf = (expr: Expr): string => numbers.get(expr)!;
  const holders: Expr[] = [];
  const number = (exprs: readonly Expr[]) => {
    const fresh = topoSort(exprs).filter((expr) => !numbers.has(expr));
    for (const expr of fresh) numbers.set(expr, `%${numbers.size + 1}`);
    holders.push(...fresh.filter((expr) => expr.inner.length > 0));
    return fresh;
  };
  const lineOf = (expr: Expr): string => {
    const operands = isLeaf(expr) ? ownText(expr) : expr.inputs.map(numberOf).join(', ');
    const params = isLeaf(expr) ? '' : showParams(expr);
    return `${numberOf(expr)} = ${expr.op.name}(${operands})${params && ` ${params}`} : ${showTypes(expr.outputs)}`;
  };

  const lines = number(roots).map(lineOf);
  if (roots.length > 1) lines.push(`roots: ${roots.map(numberOf).join(', ')}`);
  // The list grows while it is walked: graphs hold graphs.
  for (const holder of holders) {
    holder.inner.forEach((graph, i) => {
      const inside = number([...graph.inputs, ...graph.outputs]).map((expr) => `  ${lineOf(expr)}`);
      const [inputs, outputs] = [graph.inputs, graph.outputs].map((list) =>
        list.map(numberOf).join(', '),
      );
      lines.push(`graph ${i} of ${numberOf(holder)}: (${inputs}) -> (${outputs})`, ...inside);
    });
  }
  return lines.join('\n');
}

// The tree.

/** Levels of a tree; what lies deeper is a tree of its own, for lines grow with the depth. */
const TREE_LEVELS_MAX = 40;

type Branch = {
  readonly expr: Expr;
  readonly prefix: string;
  readonly childPrefix: string;
  readonly level: number;
};
type Tree = { readonly heading: string; readonly roots: readonly Expr[] };

/**
 * The roots as trees, as Theano's debugprint: `op [id A] dtype [shape] name {params}`. A node that stands above is only
 * referred to, `...above`. Graphs that nodes hold come at the end, under the id of their node.
 */
export function printGraph(
  roots: readonly { readonly name: string; readonly expr: Expr }[],
  annotations: Annotations,
): string {
  const printer = new TreePrinter(annotations);
  for (const { name, expr } of roots) printer.print({ heading: name, roots: [expr] });
  printer.printRest();
  return printer.lines.join('\n');
}

/** The state of one print: ids, what was printed, and the trees that are still to come. */
class TreePrinter {
  readonly lines: string[] = [];
  readonly #annotations: Annotations;
  readonly #ids = new Map<Expr, string>();
  /** Nodes whose inputs are printed, or will be as a tree of their own. */
  readonly #opened = new Set<Expr>();
  readonly #postponed = new Set<Expr>();
  readonly #rest: Tree[] = [];

  constructor(annotations: Annotations) {
    this.#annotations = annotations;
  }

  print({ heading, roots }: Tree): void {
    if (heading !== '') this.lines.push(`${heading}:`);
    const start = roots.map((expr) => ({ expr, prefix: '', childPrefix: '', level: 0 }));
    const stack: Branch[] = start.toReversed();
    for (let branch = stack.pop(); branch !== undefined; branch = stack.pop()) {
      stack.push(...this.#printBranch(branch).toReversed());
    }
  }

  printRest(): void {
    // The list grows while it is walked: graphs hold graphs.
    for (const tree of this.#rest) {
      this.lines.push('');
      this.print(tree);
    }
  }

  /** Print the line of a node; gives the branches below it. */
  #printBranch({ expr, prefix, childPrefix, level }: Branch): Branch[] {
    const id = this.#idOf(expr);
    if (this.#opened.has(expr)) {
      this.lines.push(`${prefix}${expr.op.name} ${id} ...above`);
      return [];
    }
    const isDeep = level === TREE_LEVELS_MAX && expr.inputs.length > 0;
    const isBelow = isDeep || (level > 0 && this.#postponed.has(expr));
    this.lines.push(`${prefix}${this.#labelOf(expr)}${isBelow ? ' ...below' : ''}`);
    if (isBelow) {
      if (!this.#postponed.has(expr)) this.#rest.push({ heading: '', roots: [expr] });
      this.#postponed.add(expr);
      return [];
    }
    if (expr.inputs.length > 0 || expr.inner.length > 0) this.#opened.add(expr);
    this.#rest.push(...expr.inner.map((graph, i) => this.#innerTree(expr, graph, i)));
    return expr.inputs.map((input, i) => {
      const isLast = i === expr.inputs.length - 1;
      return {
        expr: input,
        prefix: `${childPrefix}${isLast ? ' └─ ' : ' ├─ '}`,
        childPrefix: `${childPrefix}${isLast ? '    ' : ' │  '}`,
        level: level + 1,
      };
    });
  }

  #innerTree(holder: Expr, graph: InnerGraph, index: number): Tree {
    const inputs = graph.inputs
      .map((x) => `${leafText(x, this.#annotations)} ${this.#idOf(x)}`)
      .join(', ');
    return {
      heading: `graph ${index} of ${holder.op.name} ${this.#idOf(holder)}, inputs ${inputs}`,
      roots: graph.outputs,
    };
  }

  #labelOf(expr: Expr): string {
    const params = isLeaf(expr) ? '' : showParams(expr);
    const name = isLeaf(expr)
      ? leafText(expr, this.#annotations)
      : this.#annotations.names.get(expr);
    return [expr.op.name, this.#idOf(expr), showTypes(expr.outputs), name ?? '', params]
      .filter(Boolean)
      .join(' ');
  }

  #idOf(expr: Expr): string {
    const known = this.#ids.get(expr) ?? `[id ${letters(this.#ids.size)}]`;
    this.#ids.set(expr, known);
    return known;
  }
}

/** A, B, ..., Z, AA, AB, ... */
function letters(index: number): string {
  let text = '';
  for (let rest = index + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    text = String.fromCharCode(65 + ((rest - 1) % 26)) + text;
  }
  return text;
}

// Mathematics: how tightly a text holds together, and where an operand needs parentheses.

/** From loose to tight. A text of words between which no known operator stands is loose. */
const LEVEL = {
  loose: 0,
  compare: 1,
  add: 2,
  mul: 3,
  neg: 4,
  apply: 5,
  product: 6,
  pow: 7,
  atom: 8,
} as const;
type Level = (typeof LEVEL)[keyof typeof LEVEL];

/** How one kind of text is read. */
export type Notation = {
  /** Operators that stand between spaces. */
  readonly operators: Readonly<Record<string, Level>>;
  readonly open: string;
  readonly close: string;
  readonly ellipsis: string;
  /** Begin and end of what holds its content together, so that an operand inside needs no parentheses. */
  readonly brackets: RegExp;
  /** Texts beside an operand, in brackets, after which and before which it needs none. */
  readonly before: RegExp;
  readonly after: RegExp;
  /** Whether words beside each other are an application, such as `\log x`. */
  readonly applies: boolean;
};

/** A printed operand. */
type Term = { readonly text: string; readonly level: Level };

/** A piece of mathematics whose operands are still to be filled in. */
export type Template = {
  readonly text: string;
  readonly level: Level;
  /** In the order of the text. */
  readonly places: readonly Place[];
};

type Place = {
  readonly input: number;
  /** The level that it asks for. */
  readonly level: Level;
  /** It stands after an operator, where a sign needs parentheses. */
  readonly isRight: boolean;
};

const PLACE = /\uE000(\d+)\uE001/;
const PLACES = new RegExp(PLACE, 'g');
const placeOf = (input: number): string => `\uE000${input}\uE001`;

/** The levels of operators that both kinds of text have. */
export const COMMON_OPERATORS = {
  '<': LEVEL.compare,
  '>': LEVEL.compare,
  '=': LEVEL.compare,
  '+': LEVEL.add,
  '-': LEVEL.add,
} as const;
export const OPERATOR_LEVEL = LEVEL;

/** What an op writes, read for its operators. `write` gets a text for each input. */
export function templateOf(
  expr: Expr,
  write: (operands: readonly string[]) => string,
  notation: Notation,
): Template {
  const text = write(expr.inputs.map((_, i) => placeOf(i)));
  const parts = text.split(PLACES);
  // `split` puts the captured numbers between the parts.
  const places = parts.flatMap((part, i) => {
    if (i % 2 === 0) return [];
    const [before, after] = [parts[i - 1]!, parts[i + 1]!];
    const level = Math.max(levelAfter(before, notation), levelBefore(after, notation)) as Level;
    const isRight = operatorAt(before, notation) !== null;
    return [{ input: Number(part), level, isRight }];
  });
  return { text, places, level: levelOfText(text, notation) };
}

/** Characters of one formula, about: a page of text. Shared terms are repeated, which would double at each level. */
export const TEXT_LENGTH_MAX = 2000;

/** One place where a node is written. Its operands' places are a run of the list of all, later than itself. */
type Occurrence = {
  readonly template: Template;
  readonly firstOperand: number;
};

/**
 * The text of a node with its operands in place, level by level from the root, until a page is full: then `...`.
 * `templateOf` gives the template of each node.
 */
export function writeFormula(
  root: Expr,
  templateOf: (expr: Expr) => Template,
  notation: Notation,
): string {
  const left: Template = { text: notation.ellipsis, level: LEVEL.atom, places: [] };
  const pending: Expr[] = [root];
  const occurrences: Occurrence[] = [];
  let length = 0;
  // The list grows while it is walked.
  for (const expr of pending) {
    const template = length <= TEXT_LENGTH_MAX ? templateOf(expr) : left;
    length += template.text.length;
    occurrences.push({ template, firstOperand: pending.length });
    for (const { input } of template.places) pending.push(expr.inputs[input]!);
  }
  const terms: Term[] = [];
  for (let at = occurrences.length - 1; at >= 0; at--) {
    const { template, firstOperand } = occurrences[at]!;
    terms[at] = fill(template, (place) => terms[firstOperand + place]!, notation);
  }
  return terms[0]!.text;
}

/** The template with the operand of each of its places, in parentheses where it needs them. */
function fill(template: Template, operandAt: (place: number) => Term, notation: Notation): Term {
  const { text, places } = template;
  const written = places.map(({ level, isRight }, i) => {
    const term = operandAt(i);
    const isBare = term.level >= level && !(isRight && term.text.startsWith('-'));
    return isBare ? term.text : `${notation.open}${term.text}${notation.close}`;
  });
  // A node that prints as its operand alone holds together as that does.
  const isOperand = places.length === 1 && text === placeOf(places[0]!.input);
  let next = 0;
  return {
    text: text.replaceAll(PLACES, () => written[next++]!),
    level: isOperand ? operandAt(0).level : template.level,
  };
}

/** The level of the operator that ends a text, or `null`. */
const operatorAt = (text: string, { operators }: Notation): Level | null =>
  operators[/(?:^|\s)(\S+)\s$/.exec(text)?.[1] ?? ''] ?? null;

/** What an operand needs because of the text at its left. */
function levelAfter(text: string, notation: Notation): number {
  if (text === '' || notation.before.test(text)) return LEVEL.loose;
  const level = operatorAt(text, notation);
  if (level !== null) return level + 1;
  // After a sign: -(a * b) is not (-a) * b.
  if (/(^|\W)-$/.test(text)) return LEVEL.neg + 1;
  return notation.applies && /\s$/.test(text) ? LEVEL.apply : LEVEL.atom;
}

/** What it needs because of the text at its right. */
function levelBefore(text: string, { after, operators }: Notation): number {
  if (text === '' || after.test(text)) return LEVEL.loose;
  const level = operators[/^\s(\S+)(?:\s|$)/.exec(text)?.[1] ?? ''];
  if (level === undefined) return LEVEL.atom;
  // A power of a power and a comparison of a comparison are not read from the left.
  return level === LEVEL.pow || level === LEVEL.compare ? level + 1 : level;
}

/** How tightly a text holds together: as its loosest operator outside of all brackets. */
export function levelOfText(text: string, notation: Notation): Level {
  const words = outsideBrackets(text, notation.brackets).trim().split(/\s+/);
  const levels = words.flatMap((word) => notation.operators[word] ?? []);
  const spaced = words.length === 1 ? null : notation.applies ? LEVEL.apply : LEVEL.loose;
  const least = levels.length > 0 ? Math.min(...levels) : (spaced ?? LEVEL.atom);
  if (words[0]!.startsWith('-')) return Math.min(least, LEVEL.neg) as Level;
  const raised = least === LEVEL.atom && /\^|^\\frac/.test(words[0]!);
  return (raised ? LEVEL.pow : least) as Level;
}

/** The text without what stands in brackets. */
function outsideBrackets(text: string, brackets: RegExp): string {
  let depth = 0;
  let outside = '';
  for (const part of text.split(brackets)) {
    if (part === undefined) continue;
    const opens = /^(?:[([{]|\\left|\\begin)/.test(part);
    const closes = /^(?:[)\]}]|\\right|\\end)/.test(part);
    if (closes) depth = Math.max(0, depth - 1);
    if (depth === 0) outside += opens || closes ? '()' : part;
    if (opens) depth++;
  }
  return outside;
}

const TEXT: Notation = {
  operators: {
    ...COMMON_OPERATORS,
    '<=': LEVEL.compare,
    '>=': LEVEL.compare,
    '==': LEVEL.compare,
    '!=': LEVEL.compare,
    '*': LEVEL.mul,
    '/': LEVEL.mul,
    '%': LEVEL.mul,
    '**': LEVEL.pow,
  },
  open: '(',
  close: ')',
  ellipsis: '...',
  brackets: /([()[\]{}])/,
  before: /[([{,;]\s?$/,
  after: /^[)\]},;]/,
  applies: false,
};

/** Theano's pp: the expression in one line of text. Leaves print as their names, named nodes within it in full. */
export function textOf(expr: Expr, annotations: Annotations): string {
  return writeFormula(expr, (each) => textTemplate(each, annotations), TEXT);
}

function textTemplate(expr: Expr, annotations: Annotations): Template {
  if (isLeaf(expr)) {
    const text = leafText(expr, annotations);
    return { text, level: text.startsWith('<') ? LEVEL.atom : levelOfText(text, TEXT), places: [] };
  }
  const args = argsOf(expr);
  return templateOf(
    expr,
    (operands) => expr.op.text?.(operands, args) ?? callText(expr, operands),
    TEXT,
  );
}

/** An op without a text of its own: name, operands, params. */
function callText(expr: Expr, operands: readonly string[]): string {
  const params = paramFields(expr.params).map(([key, value]) => `${key}=${value}`);
  return `${expr.op.name}(${[...operands, ...params].join(', ')})`;
}
