/* Polaris · mentions.js — comments: people by "@", sending by keyboard, and conversations that open where one looks.
   textarea[data-mentions]   after "@" the list beside it (.atlist) shows who may be meant. Arrows choose, Enter and Tab
                             insert, Escape closes; a click or a tap inserts. The ids chosen go into the field `mentioned`.
   form[data-comment]        is sent with Ctrl-Enter or ⌘-Enter
   A conversation's form takes the focus as it opens, and opens by itself where unsent typing has come back. */
(() => {
  "use strict";
  const WAIT = 120; // ms without typing before the names are fetched
  const BEGINNING = /(?:^|[\s(\[«“"'’])@([^@\n]{0,40})$/;
  const MOST_WORDS = 4;
  const on = (type, listener) => document.addEventListener(type, listener);

  /* ── The list of names ── */
  let field = null; // the textarea whose list is open, or awaited
  let timer = 0;
  let fetching = null;
  const listOf = (textarea) => textarea.parentElement.querySelector(".atlist");
  const options = () => [...listOf(field).children];
  const chosen = () => options().find((option) => option.getAttribute("aria-selected") === "true");

  function beginning(textarea) {
    if (textarea.selectionStart !== textarea.selectionEnd) return null;
    const found = BEGINNING.exec(textarea.value.slice(0, textarea.selectionStart));
    return found && found[1].split(/\s+/).length <= MOST_WORDS ? found[1] : null;
  }

  function close() {
    clearTimeout(timer);
    fetching?.abort();
    if (!field) return;
    const list = listOf(field);
    list.hidden = true;
    list.replaceChildren();
    say(field, "");
    for (const name of ["aria-controls", "aria-activedescendant"]) field.removeAttribute(name);
    field = null;
  }

  const say = (textarea, text) => { textarea.parentElement.querySelector("[data-many]").textContent = text; };

  function select(option) {
    for (const other of options()) other.setAttribute("aria-selected", String(other === option));
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  async function look(textarea) {
    const typed = beginning(textarea);
    if (typed === null || /^\s/.test(typed)) return close();
    clearTimeout(timer);
    fetching?.abort();
    if (field !== textarea) close();
    field = textarea;
    timer = setTimeout(() => fetchNames(textarea, typed), WAIT);
  }

  async function fetchNames(textarea, typed) {
    const list = listOf(textarea);
    fetching = new AbortController();
    let html = "";
    try {
      const answer = await fetch(`${list.dataset.people}${encodeURIComponent(typed)}`, { signal: fetching.signal, redirect: "error" });
      if (answer.ok) html = await answer.text();
    } catch {
      return; // a letter more, or no network: the name can be typed in full
    }
    if (field !== textarea || beginning(textarea) !== typed) return;
    if (!html.trim()) return close();
    list.innerHTML = html;
    for (const option of list.children) option.id = `${list.id}-${option.dataset.id}`;
    list.hidden = false;
    textarea.setAttribute("aria-controls", list.id);
    const words = textarea.parentElement.querySelector("[data-many]").dataset;
    say(textarea, list.children.length === 1 ? words.one : words.many.replace("{n}", list.children.length));
    list.scrollIntoView({ block: "nearest" });
    select(list.firstElementChild);
  }

  function insert(option) {
    const textarea = field;
    const typed = beginning(textarea);
    if (typed === null) return close();
    const end = textarea.selectionStart;
    const rest = textarea.value.slice(end);
    const name = `@${option.dataset.name}${/^[\s.,;:!?)]/.test(rest) ? "" : " "}`;
    textarea.setRangeText(name, end - typed.length - 1, end, "end");
    const ids = textarea.form.elements.mentioned;
    ids.value = `${ids.value} ${option.dataset.id}`.trim();
    close();
    textarea.dispatchEvent(new Event("input", { bubbles: true }));
    close();
    textarea.focus();
  }

  function move(by) {
    const all = options();
    select(all[(all.indexOf(chosen()) + by + all.length) % all.length]);
  }

  const isOpen = () => field !== null && !listOf(field).hidden;

  /* ── Keys ── */
  function keyInList(event) {
    if (event.isComposing) return false;
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Enter" || event.key === "Tab") insert(chosen());
    else if (event.key === "Escape") close();
    else return false;
    return true;
  }

  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("form[data-comment]");
    if (!form) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      close();
      form.requestSubmit();
    } else if (event.target === field && isOpen() && keyInList(event)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }, true);
  on("input", (event) => { if (event.target.matches("textarea[data-mentions]")) look(event.target); });
  on("click", (event) => { if (event.target === field && beginning(field) === null) close(); });
  on("focusout", (event) => { if (event.target === field) close(); });
  on("pointerdown", (event) => { if (event.target.closest(".atlist")) event.preventDefault(); }); // the focus stays
  on("click", (event) => {
    const option = event.target.closest(".atlist > [role=option]");
    if (option && field) insert(option);
  });

  /* ── Conversations ── */
  // Opened and focused at once, so that no key typed right after the click is lost; the Enter that clicked is no text.
  on("click", (event) => {
    const details = event.target.closest("summary")?.parentElement;
    if (!details?.matches(".talk details") || details.open) return;
    event.preventDefault();
    details.open = true;
    const textarea = details.querySelector("textarea");
    const focus = () => { textarea.focus(); textarea.setSelectionRange(textarea.value.length, textarea.value.length); };
    if (event.detail) focus();
    else setTimeout(focus);
  });

  // What was typed before the page went away is back (unsent.js): show where.
  function openTyped(within) {
    for (const textarea of within.querySelectorAll(".talk details:not([open]) textarea")) {
      if (textarea.value !== textarea.defaultValue) textarea.closest("details").open = true;
    }
  }

  // The comment that the address names came after the page.
  let isSought = location.hash.startsWith("#comment-") || location.hash === "#discussion";
  function show(part) {
    const sought = isSought && part.querySelector(`[id="${location.hash.slice(1)}"]`);
    if (!sought) return;
    isSought = false;
    sought.closest(".settled")?.setAttribute("open", "");
    location.replace(location.hash); // makes it :target
    sought.tabIndex = -1;
    sought.focus({ preventScroll: true });
  }

  on("htmx:load", (event) => {
    const part = event.detail.elt;
    openTyped(part.parentElement || part);
    if (part.id === "discussion") show(part);
    else part.querySelector?.(".answer-here textarea")?.focus();
    if (part.matches("form[data-comment]") && part.closest(".answer-here")) part.querySelector("textarea").focus();
  });
  on("DOMContentLoaded", () => openTyped(document));
})();
