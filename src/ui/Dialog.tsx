/** @file A modal dialog: the browser's own, which keeps the focus inside, closes on Escape and gives the focus back. */
import { useEffect, useId, useRef, type ReactNode } from 'react';
import { Icon } from './Icon.tsx';

/** Open as long as it is mounted. Without `title` the content names itself by `label`. */
export function Dialog({ className, title, label, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  const name = title === undefined ? { 'aria-label': label } : { 'aria-labelledby': id };
  return (
    <dialog
      ref={dialog}
      className={className === undefined ? 'dialog' : `dialog ${className}`}
      {...name}
      onClose={() => {
        // Told late: by then it may be open again, as in development, where every effect runs twice.
        if (!dialog.current?.open) onClose();
      }}
      onClick={(event) => {
        // Only the backdrop is the dialog itself.
        if (event.target === dialog.current) onClose();
      }}
    >
      {title !== undefined && (
        <header>
          <h2 id={id}>{title}</h2>
          <button className="btn icon" type="button" aria-label="Close" onClick={onClose}>
            <Icon name="x" />
          </button>
        </header>
      )}
      {children}
    </dialog>
  );
}

type DialogProps = {
  readonly className?: string;
  readonly title?: string;
  readonly label?: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
};
