/** @file The gradient of a cost with respect to a variable: as a formula, and as the graph that computes it. */
import { useCallback, useMemo, useState } from 'react';
import type { InspectedGraph } from '../../../engine/worker/protocol.ts';
import { presentOf, useNotebook } from '../../store/notebook.ts';
import { useRun } from '../../store/run.ts';
import { select, useSelection } from '../../store/selection.ts';
import { showCount } from '../../ui/format.ts';
import { Formula } from '../Formula.tsx';
import type { Mark } from '../graph/Drawing.tsx';
import { Explorer } from '../graph/Explorer.tsx';
import { placeWords } from '../places.ts';
import { EmptyPanel } from '../ReportState.tsx';
import { Subject } from '../Subject.tsx';
import { inspectedShown } from '../subject.ts';
import { gradientFormula } from './gradient-formula.ts';
import './gradient.css';

/** The Gradient tab. */
export function GradientPanel() {
  const graphs = useRun((state) => state.inspected);
  const chosen = useSelection((state) => state.inspected);
  const shown = inspectedShown(graphs, chosen, 'gradient');
  if (shown === null)
    return (
      <EmptyPanel words="Run a cell that calls grad(cost, variable), and the gradient stands here as a formula and as a graph." />
    );
  return <GradientOf key={shown.id} shown={shown} />;
}

function GradientOf({ shown }: { readonly shown: InspectedGraph }) {
  const { view, adjoint, title } = shown;
  const [chosen, setChosen] = useState<number | null>(null);
  const derivative = useMemo(() => new Set(adjoint), [adjoint]);
  const markOf = useCallback(
    (id: number): Mark => (derivative.has(id) ? 'adjoint' : 'plain'),
    [derivative],
  );
  return (
    <>
      <GradientSubject shown={shown} />
      <Formulas shown={shown} />
      <Explorer
        view={view}
        label={`gradient of ${title}`}
        chosen={chosen}
        onChoose={setChosen}
        markOf={markOf}
      />
      <div className="legend">
        <span>
          <i className="adjoint" />
          computes the derivative
        </span>
        <span>
          <i className="plain" />
          computes the cost
        </span>
      </div>
    </>
  );
}

function GradientSubject({ shown }: { readonly shown: InspectedGraph }) {
  const graphs = useRun((state) => state.inspected);
  const cells = useNotebook((state) => presentOf(state).cells);
  const choices = graphs
    .filter(({ kind }) => kind === 'gradient')
    .map(({ id, title, cell, line }) => ({
      id,
      name: title,
      note: placeWords(cells, cell, line),
    }));
  return (
    <Subject
      label="Gradient"
      choices={choices}
      chosen={shown.id}
      onChoose={(inspected) => select({ inspected })}
      facts={`${showCount(shown.adjoint.length, 'node')} beside the ${shown.view.nodes.length - shown.adjoint.length} of the cost`}
    />
  );
}

function Formulas({ shown }: { readonly shown: InspectedGraph }) {
  const { formula, where, title } = shown;
  if (formula === '')
    return (
      <p className="panel-empty">The formula is too long to be set. The graph shows all of it.</p>
    );
  return (
    <>
      <Formula tex={gradientFormula(title, formula)} />
      {where.length > 0 && (
        <ul className="where" aria-label="Terms that the formula names">
          {where.map((term) => (
            <li key={term.name}>
              <Formula tex={`${term.name} = ${term.formula}`} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
