/** @file Parts of the page that are loaded when they are first drawn. */
import { lazy } from 'react';

/** The panels that look inside. */
export const Inspector = lazy(async () => {
  const { Inspector: component } = await import('../inspect/Inspector.tsx');
  return { default: component };
});

/** What ran, when, and how surely that is known. */
export const Timeline = lazy(async () => {
  const { Timeline: component } = await import('../inspect/timeline/Timeline.tsx');
  return { default: component };
});

/** What a cell gave, and why it failed. */
export const CellOutputs = lazy(async () => {
  const { CellOutputs: component } = await import('../output/CellOutputs.tsx');
  return { default: component };
});

/** How the open notebook came here, above it. */
export const Notices = lazy(async () => {
  const { Notices: component } = await import('../share/Notices.tsx');
  return { default: component };
});

export const ShareDialog = lazy(async () => {
  const { ShareDialog: component } = await import('../share/ShareDialog.tsx');
  return { default: component };
});

export const HistoryDialog = lazy(async () => {
  const { HistoryDialog: component } = await import('../share/HistoryDialog.tsx');
  return { default: component };
});
