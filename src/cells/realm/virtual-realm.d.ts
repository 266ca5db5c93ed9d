/** @file What `.ci/realm-plugin.ts` builds: the realm's script and what its frame is made of. */
declare module 'virtual:realm-script' {
  /** The runtime of cells with the engine's front end: a classic script. */
  export const realmScript: string;
  /** The only script of the frame's document. */
  export const bootstrap: string;
  /** The frame's content security policy. */
  export const framePolicy: string;
}
