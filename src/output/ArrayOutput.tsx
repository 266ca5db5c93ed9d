/** @file A host array, in the view that the cell asked for. */
import { arrayText } from './array-text.ts';
import { ArrayCaption } from './ArrayCaption.tsx';
import { Note } from './Caption.tsx';
import { HeatmapView } from './HeatmapView.tsx';
import { HistogramView } from './HistogramView.tsx';
import { nonFiniteNote, partText, type ArrayOutput as HostArray } from './numbers.ts';
import { PicturesView } from './PicturesView.tsx';
import { tableOfArray } from './table-data.ts';
import { TableView } from './TableView.tsx';
import { FoldedText } from './TextOutput.tsx';
import { signatureOf } from './array-words.ts';

/** The array, drawn. */
export function ArrayOutput({ output }: { readonly output: HostArray }) {
  switch (output.view) {
    case 'text':
      return <ArrayText array={output} />;
    case 'table':
      return <ArrayTable array={output} />;
    case 'image':
    case 'images':
      return <PicturesView array={output} />;
    case 'heatmap':
      return <HeatmapView array={output} />;
    case 'histogram':
      return <HistogramView array={output} />;
  }
}

function ArrayText({ array }: { readonly array: HostArray }) {
  const note = nonFiniteNote(array.data);
  const text = arrayText(array);
  const isScalar = array.shape.length === 0;
  return (
    <>
      <div className="sig">
        <span>
          {array.label}
          <span className="dim">
            {array.label === null ? '' : ' : '}
            {`${signatureOf(array)}${isScalar ? ` = ${text}` : ''}`}
          </span>
        </span>
      </div>
      {!isScalar && <FoldedText text={text} />}
      {note !== null && <Note>{note}</Note>}
      {partText(array) !== '' && <Note>{partText(array)}</Note>}
    </>
  );
}

function ArrayTable({ array }: { readonly array: HostArray }) {
  return (
    <>
      <TableView
        title={array.label ?? signatureOf(array)}
        make={(rows) => tableOfArray(array, rows)}
      />
      <ArrayCaption array={array} table={null} />
    </>
  );
}
