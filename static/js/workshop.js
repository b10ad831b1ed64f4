/* Polaris · workshop.js — the room of a workshop. Needs live.js, timer.js and unsent.js.
   [data-mine-at]       where this person's own part (#mine) is fetched, as the stream says or the phase changes
   form#compose         notes: Enter adds one and the focus stays. Each gets its uid here and goes through polaris.send,
                        which keeps it until it has arrived: on a train, or over a reload
   #deck[data-shown]    what the facilitator shows; #rejoin offers the way there to who has scrolled away */
(() => {
  "use strict";
  const LONG = 120; // characters, from which on a note may be two ideas
  const on = (type, listener, target = document, capture = false) => target.addEventListener(type, listener, capture);
  const $ = (id) => document.getElementById(id);
  const root = document.querySelector("[data-live]");

  /* ── My part ── */
  let fetching = 0, newest;
  // Settles once the newest is there: an older answer, asked for before it, is not shown.
  function fetchMine() { return (newest = ask(++fetching)); }
  async function ask(mine) {
    try {
      const answer = await fetch(root.dataset.mineAt, { headers: { "HX-Request": "true", "HX-Current-URL": location.href } });
      const html = answer.ok ? await answer.text() : "";
      if (mine !== fetching) return await newest;
      if (!answer.ok) return;
      const field = document.activeElement;
      const isEmpty = field?.id === "note-text" && !field.value;
      if (isEmpty && !html.includes('id="note-text"')) field.blur(); // its phase is over
      polaris.show("mine", html);
      sending.forEach(showSending);
      if (document.activeElement === document.body) $("note-text")?.focus({ preventScroll: true });
    } catch { /* the stream says when the connection is back, and this is fetched again */ }
  }
  on("live:me", fetchMine, root);
  polaris.fetchMine = fetchMine;

  /* ── Notes ── */
  const sending = new Map(); // uid → what was written, until it is among one's own notes

  function showSending(text, uid) {
    if ($(`own-${uid}`)) return void sending.delete(uid);
    const template = $("sending");
    if (!template || $(`sending-${uid}`)) return;
    const note = template.content.firstElementChild.cloneNode(true);
    note.id = `sending-${uid}`;
    note.querySelector("p").textContent = text;
    $("compose")?.after(note);
  }

  async function add(form) {
    const field = form.elements.text, text = field.value.trim();
    field.focus();
    if (!text) return;
    const uid = polaris.newUid();
    const fields = { uid, subject: form.elements.subject.value, text };
    field.value = "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    polaris.forget(form);
    sending.set(uid, text);
    showSending(text, uid);
    const answer = await polaris.send(form.action, fields);
    if (answer.ok) await fetchMine();
    sending.delete(uid); // also where it is not among one's own any more: everybody reads it by now
    $(`sending-${uid}`)?.remove();
    if (answer.ok) return;
    if (answer.status === 422) $("says").innerHTML = await answer.text(); // with what was typed
    else polaris.sayNotSent(fields);
    if ($("note-text") && !$("note-text").value) $("note-text").value = text;
  }

  on("submit", (event) => {
    if (event.target.id !== "compose") return;
    event.preventDefault();
    add(event.target);
  }, document, true);
  on("keydown", (event) => {
    if (event.target.id !== "note-text" || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });
  on("input", (event) => {
    if (event.target.id !== "note-text") return;
    const hint = $("note-hint");
    hint.textContent = event.target.value.trim().length > LONG ? hint.dataset.long : "";
  });

  /* ── Commands ── */
  on("htmx:afterRequest", (event) => {
    // What is offered in one's own part may have been refused because it is no longer so.
    if (event.detail.requestConfig.verb === "post" && event.detail.elt.closest?.("#mine, #toasts") && event.detail.successful) fetchMine();
    if (event.detail.xhr.status >= 300) return; // a refusal is shown, and so "successful"
    const within = event.detail.elt.closest?.("details");
    if (within) within.open = false;
    // What was sent is no longer typing that a newer version of the page would have to spare.
    for (const field of event.detail.elt.closest?.("form")?.elements ?? []) if ("defaultValue" in field) field.defaultValue = field.value;
    event.detail.elt.closest?.("[popover]")?.hidePopover();
  });
  on("click", (event) => {
    if (event.target.closest("[data-hush]")) $("says").replaceChildren();
  });

  /* ── What the facilitator shows ── */
  const rejoin = $("rejoin");
  let followed = null;
  const sight = new IntersectionObserver(([entry]) => { rejoin.hidden = entry.isIntersecting; });

  function follow() {
    const deck = $("deck"), part = deck.dataset.shown && !("leads" in deck.dataset) ? $(deck.dataset.shown) : null;
    if (part === followed) return;
    if (followed) sight.unobserve(followed);
    followed = part;
    rejoin.hidden = true;
    if (!part) return;
    rejoin.querySelector("[data-part-name]").textContent = part.textContent;
    rejoin.querySelector("a").hash = part.id;
    sight.observe(part);
  }
  on("click", (event) => {
    if (!event.target.closest("#rejoin a") || !followed) return;
    event.preventDefault();
    followed.scrollIntoView({ block: "center" });
    followed.tabIndex = -1;
    followed.focus({ preventScroll: true });
  });

  /* ── On a phone the board folds away ── */
  const fold = $("fold");
  fold.hidden = false;
  on("click", () => fold.setAttribute("aria-expanded", String(fold.getAttribute("aria-expanded") === "false")), fold);

  /* ── Who leads: handed over by somebody else, too ── */
  let isLeading = "leads" in $("deck").dataset;
  function tellLead() {
    const leads = "leads" in $("deck").dataset;
    if (leads === isLeading) return;
    isLeading = leads;
    const banner = document.createElement("div");
    banner.className = "banner quiet";
    banner.setAttribute("role", "status");
    banner.appendChild(document.createElement("p")).textContent = $("lead-words").dataset[leads ? "gained" : "lost"];
    $("says").replaceChildren(banner);
  }

  /* ── The phase ── */
  let phase = $("deck").dataset.phase;
  on("live:shown", (event) => {
    if (event.target.id === "deck") {
      tellLead();
      if ($("deck").dataset.phase !== phase) {
        phase = $("deck").dataset.phase;
        if (!$("says").querySelector(".typed")) $("says").replaceChildren(); // a note that came too late is still to be read
        fetchMine();
      }
    }
    follow();
  });
  follow();
})();
