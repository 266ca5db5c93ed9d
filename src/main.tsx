/** @file Starts the page: theme, keys, what is kept, and React. Nothing of a notebook runs. */
import './ui/tokens.css';
import './ui/base.css';
import './ui/controls.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { listenToKeys } from './commands/keys.ts';
import { startKeeping } from './document/autosave.ts';
import { startHosting } from './hosting/hosting.ts';
import { ErrorBoundary } from './ui/ErrorBoundary.tsx';
import { missingNeeds } from './ui/support.ts';
import { startTheme } from './ui/theme.ts';
import { Unsupported } from './ui/Unsupported.tsx';

function start(place: HTMLElement): void {
  void startHosting();
  startTheme();
  const root = createRoot(place);
  const missing = missingNeeds();
  if (missing.length > 0) {
    root.render(<Unsupported missing={missing} />);
    return;
  }
  listenToKeys();
  void startKeeping();
  root.render(
    <StrictMode>
      <ErrorBoundary>
        <App />
      </ErrorBoundary>
    </StrictMode>,
  );
}

const place = document.getElementById('root');
if (place) start(place);
