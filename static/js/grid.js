/* Polaris · grid.js — a table that is edited in place: cells, keys, and what the server answers. With grid_rows.js, which
   has rows, forms, dialogs and paste, and grid_moves.js, which has what changes places.
   [data-grid]                 the grid; #grid-tools beside it has its words, menus and dialogs (okr/_grid_tools.html)
   [data-row] or [data-goal]   a key result's row, an objective's: data-base (its address), data-revision, data-may
   [data-rows]                 the tbody of an objective, the row of the objective first
   [data-cell="start"]         a button that becomes an input; data-value is what editing begins with
   Cells are saved as one goes, nobody waits: each row's changes are sent one after the other. The answer holds the parts
   of the page that changed, each put where the part with the same id was. 422 and 409 are said at the cell, which keeps
   what was typed. */
(() => {
  "use strict";
  const on = (type, listener, options) => document.addEventListener(type, listener, options);
  const grid = () => document.querySelector("[data-grid]");
  const tools = () => document.getElementById("grid-tools");
  const words = () => tools().dataset;
  const byId = (id) => document.getElementById(id);
  const rowOf = (part) => part?.closest?.("[data-row],[data-goal]");
  const isGoal = (row) => row.hasAttribute("data-goal");
  const bodies = () => [...grid().querySelectorAll("tbody[data-rows]")];
  const shown = (part) => part.getClientRects().length > 0;
  const cellsIn = (part) => [...part.querySelectorAll("[data-cell]")].filter((cell) => shown(cell) || cell === edit?.cell);
  const say = (text) => { byId("grid-says").textContent = text; };

  /* ── What the server answers ── */
  let edit = null; // {cell, input, wrap}
  let moving = false; // parts are put aside and back: that is no blur

  function keepAside(old) {
    const kept = [...old.querySelectorAll("tr.is-edit")].map((strip) => {
      const body = strip.closest("tbody");
      return { strip, of: strip.dataset.of, rows: body.dataset.rows, body };
    });
    return () => {
      for (const { strip, of, rows, body } of kept) {
        const row = of && byId(of);
        const there = rows && grid().querySelector(`[data-rows="${rows}"]`);
        if (row) { row.hidden = true; row.after(strip); }
        else if (of) continue; // what it was about has gone
        else if (there) there.insertBefore(strip, there.querySelector(".add-row"));
        else if (!of && !rows) grid().querySelector("table").append(body);
      }
    };
  }

  function put(fresh) {
    const old = byId(fresh.id);
    if (!old) return;
    if (edit && old.matches("tr") && old.contains(edit.input)) {
      const cells = [...fresh.children];
      for (const { name, value } of fresh.attributes) old.setAttribute(name, value);
      [...old.children].forEach((cell, place) => { if (!cell.contains(edit.input) && cells[place]) cell.replaceWith(cells[place]); });
      return;
    }
    const held = edit && old.contains(edit.input) ? edit : null;
    const back = keepAside(old);
    old.replaceWith(fresh);
    back();
    if (held) {
      const cell = byId(held.cell.id);
      if (!cell) { edit = null; return; }
      held.cell = cell;
      cell.hidden = true;
      cell.after(held.wrap);
    }
    htmx.process(fresh);
  }

  function apply(html, focus) {
    const active = document.activeElement;
    const activeId = active?.closest?.("[data-grid]") ? active.id : "";
    const parsed = document.createElement("template");
    parsed.innerHTML = html;
    moving = true;
    const inTable = parsed.content.querySelectorAll("table.parts > tbody[id], table.parts > tbody > tr[id]:not(tbody[id] > tr)");
    for (const part of [...inTable, ...parsed.content.children].filter((one) => one.id)) {
      if (part.id !== "toasts") { put(part); continue; }
      for (const toast of [...part.children]) { byId("toasts").append(toast); htmx.process(toast); }
    }
    for (const [id, { text }] of waiting) if (byId(id)) show(byId(id), text);
    moving = false;
    if (active?.isConnected && active !== document.body) return active.focus({ preventScroll: true });
    if (!activeId && !focus) return;
    const place = (activeId && byId(activeId)) || byId(focus);
    (place?.matches("a,button,input") ? place : place?.querySelector("[data-cell]"))?.focus({ preventScroll: !focus });
  }

  const inPlace = (fields) => [["in-place", "1"], ...(Array.isArray(fields) ? fields : Object.entries(fields))];
  const hold = (url, fields) => polaris.hold(url, inPlace(fields));

  /* POST, and put what came; null where it was refused. `takes` may take a refusal into its own hands. `fields` is an
     object, or pairs where a name comes several times. `held` is what hold() gave, where it waited for its turn. */
  async function post(url, fields, takes, held) {
    const answer = await polaris.send(url, inPlace(fields), held);
    const html = await answer.text();
    if (answer.ok) {
      if (answer.headers.get("X-Dialog")) polaris.grid.fill(html, answer.headers.get("X-Dialog"));
      else apply(html, "");
      const change = answer.headers.get("X-Change");
      if (change) done.push({ change });
      undoing(answer.headers.get("X-Touched"));
      const undone = answer.headers.get("X-Undone");
      if (undone) document.dispatchEvent(new CustomEvent("polaris:undone", { detail: undone }));
      if (answer.headers.get("HX-Trigger") === "polaris:changed") htmx.trigger(document.body, "polaris:changed");
      return answer;
    }
    if (takes?.(answer, html)) return null;
    if (answer.status === 422) apply(html);
    else htmx.trigger(document.body, "htmx:responseError", {});
    return null;
  }

  const queues = new Map(); // by row: the promise of what was sent last
  const waiting = new Map(); // by cell: what waits for its turn, {text}
  function queue(key, job) {
    const next = (queues.get(key) ?? Promise.resolve()).then(job, job);
    queues.set(key, next);
    return next;
  }

  /* The form of a new key result is one for all objectives: its owner is that of the objective that it stands in. */
  on("htmx:load", ({ target }) => {
    if (!target.matches?.("[data-new-key-result]")) return;
    const { owner } = rowOf(target.closest("[data-rows]").querySelector("[data-goal]")).dataset;
    for (const option of target.querySelector("[name=owner]").options) option.defaultSelected = option.value === owner;
  });

  on("focusin", ({ target }) => { if (target.matches(".paste [aria-invalid=true]")) target.select?.(); });

  /* ── One cell ── */
  const done = []; // what Ctrl+Z takes back: {change} of an act, or {cell, value} of a check-in

  function editorFor(cell, typed) {
    const name = cell.dataset.cell;
    const input = name === "owner" ? polaris.grid.owners() : document.createElement("input");
    input.className = `input sm${name === "title" ? "" : " num"}`;
    input.setAttribute("aria-label", cell.getAttribute("aria-label") || words().title);
    if (name === "owner") input.value = cell.dataset.value;
    else {
      input.value = typed ?? cell.dataset.typed ?? cell.dataset.value;
      input.autocomplete = "off";
      input.dir = name === "title" ? "auto" : "";
      input.lang = cell.lang;
    }
    return input;
  }

  /* Where the wording coach speaks (coach.js). */
  function coachOf(row) {
    const slot = byId("cell-coach").content.firstElementChild.cloneNode();
    const [, pk] = row.id.split("-");
    const about = isGoal(row) ? "objective" : "key_result";
    Object.assign(slot.dataset, { coach: about, about, aboutPk: pk, inCell: 1 });
    return slot;
  }

  function open(cell, typed) {
    if (edit) close(true);
    const wrap = document.createElement("span");
    wrap.className = "cell-edit";
    const input = editorFor(cell, typed);
    const hint = document.createElement("small");
    hint.textContent = words().hint;
    hint.ariaHidden = "true";
    wrap.append(input, hint);
    if (cell.dataset.cell === "title") wrap.append(coachOf(rowOf(cell)));
    cell.after(wrap);
    cell.hidden = true;
    edit = { cell, input, wrap };
    if (cell.hasAttribute("aria-invalid")) input.setAttribute("aria-invalid", "true");
    input.focus();
    if (typed === undefined) input.select?.();
    wrap.addEventListener("mousedown", (event) => { if (!event.target.closest("input,select")) event.preventDefault(); });
    wrap.addEventListener("focusout", (event) => { if (edit?.input === input && !moving && !wrap.contains(event.relatedTarget)) close(true); });
  }

  function close(saves) {
    const { cell, input, wrap } = edit;
    edit = null;
    const value = input.value.trim();
    const text = input.selectedOptions ? input.selectedOptions[0]?.textContent : value;
    wrap.remove();
    cell.hidden = false;
    if (!saves) { clear(cell); return; }
    if (value === cell.dataset.value) clear(cell);
    else if (value !== cell.dataset.typed) write(cell, value, text);
  }

  function clear(cell) {
    if (cell.dataset.shown !== undefined) cell.innerHTML = cell.dataset.shown;
    delete cell.dataset.shown;
    delete cell.dataset.typed;
    cell.removeAttribute("aria-invalid");
    cell.parentElement.querySelector(".cell-says")?.remove();
  }

  function show(cell, text) {
    cell.dataset.shown ??= cell.innerHTML;
    cell.textContent = text || "–";
    cell.classList.add("is-saving");
  }

  function write(cell, value, text, more = {}) {
    const { id } = cell;
    const row = rowOf(cell);
    const key = row.dataset.base;
    const before = cell.dataset.value;
    const field = cell.dataset.cell;
    cell.parentElement.querySelector(".cell-says")?.remove();
    show(cell, text);
    const url = `${key}cell/`;
    const mine = { text };
    const fields = { field, value, revision: row.dataset.revision, ...more };
    const held = hold(url, fields);
    waiting.set(id, mine);
    return queue(key, async () => {
      if (waiting.get(id) === mine) waiting.delete(id);
      const { revision } = byId(row.id)?.dataset ?? row.dataset;
      const answer = await post(url, { ...fields, revision }, (refusal, html) => refuse(byId(id) ?? cell, value, refusal, html), held);
      if (!answer) return;
      if (field === "now" || field === "confidence") done.push({ cell: id, value: before });
      say(words().saved);
      byId(id)?.classList.add("is-saved");
    });
  }

  /* 422 and 409: the message at the cell, what was typed stays in it. */
  function refuse(cell, value, answer, html) {
    cell.classList.remove("is-saving");
    if (answer.status !== 422 && answer.status !== 409) { clear(cell); return false; }
    if (!html.includes("cell-says")) { clear(cell); return false; }
    cell.dataset.typed = value;
    cell.setAttribute("aria-invalid", "true");
    const parsed = document.createElement("template");
    parsed.innerHTML = html;
    const says = parsed.content.querySelector(".cell-says");
    cell.after(says);
    const ask = says.matches("[tabindex]") ? says : says.querySelector("input,button");
    const here = !edit && (document.activeElement === document.body || rowOf(document.activeElement) === rowOf(cell));
    if (ask) {
      if (here) ask.focus();
      says.addEventListener("keydown", (event) => {
        if (event.key === "Escape") { event.stopPropagation(); clear(cell); cell.focus(); }
        if (event.key === "Enter" && ask.matches("input") && ask.value.trim()) { event.preventDefault(); again(cell, { reason: ask.value.trim() }); }
      });
      says.addEventListener("click", (event) => {
        const keeps = event.target.closest("[data-keeps]")?.dataset.keeps;
        if (!keeps) return;
        rowOf(cell).dataset.revision = says.dataset.revision;
        if (keeps === "mine") again(cell, {});
        else { clear(cell); cell.focus(); htmx.trigger(document.body, "polaris:changed"); }
      });
    } else if (here) open(cell);
    return true;
  }

  function again(cell, more) {
    cell.focus();
    write(cell, cell.dataset.typed, cell.textContent, more);
  }

  /* ── Keys ── */
  function step(cell, by) {
    const all = cellsIn(grid());
    return all[all.indexOf(cell) + by];
  }

  function beside(cell, by) {
    const column = cell.dataset.cell;
    const all = cellsIn(grid()).filter((other) => rowOf(other) !== rowOf(cell) || other === cell);
    const near = by > 0 ? all.slice(all.indexOf(cell) + 1) : all.slice(0, all.indexOf(cell)).reverse();
    const row = rowOf(near[0]);
    const same = (other) => rowOf(other) === row && other.dataset.cell === column;
    return near.find(same) ?? (row && cellsIn(row)[0]);
  }

  function keyInEditor(event) {
    const { cell } = edit;
    if (event.isComposing) return;
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); close(false); cell.focus(); }
    else if (event.key === "Enter") { event.preventDefault(); close(true); byId(cell.id)?.focus(); }
    else if (event.key === "Tab") {
      const next = step(cell, event.shiftKey ? -1 : 1);
      if (!next) return;
      event.preventDefault();
      close(true);
      next.focus();
    }
  }

  const MOVES = { ArrowUp: (cell) => beside(cell, -1), ArrowDown: (cell) => beside(cell, 1),
    ArrowLeft: (cell) => step(cell, -1), ArrowRight: (cell) => step(cell, 1) };

  function keyOnCell(event, cell) {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const figure = !["title", "owner"].includes(cell.dataset.cell);
    if (plain && MOVES[event.key]) MOVES[event.key](cell)?.focus();
    else if (plain && ["Enter", "F2", " "].includes(event.key)) open(cell);
    else if (plain && figure && /^[\d.,+\-−€$£]$/.test(event.key)) open(cell, event.key);
    else return;
    event.preventDefault();
  }

  /* From where a new row is added, as after Esc in one, back to the cells. */
  function keyOnNew(event) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
    const after = (cell) => event.target.compareDocumentPosition(cell) & Node.DOCUMENT_POSITION_FOLLOWING;
    const all = cellsIn(grid());
    const row = rowOf(by > 0 ? all.find(after) : all.findLast((cell) => !after(cell)));
    if (!row) return;
    event.preventDefault();
    cellsIn(row)[0].focus();
  }

  async function takeBack() {
    const last = done.pop();
    if (!last) return say(words().nothing);
    if (last.change) return post(words().undo.replace(/[0-]{36}/, last.change), {});
    const cell = byId(last.cell);
    if (cell) write(cell, last.value, last.value).then(() => done.pop());
  }

  on("keydown", (event) => {
    if (!grid()) return;
    if (edit?.input === event.target) return keyInEditor(event);
    const writing = event.target.closest("input,textarea,select,dialog,[contenteditable]");
    if (writing || event.isComposing) return;
    const cell = event.target.closest("[data-cell]");
    if (cell) keyOnCell(event, cell);
    else if (event.target.matches("[data-new]")) keyOnNew(event);
    if (event.defaultPrevented) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !event.shiftKey) { event.preventDefault(); takeBack(); }
    else polaris.grid.key(event, rowOf(event.target));
  });

  on("click", (event) => {
    const cell = event.target.closest?.("[data-grid] [data-cell]");
    if (!cell || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    open(cell);
  });

  /* ── The page fetched itself again: the focus stays, or after an undo goes to what is back, else to what is near it ── */
  let stood = "";
  let undone = null; // {parts: a selector of what an undo touched, before: the rows as they stood}
  function undoing(touched) {
    if (!touched || !grid()) return;
    const parts = touched.replaceAll("keyresult", "#kr").replaceAll("objective", "#goal").split(" ").filter((one) => one[0] === "#").join();
    undone = parts && { parts, before: [...grid().querySelectorAll("[data-row],[data-goal]")] };
  }
  function back() {
    if (!undone) return byId(stood);
    const { parts, before } = undone;
    const at = before.findIndex((row) => row.matches(parts));
    const near = [...before.slice(at), ...before.slice(0, Math.max(at, 0)).reverse()].map((row) => byId(row.id));
    return (document.querySelector(parts) ?? near.find(Boolean))?.querySelector("[data-cell]");
  }
  on("htmx:afterRequest", (event) => undoing(event.detail.xhr?.getResponseHeader("X-Touched")));
  on("polaris:changed", () => { stood = document.activeElement?.closest("[data-grid]") ? document.activeElement.id : ""; });
  on("htmx:afterSettle", (event) => {
    if (event.target.id !== "main" || !(stood || undone)) return;
    const { activeElement } = document;
    if (undone || activeElement === document.body || event.target.contains(activeElement)) back()?.focus({ preventScroll: !undone });
    stood = "";
    undone = null;
  });

  window.polaris = { ...window.polaris, grid: { post, hold, queue, apply, say, rowOf, isGoal, bodies, cellsIn, grid, words, done, isEditing: () => Boolean(edit), aside: (act) => { moving = true; act(); moving = false; } } };
})();
