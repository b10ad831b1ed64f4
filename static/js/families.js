/* Polaris · families.js — notes that are grouped into families (templates/workshops/room/_board_families.html). Needs live.js,
   unsent.js and _grouping_tools.html; families_ask.js asks where to and changes families, families_drag.js adds the drag.
   [data-note]            a note; its .pick is the one tab stop of all notes: arrows go from one to the next, Space or x
                          selects, Shift goes on selecting, m or Enter asks where to, Escape clears
   [data-family|tray|new] where notes can go. Each gesture has an uid, and goes through polaris.send: sent once, even
                          from a train
   #mine [data-groups]    is there for who may group; data-own are their own notes, data-me is their id
   What others moved lights up where it landed, and leaves a trace for three seconds. */
(() => {
  "use strict";
  const TRACE_MS = 3000, LIT_MS = 1600, MOST_TRACES = 6;
  const on = (type, listener, target = document, options = false) => target.addEventListener(type, listener, options);
  const $ = (id) => document.getElementById(id);
  const bar = $("picked"), words = $("grouping-words").dataset;
  const base = bar.dataset.base, ahead = Number(document.querySelector("[data-live]").dataset.now) - Date.now(), root = document.querySelector("[data-live]");
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const newUid = () => polaris.newUid();

  /* ── What lies there ── */
  const board = () => $("grouping");
  const own = () => document.querySelector("#mine [data-groups]");
  const may = () => Boolean(board() && own());
  const all = () => [...(board()?.querySelectorAll("[data-note]") ?? [])];
  const find = (uid) => board()?.querySelector(`[data-note="${CSS.escape(uid)}"]`);
  const uidOf = (note) => note.dataset.note;
  const textOf = (note) => note.querySelector(":scope > p").textContent;
  const pickOf = (note) => note?.querySelector(".pick");
  const placeOf = (note) => note.closest("[data-family],[data-tray]");
  const nameOf = (place) => place.matches("[data-tray]") ? words.loose : place.querySelector(".h3").textContent;
  const families = () => [...(board()?.querySelectorAll("[data-family]") ?? [])];
  const familyAt = (uid) => board()?.querySelector(`[data-family="${CSS.escape(uid)}"]`);
  const isHeld = (note) => note.matches(".held");
  const say = (text) => { $("board-says").textContent = ""; requestAnimationFrame(() => { $("board-says").textContent = text; }); };

  /* ── Selection ── */
  const selected = new Set();
  let current = "", anchor = "";
  const chosen = () => all().map(uidOf).filter((uid) => selected.has(uid));

  function select(uid, isOn = !selected.has(uid)) {
    if (isOn) selected.add(uid);
    else selected.delete(uid);
    anchor = uid;
    showSelection();
  }
  function selectUpTo(uid) {
    const uids = all().map(uidOf), ends = [uids.indexOf(anchor), uids.indexOf(uid)].sort((a, b) => a - b);
    for (const one of uids.slice(Math.max(0, ends[0]), ends[1] + 1)) selected.add(one);
    showSelection();
  }
  function clear() {
    selected.clear();
    showSelection();
  }

  function showSelection() {
    for (const note of all()) {
      const isOn = selected.has(uidOf(note)), pick = pickOf(note);
      note.classList.toggle("sel", isOn);
      pick.checked = pick.defaultChecked = isOn; // nothing typed: a newer board may replace it
    }
    bar.hidden = !selected.size || !may();
    bar.querySelector("[data-count]").textContent = selected.size === 1 ? words.selectedOne : fill(words.selected, { n: selected.size });
    bar.querySelector("[data-do=merge]").hidden = selected.size < 2;
  }

  /* ── One tab stop ── */
  function rove() {
    const notes = all();
    if (!notes.some((note) => uidOf(note) === current)) current = notes.length ? uidOf(notes[0]) : "";
    for (const note of notes) {
      pickOf(note).tabIndex = uidOf(note) === current ? 0 : -1;
      note.querySelector(".grip").tabIndex = -1; // m does the same
    }
  }
  function focus(note) {
    if (!note) return;
    current = uidOf(note);
    rove();
    pickOf(note).focus();
    note.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  function nextTo(note, key) {
    const notes = all(), at = notes.indexOf(note);
    if (key === "ArrowRight") return notes[at + 1];
    if (key === "ArrowLeft") return notes[at - 1];
    if (key === "Home") return notes[0];
    if (key === "End") return notes.at(-1);
    const from = note.getBoundingClientRect(), down = key === "ArrowDown";
    let best, least = Infinity;
    for (const other of notes) {
      const box = other.getBoundingClientRect();
      const away = down ? box.top - from.bottom : from.top - box.bottom;
      if (other === note || away < -4) continue;
      const distance = Math.max(0, away) + 2 * Math.abs(box.left + box.width / 2 - from.left - from.width / 2);
      if (distance < least) [best, least] = [other, distance];
    }
    return best;
  }

  /* ── Commands ── */
  const pairs = (fields) => Object.entries(fields).flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((one) => [name, one]));

  // The board stands still until the answer is there; what a refusal says is said, and `back` puts things where they were.
  let running = Promise.resolve(); // what was sent so far
  function command(...sent) {
    const answered = carryOut(...sent);
    running = Promise.allSettled([running, answered]);
    return answered;
  }
  async function carryOut(path, fields, { done = "", back = null } = {}) {
    const release = polaris.still();
    try {
      const answer = await polaris.send(base + path, pairs({ uid: newUid(), ...fields }));
      if (answer.ok) {
        $("says").replaceChildren();
        if (done) say(done);
        return true;
      }
      back?.();
      if (answer.status === 422) refuse(await answer.text());
      else htmx.trigger(root, "htmx:responseError", {});
      root.dispatchEvent(new CustomEvent("live:me")); // what can be undone may have changed
      return false;
    } finally {
      release();
    }
  }
  function refuse(html) {
    $("says").innerHTML = html;
    $("says").scrollIntoView({ block: "nearest" });
  }

  function moved(notes, place) {
    return notes.length === 1 ? fill(words.movedOne, { note: textOf(notes[0]), place }) : fill(words.moved, { n: notes.length, place });
  }

  // To a family, to the notes without one, or (a family's uid is made here) to a new one. Shown at once.
  async function move(uids, place, before = null) {
    const notes = uids.map(find).filter(Boolean);
    if (!notes.length || !place) return;
    const was = notes.map((note) => [note, note.parentElement, note.nextSibling]);
    const told = moved(notes, nameOf(place)), list = place.querySelector("[data-list]");
    const next = before && !notes.includes(before) ? before : null;
    for (const note of notes) {
      list.insertBefore(note, next);
      mine.add(uidOf(note));
    }
    const back = () => { for (const [note, parent, after] of was.reverse()) if (parent.isConnected) parent.insertBefore(note, after?.parentNode === parent ? after : null); };
    clear();
    rove();
    await command("grouping/move/", { notes: uids, to: place.dataset.family ?? "", before: next ? uidOf(next) : "" }, { done: told, back });
  }

  async function start(name, uids, subject, { asksName = false } = {}) {
    const family = newUid(), notes = uids.map(find).filter(Boolean);
    const told = moved(notes, name || words.newUnnamed);
    for (const uid of uids) mine.add(uid);
    clear();
    if (asksName && !name) polaris.grouping.awaited = family;
    await command("families/", { family, name, notes: uids, subject: subject ?? "" }, { done: notes.length ? told : "" });
  }

  function merge(uids, into) {
    clear();
    return command("grouping/merge/", { notes: uids, into }, { done: words.merged });
  }

  // The server says what was last: a key may be quicker than its word, or than the answer to the key before.
  let turns = Promise.resolve();
  async function turn(which) {
    await running;
    await polaris.fetchMine();
    const uid = $(which)?.form.elements.uid.value;
    if (uid) await command(`grouping/${which}/`, { uid });
  }

  /* ── Mouse, finger, keys ── */
  on("click", (event) => {
    if (!may()) return;
    const target = event.target, note = target.closest("[data-note]");
    const does = target.closest("[data-do]")?.dataset.do;
    if (does === "clear") {
      clear();
      return focus(find(current));
    }
    if (does === "move") return polaris.grouping.askWhere(chosen(), target.closest("button"));
    if (does === "merge") {
      const [into, ...uids] = chosen();
      focus(find(into));
      return merge(uids, into);
    }
    if (!note || !board().contains(note)) return;
    const split = target.closest("[data-split]");
    if (split) return command(`notes/${uidOf(note)}/split/`, { only: split.dataset.split }, { done: words.split });
    if (target.closest("[data-move]")) {
      current = uidOf(note);
      rove();
      return polaris.grouping.askWhere(selected.has(uidOf(note)) ? chosen() : [uidOf(note)], target);
    }
    if (target.closest("summary,details,a")) return;
    current = uidOf(note);
    rove();
    if (event.shiftKey && anchor) {
      getSelection().removeAllRanges();
      selectUpTo(uidOf(note));
    } else if (getSelection().isCollapsed || target.matches(".pick")) select(uidOf(note));
    if (!target.matches(".pick")) pickOf(note).focus({ preventScroll: true });
  });

  on("keydown", (event) => {
    if (!may() || event.defaultPrevented || event.isComposing) return;
    const isTyping = event.target.matches("input:not([type=checkbox]),textarea,select");
    if (event.key === "Escape" && selected.size && !event.target.closest("[popover]") && !isTyping) return clear();
    if ((event.ctrlKey || event.metaKey) && ["z", "y"].includes(event.key.toLowerCase()) && !isTyping) {
      event.preventDefault();
      const again = event.shiftKey || event.key.toLowerCase() === "y";
      const next = () => turn(again ? "redo" : "undo");
      turns = turns.then(next, next);
      return;
    }
    const note = event.target.matches(".pick") ? event.target.closest("[data-note]") : null;
    if (!note || event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "a") {
      event.preventDefault();
      for (const one of placeOf(note).querySelectorAll("[data-note]")) selected.add(uidOf(one));
      return showSelection();
    }
    if (event.ctrlKey || event.metaKey) return;
    const isSingle = document.body.dataset.singleKeys !== "off";
    if (/^(Arrow|Home$|End$)/.test(event.key)) {
      event.preventDefault();
      const next = nextTo(note, event.key);
      if (!next) return;
      if (event.shiftKey) { selected.add(uidOf(note)); selected.add(uidOf(next)); showSelection(); }
      focus(next);
    } else if (event.key === "Enter" || (isSingle && event.key === "m")) {
      event.preventDefault();
      polaris.grouping.askWhere(selected.size ? chosen() : [uidOf(note)], note);
    } else if (isSingle && event.key === "x") select(uidOf(note));
  });
  on("focusin", (event) => {
    if (!event.target.matches("#grouping .pick")) return;
    current = uidOf(event.target.closest("[data-note]"));
    rove();
  });
  on("click", (event) => { if (event.target.closest("#undo[aria-disabled],#redo[aria-disabled]")) event.preventDefault(); }, document, true);

  /* ── A newer board ── */
  const mine = new Set(); // what I moved myself needs no light
  const traces = new Map(); // what stands for a note that has left → the uid of the family that it left
  let lay = new Map(), ending, wasFocused = false;

  function whereAll() {
    return new Map(all().map((note) => [uidOf(note), placeOf(note)]).map(([uid, place]) => [uid, place.dataset.family ?? `tray ${place.closest("[data-subject]").dataset.subject}`]));
  }

  function showOthersMoves() {
    const now = whereAll(), went = [...now].filter(([uid, place]) => lay.has(uid) && lay.get(uid) !== place && !mine.has(uid));
    for (const [uid, place] of went) {
      const note = find(uid);
      note.classList.add("landed");
      setTimeout(() => note.classList.remove("landed"), LIT_MS);
      if (went.length > MOST_TRACES || !familyAt(lay.get(uid))) continue;
      leaveTrace(lay.get(uid), fill(words.went, { place: place.startsWith("tray") ? words.loose : nameOf(familyAt(place)) }));
    }
    mine.clear();
    lay = now;
  }

  // Its id keeps a newer board from making a note of it, which would go with it.
  function leaveTrace(family, words) {
    const trace = document.createElement("li"), text = trace.appendChild(document.createElement("p"));
    trace.id = `trace-${newUid()}`;
    trace.className = "note sm gone";
    trace.ariaHidden = "true";
    text.className = "meta";
    text.textContent = words;
    traces.set(trace, family);
    setTimeout(() => { traces.delete(trace); trace.remove(); }, TRACE_MS);
  }
  const showTraces = () => { for (const [trace, family] of traces) familyAt(family)?.querySelector("[data-list]").append(trace); };

  // A hold ends by itself, without a word from the server; one's own is not shown to oneself.
  function endHolds() {
    clearTimeout(ending);
    const me = own()?.dataset.me, time = Date.now() + ahead;
    let next = Infinity;
    for (const note of board().querySelectorAll(".held")) {
      const until = Number(note.dataset.until);
      if (note.dataset.holder === me || until <= time) {
        note.classList.remove("held");
        note.querySelector(".tag")?.remove();
      } else next = Math.min(next, until);
    }
    if (next < Infinity) ending = setTimeout(endHolds, next - time + 50);
  }

  function showYours() {
    const uids = new Set(own()?.dataset.own.split(" "));
    for (const note of all()) {
      if (!uids.has(uidOf(note)) || note.querySelector(".yours")) continue;
      const mark = Object.assign(document.createElement("span"), { className: "meta yours", textContent: words.yours });
      note.querySelector(".grip").before(mark);
    }
  }

  function arrange() {
    $("main").classList.toggle("groups", may());
    if (!board()) {
      if (selected.size) clear();
      lay = new Map();
      for (const popover of document.querySelectorAll(".chooser:popover-open")) popover.hidePopover();
      return;
    }
    showOthersMoves();
    showTraces();
    for (const uid of selected) if (!find(uid)) selected.delete(uid);
    showSelection();
    rove();
    showYours();
    endHolds();
    board().dispatchEvent(new CustomEvent("grouping:arranged", { bubbles: true }));
  }
  // Where a newer board took the focus away, it goes back to the same note, or to the one that is now first.
  on("focusout", (event) => { wasFocused = event.target.matches?.("#grouping .pick") && !event.relatedTarget; });
  on("live:shown", (event) => {
    if (!["board", "mine"].includes(event.target.id)) return;
    arrange();
    const active = document.activeElement;
    if (wasFocused && event.target.id === "board" && (active === document.body || active.id === "board") && !document.querySelector(".chooser:popover-open")) pickOf(find(current))?.focus({ preventScroll: true });
    wasFocused = false;
  });

  polaris.grouping = {
    board, may, all, find, uidOf, textOf, pickOf, placeOf, nameOf, families, familyAt, isHeld, selected, chosen, clear, command, move, moved,
    start, merge, say, refuse, words, base, fill, newUid, mine, current: () => find(current), awaited: "",
  };
  arrange();
})();
