/** @file The colours and the type of the track, as a canvas needs them. */
import { useEffect, useState } from 'react';
import type { TimelineEvent } from '../../../engine/worker/protocol.ts';
import { onThemeChange, resolvedColours } from '../../ui/theme.ts';
import { colourOfKernel } from '../kernels/kernel-colour.ts';

export type Palette = Readonly<Record<string, string>>;

const NAMES = [
  '--paper',
  '--desk',
  '--hair',
  '--ink',
  '--ink-3',
  '--edge',
  '--accent',
  '--lane-trace',
  '--lane-rewrite',
  '--lane-codegen',
  '--lane-upload',
  '--lane-submit',
  '--lane-readback',
  '--lane-kernel-contraction',
  '--lane-kernel-reduction',
  '--lane-kernel-elementwise',
];

const STAGES: Readonly<Record<Exclude<TimelineEvent['stage'], 'kernel'>, string>> = {
  trace: '--lane-trace',
  rewrite: '--lane-rewrite',
  codegen: '--lane-codegen',
  upload: '--lane-upload',
  encode: '--lane-submit',
  submit: '--lane-submit',
  readback: '--lane-readback',
};

/** The custom property with the colour of an event. */
export const colourOf = ({ stage, name }: Pick<TimelineEvent, 'stage' | 'name'>): string =>
  stage === 'kernel' ? colourOfKernel(name) : STAGES[stage];

/** The colours of the theme that is on. */
export function usePalette(): Palette {
  const [palette, setPalette] = useState(() => resolvedColours(NAMES));
  useEffect(() => onThemeChange(() => setPalette(resolvedColours(NAMES))), []);
  return palette;
}
