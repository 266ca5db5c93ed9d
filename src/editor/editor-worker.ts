/** @file Monaco's own worker: what of the editor is slow and knows no language. */
import 'monaco-editor/editor/editor.worker';
