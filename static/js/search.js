/* Polaris · search.js — the search that opens over any page: Ctrl/⌘-K, "/", or [data-palette].
   The field keeps the focus; arrows move through the results by aria-activedescendant. A page underneath is never left
   but by choosing a result: what is typed there stays, also when the session has ended or the network is gone. */
(() => {
  "use strict";
  const WAIT_MS = 120; // after a key, before asking
  const palette = document.getElementById("palette");
  if (!palette) return;
  const form = palette.querySelector("form");
  const input = palette.querySelector("input");
  const list = palette.querySelector(".found");
  const status = palette.querySelector("[role=status]");
  const trouble = palette.querySelector("[role=alert]");
  let timer, asking, shown = null, openWhenThere = false;

  // The style sheet is nobody's business before the first look.
  if (!document.querySelector(`link[href="${palette.dataset.css}"]`)) {
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: palette.dataset.css }));
  }

  /* ── Results ── */
  const options = () => [...list.querySelectorAll("[role=option]")];
  const active = () => document.getElementById(input.getAttribute("aria-activedescendant"));

  function choose(option) {
    active()?.setAttribute("aria-selected", "false");
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function open(option, elsewhere) {
    if (elsewhere && option.href) window.open(option.href, "_blank", "noopener");
    else option.click();
  }

  function show(html, question) {
    list.innerHTML = html;
    shown = question;
    say("");
    const first = list.querySelector(".nothing") ? null : options()[0]; // what is offered instead was not asked for
    input.setAttribute("aria-expanded", String(Boolean(list.querySelector("[role=option]"))));
    choose(first);
    list.scrollTop = 0;
    status.textContent = list.querySelector("[data-said]")?.dataset.said ?? "";
    if (openWhenThere && first) open(first);
    openWhenThere = false;
  }

  function say(what) {
    trouble.hidden = !what;
    trouble.replaceChildren(...(what ? [palette.querySelector(`[data-trouble=${what}]`).content.cloneNode(true)] : []));
  }

  async function ask() {
    clearTimeout(timer);
    asking?.abort();
    const question = input.value.trim();
    const mine = (asking = new AbortController());
    try {
      const answer = await fetch(`${form.action}?${new URLSearchParams({ q: question })}`, {
        headers: { "HX-Request": "true" },
        signal: mine.signal,
      });
      const html = await answer.text();
      if (mine.signal.aborted) return;
      if (answer.ok) show(html, question);
      else fail(answer.status === 401 ? "session" : "failed");
    } catch {
      if (!mine.signal.aborted) fail(navigator.onLine ? "failed" : "offline");
    }
    if (asking === mine) asking = null;
  }

  function fail(what) {
    openWhenThere = false;
    shown = null;
    say(what);
    const signIn = trouble.querySelector("a"); // and on to the answer, there
    if (signIn) signIn.href += encodeURIComponent(`?${new URLSearchParams({ q: input.value })}`);
  }

  /* ── Opening and closing ── */
  function openPalette() {
    if (palette.open || document.querySelector("dialog:modal")) return;
    for (const menu of document.querySelectorAll("[popover]:popover-open")) menu.hidePopover();
    palette.showModal();
    input.focus();
    input.select();
    if (shown !== input.value.trim()) ask();
  }

  const isTyping = (element) => element.closest?.("input, textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const commanded = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (!commanded && !(event.key === "/" && document.body.dataset.singleKeys !== "off" && plain && !isTyping(event.target) && !event.defaultPrevented)) return;
    event.preventDefault();
    openPalette();
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-palette]");
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openPalette();
  });

  palette.addEventListener("click", (event) => {
    if (event.target === palette || event.target.closest("[data-close]")) palette.close();
  });
  // Where a posted choice leaves the page as it is (the theme), the palette has done its work.
  palette.addEventListener("click", (event) => { if (event.target.closest("button.hit")) palette.close(); });
  palette.addEventListener("close", () => { clearTimeout(timer); openWhenThere = false; });
  addEventListener("online", () => { if (palette.open && !trouble.hidden) ask(); });

  /* ── Typing ── */
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });

  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const all = options();
    const at = all.indexOf(active());
    if (event.key === "ArrowDown") choose(all[(at + 1) % all.length]);
    else if (event.key === "ArrowUp") choose(all[(at - 1 + all.length) % all.length]);
    else if (event.key === "PageDown") choose(all[Math.min(at + 6, all.length - 1)]);
    else if (event.key === "PageUp") choose(all[Math.max(at - 6, 0)]);
    else if (event.key !== "Enter") return;
    else if (shown !== input.value.trim()) { openWhenThere = true; ask(); } // what is seen answers another question
    else if (active()) open(active(), event.ctrlKey || event.metaKey);
    event.preventDefault();
  });
})();
