/** @file The head of a panel: what it shows, a choice where there are several, and facts beside it. */
import type { ReactNode } from 'react';
import type { FunctionSummary } from '../../engine/worker/protocol.ts';
import { presentOf, useNotebook } from '../store/notebook.ts';
import { useRun } from '../store/run.ts';
import { select } from '../store/selection.ts';
import { placeWords } from './places.ts';

/** One of the things that a panel can show. `note` tells it from others of its name. */
export type Choice = { readonly id: string; readonly name: string; readonly note: string };

export function Subject({ label, choices, chosen, onChoose, facts, children }: SubjectProps) {
  const name = choices.find(({ id }) => id === chosen)?.name ?? '';
  const isDouble = (choice: Choice): boolean =>
    choices.some((other) => other !== choice && other.name === choice.name);
  return (
    <div className="subject">
      <h2>
        {choices.length > 1 ? (
          <select
            aria-label={label}
            value={chosen}
            onChange={(event) => onChoose(event.currentTarget.value)}
          >
            {choices.map((choice) => (
              <option key={choice.id} value={choice.id}>
                {isDouble(choice) ? `${choice.name}, ${choice.note}` : choice.name}
              </option>
            ))}
          </select>
        ) : (
          name
        )}
      </h2>
      <span className="dim">{facts}</span>
      {children}
    </div>
  );
}

type SubjectProps = {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
  readonly facts: ReactNode;
  readonly children?: ReactNode;
};

/** A function among all that were compiled. */
export function FunctionSubject({ shown, facts, children }: FunctionSubjectProps) {
  const functions = useRun((state) => state.functions);
  const cells = useNotebook((state) => presentOf(state).cells);
  const choices = functions.map(({ fn, name, cell, line }) => ({
    id: fn,
    name,
    note: placeWords(cells, cell, line),
  }));
  return (
    <Subject
      label="Function"
      choices={choices}
      chosen={shown.fn}
      onChoose={(fn) => select({ fn, kernel: null, node: null, step: null })}
      facts={facts}
    >
      {children}
    </Subject>
  );
}

type FunctionSubjectProps = {
  readonly shown: FunctionSummary;
  readonly facts: ReactNode;
  readonly children?: ReactNode;
};
