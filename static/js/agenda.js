/* Polaris · agenda.js — the agenda in a form ([data-agenda]): phases are moved, added and removed in the page, with the
   buttons that would else be sent. By keyboard: arrow keys on a phase's grip; by pointer: drag the grip.
   [data-numbered]   a label that names its phase: "%n" is its number */
(() => {
  "use strict";
  const on = (type, listener) => document.addEventListener(type, listener);
  const list = (agenda) => agenda.querySelector(".ws-phases");
  const input = (row, column) => row.querySelector(`[name="agenda-${column}"]`);
  const ROUND = [["brainstorm", 10], ["reveal", 5], ["families", 10], ["vote", 5]]; // workshops.forms.agenda.ROUND

  /* ── What follows from the rows ── */
  function renumber(agenda) {
    const rows = [...list(agenda).children];
    rows.forEach((row, place) => {
      for (const label of row.querySelectorAll("[data-numbered]")) {
        const text = label.dataset.numbered.replace("%n", place + 1);
        if (label.hasAttribute("aria-label")) label.setAttribute("aria-label", text);
        else label.textContent = text;
      }
      for (const button of row.querySelectorAll("[name=act]")) {
        const act = button.value.split(":")[0];
        button.value = `${act}:${place}`;
        button.disabled = (act === "phase-up" && place === 0) || (act === "phase-down" && place === rows.length - 1);
      }
    });
    // A phase of several days takes no minutes of the workshop.
    const minutes = rows.map((row) => (input(row, "closes_at").value ? 0 : Number.parseInt(input(row, "minutes").value, 10) || 0));
    agenda.querySelector("[data-sum]").textContent = minutes.reduce((sum, one) => sum + one, 0);
  }

  function changed(agenda, says, number) {
    renumber(agenda);
    const status = agenda.querySelector("[data-moved]");
    status.textContent = status.dataset[says].replace("%n", number);
    agenda.dispatchEvent(new CustomEvent("agenda:changed", { bubbles: true }));
    input(list(agenda).firstElementChild ?? agenda.querySelector("template").content, "kind")?.dispatchEvent(new Event("input", { bubbles: true })); // unsent.js keeps it
  }

  /* ── Moving ── */
  function move(row, to, focused = document.activeElement) {
    const agenda = row.closest("[data-agenda]"), rows = [...list(agenda).children], from = rows.indexOf(row);
    if (to < 0 || to >= rows.length || to === from) return;
    rows[to][to < from ? "before" : "after"](row);
    changed(agenda, "moved", to + 1);
    if (focused?.disabled) row.querySelector("[data-grip]").focus();
    else focused?.focus();
  }

  function add(agenda, kind = "brainstorm", minutes = 10, round = rounds(agenda)) {
    const row = agenda.querySelector("template[data-phase]").content.firstElementChild.cloneNode(true);
    list(agenda).append(row);
    const values = { kind, minutes, round };
    for (const [column, value] of Object.entries(values)) input(row, column).value = value;
    row.querySelector("details").open = round > 1;
    row.querySelector("[data-grip]").hidden = false;
    return row;
  }
  const rounds = (agenda) => Math.max(1, ...[...agenda.querySelectorAll(".ws-phases [name=agenda-round]")].map((field) => Number.parseInt(field.value, 10) || 1));

  function remove(row) {
    const agenda = row.closest("[data-agenda]"), near = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    changed(agenda, "removed", 0);
    (near?.querySelector("[data-grip]") ?? agenda.querySelector("[value=phase-add]")).focus();
  }

  on("click", (event) => {
    const button = event.target.closest("[data-agenda] button[name=act]");
    if (!button) return;
    const agenda = button.closest("[data-agenda]"), row = button.closest(".ws-phase");
    const place = row ? [...list(agenda).children].indexOf(row) : 0;
    switch (button.value.split(":")[0]) {
      case "phase-up": move(row, place - 1, button); break;
      case "phase-down": move(row, place + 1, button); break;
      case "phase-remove": remove(row); break;
      case "phase-add": {
        const added = add(agenda);
        changed(agenda, "added", list(agenda).children.length);
        input(added, "kind").focus();
        break;
      }
      case "phase-round": {
        const next = Math.min(9, rounds(agenda) + 1);
        const [first] = ROUND.map(([kind, minutes]) => add(agenda, kind, minutes, next));
        changed(agenda, "added", [...list(agenda).children].indexOf(first) + 1);
        input(first, "kind").focus();
        break;
      }
      default: return; // sent
    }
    event.preventDefault();
  });
  on("keydown", (event) => {
    const row = event.target.closest("[data-grip]") && event.target.closest(".ws-phase");
    if (!row || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    move(row, [...row.parentElement.children].indexOf(row) + (event.key === "ArrowUp" ? -1 : 1), event.target);
  });
  on("input", (event) => {
    const agenda = event.target.closest("[data-agenda]");
    if (agenda && event.target.matches("[name=agenda-minutes],[name=agenda-closes_at]")) renumber(agenda);
  });

  /* ── Dragging ── */
  on("pointerdown", (event) => {
    const grip = event.target.closest("[data-grip]");
    if (!grip || event.button) return;
    const row = grip.closest(".ws-phase"), agenda = row.closest("[data-agenda]");
    const before = [...list(agenda).children].indexOf(row);
    grip.setPointerCapture(event.pointerId);
    row.classList.add("dragged");
    // The others make way: a row that is moved itself would lose the pointer.
    const middle = (one) => one.getBoundingClientRect().top + one.offsetHeight / 2;
    const follow = ({ clientY }) => {
      while (row.previousElementSibling && clientY < middle(row.previousElementSibling)) row.after(row.previousElementSibling);
      while (row.nextElementSibling && clientY > middle(row.nextElementSibling)) row.before(row.nextElementSibling);
    };
    const drop = () => {
      grip.removeEventListener("pointermove", follow);
      row.classList.remove("dragged");
      const now = [...list(agenda).children].indexOf(row);
      if (now !== before) changed(agenda, "moved", now + 1);
      grip.focus();
    };
    grip.addEventListener("pointermove", follow);
    grip.addEventListener("lostpointercapture", drop, { once: true });
  });

  /* ── Coming back to what was typed: as many rows as it had (unsent.js) ── */
  on("polaris:filling", (event) => {
    for (const agenda of event.target.querySelectorAll("[data-agenda]")) {
      const wanted = event.detail.filter(([name]) => name === "agenda-kind").length;
      while (wanted > list(agenda).children.length) add(agenda);
      while (wanted && wanted < list(agenda).children.length) list(agenda).lastElementChild.remove();
      queueMicrotask(() => renumber(agenda));
    }
  });

  const show = (within) => { for (const grip of within.querySelectorAll(".ws-phases [data-grip]")) grip.hidden = false; };
  on("DOMContentLoaded", () => show(document));
  on("htmx:load", (event) => show(event.detail.elt));
})();
