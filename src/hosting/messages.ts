/** @file What the page says to its service worker. */

export type PageToServiceWorker =
  /** Keep every file of the site, for a visit without a network. */
  | { readonly kind: 'keepAll' }
  /** Take the place of the version that serves now: a person asked for it. */
  | { readonly kind: 'takeOver' };
