/* Polaris · grid_rows.js — the rows of a grid (grid.js): written in full, added, pasted; menus and dialogs.
   [data-new="key-result"]   opens the form of a new one, as does n ("objective": N)
   [data-open="metric"]      opens the form of its row, at that field
   [data-menu="row-menu"]    opens the menu of #grid-tools for its row; its items have data-do
   [data-dialog]             opens what its address shows in the dialog
   form[data-strip]          a form in a row; form[data-act] one that acts and shows what came of it */
(() => {
  "use strict";
  const on = (type, listener, options) => document.addEventListener(type, listener, options);
  const core = polaris.grid;
  const { grid, rowOf, words, say, queue, bodies, isGoal } = core;
  const byId = (id) => document.getElementById(id);
  const dialog = () => byId("grid-dialog");
  /* What an address shows in place; null where it cannot be had (said, unless it was only fetched ahead). */
  async function get(url, ahead) {
    const answer = await fetch(`${url}${url.includes("?") ? "&" : "?"}in-place=1`, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (answer?.ok) return answer;
    if (!ahead) htmx.trigger(document.body, "htmx:responseError", {});
    return null;
  }

  /* ── Forms in rows ── */
  const blank = {}; // the form of a new key result, of a new objective: fetched ahead, so that nobody waits for it
  let made = 0;
  let lastBody = null;

  async function fetchAhead() {
    for (const kind of ["key-result", "objective"]) {
      const link = grid()?.querySelector(`[data-new="${kind}"]`);
      if (!link || blank[kind]) continue;
      const answer = await get(link.href, true);
      if (answer) blank[kind] = await answer.text();
    }
  }

  function stripOf(html) {
    const parsed = document.createElement("template");
    parsed.innerHTML = html;
    const strip = parsed.content.querySelector("tr.is-edit");
    made += 1;
    for (const part of strip.querySelectorAll("[id]")) part.id += `_${made}`;
    for (const name of ["for", "aria-describedby"]) {
      for (const part of strip.querySelectorAll(`[${name}]`)) part.setAttribute(name, part.getAttribute(name).replace(/\S+/g, `$&_${made}`));
    }
    for (const link of strip.querySelectorAll('a[href^="#"]')) link.hash += `_${made}`;
    return strip;
  }

  function arrived(strip, field = "title") {
    htmx.process(strip);
    htmx.trigger(strip, "htmx:load", { elt: strip });
    const wrong = strip.querySelector(".errors");
    const input = strip.querySelector(`[name="${field}"]`) ?? strip.querySelector("input:not([type=hidden])");
    if (input?.closest("details")) input.closest("details").open = true;
    const refused = wrong && (strip.querySelector("[aria-invalid=true]") ?? strip.querySelector(".conflict input[type=radio]"));
    const first = refused || wrong || input;
    first.focus();
    if (!wrong || refused === input) input.select?.();
  }

  async function openNew(kind, body) {
    await (blank[kind] ? null : fetchAhead());
    if (!blank[kind]) return;
    const table = grid().querySelector("table");
    const present = grid().querySelector(`tr.is-edit[data-new-${kind}]`);
    if (present && (kind === "objective" || present.parentElement === body)) return present.querySelector("[name=title]").focus();
    if (present) shut(present, false);
    const strip = stripOf(blank[kind]);
    strip.querySelector("[name=client_id]").value = polaris.newId(); // of this row: the next one is another
    strip.setAttribute(`data-new-${kind}`, "");
    const form = strip.querySelector("form");
    if (kind === "key-result") {
      const add = body.querySelector(".add-row");
      form.action = add.querySelector("[data-new]").href;
      form.dataset.keep = `key-result-of-${body.dataset.rows}`;
      body.insertBefore(strip, add);
    } else {
      const own = document.createElement("tbody");
      own.setAttribute("role", "rowgroup");
      own.append(strip);
      table.append(own);
    }
    arrived(strip);
  }

  async function openEdit(row, field) {
    const present = grid().querySelector(`tr.is-edit[data-of="${row.id}"]`);
    if (present) return present.querySelector("[name=title]").focus();
    const answer = await get(`${row.dataset.base}edit/`);
    if (!answer) return;
    const strip = stripOf(await answer.text());
    strip.dataset.of = row.id;
    const now = byId(row.id);
    now.after(strip);
    now.hidden = true;
    arrived(strip, field);
  }

  /* What is typed in it stays kept (unsent.js) until it is saved or cancelled. */
  function shut(strip, back = true) {
    const row = byId(strip.dataset.of ?? "");
    const body = strip.closest("tbody");
    const add = body.dataset.rows ? body.querySelector("[data-new]") : grid().querySelector('[data-new="objective"]');
    if (row) row.hidden = false;
    if (body.dataset.rows) strip.remove();
    else body.remove();
    if (back) (row?.querySelector("[data-cell]") ?? add)?.focus();
  }

  function fieldsOf(form) {
    const { csrfmiddlewaretoken: _, ...fields } = Object.fromEntries(new FormData(form)); // kept past a sign-in, it would be refused
    return form.closest("[data-new-key-result]") && polaris.unread(form) ? { ...fields, reads: "1" } : fields;
  }

  /* A new one is sent while the next is typed already; a refused form comes back in its place. */
  function sendStrip(form) {
    const strip = form.closest("tr");
    const fields = fieldsOf(form);
    const { of } = strip.dataset;
    const kind = strip.hasAttribute("data-new-key-result") ? "key-result" : strip.hasAttribute("data-new-objective") ? "objective" : "";
    const { action } = form;
    if (kind === "key-result" && !fields.title.trim()) return shut(strip);
    const held = core.hold(action, fields); // from now on it is kept as what is sent, before what is typed is forgotten
    polaris.forget(form);
    const body = strip.closest("tbody");
    if (kind === "key-result") {
      const waits = document.createElement("tr");
      waits.className = "kr is-waiting";
      waits.innerHTML = "<td></td>";
      waits.firstChild.textContent = fields.title;
      strip.before(waits);
      core.aside(() => strip.remove());
      openNew("key-result", body);
    } else form.setAttribute("aria-busy", "true");
    const read = kind === "key-result" && polaris.read(form);
    return queue(action, async () => {
      if (read) await read;
      const answer = await core.post(action, read ? fieldsOf(form) : fields, (refusal, html) => {
        for (const waits of grid().querySelectorAll(".is-waiting")) waits.remove();
        if (![409, 422].includes(refusal.status) || !html.includes("is-edit")) { form.removeAttribute("aria-busy"); return false; }
        const fresh = stripOf(html);
        for (const name of ["data-of", "data-new-objective"]) if (strip.hasAttribute(name)) fresh.setAttribute(name, strip.getAttribute(name));
        if (kind === "key-result") {
          const there = bodies().find((one) => one.dataset.rows === body.dataset.rows);
          there.insertBefore(fresh, there.querySelector("tr[data-new-key-result]") ?? there.querySelector(".add-row"));
        } else strip.replaceWith(fresh);
        arrived(fresh);
        return true;
      }, held);
      if (!answer) return;
      say(words().saved);
      if (kind === "key-result") return;
      if (strip.isConnected) shut(strip, false);
      const place = byId(of ?? answer.headers.get("X-Focus"));
      if (kind === "objective" && place) openNew("key-result", place.closest("tbody"));
      else place?.querySelector("[data-cell]")?.focus();
    });
  }

  /* ── Dialogs ── */
  async function openDialog(url, fields) {
    if (fields) return core.post(url, fields, (answer, html) => answer.headers.get("X-Dialog") && (core.fill(html, answer.headers.get("X-Dialog")), true));
    const answer = await get(url);
    if (answer) core.fill(await answer.text(), answer.headers.get("X-Dialog"));
  }

  core.fill = (html, size) => {
    const box = dialog();
    box.innerHTML = html;
    box.classList.toggle("wide", size === "wide");
    box.setAttribute("aria-labelledby", box.querySelector("[aria-labelledby]")?.getAttribute("aria-labelledby") ?? "");
    htmx.process(box);
    if (!box.open) box.showModal();
    (box.querySelector(".errors") ?? box.querySelector("[aria-invalid=true]") ?? box.querySelector("input:not([type=hidden]),select,textarea,button"))?.focus();
  };

  async function sendAct(form, button) {
    const inside = dialog().contains(form);
    const fields = [...new FormData(form, button)].filter(([name]) => name !== "csrfmiddlewaretoken");
    form.setAttribute("aria-busy", "true");
    const answer = await core.post(form.action, fields, (refusal, html) => inside && refusal.headers.get("X-Dialog") && (core.fill(html, refusal.headers.get("X-Dialog")), true));
    form.removeAttribute("aria-busy");
    if (!answer || answer.headers.get("X-Dialog")) return;
    const written = form.closest("[data-new-key-result]"); // what was being written in it became something else
    if (written) { polaris.forget(written.querySelector("form")); shut(written); }
    if (inside) dialog().close();
    say(words().saved);
    const place = byId(answer.headers.get("X-Focus") ?? "");
    if (place && (inside || document.activeElement === document.body)) (place.querySelector("[data-cell]") ?? place).focus();
  }

  core.owners = () => {
    const parsed = document.createElement("template");
    parsed.innerHTML = blank["key-result"] ?? "";
    const select = parsed.content.querySelector("select[name=owner]") ?? document.createElement("select");
    select.removeAttribute("id");
    select.removeAttribute("name");
    for (const option of select.options) option.removeAttribute("selected");
    return select;
  };

  /* ── What can be done with a row ── */
  const ACTS = {
    open: (row) => location.assign(row.dataset.base),
    edit: (row) => openEdit(row),
    up: (row) => core.nudge(row, -1),
    down: (row) => core.nudge(row, 1),
    move: (row) => openDialog(`${row.dataset.base}move/`),
    contributions: (row) => openDialog(`${row.dataset.base}contributions/`),
    paste: (row) => openDialog(`${row.dataset.base}key-results/paste/`),
    add: (row) => openNew("key-result", row.closest("tbody")),
    duplicate: (row) => act(row, "duplicate"),
    initiative: (row) => act(row, "initiative"),
    archive: (row) => act(row, "archive"),
  };

  async function act(row, what) {
    const list = core.cellsIn(grid());
    const part = isGoal(row) ? row.closest("tbody") : row; // an objective goes with its key results
    const next = list.find((cell) => row.compareDocumentPosition(cell) & Node.DOCUMENT_POSITION_FOLLOWING && !part.contains(cell)) ?? list.findLast((cell) => !part.contains(cell));
    const answer = await queue(row.dataset.base, () => core.post(`${row.dataset.base}${what}/`, {}));
    if (!answer) return;
    const place = byId(answer.headers.get("X-Focus") ?? "")?.querySelector("[data-cell]") ?? byId(next?.id ?? "") ?? grid().querySelector("[data-new]");
    place?.focus();
  }

  let menuRow = null;
  function openMenu(button) {
    menuRow = rowOf(button);
    const menu = byId(button.dataset.menu);
    menu.showPopover();
    const box = button.getBoundingClientRect();
    menu.style.left = `${Math.max(8, Math.min(box.left, innerWidth - menu.offsetWidth - 8))}px`;
    menu.style.top = `${Math.min(box.bottom + 4, innerHeight - menu.offsetHeight - 8)}px`;
    menu.querySelector("button").focus();
    menu.ontoggle = ({ newState }) => {
      if (newState === "open") return;
      if (menu.hasAttribute("style")) menu.removeAttribute("style"); // a swap would copy it, which the policy of the page refuses
      if (document.activeElement === document.body) byId(menuRow.id)?.querySelector("[data-menu]")?.focus();
    };
  }

  core.key = (event, row) => {
    const mod = event.ctrlKey || event.metaKey;
    const may = row && (row.hasAttribute("data-may") || row.hasAttribute("data-goal")) ? row : null;
    let does = null;
    if (event.key === " " && event.target.matches("a[role=button]")) does = () => event.target.click();
    else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) does = may && (() => core.nudge(may, event.key === "ArrowUp" ? -1 : 1));
    else if (mod && event.key.toLowerCase() === "d") does = may && ACTS.duplicate;
    else if (mod || event.altKey) return;
    else if (document.body.dataset.singleKeys === "off" && event.key.length === 1) return;
    else if (event.key === "Delete") does = may && ACTS.archive;
    else if (event.key === "e") does = may && ACTS.edit;
    else if (event.key === "n") {
      const body = may?.closest("tbody") ?? (lastBody?.isConnected ? lastBody : bodies()[0]);
      if (body) does = body.querySelector("[data-new]") && (() => openNew("key-result", body));
      else does = grid().querySelector('[data-new="objective"]') && (() => openNew("objective")); // none to add it to yet
    } else if (event.key === "N") does = grid().querySelector('[data-new="objective"]') && (() => openNew("objective"));
    else if (event.key === "?") does = () => { byId("grid-keys").showPopover(); byId("grid-keys").focus(); };
    if (!does) return;
    event.preventDefault();
    does(may);
  };

  /* ── Paste of several rows ── */
  on("paste", (event) => {
    if (!grid() || event.target.closest?.("dialog,textarea")) return;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const free = event.target === document.body || event.target.closest?.("[data-grid]");
    const body = event.target.closest?.("tbody[data-rows]") ?? (lastBody?.isConnected ? lastBody : bodies().at(-1));
    const cellOnly = event.target.matches?.("input") && !/[\t\n\r]/.test(text.trim());
    if (!free || cellOnly || !body?.querySelector(".add-row") || !text.trim() || (!event.target.matches?.("input") && !/[\t\n\r]/.test(text.trim()))) return;
    event.preventDefault();
    openDialog(body.querySelector(".add-row [data-dialog]").href, { text });
  });

  /* ── Listening ── */
  on("submit", (event) => {
    const form = event.target;
    if (!form.closest("[data-grid],#grid-dialog") || !form.matches("[data-strip],[data-act]")) return;
    event.preventDefault();
    if (form.hasAttribute("aria-busy")) return;
    if (form.matches("[data-strip]")) sendStrip(form);
    else sendAct(form, event.submitter);
  }, true);

  on("click", (event) => {
    const part = event.target.closest?.("[data-new],[data-open],[data-menu],[data-dialog],[data-cancel],[data-do]");
    if (!part || !grid() || event.ctrlKey || event.metaKey) return;
    const { dataset } = part;
    if (!part.closest("[data-grid],#grid-tools")) return;
    event.preventDefault();
    if ("new" in dataset) openNew(dataset.new, part.closest("tbody"));
    else if ("open" in dataset) openEdit(rowOf(part), dataset.open);
    else if ("menu" in dataset) openMenu(part);
    else if ("dialog" in dataset) openDialog(part.href);
    else if ("do" in dataset) { part.closest("[popover]").hidePopover(); ACTS[dataset.do](byId(menuRow.id)); }
    else if (part.closest("dialog")) part.closest("dialog").close();
    else { polaris.forget(part.closest("form")); shut(part.closest("tr")); }
  });

  on("keydown", (event) => {
    const strip = event.target.closest?.("tr.is-edit");
    if (strip && event.key === "Escape" && !event.defaultPrevented) { event.preventDefault(); shut(strip); }
    if (strip && event.key === "Enter" && event.target.matches("select")) { event.preventDefault(); event.target.form.requestSubmit(); }
    const menu = event.target.closest?.("#grid-tools [popover]");
    if (menu && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const items = [...menu.querySelectorAll("button")];
      items.at((items.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)) % items.length).focus();
    }
  });

  on("input", (event) => {
    const filter = event.target.closest?.("[data-filter]");
    if (!filter) return;
    const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    const asked = plain(filter.value).split(/\s+/);
    const box = filter.closest("form");
    for (const item of box.querySelectorAll("[data-text]")) item.hidden = !asked.every((word) => plain(item.dataset.text).includes(word));
    for (const group of box.querySelectorAll("[data-filtered]")) group.hidden = !group.querySelector("[data-text]:not([hidden])");
    box.querySelector("[data-no-match]").hidden = Boolean(box.querySelector("[data-text]:not([hidden])"));
  });
  on("focusin", (event) => { lastBody = event.target.closest?.("tbody[data-rows]") ?? lastBody; });
  const ahead = () => { if (grid() && !blank["key-result"]) fetchAhead(); };
  on("htmx:afterSettle", ahead);
  ahead();
})();
