/**
 * @file The service worker: it makes any static host enough. It adds the headers that isolate the page, and serves the site
 * from this browser, so that it opens without a network from the second visit on. It lies beside the page and works under
 * any path. The frames of cells have an opaque origin and are not its clients; they need nothing of it.
 *
 * A version is kept whole and never mixed: a new one waits until a person takes it (`hosting.ts`), or until no tab is left.
 */
import type { PageToServiceWorker } from './messages.ts';

const worker = globalThis as unknown as ServiceWorkerGlobalScope;

/** The page's own address, which ends with a slash. */
const BASE = new URL('./', worker.location.href);
const DATA = new URL('data/', BASE).href;

/** A host may hold other sites, and this one twice: each knows its own caches by this. */
const OURS = `arignote ${BASE.pathname}`;
const SITE = `${OURS} site ${SITE_VERSION}`;
const SETS = `${OURS} data ${DATA_VERSION}`;

/** Versions that are kept: this one, and the one before for tabs that still show it and load its late parts. */
const VERSIONS_MAX = 2;

const siteCaches = async (): Promise<readonly string[]> =>
  (await caches.keys()).filter((name) => name.startsWith(`${OURS} site `));

/** Puts files into this version's cache. Names under `assets/` tell the content, so an older version's copy will do. */
async function keep(files: readonly string[]): Promise<void> {
  const cache = await caches.open(SITE);
  for (const file of files) {
    const url = new URL(file, BASE);
    if ((await cache.match(url)) !== undefined) continue;
    const kept = file.startsWith('assets/') ? await keptAnywhere(url) : undefined;
    if (kept === undefined) await cache.add(new Request(url, { cache: 'no-cache' }));
    else await cache.put(url, kept);
  }
}

async function keptAnywhere(url: URL): Promise<Response | undefined> {
  for (const name of (await siteCaches()).toReversed()) {
    const found = await (await caches.open(name)).match(url);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function dropOld(): Promise<void> {
  const sites = (await siteCaches()).filter((name) => name !== SITE);
  const stay = new Set([SITE, SETS, ...sites.slice(-(VERSIONS_MAX - 1))]);
  for (const name of await caches.keys())
    if (name.startsWith(`${OURS} `) && !stay.has(name)) await caches.delete(name);
}

/** What is kept for an address; the query of the page chooses a device and no file. */
async function find(url: URL): Promise<Response | undefined> {
  const plain = new URL(url);
  plain.search = '';
  if (plain.href === new URL('index.html', BASE).href) plain.href = BASE.href;
  const cache = await caches.open(SITE);
  return (await cache.match(plain)) ?? keptAnywhere(plain);
}

/** Data sets are large: each is kept when it is first used. */
async function dataSet(request: Request): Promise<Response> {
  const cache = await caches.open(SETS);
  const kept = await cache.match(request.url);
  if (kept !== undefined) return kept;
  const found = await fetch(request);
  // A full disk is no reason to go without.
  if (found.ok) await cache.put(request.url, found.clone()).catch(() => undefined);
  return found;
}

async function answer(request: Request): Promise<Response> {
  const isData = request.url.startsWith(DATA);
  const found = isData
    ? await dataSet(request)
    : ((await find(new URL(request.url))) ?? (await fetch(request)));
  // A redirect that the browser must follow itself.
  if (found.status === 0) return found;
  const headers = new Headers(found.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  return new Response(found.body, { status: found.status, statusText: found.statusText, headers });
}

worker.addEventListener('install', (event) => {
  // The first one is there as soon as it can isolate the page; one that replaces another has everything before it is offered.
  const isFirst = worker.registration.active === null;
  event.waitUntil(keep(isFirst ? FIRST_FILES : [...FIRST_FILES, ...LATE_FILES]));
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(dropOld().then(() => worker.clients.claim()));
});

worker.addEventListener('message', (event) => {
  const { kind } = event.data as PageToServiceWorker;
  event.waitUntil(kind === 'keepAll' ? keep(LATE_FILES) : worker.skipWaiting());
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method === 'GET' && request.url.startsWith(BASE.href))
    event.respondWith(answer(request));
});
