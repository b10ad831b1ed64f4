/* Polaris · grid_moves.js — rows of a grid (grid.js) that change places: by key, and dragged by their [data-grip] with
   mouse, pen or finger. */
(() => {
  "use strict";
  const SLACK = 5, EDGE = 60;
  const core = polaris.grid;
  const { rowOf, words, say, queue, bodies, isGoal } = core;
  const rowsOf = (body) => [...body.querySelectorAll(":scope > [data-row]")];

  /* Where a row stands on the page is where it is sent to. */
  function sendPlace(row, was) {
    const body = row.closest("tbody");
    const list = isGoal(row) ? bodies() : rowsOf(body);
    const position = list.indexOf(isGoal(row) ? body : row) + 1;
    const same = body === was.body && position === was.position;
    if (same) return;
    say(words().moved.replace("%s", position));
    queue("places", async () => {
      const place = isGoal(row) ? { position } : { position, objective: body.dataset.rows };
      const answer = await core.post(`${row.dataset.base}move/`, place, (refusal) => refusal.status === 422 && false);
      if (!answer) htmx.trigger(document.body, "polaris:changed");
    });
  }
  const placeOf = (row) => {
    const body = row.closest("tbody");
    return { body, position: (isGoal(row) ? bodies().indexOf(body) : rowsOf(body).indexOf(row)) + 1 };
  };

  core.nudge = (row, by) => {
    const was = placeOf(row);
    const focused = document.activeElement;
    if (isGoal(row)) {
      const other = bodies()[was.position - 1 + by];
      if (other) core.aside(() => (by < 0 ? other.before(was.body) : other.after(was.body)));
    } else {
      const near = rowsOf(was.body)[was.position - 1 + by];
      const next = bodies()[bodies().indexOf(was.body) + by];
      if (near) core.aside(() => (by < 0 ? near.before(row) : near.after(row)));
      else if (next) core.aside(() => (by < 0 ? next.insertBefore(row, next.querySelector(".add-row")) : next.querySelector("[data-goal]").after(row)));
    }
    focused.focus();
    sendPlace(row, was);
  };

  /* ── Drag ── */
  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest?.("[data-grip]");
    if (!grip || event.button) return;
    event.preventDefault();
    const row = rowOf(grip);
    const was = placeOf(row);
    const part = isGoal(row) ? was.body : row;
    const startY = event.clientY;
    let dragging = false;
    const move = ({ clientX, clientY }) => {
      if (!dragging && Math.abs(clientY - startY) < SLACK) return;
      if (!dragging) { dragging = true; part.classList.add("is-dragged"); document.documentElement.classList.add("is-dragging"); }
      if (clientY < EDGE) scrollBy(0, -12);
      else if (clientY > innerHeight - EDGE) scrollBy(0, 12);
      place(part, isGoal(row), clientX, clientY);
    };
    const end = (up) => {
      for (const [type, listener] of [["pointermove", move], ["pointerup", end], ["pointercancel", end]]) removeEventListener(type, listener);
      removeEventListener("keydown", escape, true);
      if (!dragging) return;
      part.classList.remove("is-dragged");
      document.documentElement.classList.remove("is-dragging");
      if (up.type === "pointerup") sendPlace(row, was);
      else putBack(part, was, isGoal(row));
    };
    const escape = (key) => { if (key.key === "Escape") { key.stopPropagation(); end({ type: "pointercancel" }); } };
    for (const [type, listener] of [["pointermove", move], ["pointerup", end], ["pointercancel", end]]) addEventListener(type, listener);
    addEventListener("keydown", escape, true);
  });

  function place(part, goal, x, y) {
    const under = document.elementFromPoint(Math.min(Math.max(x, 80), innerWidth - 80), y);
    const body = under?.closest?.("tbody[data-rows]");
    if (!body) return;
    if (goal) {
      if (body === part) return;
      const box = body.getBoundingClientRect();
      if (y < box.top + box.height / 2) body.before(part);
      else body.after(part);
      return;
    }
    const other = under.closest("tr");
    if (other === part) return;
    if (other.matches("[data-row]")) {
      const box = other.getBoundingClientRect();
      if (y < box.top + box.height / 2) other.before(part);
      else other.after(part);
    } else if (other.matches("[data-goal]")) other.after(part);
    else if (other.matches(".add-row")) other.before(part);
  }

  function putBack(part, was, goal) {
    const list = goal ? bodies().filter((one) => one !== part) : rowsOf(was.body).filter((one) => one !== part);
    const next = list[was.position - 1];
    if (next) next.before(part);
    else if (goal) list.at(-1)?.after(part);
    else was.body.insertBefore(part, was.body.querySelector(".add-row"));
  }
})();
