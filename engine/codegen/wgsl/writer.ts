/** @file Lines of WGSL with their nodes, and the helper functions that they call. */
import type { Expr } from '../../ir/graph.ts';
import type { WgslHelper } from '../../ir/op-def.ts';
import type { SourceLine } from '../program.ts';

export class WgslWriter {
  readonly #lines: { readonly text: string; readonly nodes: readonly Expr[] }[] = [];
  readonly #helpers = new Map<string, WgslHelper>();
  #depth = 0;

  line(text: string, nodes: readonly Expr[] = []): void {
    this.#lines.push({ text: '  '.repeat(this.#depth) + text, nodes });
  }

  /** Lines between braces. */
  block(head: string, body: () => void): void {
    this.line(`${head} {`);
    this.#depth++;
    body();
    this.#depth--;
    this.line('}');
  }

  /** The name of a helper; the text will hold it, after those that it uses. */
  use(helper: WgslHelper): string {
    if (!this.#helpers.has(helper.name)) {
      for (const used of helper.uses ?? []) this.use(used);
      this.#helpers.set(helper.name, helper);
    }
    return helper.name;
  }

  /** The whole text: declarations, helpers, then the lines, with the line of each node. */
  finish(declarations: readonly string[]): {
    readonly text: string;
    readonly sourceMap: readonly SourceLine[];
  } {
    const head = [
      ...declarations,
      ...[...this.#helpers.values()].flatMap((h) => h.source.split('\n')),
    ];
    const sourceMap = this.#lines.flatMap(({ nodes }, i) =>
      nodes.length === 0 ? [] : [{ line: head.length + i + 1, nodes }],
    );
    return { text: `${[...head, ...this.#lines.map((l) => l.text)].join('\n')}\n`, sourceMap };
  }
}
