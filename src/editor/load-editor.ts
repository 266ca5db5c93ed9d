/** @file The live editor, loaded when it is first needed and then kept: the page has one. */
import type { LiveEditor } from './live-editor.ts';

/** Loads the editor. `ready` is the editor once it is there, so that later cells need not wait. */
export const loadEditor = makeLoader(async () => {
  const { makeLiveEditor } = await import('./live-editor.ts');
  return makeLiveEditor();
});

type Loader = {
  (): Promise<LiveEditor>;
  readonly ready: LiveEditor | null;
};

function makeLoader(load: () => Promise<LiveEditor>): Loader {
  let loading: Promise<LiveEditor> | null = null;
  let ready: LiveEditor | null = null;
  const loadOnce = (): Promise<LiveEditor> => {
    loading ??= load().then(
      (editor) => (ready = editor),
      (error: unknown) => {
        // A lost connection: the next cell that is edited tries again.
        loading = null;
        throw error;
      },
    );
    return loading;
  };
  return Object.defineProperty(loadOnce, 'ready', { get: () => ready }) as Loader;
}
