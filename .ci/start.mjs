/** @file `npm start`: builds the site, serves it on this machine, and says where. `npm start -- --port N` chooses the port. */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { ISOLATION_HEADERS, serveFolder } from './serve.mjs';

const DEFAULT_PORT = 4180;
const PORT_MAX = 65_535;

/**
 * Says why, and ends.
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(message);
  process.exit(1);
}

/** The port that the arguments ask for. */
function readPort() {
  try {
    const { values } = parseArgs({ options: { port: { type: 'string' } } });
    const port = Number(values.port ?? DEFAULT_PORT);
    if (Number.isInteger(port) && port > 0 && port <= PORT_MAX) return port;
    return fail(`--port needs a number from 1 to ${PORT_MAX}, and ${values.port} is none.`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return fail(`npm start knows one option, --port N. ${why}`);
  }
}

/**
 * Takes the port before the build, which would be for nothing without one.
 * @param {number} port
 */
async function serve(port) {
  try {
    return await serveFolder('dist/app', { port, headers: ISOLATION_HEADERS });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    const why = code === 'EADDRINUSE' ? 'is taken by another program' : 'may not be used';
    const other = port < PORT_MAX ? port + 1 : DEFAULT_PORT;
    return fail(`Port ${port} ${why}. Choose another: npm start -- --port ${other}`);
  }
}

const { url } = await serve(readPort());
const { status } = spawnSync('npm run --silent build:app -- --logLevel warn', {
  shell: true,
  stdio: 'inherit',
});
if (status !== 0) fail('The site was not built; the reason stands above.');
console.log(`\nArignote is at ${url}\nOpen it in Chrome. Ctrl+C ends the server.`);
