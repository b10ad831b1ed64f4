/* Polaris · families_drag.js — notes and families moved by mouse, pen and finger, on top of families.js.
   A note is dragged by itself, with all that are selected if it is one of them; a family by its heading. A finger that moves
   at once scrolls the page, one that rests, or takes the grip, drags. Escape puts everything back.
   Meanwhile the others see who holds the note: said again every few seconds, and let go of at the end. */
(() => {
  "use strict";
  const REST_MS = 300, SLACK = 5, AGAIN_MS = 4000, EDGE = 64, SPEED = 14;
  const on = (type, listener, options) => document.addEventListener(type, listener, options);
  const { may, find, uidOf, textOf, placeOf, siblings, isHeld, selected, chosen, move, start, place, say, refuse, words, base } = polaris.grouping;
  let drag = null, isOver = false; // it ended while the button was still down: its click is none

  const token = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
  async function hold(uids, isOn) {
    const body = new URLSearchParams(uids.map((uid) => ["notes", uid]));
    if (isOn) body.set("on", "on");
    try {
      return await fetch(`${base}grouping/hold/`, { method: "POST", body, keepalive: !isOn, headers: { "X-CSRFToken": token(), "HX-Request": "true" } });
    } catch {
      return null; // offline: what is dropped is sent on return
    }
  }

  /* ── Taking ── */
  on("pointerdown", (event) => {
    isOver = false;
    if (event.button || drag || !may()) return;
    const note = event.target.closest("#grouping [data-note]"), grip = event.target.closest(".grip");
    const heading = event.target.closest("#grouping .family > header");
    if (event.target.closest("input,summary,a,button:not(.grip),details[open] > ul") || !(note || heading)) return;
    drag = { note, family: note ? null : heading?.closest("[data-family]"), x: event.clientX, y: event.clientY, pointer: event.pointerId };
    if (!note && !drag.family) return void (drag = null);
    if (event.pointerType === "touch" && !grip) drag.resting = setTimeout(begin, REST_MS);
    if (event.pointerType === "mouse" && note && !grip) getSelection().removeAllRanges();
  });

  function begin() {
    drag.begun = true;
    clearTimeout(drag.resting);
    drag.release = polaris.still();
    document.body.classList.add("is-dragging");
    getSelection().removeAllRanges();
    if (drag.note) {
      drag.uids = selected.has(uidOf(drag.note)) ? chosen() : [uidOf(drag.note)];
      if (drag.uids.map(find).some(isHeld)) {
        say(words.held);
        return giveUp();
      }
      for (const uid of drag.uids) find(uid).classList.add("lifted");
      drag.holding = hold(drag.uids, true).then(heard);
      drag.again = setInterval(() => hold(drag.uids, true), AGAIN_MS);
    } else drag.family.classList.add("lifted");
    drag.copy = document.body.appendChild(copyOf());
    frame();
    show();
  }

  async function heard(answer) {
    if (answer?.status !== 422) return true;
    refuse(await answer.text());
    if (drag?.begun) giveUp({ isLetGo: false });
    return false;
  }

  function copyOf() {
    const copy = document.createElement("div");
    copy.className = "lifted-copy";
    copy.ariaHidden = "true";
    if (drag.family) {
      const name = copy.appendChild(document.createElement("p"));
      name.className = "h3";
      name.textContent = drag.family.querySelector(".h3").textContent;
      return copy;
    }
    const note = copy.appendChild(document.createElement("div")), text = note.appendChild(document.createElement("p"));
    note.className = "note sm";
    text.textContent = textOf(drag.note);
    if (drag.uids.length > 1) {
      const count = copy.appendChild(document.createElement("span"));
      count.className = "count num";
      count.textContent = drag.uids.length;
    }
    return copy;
  }

  /* ── Moving ── */
  on("pointermove", (event) => {
    if (event.pointerId !== drag?.pointer) return;
    const far = Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > SLACK;
    if (!drag.begun && !far) return;
    if (!drag.begun && drag.resting) {
      clearTimeout(drag.resting);
      drag = null;
      return;
    }
    [drag.x, drag.y] = [event.clientX, event.clientY];
    if (!drag.begun) begin();
    else show();
  });
  on("touchmove", (event) => { if (drag?.begun) event.preventDefault(); }, { passive: false });
  on("contextmenu", (event) => { if (drag?.resting) event.preventDefault(); });
  on("dragstart", (event) => { if (drag) event.preventDefault(); });

  function unmark() {
    for (const one of document.querySelectorAll(".over,.goes-before,.goes-after")) one.classList.remove("over", "goes-before", "goes-after");
    document.querySelector(".drop-line")?.remove();
  }

  function show() {
    if (!drag?.begun) return;
    drag.copy.style.transform = `translate(${drag.x + 10}px, ${drag.y + 10}px)`;
    unmark();
    drag.to = drag.before = null;
    const under = document.elementFromPoint(drag.x, drag.y);
    if (drag.family) return showFamilyPlace(nearest(under, "[data-family]"));
    const to = under?.closest("#grouping [data-tray]") ?? nearest(under, "[data-family],[data-new]");
    if (!to) return;
    drag.to = to;
    to.classList.add("over");
    if (!to.dataset.family) return;
    const list = to.querySelector("[data-list]");
    drag.before = [...list.querySelectorAll(":scope > [data-note]")].find((note) => {
      const box = note.getBoundingClientRect();
      return !note.classList.contains("lifted") && drag.y < box.top + box.height / 2;
    }) ?? null;
    const line = document.createElement("li");
    line.className = "drop-line";
    line.ariaHidden = "true";
    list.insertBefore(line, drag.before);
  }

  // Between two columns the nearer one is meant.
  function nearest(under, kinds) {
    const beside = [...(under?.closest(".families")?.querySelectorAll(`:scope > :is(${kinds})`) ?? [])].map((one) => {
      const box = one.getBoundingClientRect();
      return [Math.hypot(Math.max(box.left - drag.x, 0, drag.x - box.right), Math.max(box.top - drag.y, 0, drag.y - box.bottom)), one];
    });
    return beside.sort(([a], [b]) => a - b)[0]?.[1] ?? null;
  }

  function showFamilyPlace(other) {
    if (!other || other === drag.family || other.parentElement !== drag.family.parentElement) return;
    const box = other.getBoundingClientRect(), isAfter = drag.x > box.left + box.width / 2;
    other.classList.add(isAfter ? "goes-after" : "goes-before");
    const beside = siblings(other).filter((one) => one !== drag.family);
    drag.to = other;
    drag.before = isAfter ? beside[beside.indexOf(other) + 1] ?? null : other;
  }

  // Near an edge the page, or a tray that scrolls by itself, goes on.
  function frame() {
    if (!drag?.begun) return;
    const list = document.elementFromPoint(drag.x, drag.y)?.closest(".tray.crowded > [data-list]"), box = list?.getBoundingClientRect();
    const page = drag.y < EDGE + 56 ? -1 : drag.y > innerHeight - EDGE ? 1 : 0;
    const inside = !list ? 0 : drag.y < box.top + EDGE / 2 ? -1 : drag.y > box.bottom - EDGE / 2 ? 1 : 0;
    if (inside) list.scrollTop += inside * SPEED;
    if (page) scrollBy(0, page * SPEED);
    if (inside || page) show();
    drag.frame = requestAnimationFrame(frame);
  }

  /* ── Letting go ── */
  function end() {
    const ended = drag;
    drag = null;
    clearTimeout(ended.resting);
    clearInterval(ended.again);
    cancelAnimationFrame(ended.frame);
    unmark();
    ended.copy?.remove();
    document.body.classList.remove("is-dragging");
    ended.family?.classList.remove("lifted");
    for (const uid of ended.uids ?? []) find(uid)?.classList.remove("lifted");
    return ended;
  }

  function giveUp({ isLetGo = true } = {}) {
    const { begun, uids, holding, release } = end();
    if (!begun) return;
    isOver = true;
    if (holding && isLetGo) holding.then((isHeld) => isHeld && hold(uids, false));
    if (isLetGo && holding) say(words.cancelled);
    release();
  }

  on("pointerup", async (event) => {
    if (isOver) swallowClick();
    isOver = false;
    if (event.pointerId !== drag?.pointer) return;
    if (!drag.begun) {
      clearTimeout(drag.resting);
      drag = null;
      return;
    }
    swallowClick();
    const { to, before, uids = [], note, family } = drag;
    const isSame = note && to?.matches("[data-tray]") && uids.every((uid) => !find(uid) || placeOf(find(uid)) === to);
    if (!to?.isConnected || isSame) return giveUp();
    const { holding, release } = end();
    try {
      if (family) await place(family, before);
      else if (await holding) {
        const input = to.matches("[data-new]") ? to.querySelector("input[name=name]") : null;
        if (input) {
          const name = input.value.trim();
          input.value = "";
          await start(name, uids, to.closest("[data-subject]").dataset.subject, { asksName: true });
        } else await move(uids, to, before);
      }
    } finally {
      release();
    }
  });
  on("pointercancel", (event) => { if (event.pointerId === drag?.pointer) giveUp(); });
  on("keydown", (event) => {
    if (event.key !== "Escape" || !drag?.begun) return;
    event.preventDefault();
    event.stopPropagation();
    giveUp();
  }, true);

  // The click with which a drag ends selects nothing.
  function swallowClick() {
    const swallow = (event) => { event.stopPropagation(); event.preventDefault(); };
    addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, { capture: true }), 50);
  }
})();
