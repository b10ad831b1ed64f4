/* Polaris · timeline.js — initiatives on the weeks of their quarter: keys, saving, undo, and what opens in a line.
   #timeline[data-weeks]            the Mondays; data-range, data-one, data-many: how weeks are said
   [data-row]                       a line that may be changed: data-url, data-revision; inside it
   [data-bar] [data-dia]            its bar, its milestone
   [data-lane] [data-ghost]         the line below, where a new one is drawn
   A bar stays where it was put; the server answers with its line, as it is stored: what is refused goes back by itself.
   Pointers are in timeline_drag.js, which uses polaris.timeline. */
(() => {
  "use strict";
  const WAIT_MS = 400;
  const on = (type, listener, options) => document.addEventListener(type, listener, options);
  const timeline = () => document.getElementById("timeline");
  const list = () => document.getElementById("initiative-list");
  const lane = () => document.getElementById("new-initiative");
  const rows = () => [...list().querySelectorAll(".g-row")];
  const barOf = (row) => row.querySelector("[data-bar]");
  const diaOf = (row) => row.querySelector("[data-dia]");
  const mondays = () => timeline().dataset.weeks.split(" ");

  /* ── Weeks: {first, last, mile}, numbered from 1 ── */
  const WEEKS = /\bwk-(\d+)-(\d+)\b/;
  const spanOf = (part) => WEEKS.exec(part.className).slice(1).map(Number);
  const put = (part, first, last) => { part.className = part.className.replace(WEEKS, `wk-${first}-${last + 1}`); };
  const within = (number, low, high) => Math.min(Math.max(number, low), high);

  function read(row) {
    const [first, next] = spanOf(barOf(row));
    const dia = diaOf(row);
    return { first, last: next - 1, mile: dia ? spanOf(dia)[0] : 0 };
  }

  function draw(row, weeks) {
    put(barOf(row), weeks.first, weeks.last);
    if (!weeks.mile) return;
    if (!diaOf(row)) barOf(row).insertAdjacentHTML("afterend", '<span class="g-dia wk-1-2" data-dia></span>');
    put(diaOf(row), weeks.mile, weeks.mile);
  }

  function changed(weeks, kind, by) {
    const total = mondays().length;
    const { first, last, mile } = weeks;
    const inside = mile >= first && mile <= last;
    if (kind === "mile") return { ...weeks, mile: within((mile || last - by) + by, 1, total) };
    if (kind === "move") {
      const step = within(by, 1 - first, total - last);
      return { first: first + step, last: last + step, mile: mile && within(mile + step, 1, total) };
    }
    const next = kind === "start" ? { first: within(first + by, 1, last), last } : { first, last: within(last + by, first, total) };
    return { ...next, mile: inside ? within(mile, next.first, next.last) : mile };
  }

  function inWords({ first, last }) {
    const names = [...timeline().querySelectorAll(".g-head .g-track span")].map((name) => name.textContent);
    const { range, one, many } = timeline().dataset;
    const length = last - first + 1;
    const span = length === 1 ? names[first - 1] : range.replace("%s", names[first - 1]).replace("%s", names[last - 1]);
    return `${span}, ${length === 1 ? one : many.replace("%s", length)}`;
  }
  function tell(part, weeks) {
    part.dataset.tells = inWords(weeks);
    part.classList.toggle("at-end", weeks.first > mondays().length / 2);
  }
  const say = (text) => { document.getElementById("timeline-says").textContent = text; };

  /* ── Saving: what was last asked of each line; changes that follow each other closely are one ── */
  const jobs = new Map(); // id of the line → {weeks, place, was, timer, sending}

  function ask(row, what, wait = WAIT_MS) {
    const job = jobs.get(row.id) || { was: read(row) };
    clearTimeout(job.timer);
    jobs.set(row.id, Object.assign(job, what, { timer: setTimeout(() => save(row.id), wait) }));
  }

  async function save(id) {
    const job = jobs.get(id), row = document.getElementById(id);
    clearTimeout(job?.timer);
    if (!job || job.sending) return;
    if (!row) { jobs.delete(id); return; }
    const { weeks, place } = job;
    Object.assign(job, { sending: true, weeks: null, place: null, was: weeks || job.was });
    if (weeks) {
      const fields = { start_week: mondays()[weeks.first - 1], end_week: mondays()[weeks.last - 1], revision: row.dataset.revision };
      if (weeks.mile) fields.milestone_week = mondays()[weeks.mile - 1];
      await post(row, "schedule/", fields);
    }
    if (place) await post(row, "move/", { position: place });
    job.sending = false;
    if (job.weeks || job.place) save(id);
    else jobs.delete(id);
  }

  const flush = () => { for (const id of jobs.keys()) save(id); };
  addEventListener("pagehide", flush);
  on("focusout", (event) => { if (event.target.matches("[data-bar]")) flush(); });
  // A line that came anew while its next change waits shows that change.
  on("htmx:afterSwap", () => {
    for (const [id, job] of jobs) if (job.weeks && document.getElementById(id)) draw(document.getElementById(id), job.weeks);
  });

  async function post(row, path, fields, target = row, swapStyle = "outerHTML") {
    const answer = await polaris.send(row.dataset.url + path, fields);
    if (![200, 409, 422].includes(answer.status)) { // gone, or not allowed any more: show what there is
      htmx.trigger(document.body, "htmx:responseError");
      htmx.trigger(document.body, "polaris:changed");
      return false;
    }
    const whole = answer.headers.get("HX-Retarget");
    const place = whole ? document.querySelector(whole) : document.getElementById(target.id);
    if (place) htmx.swap(place, await answer.text(), { swapStyle, swapDelay: 0, settleDelay: 0 });
    return answer.ok;
  }

  /* ── Undo: the acts whose toast came, the last one first ── */
  const acts = [];
  let taking = false;
  on("htmx:oobAfterSwap", (event) => {
    const undo = [...event.detail.target.querySelectorAll("[data-undo]")].pop();
    if (!undo || acts.at(-1) === undo.getAttribute("action")) return;
    if (!taking && timeline()) acts.push(undo.getAttribute("action"));
    taking = false;
  });
  on("htmx:beforeRequest", (event) => {
    if (!event.detail.elt.matches("[data-undo]")) return;
    taking = true;
    if (acts.includes(event.detail.elt.getAttribute("action"))) acts.splice(acts.indexOf(event.detail.elt.getAttribute("action")), 1);
  });
  function undo() {
    if (!acts.length) return;
    taking = true;
    htmx.ajax("POST", acts.pop(), { source: timeline(), swap: "none" });
  }

  /* ── A new one ── */
  function drawNew(from, to) {
    const first = Math.min(from, to), last = Math.max(from, to);
    const ghost = lane().querySelector("[data-ghost]");
    lane().classList.add("drawn");
    put(ghost, first, last);
    tell(ghost, { first, last });
    lane().elements.start_week.value = mondays()[first - 1];
    lane().elements.end_week.value = mondays()[last - 1];
  }
  function name() {
    lane().classList.add("open");
    lane().elements.title.focus();
    say(inWords({ first: mondays().indexOf(lane().elements.start_week.value) + 1, last: mondays().indexOf(lane().elements.end_week.value) + 1 }));
  }
  function startNew() {
    const now = [...timeline().querySelectorAll(".g-head .g-track span")].findIndex((week) => week.hasAttribute("aria-current"));
    const first = Math.max(now, 0) + 1;
    drawNew(first, Math.min(first + 3, mondays().length));
    name();
  }
  function closeLane() {
    lane().reset();
    lane().elements.title.value = "";
    lane().classList.remove("open", "drawn");
    lane().querySelector(".err")?.remove();
  }

  on("submit", async (event) => {
    const form = event.target;
    form.closest(".of-row")?.hidePopover();
    if (!form.matches("[data-lane]") || event.defaultPrevented) return;
    event.preventDefault();
    const fields = Object.fromEntries(["title", "start_week", "end_week", "at"].map((field) => [field, form.elements[field].value]));
    const answer = await polaris.send(form.action, fields);
    if (answer.status === 422) htmx.swap(form, await answer.text(), { swapStyle: "outerHTML" });
    else if (!answer.ok) htmx.trigger(document.body, "htmx:responseError");
    else {
      closeLane();
      htmx.swap(list(), await answer.text(), { swapStyle: "beforeend" });
    }
  });

  /* ── In its line: the form, the note on the bar, the menu ── */
  function openForm(row) {
    const open = row.querySelector(".g-edit input[type=text]");
    if (open) open.focus();
    else htmx.ajax("GET", `${row.dataset.url}edit/`, { source: barOf(row), target: row, swap: "beforeend" }).then(() => row.querySelector(".g-edit input[type=text]")?.focus());
  }

  function writeNote(row, typed) {
    const bar = barOf(row), input = document.createElement("input");
    input.className = `input g-note ${WEEKS.exec(bar.className)[0]}`;
    input.classList.toggle("at-end", read(row).first > mondays().length / 2);
    input.value = typed ?? bar.dataset.note;
    input.setAttribute("aria-label", timeline().dataset.note);
    if (typed !== undefined) input.setAttribute("aria-invalid", "true");
    bar.after(input);
    input.focus();
    let open = true;
    const close = (kept) => {
      if (!open) return;
      open = false; // removing what has the focus blurs it
      const text = input.value;
      input.remove();
      if (kept) bar.focus();
      if (text === bar.dataset.note || kept === false) return;
      post(row, "set/", { note: text, revision: row.dataset.revision }).then((ok) => {
        const now = document.getElementById(row.id);
        if (!ok && now && !now.querySelector(".conflict")) writeNote(now, text);
      });
    };
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Enter") close(true);
      else { close(false); bar.focus(); }
    });
    input.addEventListener("blur", () => close());
  }

  const addLink = () => [...timeline().querySelectorAll("[data-new],.no-initiatives .btn")].find((link) => link.checkVisibility({ visibilityProperty: true }));
  async function archive(row) {
    const next = row.nextElementSibling || row.previousElementSibling;
    await post(row, "archive/", { revision: row.dataset.revision });
    (next?.isConnected && barOf(next) || addLink())?.focus();
  }

  on("toggle", (event) => { // a menu opens beside its button
    const menu = event.target;
    if (!menu.matches?.(".of-row")) return;
    if (event.newState !== "open") { menu.removeAttribute("style"); return; } // else a swap would carry it along, and the CSP refuses it
    const button = document.querySelector(`[popovertarget="${menu.id}"]`).getBoundingClientRect();
    menu.style.left = `${within(button.right - menu.offsetWidth, 8, innerWidth)}px`;
    menu.style.top = `${within(button.bottom + 4, 8, innerHeight - menu.offsetHeight - 8)}px`;
  }, true);

  on("click", (event) => {
    const part = event.target.closest("#timeline :is([data-edit],[data-close],[data-new],[data-bar],.no-initiatives .btn)");
    if (!part || event.ctrlKey || event.metaKey) return;
    const row = part.closest("[data-row]");
    if (part.matches("[data-bar]")) { // a tap, or a click without a mouse
      if (event.pointerType === "touch" || event.detail === 0) openForm(row);
      return;
    }
    event.preventDefault();
    if (part.matches("[data-new],.btn.primary")) return startNew();
    if (part.matches("[data-edit]")) { part.closest("[popover]").hidePopover(); return openForm(row); }
    part.closest(".g-edit").remove();
    barOf(row).focus();
  });
  on("dblclick", (event) => { const bar = event.target.closest("[data-bar]"); if (bar) writeNote(bar.closest("[data-row]")); });

  /* ── Keys ── */
  function onBar(event, row) {
    const job = jobs.get(row.id), weeks = job?.weeks || read(row);
    const { key, shiftKey: shift, altKey: alt } = event, commanded = event.ctrlKey || event.metaKey;
    const sideways = { ArrowLeft: -1, ArrowRight: 1 }[key], along = { ArrowUp: -1, ArrowDown: 1 }[key];
    const reach = sideways && !commanded && (alt ? shift && "start" : shift ? "end" : "move");
    const mile = !alt && !commanded && { m: 1, M: -1 }[key];
    if (reach || mile) {
      const next = reach ? changed(weeks, reach, sideways) : changed(weeks, "mile", mile);
      draw(row, next);
      ask(row, { weeks: next });
      say(inWords(mile ? { first: next.mile, last: next.mile } : next));
    } else if (along && alt && !shift && !commanded) {
      const other = along < 0 ? row.previousElementSibling : row.nextElementSibling;
      if (other) { along < 0 ? row.after(other) : row.before(other); ask(row, { place: rows().indexOf(row) + 1 }); }
    } else if (along && !alt && !shift && !commanded) {
      const bars = [...list().querySelectorAll("[data-bar]")];
      bars[bars.indexOf(barOf(row)) + along]?.focus();
    } else if (commanded && key.toLowerCase() === "d") post(row, "duplicate/", {});
    else if (commanded || alt) return false;
    else if (key === "Enter" || key === "e") openForm(row);
    else if (key === "F2") writeNote(row);
    else if (key === "Delete") archive(row);
    else if (key === "Escape" && job?.weeks) { clearTimeout(job.timer); draw(row, job.was); job.weeks = null; if (!job.sending) jobs.delete(row.id); }
    else return false;
    return true;
  }

  on("keydown", (event) => {
    if (!timeline() || event.defaultPrevented) return;
    const { target, key } = event;
    if (key === "Escape" && target.closest("[data-lane].open")) { closeLane(); addLink().focus(); }
    else if (key === "Escape" && target.closest("[data-row] .g-edit")) { const row = target.closest("[data-row]"); target.closest(".g-edit").remove(); barOf(row).focus(); }
    else if (target.matches("[data-bar]") && onBar(event, target.closest("[data-row]"))) { /* done */ }
    else if (target.closest("input,textarea,select,[contenteditable],dialog,[popover]")) return;
    else if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === "z" && !event.shiftKey) undo();
    else if (key === "n" && document.body.dataset.singleKeys !== "off" && !event.ctrlKey && !event.metaKey && !event.altKey && lane()) startNew();
    else return;
    event.preventDefault();
  });

  window.polaris = {
    ...window.polaris,
    timeline: { timeline, list, rows, barOf, mondays, within, read, draw, changed, inWords, say, ask, tell, drawNew, name, closeLane },
  };
})();
