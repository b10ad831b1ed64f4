/* Polaris · live.js — a page that follows a live session (workshops/live). Needs idiomorph.
   data-live="/live/…"    the stream that the page follows. A region that arrives is morphed into the element of its id.
   data-live-stays        anywhere: the page stays connected in a tab that nobody looks at (whoever leads; the wall)
   data-live-seq          beside data-live: the version at which the page was drawn
   data-live-out          beside data-live: where a page goes that is not let in any more, as that place then says
   data-live-parts="group" where a part of that region stands that was not there before (“group.t3”); one that is gone goes
   data-roving            within, the page's own script says what Tab reaches: tabindex stays as it set it
   data-live-state        says whether it is connected, by its texts data-connected and data-reconnecting
   hx-preserve            is not touched as long as the page has its place, nor is a field that is focused or holds what was typed, nor which <details>
                          and <dialog> are open. A region that changes aloud has aria-live itself.
   live:me                event on [data-live]: something private waits (hx-trigger="live:me from:closest [data-live]")
   live:shown             event on a region that was just morphed
   polaris.show(id, html) shows a part of the page as a region would be: what is private, fetched by its person
   polaris.still()        regions wait, the newest of each, until the function that it returns is called (a drag) */
(() => {
  "use strict";
  const SILENCE = 40000; // ms; the server's heartbeat comes each 15 s
  const HIDDEN_FOR = 15000; // a glance at another tab is no leaving
  const HELD_AT_MOST = 30000; // a drag that never ends
  const LOOK_EVERY = 5000; // ms; timers stand still while a computer sleeps, so what counts is when something was heard
  const SHORTEST = 500, LONGEST = 8000; // between two attempts: back within a heartbeat, however long it took
  const FIELDS = "input,textarea,select,[contenteditable]";
  const on = (type, listener, target = document) => target.addEventListener(type, listener);
  const root = () => document.querySelector("[data-live]");
  const isAway = () => document.hidden && !document.querySelector("[data-live-stays]");

  /* ── Stream ── */
  let source = null, followed = "", failures = 0, seen = 0, heard = Date.now();
  let reopening, leaving, complaining, looking, isNew = true;

  function close() {
    source?.close();
    source = null;
    for (const timer of [reopening, leaving, looking]) clearTimeout(timer);
  }

  function open() {
    close();
    followed = root()?.dataset.live ?? "";
    if (!followed || isAway()) return;
    source = new EventSource(followed);
    complain();
    watch();
    on("error", () => (source.readyState === EventSource.CLOSED ? refused() : lost()), source);
    on("open", () => {
      failures = 0;
      say("connected");
      if (seen++) fetchOwn(); // it may have changed meanwhile
    }, source);
    on("region", (event) => { hear(Number(event.lastEventId)); receive(event.data); }, source);
    on("me", () => { hear(0); fetchOwn(); }, source);
    on("beat", (event) => hear(Number(event.data)), source);
  }

  // An answer that is no stream: the connection is there, but perhaps one was put out meanwhile.
  async function refused() {
    const asked = followed, out = seen ? root()?.dataset.liveOut : "";
    lost();
    if (!out) return;
    const stop = new AbortController();
    const answer = await fetch(asked, { signal: stop.signal }).catch(() => null);
    stop.abort();
    if (answer && [403, 404].includes(answer.status)) {
      close();
      location.replace(out);
    }
  }

  function lost() {
    close();
    complain();
    const pause = Math.min(LONGEST, SHORTEST * 2 ** failures++) * (0.5 + Math.random()); // not all at the same moment
    reopening = setTimeout(open, pause);
  }

  function watch() {
    heard = Date.now();
    look();
  }

  function look() {
    clearTimeout(looking);
    if (source && Date.now() - heard > SILENCE) lost();
    else looking = setTimeout(look, LOOK_EVERY);
  }

  // What is private may be older than the stream, where something happened while the page was on its way.
  function hear(seq) {
    watch();
    if (!isNew || seq <= Number(root()?.dataset.liveSeq ?? Infinity)) return;
    isNew = false;
    fetchOwn();
  }

  const fetchOwn = () => root()?.dispatchEvent(new CustomEvent("live:me"));

  /* ── State, in words; a moment's loss is not worth any ── */
  function say(state) {
    clearTimeout(complaining);
    complaining = 0;
    const place = document.querySelector("[data-live-state]");
    if (!place || place.dataset.liveState === state) return;
    place.dataset.liveState = state;
    place.textContent = place.dataset[state];
  }
  const complain = () => { complaining ||= setTimeout(() => say("reconnecting"), 1500); };

  /* ── Regions ── */
  const waiting = new Map();
  let holds = 0;

  const isChosen = (field) => field.matches("[type=checkbox],[type=radio]"); // focused, it holds nothing that could be lost
  function isTyped(field) {
    if (isChosen(field)) return field.checked !== field.defaultChecked;
    if (!field.matches("select")) return "defaultValue" in field && field.value !== field.defaultValue;
    const options = [...field.options];
    return options.some((option) => option.defaultSelected) ? options.some((option) => option.selected !== option.defaultSelected) : field.selectedIndex > 0;
  }
  const isKept = (node) => node.nodeType === 1 && (node.hasAttribute("hx-preserve") || (node.matches(FIELDS) && ((node === document.activeElement && !isChosen(node)) || isTyped(node))));
  // What the new page no longer has goes, but for typing: a field with hx-preserve lasts as long as its place does.
  const isTyping = (node) => !node.closest("[hx-preserve]") && isKept(node);
  const holdsTyping = (node) => node.nodeType === 1 && [node, ...node.querySelectorAll(FIELDS)].some(isTyping);
  const callbacks = {
    beforeNodeMorphed: (node) => !isKept(node),
    beforeNodeRemoved: (node) => !holdsTyping(node),
    beforeAttributeUpdated: (name, node) => !(name === "open" && node.matches("details,dialog")) && !(name === "tabindex" && node.closest("[data-roving]")),
  };

  function receive(data) {
    const end = data.indexOf("\n");
    waiting.set(data.slice(0, end), data.slice(end + 1));
    if (!holds) showWaiting();
  }

  function showWaiting() {
    for (const [id, html] of waiting) show(id, html);
    waiting.clear();
  }

  function show(id, html) {
    const region = document.getElementById(id) ?? begun(id, html);
    if (!region) return; // this view shows less than there is
    if (id.includes(".") && !html.trim()) {
      if (!holdsTyping(region)) region.remove();
      return;
    }
    const hadFocus = region.contains(document.activeElement);
    Idiomorph.morph(region, html, { morphStyle: html.trim() ? "outerHTML" : "innerHTML", callbacks }); // of an empty one the element stays
    const shown = document.getElementById(id);
    htmx.process(shown);
    if (hadFocus && document.activeElement === document.body) {
      shown.tabIndex = -1;
      shown.focus({ preventScroll: true });
    }
    shown.dispatchEvent(new CustomEvent("live:shown", { bubbles: true }));
  }

  // A part that is new stands behind the others of its region, until the page puts it elsewhere.
  function begun(id, html) {
    const place = html.trim() && document.querySelector(`[data-live-parts="${id.split(".")[0]}"]`);
    if (!place || !id.includes(".")) return null;
    const part = document.createElement("div");
    part.id = id;
    place.append(part);
    return part;
  }

  function still() {
    holds += 1;
    let isHeld = true;
    const release = () => {
      if (!isHeld) return;
      isHeld = false;
      clearTimeout(limit);
      holds -= 1;
      if (!holds) showWaiting();
    };
    const limit = setTimeout(release, HELD_AT_MOST);
    return release;
  }
  window.polaris = { ...window.polaris, still, show };

  /* ── Coming and going ── */
  const openAgain = () => { if (!source || Date.now() - heard > SILENCE) open(); };
  on("visibilitychange", () => {
    clearTimeout(leaving);
    if (isAway()) leaving = setTimeout(close, HIDDEN_FOR);
    else openAgain();
  });
  on("resume", openAgain);
  on("online", open, window); // whatever was open before is of another network
  on("pagehide", close, window);
  on("pageshow", (event) => { if (event.persisted) open(); }, window);
  on("htmx:afterSettle", () => { if ((root()?.dataset.live ?? "") !== followed) open(); });
  on("DOMContentLoaded", open); // once htmx is there
})();
