import { topoSort, type Expr } from '/work/main/engine/ir/graph.ts';
export function show(roots: readonly Expr[]): string {
  const order = topoSort(roots);
  const users = new Map<Expr, number>();
  for (const e of order) for (const x of e.inputs) users.set(x, (users.get(x) ?? 0) + 1);
  const lines: string[] = [];
  const names = new Map<Expr, string>();
  for (const e of order) {
    const args = e.inputs.map((x) => names.get(x)!);
    let text = e.op.text?.(args, { inputs: e.inputs, output: e, params: e.params }) ?? `${e.op.name}(${args.join(', ')})`;
    if (e.op.name === 'broadcastTo') text = `bc(${args.join(', ')}; ${JSON.stringify(e.params)})`;
    if (e.op.name === 'cast') text = `cast_${e.params['dtype']}(${args})`;
    if (e.inputs.length > 0 && !/^[\w.]+$|\)$|\]$/.test(text)) text = `(${text})`;
    if (e.inputs.length > 0 && ((users.get(e) ?? 0) > 1)) { lines.push(`v${names.size} = ${text}`); names.set(e, `v${names.size}`); }
    else names.set(e, text);
  }
  return [...lines, ...roots.map((r) => names.get(r)!)].join('\n   ');
}
