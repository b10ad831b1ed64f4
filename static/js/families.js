/* Polaris · families.js — notes that are grouped into families (templates/workshops/room/_board_families.html). Needs live.js,
   unsent.js and _grouping_tools.html; families_drag.js adds the drag.
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
  const bar = $("picked"), chooser = $("chooser"), menu = $("family-menu"), words = $("grouping-words").dataset;
  const base = bar.dataset.base, ahead = Number(document.querySelector("[data-live]").dataset.now) - Date.now(), root = document.querySelector("[data-live]");
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const newUid = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));

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
  async function command(path, fields, { done = "", back = null } = {}) {
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
    if (asksName && !name) awaited = family;
    await command("families/", { family, name, notes: uids, subject: subject ?? "" }, { done: notes.length ? told : "" });
  }

  function merge(uids, into) {
    clear();
    return command("grouping/merge/", { notes: uids, into }, { done: words.merged });
  }

  /* ── Asking where to ── */
  let asking = null, returnTo = null;

  function open(popover, beside) {
    popover.showPopover();
    const box = beside.getBoundingClientRect();
    popover.style.left = `${Math.max(8, Math.min(box.left, innerWidth - popover.offsetWidth - 8))}px`;
    const below = box.bottom + 4;
    popover.style.top = `${Math.max(8, below + popover.offsetHeight > innerHeight ? box.top - popover.offsetHeight - 4 : below)}px`;
  }

  // `choices(typed)` answers rows of {text, note, lang, act}; the first is what Enter takes.
  function ask(title, label, choices, beside) {
    asking = choices;
    $("chooser-title").textContent = title;
    chooser.querySelector("[data-label]").textContent = label;
    $("chooser-text").placeholder = label;
    $("chooser-text").value = "";
    returnTo = document.activeElement;
    showChoices();
    open(chooser, beside);
    $("chooser-text").focus();
  }

  const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  function showChoices() {
    const typed = $("chooser-text").value.trim(), rows = asking(typed);
    const place = chooser.querySelector("[data-choices]");
    place.replaceChildren(...rows.map(({ text, aside, lang, act }) => {
      const item = document.createElement("button");
      item.type = "button";
      item.className = "item";
      const name = item.appendChild(document.createElement("span"));
      name.textContent = text;
      if (lang) name.lang = lang;
      if (aside) Object.assign(item.appendChild(document.createElement("span")), { className: "meta num", textContent: aside });
      on("click", () => {
        const isLast = act() !== false;
        if (isLast) chooser.hidePopover();
      }, item);
      return item;
    }));
    if (!rows.length) Object.assign(place.appendChild(document.createElement("p")), { className: "meta", textContent: words.none });
  }

  const familyRows = (typed, except, act) => families()
    .filter((family) => family !== except && folded(nameOf(family)).includes(folded(typed)))
    .map((family) => ({ text: nameOf(family), lang: family.querySelector(".h3").lang, aside: family.querySelector("header > .num").textContent, act: () => act(family) }));

  function askWhere(uids, beside) {
    const notes = uids.map(find).filter(Boolean);
    if (!notes.length) return;
    const subject = notes[0].closest("[data-subject]");
    ask(words.move, words.find, (typed) => {
      const rows = familyRows(typed, null, (family) => { move(uids, family); });
      const isNew = typed && !rows.some((row) => folded(row.text) === folded(typed));
      if (isNew) rows.push({ text: fill(words.new, { name: typed }), act: () => { start(typed, uids); } });
      if (!typed) {
        rows.push({ text: words.newUnnamed, act: () => { start("", uids, null, { asksName: true }); } });
        if (notes.some((note) => placeOf(note).matches("[data-family]"))) rows.push({ text: words.loose, act: () => { move(uids, subject.querySelector("[data-tray]")); } });
        if (uids.length === 1) rows.push({ text: words.mergeWith, act: () => { askWith(uids[0], beside); return false; } });
      }
      return rows;
    }, beside);
  }

  function askWith(uid, beside) {
    const back = returnTo;
    ask(words.mergeTitle, words.findNote, (typed) => all()
      .filter((note) => uidOf(note) !== uid && folded(textOf(note)).includes(folded(typed)))
      .slice(0, 40)
      .map((note) => ({ text: textOf(note), lang: note.querySelector(":scope > p").lang, act: () => { merge([uid], uidOf(note)); } })), beside);
    returnTo = back;
  }

  on("input", (event) => { if (event.target.id === "chooser-text") showChoices(); });
  on("submit", (event) => {
    if (event.target.parentElement !== chooser) return;
    event.preventDefault();
    chooser.querySelector("[data-choices] > .item")?.click();
  });
  on("keydown", (event) => {
    const within = event.target.closest(".chooser");
    if (!within || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    const stops = [within.querySelector("input"), ...within.querySelectorAll(".item")];
    event.preventDefault();
    stops[(stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : stops.length - 1)) % stops.length]?.focus();
  });
  for (const popover of [chooser, menu]) {
    on("toggle", (event) => {
      if (event.newState !== "closed" || (document.activeElement !== document.body && !popover.contains(document.activeElement))) return;
      const note = find(current);
      if (returnTo?.isConnected && !returnTo.matches(".pick,.grip")) returnTo.focus({ preventScroll: true });
      else pickOf(note)?.focus({ preventScroll: true });
    }, popover);
  }

  /* ── A family ── */
  let family = null, awaited = "";

  function openMenu(place) {
    family = place.dataset.family;
    const name = place.querySelector(".h3");
    $("family-name").value = "unnamed" in name.dataset ? "" : name.textContent;
    const beside = siblings(place), at = beside.indexOf(place);
    menu.querySelector("[data-family-do=left]").hidden = at === 0;
    menu.querySelector("[data-family-do=right]").hidden = at === beside.length - 1;
    menu.querySelector("[data-family-do=merge]").hidden = families().length < 2;
    returnTo = place.querySelector("[data-family-menu]");
    open(menu, returnTo);
    $("family-name").focus();
    $("family-name").select();
  }
  const siblings = (place) => [...place.parentElement.querySelectorAll(":scope > [data-family]")];
  const familyAt = (uid) => board()?.querySelector(`[data-family="${CSS.escape(uid)}"]`);

  function place(moving, before) {
    const others = siblings(moving).filter((one) => one !== moving), parent = moving.parentElement, was = moving.nextSibling;
    const at = before ? others.indexOf(before) : others.length;
    parent.insertBefore(moving, before ?? parent.querySelector(":scope > .new"));
    return command(`families/${moving.dataset.family}/place/`, { before: before?.dataset.family ?? "" }, {
      done: fill(words.placed, { n: at + 1, of: others.length + 1 }),
      back: () => parent.insertBefore(moving, was),
    });
  }

  on("submit", (event) => {
    if (event.target.parentElement !== menu) return;
    event.preventDefault();
    const name = $("family-name").value.trim();
    menu.hidePopover();
    command(`families/${family}/`, { name }, { done: fill(words.renamed, { name }) });
  });
  on("click", (event) => {
    const act = event.target.closest("[data-family-do]")?.dataset.familyDo, shown = act && familyAt(family);
    if (!act) return;
    menu.hidePopover();
    if (!shown) return;
    const beside = siblings(shown), at = beside.indexOf(shown);
    if (act === "left") place(shown, beside[at - 1]);
    else if (act === "right") place(shown, beside[at + 2] ?? null);
    else if (act === "dissolve") command(`families/${family}/dissolve/`, {}, { done: words.dissolved });
    else ask(words.mergeInto, words.findFamily, (typed) => familyRows(typed, shown, (other) => {
      command(`families/${shown.dataset.family}/merge/`, { into: other.dataset.family }, { done: fill(words.joined, { name: nameOf(other) }) });
    }), shown.querySelector("header"));
  });
  on("submit", (event) => {
    const form = event.target.closest("[data-new-family]");
    if (!form) return;
    event.preventDefault();
    const field = form.elements.name, name = field.value.trim();
    if (!name && !selected.size) return field.focus();
    field.value = "";
    start(name, chosen(), form.elements.subject.value);
  });

  /* ── Suggestions ── */
  on("submit", (event) => {
    const form = event.target.closest("[data-accepts]");
    if (!form) return;
    event.preventDefault();
    const { notes, to, name, subject } = Object.fromEntries(["notes", "to", "name", "subject"].map((key) => [key, new FormData(form).getAll(key)]));
    const shown = notes.map(find).filter(Boolean), place = to.length ? nameOf(familyAt(to[0])) : name[0];
    for (const uid of notes) mine.add(uid);
    const done = shown.length ? moved(shown, place) : "";
    if (to.length) command("grouping/move/", { notes, to, suggested: "on" }, { done });
    else command("families/", { notes, name, subject, family: newUid(), suggested: "on" }, { done });
  });
  // What somebody has grouped meanwhile is suggested no more; what there is now is asked for as the panel opens.
  function pruneSuggestions() {
    for (const one of document.querySelectorAll("#proposal [data-suggests]")) {
      const notes = one.dataset.suggests.trim().split(" ").map(find);
      one.hidden = notes.some((note) => !note || !placeOf(note).matches("[data-tray]"));
    }
  }
  on("toggle", (event) => {
    if (event.target.id === "proposal" && event.target.open) root.dispatchEvent(new CustomEvent("live:me"));
  }, document, true);

  /* ── Mouse, finger, keys ── */
  on("click", (event) => {
    if (!may()) return;
    const target = event.target, note = target.closest("[data-note]");
    if (target.closest("[data-family-menu]")) return openMenu(target.closest("[data-family]"));
    const does = target.closest("[data-do]")?.dataset.do;
    if (does === "clear") return clear();
    if (does === "move") return askWhere(chosen(), target.closest("button"));
    if (does === "merge") return merge(chosen().slice(1), chosen()[0]);
    if (!note || !board().contains(note)) return;
    const split = target.closest("[data-split]");
    if (split) return command(`notes/${uidOf(note)}/split/`, { only: split.dataset.split }, { done: words.split });
    if (target.closest("[data-move]")) {
      current = uidOf(note);
      rove();
      return askWhere(selected.has(uidOf(note)) ? chosen() : [uidOf(note)], target);
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
      return $(again ? "redo" : "undo")?.click();
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
      askWhere(selected.size ? chosen() : [uidOf(note)], note);
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
      const left = familyAt(lay.get(uid));
      if (went.length > MOST_TRACES || !left) continue;
      const trace = document.createElement("li"), text = trace.appendChild(document.createElement("p"));
      trace.className = "note sm gone";
      trace.ariaHidden = "true";
      text.className = "meta";
      text.textContent = fill(words.went, { place: place.startsWith("tray") ? words.loose : nameOf(familyAt(place)) });
      left.querySelector("[data-list]").append(trace);
      setTimeout(() => trace.remove(), TRACE_MS);
    }
    mine.clear();
    lay = now;
  }

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
      for (const popover of [chooser, menu]) if (popover.matches(":popover-open")) popover.hidePopover();
      return;
    }
    showOthersMoves();
    for (const uid of selected) if (!find(uid)) selected.delete(uid);
    showSelection();
    rove();
    showYours();
    pruneSuggestions();
    endHolds();
    if (awaited && familyAt(awaited)) {
      openMenu(familyAt(awaited));
      awaited = "";
    }
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

  polaris.grouping = { board, may, find, uidOf, textOf, placeOf, nameOf, siblings, familyAt, isHeld, selected, chosen, clear, move, start, place, say, refuse, words, base, fill };
  arrange();
})();
