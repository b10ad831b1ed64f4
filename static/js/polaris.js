/* Polaris · polaris.js — what pages need beyond htmx, by attributes in their HTML:
   data-theme-form      a form that posts the theme; applied without a reload
   .toast.brief         goes after 6 s, or when three newer ones have come, unless pointed at or focused;
                        [data-dismiss] closes a toast
   .errors              takes the focus when it arrives
   data-focus           takes the focus when a swap removed what had it
   data-step="-0.5"     adds that much to the input named by aria-controls
   data-copy="Copied"   copies the value of the input named by aria-controls, then says so
   data-print           prints the page
   aria-keyshortcuts    the key, of one letter, that does the same as a click
   Offline, forms stay as they are and #offline says so. */
(() => {
  "use strict";
  const TOAST_MS = 6000, MOST_TOASTS = 3; // more would lie over what one works on
  const worker = document.currentScript.dataset.worker;
  const on = (type, listener) => document.addEventListener(type, listener);
  const controlled = (button) => document.getElementById(button.getAttribute("aria-controls"));

  /* ── Theme ── */
  const root = document.documentElement;
  const isDark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

  function chooseTheme(form, button) {
    const theme = "themeToggle" in button.dataset ? (isDark() ? "light" : "dark") : button.value;
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
    for (const choice of document.querySelectorAll("[data-theme-form] [aria-pressed]")) {
      choice.setAttribute("aria-pressed", String(choice.value === theme));
    }
    const body = new FormData(form);
    body.set("theme", theme);
    fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" } }).catch(() => {});
  }

  /* ── Toasts ── */
  function startToast(toast) {
    let timer;
    const hold = () => clearTimeout(timer);
    const wait = () => { hold(); timer = setTimeout(() => toast.remove(), TOAST_MS); };
    toast.addEventListener("pointerenter", hold);
    toast.addEventListener("focusin", hold);
    toast.addEventListener("pointerleave", wait);
    toast.addEventListener("focusout", wait);
    wait();
  }

  function watchToasts() {
    const area = document.getElementById("toasts");
    if (!area) return;
    const first = [...area.children];
    new MutationObserver((changes) => {
      for (const change of changes) {
        for (const node of change.addedNodes) if (node.matches?.(".toast.brief")) startToast(node);
      }
      const brief = [...area.querySelectorAll(".toast.brief")];
      for (const old of brief.slice(0, -MOST_TOASTS)) if (!old.matches(":hover, :focus-within")) old.remove();
    }).observe(area, { childList: true });
    // A live region speaks of what is added to it, not of what it came with.
    if (first.length) setTimeout(() => area.replaceChildren(...first), 100);
  }

  // What was taken back offers it no longer; who pressed it goes on at the toast that came instead.
  function dropUndone(change) {
    for (const form of change ? document.querySelectorAll(`.toast [data-undo][action$="/${change}/"]`) : []) {
      const toast = form.closest(".toast");
      const had = toast.contains(document.activeElement);
      toast.remove();
      if (had) [...document.querySelectorAll("#toasts button")].at(-1)?.focus();
    }
  }
  on("htmx:afterRequest", (event) => dropUndone(event.detail.xhr?.getResponseHeader("X-Undone")));
  on("polaris:undone", (event) => dropUndone(event.detail));

  function sayFailed() {
    const toast = document.getElementById("request-failed");
    if (toast) document.getElementById("toasts").append(toast.content.cloneNode(true));
  }

  /* ── Offline ── */
  let lastSent = null;
  const banner = () => document.getElementById("offline");
  const showOffline = (shown) => { if (banner()) banner().hidden = !shown; };

  function retry() {
    const isTried = new CustomEvent("polaris:retry", { bubbles: true, cancelable: true }); // unsent.js waits with something
    if (!document.body.dispatchEvent(isTried)) return;
    const element = lastSent;
    if (!element?.isConnected) location.reload();
    else if (element.requestSubmit) element.requestSubmit();
    else element.click();
  }

  on("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-theme-form]")) {
      event.preventDefault();
      chooseTheme(form, event.submitter);
    } else if (!navigator.onLine && !form.matches("[data-keep]")) { // unsent.js sends those on return
      event.preventDefault();
      lastSent = form;
      showOffline(true);
    }
  });
  on("htmx:sendError", (event) => { lastSent = event.detail.elt; showOffline(true); });
  on("htmx:responseError", sayFailed);
  on("htmx:afterOnLoad", () => showOffline(false));
  addEventListener("online", () => showOffline(false));
  addEventListener("offline", () => showOffline(true));

  /* ── Focus ── */
  let hadFocus = false;
  const focusErrors = (within) => {
    const errors = within.matches?.(".errors") ? within : within.querySelector?.(".errors");
    errors?.focus();
    return Boolean(errors);
  };
  let lostIn = "";
  on("htmx:beforeSwap", (event) => {
    hadFocus = event.detail.target?.contains(document.activeElement) ?? false;
    lostIn = event.detail.target?.id ?? "";
  });
  on("htmx:afterSettle", (event) => {
    const part = event.target;
    if (focusErrors(part)) hadFocus = false;
    else if (hadFocus && document.activeElement === document.body && (document.getElementById(lostIn)?.contains(part) ?? true)) {
      hadFocus = false;
      const next = part.querySelector?.("[data-focus]") ?? part;
      if (next === part && !part.hasAttribute("tabindex")) part.tabIndex = -1;
      next.focus({ preventScroll: next === part });
    }
  });

  /* ── Something elsewhere on the page changed (an undo): fetch it again, in place ── */
  on("polaris:changed", () => {
    if (document.getElementById("main")) htmx.ajax("GET", location.href, { target: "#main", select: "#main", swap: "outerHTML" });
  });

  /* ── Tabs: the open one is in sight ── */
  function showOpenTab() {
    for (const tab of document.querySelectorAll(".tabs > [aria-current]")) {
      const bar = tab.parentElement;
      const room = parseFloat(getComputedStyle(bar).paddingInlineEnd);
      const beyond = tab.getBoundingClientRect().right + room - bar.getBoundingClientRect().right;
      if (beyond > 0) bar.scrollLeft += beyond; // not scrollIntoView: the page itself stays where it is
    }
  }
  on("htmx:afterSettle", showOpenTab);

  /* On a phone a chart is wider than the screen: it opens where today is, not at the first week. */
  function showToday() {
    for (const needle of document.querySelectorAll("figure .trend .now")) {
      const box = needle.closest("figure");
      const beyond = needle.getBoundingClientRect().left - box.getBoundingClientRect().left - box.clientWidth * 0.8;
      if (box.scrollWidth > box.clientWidth && beyond > 0) box.scrollLeft += beyond;
    }
  }

  /* ── Keys and buttons ── */
  on("keydown", (event) => {
    if (document.body.dataset.singleKeys === "off") return;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.key.length > 1) return;
    if (event.target.closest("input,textarea,select,[contenteditable],dialog,[popover],[data-grid]")) return;
    const link = document.querySelector(`[aria-keyshortcuts="${CSS.escape(event.key)}"]`);
    if (!link) return;
    event.preventDefault();
    link.click();
  });

  on("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.target.closest(".toast")?.remove();
  });

  function step(button) {
    const input = controlled(button);
    const french = root.lang === "fr";
    const plain = input.value.replace(/\s/g, "").replace("\u2212", "-").replace(/,/g, french ? "." : "");
    const places = Math.max(...[plain, button.dataset.step].map((text) => (text.split(".")[1] || "").length));
    const value = Number(plain) + Number(button.dataset.step);
    if (Number.isNaN(value)) return;
    input.value = french ? value.toFixed(places).replace(".", ",") : value.toFixed(places);
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  on("click", (event) => {
    const button = event.target.closest("[data-dismiss],[data-retry],[data-print],[data-step],[data-copy]");
    if (!button) return;
    if ("dismiss" in button.dataset) button.closest(".toast").remove();
    else if ("retry" in button.dataset) retry();
    else if ("print" in button.dataset) print();
    else if ("step" in button.dataset) step(button);
    else navigator.clipboard?.writeText(controlled(button).value).then(() => { button.textContent = button.dataset.copy; });
  });

  /* ── Start ── */
  watchToasts();
  showOpenTab();
  showToday();
  focusErrors(document);
  if (worker && "serviceWorker" in navigator) {
    navigator.serviceWorker.register(worker).catch(() => {});
    navigator.serviceWorker.ready.then(({ active }) => active.postMessage(root.lang));
  }
})();
