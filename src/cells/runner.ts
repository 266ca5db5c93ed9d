/**
 * @file (interface while it is built) Runs cells: reacts to edits, keeps the order and what is stale. What happens is seen
 * in `src/store/run.ts`. Nothing here rejects: what goes wrong is in the state of the cell.
 */
import type { ControlValue } from './outputs.ts';

/** Run a cell because a person asked for it; then what depends on it, as the run mode says. */
export function runCell(_id: string): Promise<void> {
  return Promise.resolve();
}
export function runAll(): Promise<void> {
  return Promise.resolve();
}
export function runStale(): Promise<void> {
  return Promise.resolve();
}
/** Stop what runs: by asking, then by ending the realm. Shared values stay. */
export function stopRun(): Promise<void> {
  return Promise.resolve();
}
/** A new realm, and every shared variable made anew; nothing runs. */
export function restart(): Promise<void> {
  return Promise.resolve();
}
/** A person set a slider: its value is kept, and cells that use its name run with the latest value. */
export function changeControl(_cell: string, _name: string, _value: ControlValue): void {}
/** The texts of cells changed: what depends on them is stale. */
export function cellsEdited(_ids: readonly string[]): void {}
