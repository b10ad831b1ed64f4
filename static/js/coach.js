/* Polaris · coach.js — the wording coach beside a field.
   A form uses it by putting templates/okr/_coach_slot.html into the .field of its sentence, and css/coach.css on its page:
     {% include "okr/_coach_slot.html" with level="key_result" about="key_result" about_pk=key_result.pk %}
   `about` is what is written, or for what is not saved yet its objective, its tribe or its year; without it nothing can be kept as is.
   The sentence is judged 400 ms after the last key, with what the same form holds in start, target, low, high, direction,
   unit, metric, source and baseline_due_on; and as soon as the field takes the focus. One line stands beside the label, and
   opens a card below the field, as ↓ in the field does: Tab goes on to the next field. Both lie over the page: nothing moves. Without findings there is nothing.
   [data-reads]           figures that the sentence of a new key result says: they fill what nobody has typed in, dashed, until
                          somebody does. polaris.read(form) waits for it, where one sends before the answer, and
                          polaris.unread(form) tells whether nothing came of it, nor was typed: the server reads then.
   [data-use-wording]     puts the wording into the field and selects its first “…”
   [data-make-initiative] posts to that address: the page that has the grid shows what came of it (grid_rows.js)
   [data-keep-wording]    asks for a reason, [data-keep-because] sends it */
(() => {
  "use strict";
  const WAIT = 400; // ms without typing
  const FACTS = new Set(["start", "target", "low", "high", "direction", "unit", "metric", "source", "baseline_due_on"]);
  const BLANK = "…";
  const states = new WeakMap(); // slot → what was asked last, and what is still awaited
  const on = (type, listener, capture = false) => document.addEventListener(type, listener, capture);
  const stateOf = (slot) => states.get(slot) ?? states.set(slot, { asked: null, timer: 0, fetching: null }).get(slot);
  const slotOf = (element) => element.closest?.(".field, .cell-edit")?.querySelector(":scope > [data-coach]");
  const fieldOf = (slot) => slot.parentElement.querySelector("input:not([type=hidden], [data-coach-reason]), textarea");
  const cardOf = (slot) => slot.querySelector(".coach");
  const token = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";

  function said(slot) {
    const field = fieldOf(slot);
    const sent = new URLSearchParams({ level: slot.dataset.coach, text: field.value });
    // A new row of the grid is one form for every objective: the rows that it stands in say whose it is.
    const isNew = slot.dataset.coach === "key_result" && slot.dataset.about === "objective";
    const pk = (isNew && slot.closest("[data-rows]")?.dataset.rows) || slot.dataset.aboutPk;
    if (pk) {
      sent.set("object_type", slot.dataset.about);
      sent.set("object_id", pk);
    }
    if (slot.dataset.inCell) sent.set("in_cell", "1"); // what the row holds is judged with it
    for (const other of field.form?.elements ?? []) if (FACTS.has(other.name)) sent.set(other.name, other.value);
    return sent;
  }

  async function post(slot, url, sent) {
    const state = stateOf(slot);
    state.fetching?.abort();
    const { signal } = (state.fetching = new AbortController());
    try {
      const headers = { "X-CSRFToken": token(), "HX-Request": "true" };
      const answer = await fetch(url, { method: "POST", body: sent, headers, signal });
      if (answer.redirected || !(answer.ok || answer.status === 422)) return null;
      return { html: await answer.text(), refused: !answer.ok };
    } catch {
      return null; // stale, or offline: the coach is silent, what is typed is not touched
    }
  }

  /* Who was in the card stays in it, a reason half typed too, where the new one still has that advice. */
  function show(slot, html) {
    const wasOpen = cardOf(slot)?.hidden === false;
    const { activeElement } = document;
    const had = slot.contains(activeElement);
    const { rule } = had ? (activeElement.closest("[data-rule]")?.dataset ?? {}) : {};
    if (had) fieldOf(slot).focus(); // before what has it goes: a cell closes that loses it
    slot.innerHTML = html;
    if (wasOpen) toggle(slot, true);
    if (!had) return;
    const advice = slot.querySelector(`[data-rule="${rule}"]`);
    if (advice && activeElement.matches("[data-coach-reason]")) {
      askReason(advice);
      advice.querySelector("[data-coach-reason]").value = activeElement.value;
    } else slot.querySelector("[data-coach-toggle]")?.focus();
  }

  function toggle(slot, open) {
    const card = cardOf(slot);
    if (!card) return;
    card.hidden = !open;
    if (open) card.scrollIntoView({ block: "nearest" });
    slot.querySelector("[data-coach-toggle]").setAttribute("aria-expanded", String(open));
  }

  async function ask(slot) {
    const state = stateOf(slot);
    clearTimeout(state.timer);
    const sent = said(slot);
    if (String(sent) === state.asked) return state.found;
    state.asked = String(sent);
    if (!fieldOf(slot).value.trim()) {
      state.fetching?.abort();
      show(slot, "");
      propose(slot);
      return null;
    }
    const found = await (state.found = post(slot, slot.dataset.ask, sent));
    if (found) { show(slot, found.html); propose(slot); }
    else if (String(sent) === state.asked) state.asked = null;
    return found;
  }

  function soon(slot) {
    const state = stateOf(slot);
    clearTimeout(state.timer);
    state.timer = setTimeout(() => { if (slot.isConnected) ask(slot); }, WAIT);
  }

  /* ── The figures of the sentence ── */
  const READ = ["start", "target", "unit"];
  const PROPOSED = "is-proposed";
  const touched = new WeakSet(); // also what was emptied again
  let proposing = false;

  function propose(slot) {
    if (slot.dataset.about !== "objective") return;
    const reads = slot.querySelector("[data-reads]")?.dataset ?? {};
    for (const name of READ) {
      const field = fieldOf(slot).form?.elements[name];
      const value = reads[name] ?? "";
      if (!field || touched.has(field) || field.value === value || (field.value && !field.classList.contains(PROPOSED))) continue;
      field.value = value;
      field.classList.toggle(PROPOSED, Boolean(value));
      proposing = true;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      proposing = false;
      if (field === document.activeElement) field.select?.();
    }
  }

  async function readNow(form) {
    const { title, start, target } = form.elements;
    const slot = form.querySelector("[data-coach=key_result][data-about=objective]");
    if (slot && /\d/.test(title.value) && !start.value && !target.value) await ask(slot);
  }
  const unread = ({ elements }) => READ.every((name) => !elements[name].value && !touched.has(elements[name]));
  window.polaris = { ...window.polaris, read: readNow, unread };
  on("reset", (event) => { for (const field of event.target.querySelectorAll(`.${PROPOSED}`)) field.classList.remove(PROPOSED); });

  /* ── Typing ── */
  function typed(event) {
    const field = event.target;
    if (!proposing && READ.includes(field.name)) {
      touched.add(field);
      field.classList.remove(PROPOSED);
    }
    const slot = slotOf(field);
    if (slot && fieldOf(slot) === field) soon(slot);
    else if (field.form && FACTS.has(field.name)) for (const other of field.form.querySelectorAll("[data-coach]")) soon(other);
  }
  on("input", typed);
  on("change", typed);
  on("focusin", (event) => {
    const slot = slotOf(event.target);
    if (slot && fieldOf(slot) === event.target && stateOf(slot).asked === null) ask(slot);
  });

  /* ── What is done with advice ── */
  function use(slot, wording) {
    const field = fieldOf(slot);
    field.value = wording;
    toggle(slot, false);
    field.focus();
    const at = wording.indexOf(BLANK);
    if (at >= 0) field.setSelectionRange(at, at + BLANK.length);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function makeInitiative(slot, url) {
    const form = document.createElement("form");
    form.method = "post";
    form.action = url;
    form.hidden = true;
    form.dataset.act = "";
    const csrf = document.createElement("input");
    csrf.type = "hidden";
    csrf.name = "csrfmiddlewaretoken";
    csrf.value = token();
    const title = document.createElement("input");
    title.type = "hidden";
    title.name = "title";
    title.value = fieldOf(slot).value.trim(); // as it stands in the field, saved or not
    const id = fieldOf(slot).form?.elements.client_id?.cloneNode(); // clicked twice, it is made once
    form.append(csrf, title, id ?? "");
    if (!slot.closest("[data-grid]")) polaris.forget?.(fieldOf(slot).form); // the page is left
    (slot.closest("td") ?? document.body).append(form);
    form.requestSubmit();
  }

  function askReason(said) {
    const box = said.querySelector(".keep");
    box.hidden = !box.hidden;
    said.querySelector("[data-keep-wording]").setAttribute("aria-expanded", String(!box.hidden));
    if (!box.hidden) box.querySelector("input").focus();
  }

  async function keep(slot, advice) {
    const sent = said(slot);
    sent.set("rule", advice.dataset.rule);
    sent.set("reason", advice.querySelector("[data-coach-reason]").value);
    const found = await post(slot, slot.dataset.keepAt, sent);
    if (!found || !slot.isConnected) return;
    fieldOf(slot).focus(); // before what has it goes: a cell closes that loses it
    show(slot, found.html);
    if (found.refused) slot.querySelector("[aria-invalid=true]")?.focus();
  }

  on("click", (event) => {
    const part = event.target.closest?.("[data-coach] button");
    if (!part) return;
    const slot = part.closest("[data-coach]");
    const advice = part.closest("[data-rule]");
    if ("coachToggle" in part.dataset) toggle(slot, cardOf(slot).hidden);
    else if ("useWording" in part.dataset) use(slot, part.dataset.useWording);
    else if ("makeInitiative" in part.dataset) makeInitiative(slot, part.dataset.makeInitiative);
    else if ("keepWording" in part.dataset) askReason(advice);
    else if ("keepBecause" in part.dataset) keep(slot, advice);
  });

  /* ── Opening and closing ── */
  on("keydown", (event) => {
    const slot = slotOf(event.target);
    if (!slot) return;
    if (event.key === "Escape" && cardOf(slot)?.hidden === false) {
      event.preventDefault();
      event.stopImmediatePropagation(); // the form stays
      toggle(slot, false);
      fieldOf(slot).focus();
    } else if (event.key === "ArrowDown" && event.target === fieldOf(slot) && cardOf(slot) && (event.altKey || event.target.matches("input"))) {
      event.preventDefault();
      toggle(slot, true);
      slot.querySelector("[data-coach-toggle]").focus();
    } else if (event.key === "Enter" && event.target.matches("[data-coach-reason]")) {
      event.preventDefault();
      keep(slot, event.target.closest("[data-rule]"));
    }
  }, true);
  const left = (slot, element) => element && !slot.parentElement.contains(element);
  on("focusout", (event) => {
    const slot = slotOf(event.target);
    if (slot && left(slot, event.relatedTarget)) toggle(slot, false);
  });
  on("pointerdown", (event) => {
    for (const card of document.querySelectorAll("[data-coach] > .coach:not([hidden])")) {
      const slot = card.parentElement;
      if (left(slot, event.target)) toggle(slot, false);
    }
  });
})();
