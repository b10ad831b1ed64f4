/* Polaris · planning_decide.js — sending decisions and taking them back, on top of planning.js. Needs unsent.js.
   tr.kr[data-seen]   the decision that the row shows, so that nobody is overruled unseen
   #wish              where decisions are sent; what they change comes by the stream
   #says              why one was refused, or what is asked first
   #undo, #redo       their value is the act that they would take back, or take again
   #why-row           the line that asks for a reason, below its row */
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const on = (type, listener) => document.addEventListener(type, listener);
  const { words, focusRow, nextOf } = polaris.planning;
  const wish = $("wish");
  const say = (text) => { $("plan-said").textContent = text; };

  /* ── Sending ── */
  let sending = 0; // what has no answer yet, which may lead elsewhere
  async function send(url, fields) {
    sending += 1;
    const answer = await polaris.send(url, fields).finally(() => { sending -= 1; });
    const there = answer.headers.get("HX-Redirect") ?? (answer.redirected ? answer.url : "");
    if (there) {
      sending += 1; // until it is there
      return location.assign(there);
    }
    if (answer.ok) {
      $("says").replaceChildren();
      return true;
    }
    if (answer.status === 409 || answer.status === 422) {
      $("says").innerHTML = await answer.text();
      htmx.process($("says"));
      const first = $("says").querySelector("[data-safe]") ?? $("says").querySelector("input:not([type=hidden]), button");
      $("says").scrollIntoView({ block: "nearest" });
      first?.focus({ preventScroll: true });
    } else polaris.sayNotSent(fields);
    return false;
  }
  // Opened, closed or opened again: other commands, another page.
  const state = $("deck").dataset.state;
  on("live:shown", (event) => {
    if (event.target.id === "deck" && $("deck").dataset.state !== state) leave();
  });
  const leave = () => setTimeout(() => { if (sending) leave(); else location.reload(); }, 400);

  const idsOf = (targets) => targets.map((row) => `${row.dataset.kr}:${row.dataset.seen}`).join(" ");
  function decide(outcome, targets, more = {}) {
    say(`${words[outcome]} ${targets.map((row) => row.dataset.code).join(", ")}`);
    const act = polaris.newUid();
    return send(wish.action, { act, outcome, ids: idsOf(targets), ...more }).then((isDone) => {
      if (isDone) due = ["undo", act];
      return isDone;
    });
  }

  /* ── Taking back: the bar says what was last, and keys may be quicker than its word ── */
  const PATIENCE = 1500; // ms: somebody else's act may have come after mine, then its word is another
  let due = null; // what the bar will say: [button, act]
  let turns = Promise.resolve();
  const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
  async function turn(which) {
    for (let waited = 0; waited < PATIENCE && (sending || (due && $(due[0])?.value !== due[1])); waited += 30) await pause(30);
    due = null;
    const button = $(which);
    if (!button || button.disabled) return;
    const act = button.value;
    if (await send(button.formAction, { act })) due = [which === "undo" ? "redo" : "undo", act];
  }
  const takeTurn = (which) => {
    const next = () => turn(which);
    turns = turns.then(next, next);
  };

  /* ── The reason, below its row ── */
  let why = null; // {row's id, outcome, element}
  function askWhy(outcome, row, reason = "") {
    closeWhy();
    const element = $("why-row").content.firstElementChild.cloneNode(true);
    element.dataset.for = row.id;
    element.querySelector("button[type=submit]").textContent = words[outcome];
    why = { id: row.id, outcome, element };
    element.querySelector("input").value = reason;
    putWhy();
    element.querySelector("input").focus();
  }
  function putWhy() {
    const row = why && $(why.id);
    if (!row) return void (why = null);
    row.classList.add("is-open");
    for (const button of row.querySelectorAll(".decide > button")) button.classList.toggle("asked", button.classList.contains(why.outcome));
    if (row.nextElementSibling !== why.element) row.after(why.element);
  }
  function closeWhy(focus = false) {
    if (!why) return;
    const row = $(why.id);
    why.element.remove();
    row?.classList.remove("is-open");
    for (const button of row?.querySelectorAll(".asked") ?? []) button.classList.remove("asked");
    why = null;
    if (focus) row?.focus();
  }
  async function decideWhy(reason) {
    const { id, outcome, element } = why, row = $(id);
    if (!reason.trim()) return element.querySelector("input").focus();
    closeWhy();
    focusRow(nextOf(row) ?? row);
    if (await decide(outcome, [row], { reason }) || !$(id) || $("asks")) return;
    askWhy(outcome, $(id), reason); // refused: what was typed stays
  }
  on("submit", (event) => {
    if (!event.target.matches("[data-why]")) return;
    event.preventDefault();
    decideWhy(event.target.elements.reason.value);
  });
  on("click", (event) => {
    const quick = event.target.closest("[data-quick] > button");
    if (quick && why) decideWhy(quick.textContent);
  });
  on("planning:arranged", putWhy);

  polaris.planning = { ...polaris.planning, send, decide, idsOf, takeTurn, askWhy, closeWhy, isAskingWhy: () => Boolean(why) };
})();
