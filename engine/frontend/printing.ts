/** @file Expressions and functions as text: `debugPrint`, `pp`, `latex`. LANGUAGE: section 8. */
import { currentScope } from '../ir/graph.ts';
import { joinLatex, latexOf } from '../ir/latex.ts';
import { printGraph, textOf } from '../ir/print.ts';
import { Tensor } from './tensor.ts';

/** Tree of an expression with ids, types and shapes. */
export function debugPrint(x: Tensor): string {
  return printGraph([{ name: '', expr: x.expr }], currentScope());
}

/** One line of mathematics. */
export function pp(x: Tensor): string {
  return textOf(x.expr, currentScope());
}

/** The expression in LaTeX. */
export function latex(x: Tensor): string {
  return joinLatex(latexOf(x.expr, currentScope()));
}
