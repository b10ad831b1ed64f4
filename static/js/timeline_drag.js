/* Polaris · timeline_drag.js — initiatives drawn, moved and resized by mouse, pen and finger, on top of timeline.js.
   [data-bar]     dragged by its middle it moves, by an end it gets longer or shorter; [data-dia] is its milestone
   [data-handle]  changes the order of the lines; [data-draw] are the weeks over which a new one is drawn
   A finger that moves at once scrolls the page; one that rests takes what is under it. Escape puts everything back. */
(() => {
  "use strict";
  const HOLD_MS = 350, SLACK = 4;
  const on = (type, listener, options) => document.addEventListener(type, listener, options);
  const { timeline, list, rows, barOf, mondays, within, read, draw, changed, inWords, say, ask, tell, drawNew, name, closeLane } = polaris.timeline;

  let drag = null;
  const weekAt = (track, x) => {
    const box = track.getBoundingClientRect();
    return within(Math.floor((x - box.left) / box.width * mondays().length) + 1, 1, mondays().length);
  };

  function gestureAt(target, x) {
    if (target.closest("[data-handle]")) return "order";
    if (target.closest("[data-dia]")) return "mile";
    const bar = target.closest("[data-bar]");
    if (!bar) return target.closest("[data-draw]") ? "draw" : "";
    const box = bar.getBoundingClientRect();
    const edge = Math.min(18, box.width / 4);
    return x < box.left + edge ? "start" : x > box.right - edge ? "end" : "move";
  }

  on("pointerdown", (event) => {
    const kind = !event.button && timeline()?.contains(event.target) && gestureAt(event.target, event.clientX);
    const row = kind && event.target.closest("[data-row],[data-lane]");
    if (!row || drag || event.target.closest("input")) return;
    drag = { kind, row, x: event.clientX, y: event.clientY, pointer: event.pointerId, track: row.querySelector(".g-track"), begun: false };
    if (kind !== "draw") Object.assign(drag, { was: read(row), before: row.nextElementSibling });
    if (event.pointerType === "touch" && kind !== "order") drag.hold = setTimeout(begin, HOLD_MS);
    else if (kind === "draw" || kind === "order") { event.preventDefault(); begin(); }
  });

  function begin() {
    drag.begun = true;
    drag.row.classList.add("dragged");
    if (drag.kind === "draw") drawNew(weekAt(drag.track, drag.x), weekAt(drag.track, drag.x));
    else if (drag.kind !== "order") show(drag.was);
  }

  function show(weeks) {
    drag.weeks = weeks;
    draw(drag.row, weeks);
    tell(barOf(drag.row), told(drag.kind, weeks));
  }
  const told = (kind, weeks) => kind === "mile" ? { first: weeks.mile, last: weeks.mile } : weeks;

  on("pointermove", (event) => {
    if (event.pointerId !== drag?.pointer) return;
    const far = Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > SLACK;
    if (!drag.begun && !far) return;
    if (!drag.begun && drag.hold) { clearTimeout(drag.hold); drag = null; return; }
    if (!drag.begun) begin();
    if (drag.kind === "order") return reorder(event.clientY);
    if (drag.kind === "draw") return drawNew(weekAt(drag.track, drag.x), weekAt(drag.track, event.clientX));
    const width = drag.track.getBoundingClientRect().width / mondays().length;
    show(changed(drag.was, drag.kind, Math.round((event.clientX - drag.x) / width)));
  });
  on("touchmove", (event) => { if (drag?.begun) event.preventDefault(); }, { passive: false });
  // The mouse that a tap pretends to be does not take the focus from the title.
  on("mousedown", (event) => { if (event.target.closest("[data-draw]")) event.preventDefault(); });
  on("contextmenu", (event) => { if (drag?.hold) event.preventDefault(); });

  function reorder(y) {
    for (const other of rows()) {
      const box = other.getBoundingClientRect();
      if (other !== drag.row && y > box.top && y < box.bottom) {
        if (y < box.top + box.height / 2) other.before(drag.row);
        else other.after(drag.row);
      }
    }
  }

  function end() {
    const ended = drag;
    clearTimeout(ended?.hold);
    drag = null;
    if (!ended?.begun) return null;
    ended.row.classList.remove("dragged");
    if (ended.kind !== "draw") delete barOf(ended.row).dataset.tells;
    return ended;
  }

  on("pointerup", (event) => {
    if (event.pointerId !== drag?.pointer) return;
    if (drag.kind === "draw" && !drag.begun) begin(); // a tap on a week
    const { kind, row, was, before, weeks } = end() || {};
    if (!row?.isConnected) return;
    if (kind === "draw") name();
    else if (kind === "order") { if (row.nextElementSibling !== before) ask(row, { place: rows().indexOf(row) + 1 }, 0); }
    else if (JSON.stringify(weeks) !== JSON.stringify(was)) {
      say(inWords(told(kind, weeks)));
      ask(row, { weeks, was }, 0);
    }
  });
  function giveUp() {
    const given = end();
    if (!given) return;
    if (given.kind === "draw") closeLane();
    else if (given.kind === "order") list().insertBefore(given.row, given.before);
    else draw(given.row, given.was);
  }
  on("pointercancel", giveUp);
  on("keydown", (event) => {
    if (event.key !== "Escape" || !drag) return;
    giveUp();
    event.preventDefault();
  });
})();
