/** @file What outputs use of plotly, which ships without types. */
declare module 'plotly.js-cartesian-dist-min' {
  type Table = Readonly<Record<string, unknown>>;

  /** The library's one object. */
  type Plotly = {
    react(
      place: HTMLElement,
      traces: readonly Table[],
      layout: Table,
      config: Table,
    ): Promise<unknown>;
    purge(place: HTMLElement): void;
  };

  const plotly: Plotly;
  // oxlint-disable-next-line import/no-default-export -- the package is made so
  export default plotly;
}
