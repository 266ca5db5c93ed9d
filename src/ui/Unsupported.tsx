/** @file The page for a browser that lacks what the notebook needs. */
import { Mark } from './Mark.tsx';

export function Unsupported({ missing }: { readonly missing: readonly string[] }) {
  return (
    <main className="lone">
      <Mark />
      <h1>This browser cannot run Arignote</h1>
      <p>The notebook needs these, and they are missing here:</p>
      <ul>
        {missing.map((what) => (
          <li key={what}>{what}</li>
        ))}
      </ul>
      <p>
        Chrome or another browser on Chromium, version 123 or later, has them. Some are switched off
        in private windows or where a site is not served over HTTPS.
      </p>
    </main>
  );
}
