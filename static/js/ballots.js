/* Polaris · ballots.js — dots of a vote, and marks of a choice. Needs live.js, unsent.js and workshop.js.
   #choices              what this person has chosen (data-chosen: item → number), of a budget (data-budget, 0: none) and at
                         most data-most on one; data-open while it can be changed. It is in #mine, so nobody else's page
                         has it
   #choices-board        everybody's board. Its [data-item] show one's own number: on a [role=spinbutton] with [data-add]
                         beside it, or on a [data-toggle]
   What is pressed shows at once, and is sent as what shall be, all changes since the last answer together. Offline it is
   kept, over a reload too (polaris.hold), and sent on return; the newest wins. A refusal brings back what the server has. */
(() => {
  "use strict";
  const on = (type, listener, target = document) => target.addEventListener(type, listener);
  const $ = (id) => document.getElementById(id);
  const root = document.querySelector("[data-live]");

  let stored = {}, about = ""; // what the server has, and of which vote
  const wanted = new Map(); // item → number that is not answered yet
  let isSending = false, held = null;

  const count = (item) => wanted.get(item) ?? stored[item] ?? 0;
  const spent = () => [...new Set([...Object.keys(stored), ...wanted.keys()])].reduce((sum, item) => sum + count(item), 0);

  function read() {
    const own = $("choices");
    const now = own ? `${own.dataset.what} ${own.dataset.vote ?? ""}` : "";
    if (now !== about) wanted.clear(); // another round: nothing of the last one goes to it
    about = now;
    stored = own ? JSON.parse(own.dataset.chosen) : {};
  }

  /* ── What one sees ── */
  function dots(place, number, of = number) {
    const wants = Array.from({ length: of }, (_, n) => (n < number ? "me" : "left"));
    while (place.children.length > of) place.lastElementChild.remove();
    while (place.children.length < of) place.append(document.createElement("i"));
    [...place.children].forEach((dot, n) => { if (dot.className !== wants[n]) dot.className = wants[n]; });
  }

  function paint() {
    const own = $("choices"), board = $("choices-board");
    const budget = Number(own?.dataset.budget), used = spent(), isOpen = own && "open" in own.dataset;
    if (own) {
      const place = own.querySelector(".votes");
      if (place) dots(place, used, budget);
      const say = $("choices-say"), words = (say.dataset.words ?? say.textContent).replace("{left}", Math.max(0, budget - used)).replace("{n}", used);
      if (say.textContent !== words) say.textContent = words;
    }
    for (const card of board?.querySelectorAll("[data-item]") ?? []) {
      const number = own ? count(card.dataset.item) : 0;
      card.classList.toggle("chosen", number > 0);
      const spin = card.querySelector("[role=spinbutton]");
      if (spin) {
        dots(spin, number);
        spin.setAttribute("aria-valuenow", number);
        spin.parentElement.classList.toggle("some", number > 0);
        const isFull = number >= Number(own?.dataset.most) || used >= budget;
        spin.parentElement.querySelector("[data-add='1']").setAttribute("aria-disabled", String(!isOpen || isFull));
      }
      const shown = card.querySelector(".votes.own");
      if (shown) dots(shown, number);
      card.querySelector("[data-toggle]")?.setAttribute("aria-pressed", String(number > 0));
      const mark = card.querySelector(".own-mark");
      if (mark) mark.hidden = !number;
    }
  }

  /* ── What one does ── */
  function choose(item, number) {
    const own = $("choices");
    if (!own || !("open" in own.dataset)) return;
    const most = Number(own.dataset.most), budget = Number(own.dataset.budget);
    const room = budget ? budget - spent() + count(item) : most;
    const next = Math.max(0, Math.min(number, most, room));
    if (next < number) nudge(own, item);
    if (next === count(item)) return;
    wanted.set(item, next);
    paint();
    if (isSending) keep(own);
    else deliver(own);
  }

  // No more of them: the budget says so itself, in words it has anyway.
  function nudge(own, item) {
    for (const part of [own, document.querySelector(`[data-item="${item}"] .dotter`)]) {
      part?.classList.remove("enough");
      requestAnimationFrame(() => part?.classList.add("enough"));
    }
  }

  const fieldsOf = (own, changes) => [
    ...(own.dataset.vote ? [["vote", own.dataset.vote]] : []),
    ...[...changes].flatMap(([item, number]) => [["item", item], ["n", String(number)]]),
  ];
  const place = () => ({ id: polaris.newId(), page: location.pathname });

  // Pressed while an answer is awaited: it outlives this page, after what is under way.
  function keep(own) {
    held = polaris.hold(own.dataset.at, fieldsOf(own, wanted), held ?? place());
  }

  async function deliver(own) {
    const of = about, changes = new Map(wanted), call = held ?? place();
    held = null;
    isSending = true;
    const late = setTimeout(() => { const wait = $("choices-wait"); if (wait) wait.hidden = false; }, 2000);
    const answer = await polaris.send(own.dataset.at, fieldsOf(own, changes), call);
    clearTimeout(late);
    isSending = false;
    const wait = $("choices-wait");
    if (wait) wait.hidden = true;
    if (of === about) {
      for (const [item, number] of changes) {
        if (answer.ok) stored[item] = number;
        if (wanted.get(item) === number || !answer.ok) wanted.delete(item);
      }
    }
    if (!answer.ok) await refused(answer);
    paint();
    if (wanted.size && $("choices")) deliver($("choices"));
  }

  async function refused(answer) {
    held = null;
    if (answer.status === 422) $("says").innerHTML = await answer.text();
    else htmx.trigger(root, "htmx:responseError", {});
    root.dispatchEvent(new CustomEvent("live:me")); // what the server has
  }

  const spinOf = (card) => card?.querySelector("[role=spinbutton]");

  on("click", (event) => {
    const button = event.target.closest("#choices-board :is([data-add],[data-toggle])");
    if (!button) return;
    const { item } = button.closest("[data-item]").dataset;
    choose(item, "toggle" in button.dataset ? Number(!count(item)) : count(item) + Number(button.dataset.add));
    if ("add" in button.dataset && !count(item)) spinOf(button.closest("[data-item]")).focus({ preventScroll: true }); // the minus has gone
  });

  // Arrows up and down, + and −, a digit, Home and End: the number here. Left and right: another card.
  on("keydown", (event) => {
    const spin = event.target.closest?.("#choices-board [role=spinbutton]");
    if (!spin || event.ctrlKey || event.metaKey || event.altKey) return;
    const { item } = spin.closest("[data-item]").dataset, now = count(item);
    const numbers = { ArrowUp: now + 1, "+": now + 1, " ": now + 1, Enter: now + 1, ArrowDown: now - 1, "-": now - 1, Backspace: 0, Delete: 0, Home: 0, End: Number(spin.getAttribute("aria-valuemax")) };
    const steps = { ArrowRight: 1, ArrowLeft: -1 };
    if (event.key in steps) {
      const all = [...document.querySelectorAll("#choices-board [role=spinbutton]")];
      all[all.indexOf(spin) + steps[event.key]]?.focus();
    } else if (event.key in numbers || /^[0-9]$/.test(event.key)) choose(item, numbers[event.key] ?? Number(event.key));
    else return;
    event.preventDefault();
  });

  /* ── As it comes ── */
  on("live:shown", (event) => {
    if (event.target.id === "mine") read();
    if (["mine", "board"].includes(event.target.id)) paint();
  });
  read();
  paint();
})();
