/**
 * @file Finds Chromium, and the software Vulkan driver that Debian ships inside it. The browser tests
 * run in the first; Node's WebGPU (npm `webgpu`) draws on the second where a machine has no GPU.
 * Run directly, it installs Chromium where it can and prints where both lie.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** Where distributions put the library folder when the command on the path is a wrapper script. */
const LIBRARY_FOLDERS = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'];

const HOW_TO_INSTALL = `Chromium was not found. Install it (Debian: apt-get install chromium) so that one of
${NAMES.join(', ')} is on the path, or set CHROMIUM to its executable.`;

/**
 * Path of a Chromium on this machine, or `null`. The variable CHROMIUM goes before the path.
 * @returns {string | null}
 */
export function findChromium() {
  const chosen = process.env['CHROMIUM'];
  if (chosen) {
    if (!existsSync(chosen))
      throw new Error(`CHROMIUM names ${chosen}, and there is no such file.`);
    return chosen;
  }
  for (const name of NAMES) {
    const found = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
    if (found.status === 0) return found.stdout.trim();
  }
  return null;
}

/**
 * Path of a Chromium; installs it on Debian when we may.
 * @returns {string}
 */
export function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  const mayInstall = process.getuid?.() === 0 && existsSync('/etc/debian_version');
  if (!mayInstall) throw new Error(HOW_TO_INSTALL);
  const options = /** @type {const} */ ({
    stdio: 'inherit',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  execFileSync('apt-get', ['update'], options);
  execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], options);
  const installed = findChromium();
  if (!installed) throw new Error(HOW_TO_INSTALL);
  return installed;
}

/**
 * Path of the SwiftShader driver's description (for VK_ICD_FILENAMES), or `null`.
 * @param {string | null} chromiumPath as `findChromium` gives it
 * @returns {string | null}
 */
export function findSoftwareVulkan(chromiumPath) {
  const beside = chromiumPath ? [dirname(realpathSync(chromiumPath))] : [];
  const drivers = [...beside, ...LIBRARY_FOLDERS].map((folder) =>
    join(folder, 'vk_swiftshader_icd.json'),
  );
  return drivers.find((path) => existsSync(path)) ?? null;
}

/**
 * Variables to start Node with so that its WebGPU runs on the software driver; none when the user
 * has chosen a driver already or when there is none to choose.
 * @returns {Record<string, string>}
 */
export function softwareVulkanEnv() {
  if (process.env['VK_ICD_FILENAMES']) return {};
  const driver = findSoftwareVulkan(findChromium());
  if (!driver) return {};
  // The driver's folder holds the Vulkan loader too, which Debian does not install with Chromium. The
  // dynamic linker reads this variable only when a process starts.
  const folders = [process.env['LD_LIBRARY_PATH'], dirname(driver)].filter(Boolean);
  return { VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: folders.join(delimiter) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const chromium = ensureChromium();
    console.log(`Chromium: ${chromium}`);
    console.log(`Software Vulkan: ${findSoftwareVulkan(chromium) ?? 'not found'}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
