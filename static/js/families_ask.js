/* Polaris · families_ask.js — where notes go, asked in words, and what can be done to a family: on top of families.js.
   #chooser      names of families or notes; what is typed narrows them down, or names a new family
   #family-menu  another name, another place, merge, dissolve
   #proposal     suggested families: taken up like any other gesture */
(() => {
  "use strict";
  const on = (type, listener, target = document, options = false) => target.addEventListener(type, listener, options);
  const $ = (id) => document.getElementById(id);
  const chooser = $("chooser"), menu = $("family-menu"), root = document.querySelector("[data-live]");
  const {
    board, may, all, find, uidOf, textOf, pickOf, placeOf, nameOf, families, familyAt, selected, chosen, command, move, moved, start, merge, words, fill,
    newUid, mine, current,
  } = polaris.grouping;

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
      const note = current();
      if (returnTo?.checkVisibility() && !returnTo.matches(".pick,.grip")) returnTo.focus({ preventScroll: true });
      else pickOf(note)?.focus({ preventScroll: true });
    }, popover);
  }

  /* ── A family ── */
  let family = null;

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
  on("click", (event) => {
    const button = may() && event.target.closest("[data-family-menu]");
    if (button) openMenu(button.closest("[data-family]"));
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

  on("grouping:arranged", () => {
    pruneSuggestions();
    const made = familyAt(polaris.grouping.awaited || "none");
    if (!made) return;
    polaris.grouping.awaited = "";
    openMenu(made);
  });
  Object.assign(polaris.grouping, { askWhere, siblings, place });
  pruneSuggestions();
})();
