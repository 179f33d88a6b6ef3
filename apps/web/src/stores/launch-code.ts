/**
 * The launcher may open the page with `#k=<one-time code>` (security.md T6, T7). It leaves the address at once, so
 * that it is in no bookmark and no screenshot. Another project's service worker on this origin (5173 is every Vite
 * project's port) must not see what the code buys: it is removed and the code is not used (W3).
 */
const code = /^#k=([A-Za-z0-9_-]{22})$/.exec(location.hash)?.[1] ?? null
if (location.hash.startsWith('#k=')) {
  history.replaceState(history.state, '', location.pathname + location.search)
}

/** Somebody else's service worker answered for this page. */
export const foreignServiceWorker =
  'serviceWorker' in navigator && navigator.serviceWorker.controller !== null
if (foreignServiceWorker) {
  void navigator.serviceWorker
    .getRegistrations()
    .then((registrations) =>
      Promise.all(registrations.map((registration) => registration.unregister())),
    )
}

let taken = false

/** The code, once. */
export function takeLaunchCode(): string | null {
  if (taken || foreignServiceWorker) return null
  taken = true
  return code
}
