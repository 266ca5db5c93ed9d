/** @file What the build writes into the service worker (`.ci/service-worker-plugin.ts`). */

/** Changes with every file of the site. */
declare const SITE_VERSION: string;

/** Changes with the data sets. */
declare const DATA_VERSION: string;

/** What the page needs to begin, relative to it; `./` is the page itself. */
declare const FIRST_FILES: readonly string[];

/** Everything else but the data sets. */
declare const LATE_FILES: readonly string[];
