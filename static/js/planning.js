/* Polaris · planning.js — the board of a quarter planning (templates/planning/board.html). Needs live.js; planning_decide.js
   sends decisions, planning_ask.js asks in dialogs, planning_keys.js is what one presses.
   tr.kr[data-kr]       a proposal, in each group that it belongs to; the one tab stop of all rows is where one is
   .pick                selects; with Shift all rows up to it. #plan-selected is the bar of what is selected
   [data-decides]       on the board: this person decides, as long as the meeting is open
   [data-filter]        shows only rows whose data-marks, or whose outcome, say so */
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const on = (type, listener, target = document, capture = false) => target.addEventListener(type, listener, capture);
  const root = document.querySelector(".board.plan");
  const bar = $("plan-selected");
  const words = $("plan-words").dataset;
  const decides = () => "decides" in root.dataset && $("deck").dataset.state === "open";
  const main = () => $("main"); // another one after the page fetched itself again
  const rows = () => [...main().querySelectorAll("tr.kr")];
  const seenRows = () => rows().filter((row) => !row.hidden && row.closest("details").open);
  const once = (some) => [...new Map(some.map((row) => [row.dataset.kr, row])).values()]; // a key result may stand in several groups
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  /* ── Where one is ── */
  let now = "", anchor = "";
  function rove() {
    const there = rows();
    const here = $(now);
    if (!here || here.hidden || !here.closest("details")?.open) {
      const seen = seenRows();
      now = (seen.find((row) => row.dataset.outcome === "open") ?? seen[0] ?? there[0])?.id ?? "";
    }
    for (const row of there) {
      const isNow = row.id === now, place = isNow ? 0 : -1;
      row.classList.toggle("is-now", isNow);
      for (const part of [row, ...row.querySelectorAll("a, button, input")]) if (part.tabIndex !== place) part.tabIndex = place;
    }
  }
  function focusRow(row) {
    if (!row) return;
    const before = $(now);
    now = row.id;
    for (const one of [before, row]) if (one) {
      const isNow = one === row;
      one.tabIndex = isNow ? 0 : -1;
      one.classList.toggle("is-now", isNow);
      for (const part of one.querySelectorAll("a, button, input")) part.tabIndex = isNow ? 0 : -1;
    }
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }
  const step = (row, by) => { const all = seenRows(); return all[all.indexOf(row) + by]; };
  const nextOf = (row) => { const all = seenRows(); return all.slice(all.indexOf(row) + 1).find((one) => one.dataset.outcome === "open"); };

  on("focusin", (event) => {
    const row = event.target.closest?.("tr.kr");
    if (row && row.id !== now) {
      const before = $(now);
      now = row.id;
      before?.classList.remove("is-now");
      rove();
    }
  });

  /* ── Several at once ── */
  const selected = new Set(); // key results
  const chosen = () => once(rows().filter((row) => selected.has(row.dataset.kr)));
  function select(row, isOn) {
    if (!decides()) return;
    selected[isOn ? "add" : "delete"](row.dataset.kr);
    anchor = row.id;
    showSelected();
  }
  function clear() {
    selected.clear();
    showSelected();
  }
  function showSelected() {
    const there = new Set(rows().map((row) => row.dataset.kr));
    for (const pk of selected) if (!there.has(pk)) selected.delete(pk);
    for (const row of rows()) {
      const isOn = selected.has(row.dataset.kr), pick = row.querySelector(".pick");
      row.classList.toggle("is-picked", isOn);
      if (pick) pick.checked = pick.defaultChecked = isOn;
    }
    bar.hidden = !selected.size;
    bar.querySelector("[data-count]").textContent = selected.size === 1 ? words.selectOne : fill(words.selected, { n: selected.size });
  }
  on("click", (event) => {
    const pick = event.target.closest(".pick");
    if (!pick) return;
    const row = pick.closest("tr.kr"), from = anchor && $(anchor), isOn = pick.checked;
    if (event.shiftKey && from) {
      const all = seenRows(), [a, b] = [all.indexOf(from), all.indexOf(row)].sort((x, y) => x - y);
      for (const one of all.slice(Math.max(a, 0), b + 1)) select(one, isOn);
    }
    select(row, isOn);
  });

  /* ── Filters ── */
  let only = "", wanted = "";
  function choose(filter, isOn) {
    only = isOn ? filter : "";
    for (const chip of document.querySelectorAll("[data-filter]")) chip.setAttribute("aria-pressed", String(chip.dataset.filter === only));
    // What it shows stays while it is decided: who filters anew finds it gone.
    kept = only ? new Set(rows().filter((row) => fits(row)).map((row) => row.dataset.kr)) : null;
    sift();
  }
  let kept = null;
  const fits = (row) => row.dataset.outcome === only || row.dataset.marks.split(" ").includes(only);
  function sift() {
    let number = 0;
    const marks = new Map();
    for (const row of rows()) {
      const shows = (!kept || kept.has(row.dataset.kr)) && (!wanted || fold(row.textContent).includes(wanted));
      if (row.hidden === shows) row.hidden = !shows;
      number += shows;
      for (const mark of new Set([...row.dataset.marks.split(" "), row.dataset.outcome])) marks.set(mark, (marks.get(mark) ?? new Set()).add(row.dataset.kr));
    }
    for (const group of main().querySelectorAll(".plan-group")) {
      const isEmpty = Boolean(only || wanted) && !group.querySelector("tr.kr:not([hidden])");
      group.hidden = isEmpty;
      if (!isEmpty && (only || wanted) && !group.open) { group.open = true; opened.add(group.id); }
    }
    if (!only && !wanted) {
      for (const id of opened) if ($(id)) $(id).open = false;
      opened.clear();
    }
    for (const chip of document.querySelectorAll("[data-filter]")) {
      const count = String(marks.get(chip.dataset.filter)?.size ?? 0), figure = chip.querySelector("b");
      if (figure.textContent !== count) figure.textContent = count;
    }
    $("plan-nothing").hidden = number > 0 || !rows().length;
    rove();
  }
  const opened = new Set();
  on("click", (event) => {
    const chip = event.target.closest("[data-filter]");
    if (chip) choose(chip.dataset.filter, chip.getAttribute("aria-pressed") !== "true");
    if (event.target.closest("#plan-all")) {
      $("plan-search").value = wanted = "";
      choose("", false);
    }
  });
  on("input", (event) => {
    if (event.target.id !== "plan-search") return;
    wanted = fold(event.target.value.trim());
    sift();
  });

  /* ── The agenda leads to its group ── */
  on("click", (event) => {
    const link = event.target.closest("#agenda a[href^='#']");
    const group = link && document.getElementById(link.hash.slice(1));
    if (!group) return;
    event.preventDefault();
    group.open = true;
    group.scrollIntoView({ block: "start" });
    group.querySelector("summary").focus({ preventScroll: true });
  });

  /* ── A newer board ── */
  let presenting = document.querySelector(".plan-group[data-state=now]")?.id ?? "";
  let waiting = 0;
  function arrange() {
    waiting = 0;
    showSelected();
    sift();
    root.dispatchEvent(new CustomEvent("planning:arranged", { bubbles: true }));
    const there = document.querySelector(".plan-group[data-state=now]")?.id ?? "";
    if (there === presenting) return;
    presenting = there;
    reorder();
    if (!$(there)) return;
    $(there).open = true;
    if (!main().contains(document.activeElement) || document.activeElement === main()) $(there).scrollIntoView({ block: "nearest" });
  }
  // Who presents first, then who comes next, then those who have presented.
  function reorder() {
    const rank = { now: 0, next: 1, done: 2 }, groups = [...main().querySelectorAll(".plan-group[data-state]")];
    const sorted = [...groups].sort((a, b) => rank[a.dataset.state] - rank[b.dataset.state]);
    const place = groups[0] && document.createComment("");
    if (!place || groups.every((group, at) => group === sorted[at])) return;
    const focused = document.activeElement;
    groups[0].before(place);
    place.replaceWith(...sorted);
    if (main().contains(focused)) focused.focus({ preventScroll: true });
  }
  on("toggle", (event) => { if (event.target.matches?.(".plan-group")) rove(); }, root, true);
  on("live:shown", (event) => {
    if (event.target.id.startsWith("group.")) waiting ||= requestAnimationFrame(arrange);
  });

  /* ── Begin ── */
  const reveal = () => { for (const part of document.querySelectorAll("[data-needs-script]")) part.hidden = false; };
  on("htmx:afterSwap", (event) => { // the page fetched itself again: what was typed offline has been sent
    if (event.detail.target.id !== "main") return;
    reveal();
    arrange();
  });
  reveal();
  root.dataset.scripted = "";
  on("DOMContentLoaded", () => {
    rove();
    // Before anything is decided, what members would do differently comes first.
    if (document.querySelector("[data-filter=contested]") && decides() && !rows().some((row) => row.dataset.outcome !== "open")) choose("contested", true);
    else sift();
  });

  polaris.planning = {
    root, words, fill, fold, decides, rows, once, here: () => $(now), focusRow, step, nextOf, selected, chosen, select, clear, choose,
  };
})();
