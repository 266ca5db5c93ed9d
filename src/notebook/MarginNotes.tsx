/** @file The margin of a cell: its state by icon and word, then its facts. */
import { useEffect, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { Cell } from '../document/notebook.ts';
import { runOf, useRun } from '../store/run.ts';
import { Icon } from '../ui/Icon.tsx';
import { notesOf } from './margin-notes.ts';
import { STATES } from './states.ts';

/** Now, every second while something runs. */
function useNow(isTicking: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isTicking) return undefined;
    const tick = (): void => setNow(Date.now());
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [isTicking]);
  return now;
}

export function MarginNotes({ cell }: { readonly cell: Cell }) {
  const run = useRun((state) => runOf(state, cell.id));
  const functions = useRun(
    useShallow((state) => state.functions.filter((made) => made.cell === cell.id)),
  );
  const now = useNow(run.state === 'running');
  const { state, word, notes } = notesOf(cell, run, functions, now);
  if (state === 'idle' && cell.source === '') return <div className="aside" />;
  return (
    <div className="aside">
      <p className="state">
        <Icon name={STATES[state].icon} />
        <span>
          {state === 'done' && <span className="sr">Done in </span>}
          {word}
        </span>
      </p>
      {notes.map(({ name, text, isMinor }) => (
        <p key={`${name} ${text}`} {...(isMinor && { className: 'wide-only' })}>
          {name !== null && <b>{name}</b>} {text}
        </p>
      ))}
    </div>
  );
}
