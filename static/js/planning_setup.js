/* Polaris · planning_setup.js — the agenda of a planning in its form ([data-slots]): who presents is moved and taken out in
   the page, with the buttons that would else be sent. By keyboard: arrow keys on the grip; by pointer: drag it. */
(() => {
  "use strict";
  const on = (type, listener) => document.addEventListener(type, listener);
  const list = (agenda) => agenda.querySelector(".pl-slots");
  const places = (row) => [...row.parentElement.children];

  function renumber(agenda) {
    const rows = [...list(agenda).children];
    rows.forEach((row, place) => {
      row.querySelector("[data-place]").textContent = place + 1;
      for (const button of row.querySelectorAll("[name=act]")) {
        const act = button.value.split(":")[0];
        button.value = `${act}:${place}`;
        button.disabled = (act === "slot-up" && place === 0) || (act === "slot-down" && place === rows.length - 1);
      }
    });
    const minutes = rows.map((row) => Number.parseInt(row.querySelector("[name=slots-minutes]").value, 10) || 0);
    agenda.querySelector("[data-sum]").textContent = minutes.reduce((sum, one) => sum + one, 0);
  }

  function changed(row) {
    const agenda = row.closest("[data-slots]"), status = agenda.querySelector("[data-moved]");
    renumber(agenda);
    const name = row.querySelector(".pl-name > :last-child").textContent;
    status.textContent = status.dataset.moved.replace("%name", name).replace("%n", places(row).indexOf(row) + 1);
    row.querySelector("[name=slots-minutes]").dispatchEvent(new Event("input", { bubbles: true })); // unsent.js keeps it
  }

  function move(row, step, focused) {
    const rows = places(row), there = rows[rows.indexOf(row) + step];
    if (!there) return;
    there[step < 0 ? "before" : "after"](row);
    changed(row);
    (focused.disabled ? row.querySelector("[data-grip]") : focused).focus();
  }

  on("click", (event) => {
    const button = event.target.closest("[data-slots] .pl-slot button[name=act]"), row = button?.closest(".pl-slot");
    const act = button?.value.split(":")[0];
    if (act !== "slot-up" && act !== "slot-down") return; // others are sent
    event.preventDefault();
    move(row, act === "slot-up" ? -1 : 1, button);
  });
  on("keydown", (event) => {
    const row = event.target.closest("[data-grip]")?.closest(".pl-slot");
    if (!row || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    move(row, event.key === "ArrowUp" ? -1 : 1, event.target);
  });
  on("input", (event) => {
    if (event.target.matches("[name=slots-minutes]")) renumber(event.target.closest("[data-slots]"));
  });

  /* ── Dragging ── */
  on("pointerdown", (event) => {
    const grip = event.target.closest("[data-grip]"), row = grip?.closest(".pl-slot");
    if (!row || event.button) return;
    const before = places(row).indexOf(row);
    grip.setPointerCapture(event.pointerId);
    row.classList.add("dragged");
    // The others make way: a row that is moved itself would lose the pointer.
    const middle = (one) => one.getBoundingClientRect().top + one.offsetHeight / 2;
    const follow = ({ clientY }) => {
      while (row.previousElementSibling && clientY < middle(row.previousElementSibling)) row.after(row.previousElementSibling);
      while (row.nextElementSibling && clientY > middle(row.nextElementSibling)) row.before(row.nextElementSibling);
    };
    grip.addEventListener("pointermove", follow);
    grip.addEventListener("lostpointercapture", () => {
      grip.removeEventListener("pointermove", follow);
      row.classList.remove("dragged");
      if (places(row).indexOf(row) !== before) changed(row);
      grip.focus();
    }, { once: true });
  });

  /* ── Coming back to what was typed: in the order that it had (unsent.js) ── */
  on("polaris:filling", (event) => {
    for (const agenda of event.target.querySelectorAll("[data-slots]")) {
      const rows = new Map([...list(agenda).children].map((row) => [row.querySelector("[name=slots-tribe]").value, row]));
      const wanted = event.detail.filter(([name]) => name === "slots-tribe").map(([, tribe]) => tribe);
      if (wanted.every((tribe) => rows.has(tribe))) {
        for (const [tribe, row] of rows) if (wanted.length && !wanted.includes(tribe)) row.remove();
        list(agenda).append(...wanted.map((tribe) => rows.get(tribe)));
      } else { // somebody who is no longer here: the figures would end up beside others
        event.detail.splice(0, event.detail.length, ...event.detail.filter(([name]) => !name.startsWith("slots-")));
      }
      queueMicrotask(() => renumber(agenda));
    }
  });

  const show = (within) => { for (const grip of within.querySelectorAll(".pl-slot [data-grip]")) grip.hidden = false; };
  on("DOMContentLoaded", () => show(document));
  on("htmx:load", (event) => show(event.detail.elt));
})();
