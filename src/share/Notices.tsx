/** @file What the page tells above the notebook about how it came here: an edited copy, edits of two tabs, losses of a file. */
import { useState, type ReactNode } from 'react';
import { openFromLibrary } from '../store/library.ts';
import { setNotice, useKeeping, type Notice } from '../store/keeping.ts';
import { presentOf, useNotebook } from '../store/notebook.ts';
import { showAge } from '../ui/format.ts';
import { Icon } from '../ui/Icon.tsx';
import './share.css';

/** The notice of the notebook that is open, if there is one. */
export function Notices() {
  const notice = useKeeping((state) => state.notice);
  const open = useNotebook((state) => presentOf(state).id);
  return notice?.on === open ? <NoticeBand notice={notice} /> : null;
}

const dismiss = (): void => setNotice(null);

function NoticeBand({ notice }: { readonly notice: Notice }) {
  switch (notice.kind) {
    case 'editedCopy':
      return <EditedCopy notice={notice} />;
    case 'conflict':
      return (
        <Band label="Two tabs edited">
          <Icon name="git-compare" />
          <p>
            <b>Another tab edited this notebook at the same time.</b> Nothing is lost: what you
            wrote here is in this copy.
          </p>
          <button className="btn line" type="button" onClick={() => openFromLibrary(notice.of)}>
            Open the other
          </button>
          <CloseButton />
        </Band>
      );
    case 'fileLosses':
      return (
        <Band label="Opened from a file">
          <Icon name="folder-open" />
          <div className="lines">
            <p>
              <b>Opened {notice.file}.</b> Nothing has run. It is a notebook of this browser now;
              the file stays as it is.
            </p>
            <ul>
              {notice.losses.map((loss) => (
                <li key={loss}>{loss}</li>
              ))}
            </ul>
          </div>
          <CloseButton />
        </Band>
      );
  }
}

function EditedCopy({ notice }: { readonly notice: Extract<Notice, { kind: 'editedCopy' }> }) {
  const { of, id, title, editedAt } = notice;
  const [now] = useState(Date.now);
  return (
    <Band label="Your copy">
      <Icon name="copy" />
      <p>
        <b>You edited a copy of this {of}.</b> “{title}”, edited {showAge(editedAt, now)}.
      </p>
      <button className="btn line" type="button" onClick={() => openFromLibrary(id)}>
        Open your copy
      </button>
      <button className="btn" type="button" onClick={dismiss}>
        Start again
      </button>
    </Band>
  );
}

function Band({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <section className="tell offer" aria-label={label}>
      {children}
    </section>
  );
}

function CloseButton() {
  return (
    <button className="btn icon" type="button" aria-label="Close the notice" onClick={dismiss}>
      <Icon name="x" />
    </button>
  );
}
