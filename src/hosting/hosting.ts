/**
 * @file The page's side of the service worker: starts it, reloads once where only it can isolate the page, and offers a new
 * version when one is there. Never forces one.
 */
import { showToast } from '../ui/toast.ts';
import type { PageToServiceWorker } from './messages.ts';

/** That this tab was reloaded to be isolated. Where that did not help, it is not tried again. */
const RELOADED = 'arignote.reloadedForIsolation';

const say = (worker: ServiceWorker | null, message: PageToServiceWorker): void =>
  worker?.postMessage(message);

/** Starts the service worker, where there can be one. The page works without. */
export async function startHosting(): Promise<void> {
  // The development server's files change under it.
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  try {
    const registration = await navigator.serviceWorker.register('./service-worker.js', {
      updateViaCache: 'none',
    });
    offerUpdates(registration);
    const { active } = await navigator.serviceWorker.ready;
    if (!isReloadedForIsolation()) say(active, { kind: 'keepAll' });
  } catch {
    // Some hosts and some settings of browsers allow no service worker: no isolation, and no visit without a network.
  }
}

/** Whether the page goes away to come back isolated. Not under the hands of a person: then the next visit is isolated. */
function isReloadedForIsolation(): boolean {
  if (crossOriginIsolated) {
    sessionStorage.removeItem(RELOADED);
    return false;
  }
  const isTouched = navigator.userActivation.hasBeenActive;
  if (isTouched || sessionStorage.getItem(RELOADED) !== null) return false;
  sessionStorage.setItem(RELOADED, 'yes');
  location.reload();
  return true;
}

function offerUpdates(registration: ServiceWorkerRegistration): void {
  const offer = (): void => {
    const { waiting } = registration;
    // The first version replaces none.
    if (waiting === null || registration.active === null) return;
    const takeOver = (): void => {
      navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), {
        once: true,
      });
      say(waiting, { kind: 'takeOver' });
    };
    showToast('A new version of Arignote is ready.', {
      action: { title: 'Reload', icon: 'rotate-cw', run: takeOver },
    });
  };
  offer();
  registration.addEventListener('updatefound', () => {
    registration.installing?.addEventListener('statechange', offer);
  });
}
