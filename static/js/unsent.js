/* Polaris · unsent.js — nothing typed is lost: not when the network drops, not when the session has expired.
   <form data-keep="…">       what is typed is kept in this tab until it is saved, and comes back after a reload or a
                              sign-in, with its revision, so that conflicts are still seen. What was sent while offline,
                              or after the session had expired, is sent on return. Without hx-post such a form is sent by
                              fetch: a redirect is followed, a refusal replaces #main (orgs.middleware.KeptFormMiddleware).
   polaris.send(url, fields)  POSTs for parts of a page that have no form (a cell, a bar); resolves with the Response.
                              Offline it waits, and what an expired session refused is sent after signing in again. It has
                              an id, so that what arrives twice because an answer was lost is done once.
   polaris.sayNotSent(fields) says what was refused, word for word.
   polaris.hold(url, fields)  keeps what is sent later, with polaris.send(url, fields, held): in its place if one leaves
                              before. Wherever one arrives next it is sent.
   Kept by person (body[data-person]) in sessionStorage: another person in the same tab sees nothing of it. */
(() => {
  "use strict";
  const STORE = `polaris-unsent-${document.body.dataset.person || ""}`;
  const NEVER = new Set(["csrfmiddlewaretoken"]);
  const NOBODY_THERE = new Set([502, 503, 504]); // says the proxy of a server that starts anew
  const ANSWER_WITHIN = 30000; // ms for a call: in a tunnel nothing comes back, not even an error
  const AGAIN_AFTER = 4000; // ms: "online" is not always announced, a proxy may be what failed
  const on = (type, listener) => document.addEventListener(type, listener);
  const fresh = () => ({ forms: {}, calls: [] });

  function read() {
    try { return { ...fresh(), ...JSON.parse(sessionStorage.getItem(STORE)) }; } catch { return fresh(); }
  }
  function change(edit) {
    const kept = read();
    edit(kept);
    try { sessionStorage.setItem(STORE, JSON.stringify(kept)); } catch { /* full, or forbidden: the page still has it */ }
  }

  /* ── Network ── */
  let waiting = 0;
  const pause = () => new Promise((resolve) => {
    setTimeout(resolve, AGAIN_AFTER);
    addEventListener("online", resolve, { once: true });
    addEventListener("polaris:retry", resolve, { once: true });
  });
  on("polaris:retry", (event) => { if (waiting) event.preventDefault(); });

  // Tries until there is an answer; the banner says that it waits. `still` ends it: the form has gone. `within` ms for each.
  async function deliver(url, body, headers, { still = () => true, within = 0 } = {}) {
    const token = JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
    const options = { method: "POST", body, headers: { ...headers, "X-CSRFToken": token, "HX-Current-URL": location.href } };
    const banner = document.getElementById("offline");
    while (still()) {
      try {
        const answer = await fetch(url, within ? { ...options, signal: AbortSignal.timeout(within) } : options);
        if (!NOBODY_THERE.has(answer.status)) return answer;
        throw new Error(answer.status);
      } catch {
        waiting += 1;
        banner.hidden = false;
        await pause();
        waiting -= 1;
        banner.hidden = waiting > 0 ? false : navigator.onLine;
      }
    }
    return null;
  }

  // The session has expired, or another tab signed in: come back with a new one, and send again.
  function needsNewSession(answer) {
    const signIn = answer.status === 401 && answer.headers.get("HX-Redirect");
    if (signIn) location.assign(signIn);
    else if (answer.headers.has("X-CSRF-Failed")) location.reload();
    else return false;
    return true;
  }

  /* ── Forms ── */
  const keyOf = (form) => `${location.pathname}#${form.dataset.keep}`;
  const isSentHere = (form) => !form.hasAttribute("hx-post");

  function keep(form, pending, submitter) {
    const pairs = [...new FormData(form, submitter)].filter(([name, value]) => !NEVER.has(name) && typeof value === "string");
    change((kept) => { kept.forms[keyOf(form)] = { pairs, pending }; });
  }
  const forget = (form) => change((kept) => { delete kept.forms[keyOf(form)]; });

  async function submit(form, submitter) {
    if (form.hasAttribute("aria-busy")) return;
    keep(form, true, submitter);
    form.setAttribute("aria-busy", "true");
    const body = new FormData(form, submitter);
    const hasFile = [...body.values()].some((value) => value instanceof File && value.size);
    const headers = { "X-Kept-Form": "1" };
    const sent = form.enctype === "multipart/form-data" || hasFile ? body : new URLSearchParams([...body].filter(([, value]) => typeof value === "string"));
    const answer = await deliver(submitter?.hasAttribute("formaction") ? submitter.formAction : form.action, sent, headers, { still: () => form.isConnected });
    form.removeAttribute("aria-busy");
    if (!answer || needsNewSession(answer)) return;
    const target = answer.headers.get("X-Location");
    if (target) {
      forget(form);
      location.assign(target);
    } else if (answer.ok || answer.status === 409 || answer.status === 422) {
      if (answer.ok) forget(form);
      else keep(form, false, submitter);
      htmx.swap("#main", await answer.text(), { swapStyle: "outerHTML" }, { select: "#main" });
    } else {
      keep(form, false, submitter);
      htmx.trigger(form, "htmx:responseError", {}); // says that it failed; the page stays as it is
    }
  }

  // Puts them in; whether that changed anything, and whether they are other than what the page came with.
  function fill(form, pairs) {
    let changes = false, differs = false;
    const values = new Map();
    for (const [name, value] of pairs) values.set(name, [...(values.get(name) || []), value]);
    for (const field of form.elements) {
      if (!field.name || NEVER.has(field.name) || ["file", "submit", "button"].includes(field.type)) continue;
      const wanted = values.get(field.name) || [];
      if (field.type === "checkbox" || field.type === "radio") {
        changes ||= field.checked !== wanted.includes(field.value);
        differs ||= field.defaultChecked !== wanted.includes(field.value);
        field.checked = wanted.includes(field.value);
      } else if (field.multiple) {
        for (const option of field.options) option.selected = wanted.includes(option.value);
      } else if (wanted.length) {
        const isSeen = field.type !== "hidden";
        changes ||= isSeen && field.value !== wanted[0];
        differs ||= isSeen && cameWith(field) !== wanted[0];
        field.value = wanted.shift();
      }
    }
    return { changes, differs };
  }
  const cameWith = (field) => field.options ? ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value : field.defaultValue;

  function bringBack(form) {
    const kept = read().forms[keyOf(form)];
    if (!kept || form.querySelector("[aria-invalid=true],.conflict")) return; // refused: it has what was typed
    form.dispatchEvent(new CustomEvent("polaris:filling", { bubbles: true, detail: kept.pairs })); // rows that were added
    const { changes, differs } = fill(form, kept.pairs);
    if (!differs && !kept.pending) return forget(form);
    if (!kept.pending) return changes && sayBack(form); // without a change it was typed here, before its part was announced
    change((all) => { all.forms[keyOf(form)].pending = false; }); // sent once: a refusal is shown, not repeated
    form.requestSubmit();
  }

  function sayBack(form) {
    const note = document.getElementById("typing-back").content.firstElementChild.cloneNode(true);
    note.querySelector("button").addEventListener("click", () => {
      forget(form);
      form.reset();
      note.remove();
      form.querySelector("input:not([type=hidden]),textarea,select")?.focus();
    });
    form.prepend(note);
  }

  on("input", (event) => { if (event.target.form?.matches("[data-keep]")) keep(event.target.form, false); });
  on("submit", (event) => {
    const form = event.target;
    if (form.matches("[action$='/accounts/logout/']")) sessionStorage.removeItem(STORE); // nothing of mine stays behind
    if (!form.matches("[data-keep]") || event.defaultPrevented || !isSentHere(form)) return;
    event.preventDefault();
    submit(form, event.submitter);
  });
  on("htmx:afterRequest", (event) => {
    // A form that its answer replaced is no longer there to tell: `elt` is what held it then.
    const form = event.detail.requestConfig?.elt.closest?.("form[data-keep][hx-post]");
    if (!form || event.detail.requestConfig.verb !== "post") return;
    const { status } = event.detail.xhr;
    if (status >= 200 && status < 400) forget(form);
    else keep(form, status === 401 || status === 0);
    if (status === 0) pause().then(() => form.isConnected && form.requestSubmit());
  });

  /* ── Calls ── */
  const forgetCall = (id) => change((kept) => { kept.calls = kept.calls.filter((call) => call.id !== id); });

  const newId = () => `${Date.now()}-${Math.random()}`;
  // Where a page is not served over https, randomUUID is not there.
  const newUid = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));

  function hold(url, fields, { id, page } = { id: newId() }) {
    const call = { url, fields: [...new URLSearchParams(fields)].filter(([name]) => !NEVER.has(name)), id, page };
    if (!call.fields.some(([name]) => name === "client_id")) call.fields.push(["client_id", id]);
    change(({ calls }) => {
      const place = calls.findIndex((one) => one.id === id);
      calls[place < 0 ? calls.length : place] = call;
    });
    return call;
  }

  async function send(url, fields, held) {
    const call = hold(url, fields, held ?? { id: newId(), page: location.pathname });
    const answer = await deliver(url, new URLSearchParams(call.fields), { "HX-Request": "true" }, { within: ANSWER_WITHIN });
    if (!needsNewSession(answer)) forgetCall(call.id);
    return answer;
  }

  async function sendKept() {
    const calls = read().calls.filter(({ page }) => !page || page === location.pathname);
    for (const call of calls) {
      const answer = await deliver(call.url, new URLSearchParams(call.fields), { "HX-Request": "true" }, { within: ANSWER_WITHIN });
      if (answer.status === 401 && needsNewSession(answer)) return;
      forgetCall(call.id); // a page that has just come has the right token: what is refused now stays refused
      if (!answer.ok) sayNotSent(call.fields);
    }
    if (calls.length) htmx.trigger(document.body, "polaris:changed");
  }

  function sayNotSent(pairs) {
    const toast = document.getElementById("not-sent").content.firstElementChild.cloneNode(true);
    const fields = new URLSearchParams(pairs);
    toast.querySelector("q").textContent = ["value", "title", "text"].map((name) => fields.get(name)).find(Boolean) ?? "…";
    document.getElementById("toasts").append(toast);
  }

  window.polaris = { ...window.polaris, newId, newUid, hold, send, forget, sayNotSent };

  /* ── Arriving ── */
  const arrive = (within) => { for (const form of within.querySelectorAll("form[data-keep]")) bringBack(form); };
  on("htmx:load", (event) => {
    const part = event.detail.elt;
    if (part.matches("form[data-keep]")) bringBack(part);
    else if (part !== document.body) arrive(part); // not what stands beside it: it has been there with its typing
  });
  on("DOMContentLoaded", () => { arrive(document); sendKept(); });
})();
