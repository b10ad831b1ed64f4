/* Polaris · planning_keys.js — what one presses on the board, on top of planning_ask.js.
   Keys on a row: j k arrows, K keep, D defer, M merge, X drop, O undecided, N note, Space or S selects; Ctrl-Z and
   Ctrl-Shift-Z undo and redo
   #wish, #command    forms whose buttons stand all over the board; [data-send] in #says. Sent by fetch
   [data-come]        of the board: whoever opens it is here, where the majority decides */
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const on = (type, listener, capture = false) => document.addEventListener(type, listener, capture);
  const {
    root, decides, once, here, focusRow, step, nextOf, selected, chosen, select, clear, choose, send, takeTurn, ask, askNote,
    isAsking, isAskingWhy, closeWhy,
  } = polaris.planning;
  const wish = $("wish");

  /* ── Keys ── */
  on("keydown", (event) => {
    const { key } = event, target = event.target, isTyping = target.matches("input:not([type=checkbox]), textarea, select");
    if (event.isComposing || event.defaultPrevented || isAsking()) return;
    if (key === "Escape" && isAskingWhy()) return closeWhy(true);
    if (key === "Escape" && $("asks")) return $("asks").querySelector("[data-hush]").click();
    if (key === "Escape" && selected.size && !isTyping) return clear();
    if (isTyping || event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === "z") {
      event.preventDefault();
      return takeTurn(event.shiftKey ? "redo" : "undo");
    }
    if (event.ctrlKey || event.metaKey) return;
    const row = target.closest("tr.kr");
    const isSingle = document.body.dataset.singleKeys !== "off";
    if (!row) {
      if (isSingle && (key === "j" || key === "k")) focusRow(here());
      return;
    }
    const moves = { ArrowDown: 1, ArrowUp: -1, ...(isSingle ? { j: 1, k: -1 } : {}) };
    if (key in moves) {
      event.preventDefault();
      const there = step(row, moves[key]);
      if (event.shiftKey && there) { select(row, true); select(there, true); }
      return focusRow(there);
    }
    if (!isSingle) return;
    const outcome = { K: "keep", d: "defer", D: "defer", m: "merge", M: "merge", x: "drop", X: "drop", o: "open", O: "open" }[key];
    if (outcome && decides()) {
      event.preventDefault();
      const targets = selected.size > 1 || selected.has(row.dataset.kr) ? chosen() : [row];
      if (outcome === "keep" && targets.length === 1) {
        const next = nextOf(row);
        ask(outcome, targets);
        return focusRow(next ?? row);
      }
      return ask(outcome, targets);
    }
    if (key.toLowerCase() === "n") { event.preventDefault(); return askNote(row); }
    if ((key === " " && target === row) || key === "s") { event.preventDefault(); select(row, !selected.has(row.dataset.kr)); }
  });

  /* ── The bar of what is selected ── */
  on("click", (event) => {
    const all = event.target.closest("[data-all]");
    if (!all) return;
    if (all.dataset.all) ask(all.dataset.all, chosen());
    else clear();
  });

  /* ── Forms whose buttons stand all over the board ── */
  on("submit", (event) => {
    const { target, submitter } = event;
    if (target.id === "wish" && submitter?.name === "decide") {
      event.preventDefault();
      const [outcome, ...ids] = submitter.value.split(" ");
      const own = submitter.closest("tr.kr"); // where it was pressed
      const targets = own ? [own] : once(ids.map((id) => root.querySelector(`tr.kr[data-kr="${CSS.escape(id.split(":")[0])}"]`)).filter(Boolean));
      const isPressed = submitter.getAttribute("aria-pressed") === "true";
      ask(isPressed ? "open" : outcome, targets);
    } else if (target.id === "command" && submitter) {
      event.preventDefault();
      if (["undo", "redo"].includes(submitter.id)) takeTurn(submitter.id);
      else if (!submitter.disabled) send(submitter.formAction, submitter.name ? { [submitter.name]: submitter.value } : {});
    } else if (target.matches("[data-send]")) {
      event.preventDefault();
      const fields = [...new FormData(target)].filter(([name]) => name !== "csrfmiddlewaretoken").map(([name, value]) => [name, name === "act" && target.action === wish.action ? polaris.newUid() : value]);
      send(target.action, fields);
    }
  }, true);
  on("click", (event) => {
    const hush = event.target.closest("[data-hush]");
    if (!hush) return;
    $("says").replaceChildren();
    if (hush.dataset.filterTo) choose(hush.dataset.filterTo, true);
    here()?.focus();
  });

  /* ── Whoever opens the board is here, where the majority decides ── */
  on("DOMContentLoaded", () => {
    const token = wish.elements.csrfmiddlewaretoken.value;
    if (root.dataset.come) fetch(root.dataset.come, { method: "POST", headers: { "HX-Request": "true", "X-CSRFToken": token } }).catch(() => {});
  });
})();
