/**
 * Answer to every request that fetches a service worker. Port 5173 is every Vite project's origin, so a worker that some
 * other project registered may sit between the browser and us; when the browser looks for its newer version, this one
 * takes its place, empties its caches, removes itself and reloads the pages it held.
 */
export const SELF_REMOVING_SERVICE_WORKER = `self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) await caches.delete(name);
      await self.registration.unregister();
      for (const client of await self.clients.matchAll({ type: "window" })) await client.navigate(client.url);
    })(),
  );
});
`
