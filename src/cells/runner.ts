/**
 * @file Runs cells: reacts to edits, keeps the order and what is stale. What happens is seen in `src/store/run.ts`. Nothing
 * here rejects: what goes wrong is in the state of the cell.
 */
import { engine, runningEngine, type EngineListener } from '../engine-client.ts';
import { cellOf, type Cell, type Notebook } from '../document/notebook.ts';
import { presentNotebook, setControl, useNotebook } from '../store/notebook.ts';
import { changeCellRun, EMPTY_RUN, runOf, useRun, type CellState } from '../store/run.ts';
import type { ControlValue } from './outputs.ts';
import { downstreamOf, staleAfter, type SharedAccess } from './order.ts';
import { readStructure, structureOf, type Structure } from './structure.ts';

/** A cell that took longer is not run again by itself. */
const HEAVY_MS = 1000;

/** Why a cell is stale whose text is not what ran. */
const EDITED = 'edited since it ran';
const changedIn = (cell: string): string => `${cell} changed`;

/** Why a cell runs. By hand its shared variables are made anew; again, in a new realm, they attach to their values. */
type Cause = 'hand' | 'change' | 'again';

type Job = { readonly cell: string; readonly cause: Cause };

class Runner implements EngineListener {
  #queue: Job[] = [];
  /** The run under way. */
  #running: { readonly cell: string; readonly run: number } | null = null;
  #runs = 0;
  #pumping: Promise<void> | null = null;
  #wasStopped = false;
  /** The run whose outputs a cell shows: the first output of another replaces them. */
  readonly #shownRun = new Map<string, number>();
  /** Cells whose names the realm has. */
  readonly #traced = new Set<string>();
  readonly #accesses = new Map<string, SharedAccess>();
  /** What the text of a cell was when it ran. */
  readonly #ranText = new Map<string, string>();

  // What the engine tells.

  accessed(report: SharedAccess): void {
    this.#accesses.set(report.cell, report);
  }

  realmEnded(): void {
    this.#traced.clear();
  }

  displayed(cell: string, run: number): void {
    if (this.#shownRun.get(cell) === run) return;
    this.#shownRun.set(cell, run);
    changeCellRun(cell, { outputs: [] });
  }

  // What a person asks.

  async runCells(cells: readonly string[], cause: Cause): Promise<void> {
    const structure = await structureOf(presentNotebook());
    const jobs = cells.filter((id) => this.#isRunnable(id)).map((cell) => ({ cell, cause }));
    for (const { cell } of jobs)
      for (const before of this.#neededBefore(cell, structure, cells)) this.#enqueue(before);
    for (const job of jobs) this.#enqueue(job);
    await this.#pump();
  }

  #isRunnable(id: string): boolean {
    const cell = cellOf(presentNotebook(), id);
    return cell?.kind === 'code' && cell.isDisabled !== true;
  }

  /** Cells that must run first, since the realm has not got their names; never one that trains, or that was stopped. */
  #neededBefore(cell: string, { graph }: Structure, asked: readonly string[]): readonly Job[] {
    const needed = new Set<string>();
    const visit = [cell];
    for (let id = visit.pop(); id !== undefined; id = visit.pop())
      for (const up of graph.upstream.get(id) ?? []) {
        if (needed.has(up) || this.#traced.has(up) || asked.includes(up)) continue;
        needed.add(up);
        visit.push(up);
      }
    return graph.order.flatMap((id): Job[] => {
      const { state } = runOf(useRun.getState(), id);
      const isHeld =
        state === 'stopped' ||
        (this.#accesses.get(id)?.writes.length ?? 0) > 0 ||
        (state !== 'idle' && cellOf(presentNotebook(), id)?.isOneShot === true);
      if (!needed.has(id) || isHeld || !this.#isRunnable(id)) return [];
      return [{ cell: id, cause: this.#ranText.has(id) ? 'again' : 'change' }];
    });
  }

  #enqueue(job: Job): void {
    if (this.#queue.some(({ cell }) => cell === job.cell)) return;
    this.#queue.push(job);
    changeCellRun(job.cell, { state: 'queued', reason: null });
  }

  async #pump(): Promise<void> {
    this.#pumping ??= this.#runQueue().finally(() => {
      this.#pumping = null;
    });
    await this.#pumping;
  }

  async #runQueue(): Promise<void> {
    this.#wasStopped = false;
    for (let job = this.#queue.shift(); job !== undefined; job = this.#queue.shift())
      await this.#runJob(job);
  }

  async #runJob({ cell: id, cause }: Job): Promise<void> {
    const notebook = presentNotebook();
    const cell = cellOf(notebook, id);
    const structure = await structureOf(notebook);
    if (cell === null || cell.kind !== 'code') return;
    const made = await readStructure(cell, structure);
    if (made.kind === 'refused') {
      changeCellRun(id, {
        state: 'error',
        reason: null,
        error: made.error,
        outputs: [],
        endedAt: Date.now(),
      });
      return;
    }
    const missing = (structure.graph.upstream.get(id) ?? []).find((up) => !this.#traced.has(up));
    if (missing !== undefined) {
      const reason = `${structure.nameOf(missing)} has not run`;
      changeCellRun(id, { state: 'stale', reason });
      return;
    }
    await this.#runScript(cell, cause, made.script, structure);
  }

  async #runScript(
    cell: Cell,
    cause: Cause,
    script: Parameters<ReturnType<typeof engine>['run']>[0]['script'],
    structure: Structure,
  ): Promise<void> {
    const { id } = cell;
    const run = ++this.#runs;
    const client = engine(this);
    this.#running = { cell: id, run };
    if (cause !== 'again') {
      client.fresh(id);
      this.#accesses.delete(id);
    }
    changeCellRun(id, {
      state: 'running',
      reason: null,
      error: null,
      startedAt: Date.now(),
      endedAt: null,
    });
    const { controls } = useNotebook.getState();
    const outcome = await client.run({
      run,
      cell: id,
      script,
      keepOld: cause === 'again',
      controls,
    });
    this.#running = null;
    this.displayed(id, run);
    const endedAt = Date.now();
    switch (outcome.kind) {
      case 'done':
        this.#traced.add(id);
        this.#ranText.set(id, cell.source);
        changeCellRun(id, { state: this.#stateAfter(cell), names: outcome.names, endedAt });
        this.#react(id, cause, structure);
        return;
      case 'failed':
        changeCellRun(id, { state: 'error', error: outcome.error, endedAt });
        break;
      default: {
        const isEnded = outcome.kind === 'ended' && !this.#wasStopped;
        const message = isEnded ? outcome.why : null;
        const error =
          message === null
            ? null
            : { cell: id, line: null, column: null, code: 'realm_ended', message };
        changeCellRun(id, { state: isEnded ? 'error' : 'stopped', error, endedAt });
      }
    }
    this.#markStale([id], structure);
  }

  /** A person may have typed while the cell ran. */
  #stateAfter({ id, source }: Cell): CellState {
    return cellOf(presentNotebook(), id)?.source === source ? 'done' : 'stale';
  }

  /** After a cell ran: what depends on it runs too, or is stale. */
  #react(id: string, cause: Cause, structure: Structure): void {
    if (cause === 'again') return;
    const { graph } = structure;
    const runs = new Set(
      presentNotebook().runMode === 'lazy'
        ? []
        : downstreamOf(graph, id).filter((other) => this.#runsByItself(other)),
    );
    for (const other of graph.order) {
      // What needs a cell that only turns stale turns stale with it.
      const isHeldBack = (graph.upstream.get(other) ?? []).some(
        (up) => up !== id && downstreamOf(graph, id).includes(up) && !runs.has(up),
      );
      if (isHeldBack) runs.delete(other);
    }
    this.#markStale([id], structure, runs);
    for (const cell of graph.order) if (runs.has(cell)) this.#enqueue({ cell, cause: 'change' });
  }

  #runsByItself(id: string): boolean {
    const { state, startedAt, endedAt } = runOf(useRun.getState(), id);
    const cell = cellOf(presentNotebook(), id);
    const hasRun =
      state !== 'idle' && state !== 'stopped' && state !== 'queued' && startedAt !== null;
    const took = (endedAt ?? 0) - (startedAt ?? 0);
    return hasRun && took <= HEAVY_MS && cell?.isOneShot !== true && this.#isRunnable(id);
  }

  #markStale(
    changed: readonly string[],
    { graph, nameOf }: Structure,
    except: ReadonlySet<string> = new Set(),
  ): void {
    for (const id of staleAfter(graph, changed, [...this.#accesses.values()])) {
      const { state } = runOf(useRun.getState(), id);
      if (except.has(id) || (state !== 'done' && state !== 'error')) continue;
      const written = changed.flatMap((cell) => namesWritten(this.#accesses.get(cell)));
      const reason =
        written.length > 0
          ? `${nameOf(changed[0]!)} writes ${written.join(', ')}`
          : changedIn(nameOf(changed[0]!));
      changeCellRun(id, { state: 'stale', reason });
    }
  }

  /** Texts changed, or cells went: what ran with the old text is stale, and what depends on it. */
  async edited(before: Notebook, now: Notebook): Promise<void> {
    const changed = before.cells.filter(
      ({ id, source }) => this.#ranText.has(id) && cellOf(now, id)?.source !== source,
    );
    if (changed.length === 0) return;
    // A cell that went is in the structure of the notebook that had it.
    const structure = await structureOf(before);
    for (const { id } of changed) {
      const source = cellOf(now, id)?.source;
      if (source === this.#ranText.get(id)) this.#takeBack(id, structure);
      else this.#outdate(id, structure);
      if (source === undefined) this.#traced.delete(id);
    }
  }

  #outdate(id: string, structure: Structure): void {
    if (runOf(useRun.getState(), id).state !== 'done') return;
    changeCellRun(id, { state: 'stale', reason: EDITED });
    this.#markStale([id], structure);
  }

  /** The text is again what ran: what was stale for that only is not. */
  #takeBack(id: string, { graph, nameOf }: Structure): void {
    const why = new Map(downstreamOf(graph, id).map((other) => [other, changedIn(nameOf(id))]));
    for (const [cell, reason] of why.set(id, EDITED)) {
      const run = runOf(useRun.getState(), cell);
      if (run.state === 'stale' && run.reason === reason)
        changeCellRun(cell, { state: 'done', reason: null });
    }
  }

  async control(cell: string, name: string, value: ControlValue): Promise<void> {
    setControl(name, value);
    await runningEngine()?.setControl(name, value);
    const { state } = runOf(useRun.getState(), cell);
    if (state === 'idle' || state === 'queued') return;
    await this.runCells([cell], 'change');
  }

  async stop(): Promise<void> {
    this.#wasStopped = true;
    for (const { cell } of this.#queue.splice(0)) {
      const hasRun = this.#ranText.has(cell);
      changeCellRun(cell, {
        state: hasRun ? 'stale' : 'idle',
        reason: hasRun ? 'not run since' : null,
      });
    }
    if (this.#running !== null) await runningEngine()?.stop(this.#running.run);
    await this.#pumping;
  }

  /** A new realm, and every shared variable anew; nothing runs. */
  async restart(): Promise<void> {
    await this.stop();
    await runningEngine()?.endRealm();
    runningEngine()?.forget();
    this.forget();
  }

  /** Nothing has run. */
  forget(): void {
    this.#traced.clear();
    this.#accesses.clear();
    this.#ranText.clear();
    this.#shownRun.clear();
    const { device, devices } = useRun.getState();
    useRun.setState({ ...EMPTY_RUN, device, devices });
  }
}

/** The names in keys `cell/name/ordinal`. */
const namesWritten = (access: SharedAccess | undefined): readonly string[] =>
  (access?.writes ?? []).map((key) => key.split('/')[1] ?? key);

const runner = new Runner();

const codeCells = (): readonly string[] =>
  presentNotebook()
    .cells.filter(({ kind }) => kind === 'code')
    .map(({ id }) => id);

/** Run a cell because a person asked for it; then what depends on it, as the run mode says. */
export const runCell = (id: string): Promise<void> => runner.runCells([id], 'hand');

export async function runAll(): Promise<void> {
  const { graph } = await structureOf(presentNotebook());
  const order = [...graph.order, ...codeCells().filter((id) => !graph.order.includes(id))];
  await runner.runCells(order, 'hand');
}

export async function runStale(): Promise<void> {
  const { graph } = await structureOf(presentNotebook());
  const state = useRun.getState();
  await runner.runCells(
    graph.order.filter((id) => runOf(state, id).state === 'stale'),
    'hand',
  );
}

/** Stop what runs: by asking, then by ending the realm. Shared values stay. */
export const stopRun = (): Promise<void> => runner.stop();

/** A new realm, and every shared variable made anew; nothing runs. */
export const restart = (): Promise<void> => runner.restart();

/** A person set a slider: its value is kept, and cells that use its name run with the latest value. */
export const changeControl = (cell: string, name: string, value: ControlValue): void =>
  void runner.control(cell, name, value);

useNotebook.subscribe((state, before) => {
  const isAnother =
    state.history.present.id !== before.history.present.id && state.origin !== before.origin;
  // Another notebook is another world: nothing of the last one runs on.
  if (isAnother) void runner.restart();
  else if (state.history.present !== before.history.present)
    void runner.edited(before.history.present, state.history.present);
});
