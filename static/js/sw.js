/* Polaris · sw.js — keeps the offline page, in the language of the address it was registered with, and shows it when a
   page cannot be reached. Nothing else is kept: data never is. */
"use strict";

const OFFLINE = "/offline/";
const LANGUAGE = new URL(self.location).searchParams.get("lang") || "en";
const CACHE = `polaris-offline-${LANGUAGE}`;

async function keepOfflinePage() {
  const cache = await caches.open(CACHE);
  // Without cookies: the page is nobody's.
  const page = await fetch(OFFLINE, { credentials: "omit", headers: { "Accept-Language": LANGUAGE } });
  if (!page.ok) throw new Error(`${OFFLINE} answered ${page.status}`);
  const html = await page.clone().text();
  await cache.put(OFFLINE, page);
  await cache.addAll([...html.matchAll(/<link rel="stylesheet" href="([^"]+)"/g)].map((match) => match[1]));
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keepOfflinePage());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const names = await caches.keys();
      await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
      await self.registration.navigationPreload?.enable();
      await self.clients.claim();
    })(),
  );
});

async function pageOrOffline(event) {
  try {
    return (await event.preloadResponse) || (await fetch(event.request));
  } catch {
    return (await caches.match(OFFLINE)) || Response.error();
  }
}

async function networkOrKept(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(request);
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  if (event.request.mode === "navigate") event.respondWith(pageOrOffline(event));
  else if (event.request.destination === "style") event.respondWith(networkOrKept(event.request));
});
