/** @file A small server of static files: for `npm start`, and for the tests as the plain static host that it can be, too. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';

/** Isolation of the page: shared memory for threads of WASM, fine clocks. */
export const ISOLATION_HEADERS = Object.freeze({
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
});

/** @type {Readonly<Record<string, string>>} */
const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

/**
 * Where a folder is served: under which path, with which headers. A port of 0 takes any that is free.
 * @typedef {object} ServeOptions
 * @property {number} port
 * @property {string} [base] begins and ends with a slash
 * @property {Readonly<Record<string, string>>} [headers]
 */

/**
 * What is being served. `requests` holds the path of each request, the oldest first.
 * @typedef {{ readonly url: string, readonly requests: readonly string[], close(): Promise<void> }} Site
 */

/**
 * The file that an address asks for, or null. Never one outside the folder.
 * @param {string} folder
 * @param {string} path
 */
async function fileOf(folder, path) {
  try {
    const asked = resolve(join(folder, decodeURIComponent(path)));
    if (asked !== folder && !asked.startsWith(folder + sep)) return null;
    const file = (await stat(asked)).isDirectory() ? join(asked, 'index.html') : asked;
    return { file, size: (await stat(file)).size };
  } catch {
    // No such file, or an address with a broken escape.
    return null;
  }
}

/**
 * Serves a folder on this machine only, until it is closed. Rejects when the port is taken.
 * @param {string} folder
 * @param {ServeOptions} options
 * @returns {Promise<Site>}
 */
export async function serveFolder(folder, { port, base = '/', headers = {} }) {
  const root = resolve(folder);
  /** @type {string[]} */
  const requests = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    requests.push(pathname);
    const found = pathname.startsWith(base)
      ? fileOf(root, pathname.slice(base.length))
      : Promise.resolve(null);
    void found.then((hit) => {
      if (hit === null) return response.writeHead(404, headers).end('There is no such file.');
      response.writeHead(200, {
        ...headers,
        'Content-Type': TYPES[extname(hit.file)] ?? 'application/octet-stream',
        'Content-Length': hit.size,
        // A page that was built anew is seen at the next load.
        'Cache-Control': 'no-cache',
      });
      if (request.method === 'HEAD') return response.end();
      return createReadStream(hit.file).pipe(response);
    });
  });
  await /** @type {Promise<void>} */ (
    new Promise((listening, failed) => {
      server.once('error', failed);
      server.listen(port, 'localhost', listening);
    })
  );
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://localhost:${bound}${base}`,
    requests,
    close() {
      server.closeAllConnections();
      return new Promise((closed) => {
        server.close(() => closed());
      });
    },
  };
}
