/** @file The side panel that looks inside: one tab each for graph, passes, gradient, kernels and memory. */
import { lazy, Suspense, type ComponentType, type KeyboardEvent } from 'react';
import { select, useSelection, type PanelName } from '../store/selection.ts';
import './inspector.css';

const GraphPanel = lazy(async () => {
  const { GraphPanel: component } = await import('./graph/GraphPanel.tsx');
  return { default: component };
});

const PassesPanel = lazy(async () => {
  const { PassesPanel: component } = await import('./passes/PassesPanel.tsx');
  return { default: component };
});

const KernelsPanel = lazy(async () => {
  const { KernelsPanel: component } = await import('./kernels/KernelsPanel.tsx');
  return { default: component };
});

const GradientPanel = lazy(async () => {
  const { GradientPanel: component } = await import('./gradient/GradientPanel.tsx');
  return { default: component };
});

const MemoryPanel = lazy(async () => {
  const { MemoryPanel: component } = await import('./memory/MemoryPanel.tsx');
  return { default: component };
});

type Tab = {
  readonly name: PanelName;
  readonly word: string;
  readonly Panel: ComponentType;
};

/** The tabs in order, each loaded when it is first shown. */
const PANELS: readonly Tab[] = [
  { name: 'graph', word: 'Graph', Panel: GraphPanel },
  { name: 'passes', word: 'Passes', Panel: PassesPanel },
  { name: 'gradient', word: 'Gradient', Panel: GradientPanel },
  { name: 'kernels', word: 'Kernels', Panel: KernelsPanel },
  { name: 'memory', word: 'Memory', Panel: MemoryPanel },
];

/** The tab of a name. */
const tabOf = (name: PanelName): Tab => PANELS.find((tab) => tab.name === name) ?? PANELS[0]!;

const tabId = (name: PanelName): string => `tab-${name}`;

/** Arrows walk the tabs and show each, as lists of tabs do. */
function walkTabs(event: KeyboardEvent): void {
  const at = PANELS.findIndex(({ name }) => name === useSelection.getState().panel);
  const last = PANELS.length - 1;
  const targets: { readonly [key: string]: number } = {
    ArrowRight: at === last ? 0 : at + 1,
    ArrowLeft: at === 0 ? last : at - 1,
    Home: 0,
    End: last,
  };
  const target = PANELS[targets[event.key] ?? -1];
  if (target === undefined) return;
  event.preventDefault();
  select({ panel: target.name });
  document.getElementById(tabId(target.name))?.focus();
}

/** The inspector: a region of tabs. */
export function Inspector() {
  const { name: panel, Panel } = tabOf(useSelection((state) => state.panel));
  return (
    <aside className="look" aria-label="Inspector">
      <div className="tabs" role="tablist" aria-label="Inspector" onKeyDown={walkTabs}>
        {PANELS.map(({ name, word }) => (
          <button
            key={name}
            id={tabId(name)}
            className="tab"
            type="button"
            role="tab"
            aria-selected={name === panel}
            aria-controls="pane"
            tabIndex={name === panel ? 0 : -1}
            onClick={() => select({ panel: name })}
            {...(name === panel && { 'data-region-entry': true })}
          >
            {word}
          </button>
        ))}
      </div>
      <div className="pane" id="pane" role="tabpanel" aria-labelledby={tabId(panel)} tabIndex={0}>
        <Suspense>
          <Panel />
        </Suspense>
      </div>
    </aside>
  );
}
