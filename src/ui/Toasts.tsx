/** @file The messages at the foot of the page (`toast.ts`). */
import { Icon } from './Icon.tsx';
import { dropToast, useToasts, type Toast } from './toast.ts';

export function Toasts() {
  const toasts = useToasts((state) => state.toasts);
  return (
    <div className="toasts" role="status" {...(toasts.length > 0 && { 'data-region': '' })}>
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastCard({ toast: { id, text, tone, action } }: { readonly toast: Toast }) {
  const act = (): void => {
    action?.run();
    dropToast(id);
  };
  return (
    <div className={tone === 'bad' ? 'toast bad' : 'toast'}>
      {tone === 'bad' && <Icon name="triangle-alert" />}
      <span>{text}</span>
      {action && (
        <button className="btn small" type="button" onClick={act}>
          <Icon name={action.icon ?? 'undo-2'} />
          {action.title}
        </button>
      )}
      <button
        className="btn icon small"
        type="button"
        aria-label="Close"
        onClick={() => dropToast(id)}
      >
        <Icon name="x" />
      </button>
    </div>
  );
}
