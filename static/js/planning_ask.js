/* Polaris · planning_ask.js — what is asked before a decision, in #plan-dialog, on top of planning_decide.js: merging, several
   at once with what they would change, two side by side ([data-compare]); and the note for all. */
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const on = (type, listener) => document.addEventListener(type, listener);
  const { root, words, fill, fold, decides, rows, once, clear, send, decide, idsOf, askWhy, closeWhy } = polaris.planning;
  const wish = $("wish"), dialog = $("plan-dialog");
  const make = (tag, values = {}, ...children) => {
    const node = Object.assign(document.createElement(tag), values);
    node.append(...children);
    return node;
  };
  const titleOf = (row) => row.querySelector(".kr-title").textContent;

  // Keeping needs no reason, nor does what is open again; everything else is asked for one first.
  function ask(outcome, targets) {
    if (!decides() || !targets.length) return;
    if (outcome === "merge") return askMerge(targets);
    if (targets.length > 1) return askMany(outcome, targets);
    if (outcome === "keep" || outcome === "open") {
      closeWhy();
      return decide(outcome, targets);
    }
    askWhy(outcome, targets[0]);
  }

  /* ── Dialogs ── */
  function open(title, ...content) {
    dialog.replaceChildren(make("header", {}, make("h2", { id: "plan-dialog-title", textContent: title })), make("div", { className: "body" }, ...content));
    if (!dialog.open) dialog.showModal();
    dialog.querySelector("input, textarea, button")?.focus();
  }
  const close = () => dialog.open && dialog.close();
  const acts = (...buttons) => {
    const row = make("p", { className: "acts" }, ...buttons);
    row.append(make("button", { type: "button", className: "btn ghost", textContent: words.cancel, onclick: close }));
    return row;
  };
  function reasonField(value = "") {
    const input = make("input", { className: "input", name: "reason", maxLength: 400, required: true, value });
    return make("label", { className: "field" }, make("span", { textContent: words.why }), input);
  }
  // It closes at once; what was refused is there again as it was typed, below why.
  function onSubmit(form, act) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const content = [...dialog.childNodes];
      close();
      if (await act(new FormData(form)) || $("asks")) return;
      dialog.replaceChildren(...content);
      form.prepend(...$("says").childNodes);
      dialog.showModal();
    });
    return form;
  }
  const facts = (row) => {
    const part = make("div", { className: "compared" });
    part.append(make("p", {}, make("span", { className: "code", textContent: row.dataset.code })), make("p", { className: "h3", textContent: titleOf(row), lang: row.querySelector(".kr-title").lang }));
    part.append(make("p", { className: "num", textContent: row.querySelector(".c-sp").textContent }));
    const serves = row.querySelector(".c-serves").cloneNode(true);
    if (serves.querySelector("span")) part.append(make("p", { className: "row" }, ...serves.childNodes));
    for (const small of row.querySelectorAll("small.flagged, small.noted, small.why")) part.append(make("p", { className: "meta", textContent: small.textContent.trim() }));
    return part;
  };

  // What it would change, in its slot. Without it one decides unwarned; the server still asks before an orphan.
  async function foresee(slot, fields) {
    const asked = slot.asked = {};
    const body = new URLSearchParams({ act: polaris.newUid(), ...fields });
    const answer = await fetch(wish.dataset.preview, { method: "POST", body, headers: { "HX-Request": "true", "X-CSRFToken": wish.elements.csrfmiddlewaretoken.value } }).catch(() => null);
    const text = answer?.ok && !answer.redirected ? await answer.text() : "";
    if (slot.asked !== asked) return;
    slot.innerHTML = text;
    slot.said = asked;
  }
  const sureOf = (slot) => (slot.said === slot.asked && slot.querySelector("[data-orphans]") ? "on" : "");

  function askMerge(targets) {
    const form = make("form", {}), shown = make("div", {});
    const isSame = new Set(targets.map((row) => row.dataset.kr));
    const others = once(rows().filter((row) => !isSame.has(row.dataset.kr) && ["keep", "open"].includes(row.dataset.outcome)));
    const likely = new Set(targets.flatMap((row) => [...document.querySelectorAll("#alike [data-compare]")].map((link) => link.dataset.compare.split(",")).filter((pair) => pair.includes(row.dataset.kr)).flat()));
    others.sort((a, b) => likely.has(b.dataset.kr) - likely.has(a.dataset.kr));
    const search = make("input", { className: "input", type: "search", placeholder: words.search, ariaLabel: words.search });
    const list = make("div", { className: "merge-list", role: "radiogroup", ariaLabel: words.into });
    others.forEach((row, place) => {
      const radio = make("input", { type: "radio", name: "into", value: row.dataset.kr, required: true, checked: place === 0 && likely.has(row.dataset.kr) });
      list.append(make("label", {}, radio, make("span", { className: "code", textContent: row.dataset.code }), make("span", { textContent: titleOf(row), lang: row.querySelector(".kr-title").lang })));
    });
    search.addEventListener("input", () => {
      const wanted = fold(search.value);
      for (const label of list.children) label.hidden = !fold(label.textContent).includes(wanted);
    });
    const look = () => foresee(shown, { outcome: "merge", ids: idsOf(targets), into: form.elements.into.value });
    list.addEventListener("change", look);
    form.append(search, list, shown, reasonField(words.same), acts(make("button", { className: "btn primary", textContent: targets.length > 1 ? `${words.merge} ${targets.length}` : words.merge })));
    onSubmit(form, async (data) => {
      const isDone = await decide("merge", targets, { into: data.get("into"), reason: data.get("reason"), sure: sureOf(shown) });
      if (isDone && targets.length > 1) clear();
      return isDone;
    });
    open(words.choose, make("p", { className: "meta", textContent: targets.map((row) => `${row.dataset.code} ${titleOf(row)}`).join(" · ") }), form);
    if (list.querySelector(":checked")) look();
  }

  function askMany(outcome, targets) {
    const form = make("form", {}), shown = make("div", {});
    form.append(make("p", { className: "meta", textContent: targets.map((row) => row.dataset.code).join(", ") }), shown);
    if (outcome !== "keep" && outcome !== "open") form.append(reasonField());
    form.append(acts(make("button", { className: "btn primary", textContent: `${words[outcome]} ${targets.length}` })));
    onSubmit(form, async (data) => {
      const isDone = await decide(outcome, targets, { reason: data.get("reason") ?? "", sure: sureOf(shown) });
      if (isDone) clear();
      return isDone;
    });
    open(`${words[outcome]} ${targets.length}`, form);
    foresee(shown, { outcome, ids: idsOf(targets) });
  }

  function compare(first, second) {
    const both = [first, second].map((pk) => root.querySelector(`tr.kr[data-kr="${CSS.escape(pk)}"]`));
    if (both.some((row) => !row)) return;
    const side = make("div", { className: "compare" }, ...both.map(facts));
    if (!decides()) return open(words.compare, side, acts());
    const form = make("form", {}, side, reasonField(words.same));
    let into = 0;
    form.append(acts(...both.map((row, place) => make("button", { className: place ? "btn" : "btn primary", textContent: fill(words.intoThis, { code: row.dataset.code }), onclick: () => { into = place; } }))));
    onSubmit(form, (data) => decide("merge", [both[1 - into]], { into: both[into].dataset.kr, reason: data.get("reason") }));
    open(words.compare, form);
  }
  on("click", (event) => {
    const link = event.target.closest("[data-compare]");
    if (!link) return;
    event.preventDefault();
    compare(...link.dataset.compare.split(","));
  });

  function askNote(row) {
    if (!("notes" in root.dataset)) return;
    const text = row.querySelector(".noted [data-text]")?.textContent ?? "";
    const field = make("textarea", { className: "input", name: "text", rows: 4, maxLength: 1000, value: text });
    field.setAttribute("aria-label", fill(words.note, { code: row.dataset.code }));
    const form = make("form", {}, field, acts(make("button", { className: "btn primary", textContent: words.save })));
    const seen = row.dataset.note ?? "0";
    onSubmit(form, (data) => send(root.dataset.notes.replace("/0/", `/${row.dataset.kr}/`), { text: data.get("text"), seen }));
    open(fill(words.note, { code: row.dataset.code }), form);
  }

  polaris.planning = { ...polaris.planning, ask, askNote, isAsking: () => dialog.open };
})();
