/** @file Messages at the foot of the page that go by themselves: what can be undone, and what failed. Never for success. */
import { create } from 'zustand';
import type { IconName } from './icons.ts';

/** A message; `action` is its one button, which undoes unless its icon says something else. */
export type Toast = {
  readonly id: number;
  readonly text: string;
  readonly tone: 'plain' | 'bad';
  readonly action: {
    readonly title: string;
    readonly icon?: IconName;
    readonly run: () => void;
  } | null;
};

/** Long enough to read it and to reach the button by keyboard. */
const STAY_MS = 10_000;

/** More would hide the notebook; the oldest go. */
const TOASTS_MAX = 3;

type ToastState = { readonly toasts: readonly Toast[]; readonly count: number };

export const useToasts = create<ToastState>(() => ({ toasts: [], count: 0 }));

export const dropToast = (id: number): void =>
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }));

/** Show a message for a while. */
export function showToast(
  text: string,
  { tone = 'plain', action = null }: Partial<Pick<Toast, 'tone' | 'action'>> = {},
): void {
  const id = useToasts.getState().count + 1;
  useToasts.setState(({ toasts }) => ({
    count: id,
    toasts: [...toasts, { id, text, tone, action }].slice(-TOASTS_MAX),
  }));
  setTimeout(() => dropToast(id), STAY_MS);
}
