/* Polaris · sw.js — keeps the offline page, in each language, and shows it when a page cannot be reached, in the language
   of the page before. Nothing else is kept: data never is.
   A new version waits until the old one's pages are gone: taking over while a page is on its way leaves it hanging. */
"use strict";

const OFFLINE = "/offline/";
const LANGUAGES = ["en", "fr"];
const LANGUAGE_SEEN = "/offline/language";
const CACHE = "polaris-offline-2";
const pageIn = (language) => `${OFFLINE}?lang=${language}`;

async function keepOfflinePages() {
  const cache = await caches.open(CACHE);
  for (const language of LANGUAGES) {
    // Without cookies: the page is nobody's.
    const page = await fetch(OFFLINE, { credentials: "omit", headers: { "Accept-Language": language } });
    if (!page.ok) throw new Error(`${OFFLINE} answered ${page.status}`);
    const html = await page.clone().text();
    await cache.put(pageIn(language), page);
    await cache.addAll([...html.matchAll(/<link rel="stylesheet" href="([^"]+)"/g)].map((match) => match[1]));
  }
}

async function remember(language) {
  await (await caches.open(CACHE)).put(LANGUAGE_SEEN, new Response(language));
}

async function offlinePage() {
  const language = await (await caches.match(LANGUAGE_SEEN))?.text();
  return (await caches.match(pageIn(LANGUAGES.includes(language) ? language : LANGUAGES[0]))) || Response.error();
}

// Each page says its language (polaris.js).
self.addEventListener("message", (event) => event.waitUntil(remember(event.data)));

self.addEventListener("install", (event) => event.waitUntil(keepOfflinePages()));

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
      await self.registration.navigationPreload?.enable();
      await self.clients.claim();
    })(),
  );
});

async function pageOrOffline(event) {
  try {
    return (await event.preloadResponse) || (await fetch(event.request));
  } catch {
    return offlinePage();
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
