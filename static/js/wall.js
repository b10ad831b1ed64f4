/* Polaris · wall.js — a room that is only looked at: the wall (body.wall), and what a participant sees ([data-looking]).
   .timer[data-ends]   ticks; the type of the wall is as large as the board leaves room for
   #deck[data-shown]   what the facilitator shows is brought into view; else a board that is too long is shown by pages
   #whole-screen       full screen; the screen is kept awake while the page is seen */
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const on = (type, listener, target = document) => target.addEventListener(type, listener);
  const isWall = document.body.classList.contains("wall");
  const room = document.querySelector("[data-live]");

  /* ── Timer ── */
  const ahead = Number(room.dataset.now) - Date.now(); // of the server's clock
  function tick() {
    const timer = document.querySelector(".timer[data-ends]");
    if (!timer) return;
    const left = Math.max(0, Math.ceil((Number(timer.dataset.ends) - Date.now() - ahead) / 1000));
    const shown = `${String(Math.floor(left / 60)).padStart(2, "0")}:${String(left % 60).padStart(2, "0")}`;
    if (timer.textContent !== shown) timer.textContent = shown;
    timer.classList.toggle("low", left <= 60);
    const share = Math.min(100, Math.max(0, 100 - Math.round((100 * left) / (60 * Number(timer.dataset.whole)))));
    timer.className = timer.className.replace(/\bv-\d+/, `v-${share}`);
  }

  /* ── As large as fits: the type of everything follows that of the root ── */
  const LARGEST = 2.1, SMALLEST = 1.3, STEP = 0.05; // percent of the width: 40 to 25 pixels at 1920
  const PAGE_FOR = 12000; // ms in which a part of a board is read that is longer than the wall
  function fit() {
    if (innerWidth < 768) return void document.documentElement.style.removeProperty("font-size");
    const parts = [document.querySelector(".wall-board"), $("aside")];
    let size = LARGEST;
    const set = () => document.documentElement.style.setProperty("font-size", `${Math.min(size, size * (innerHeight / innerWidth) * (16 / 9))}vw`);
    set();
    while (size > SMALLEST && parts.some((part) => part && part.scrollHeight > part.clientHeight + 2)) {
      size -= STEP;
      set();
    }
    follow();
  }
  const shown = () => $($("deck").dataset.shown);
  function follow() { shown()?.scrollIntoView({ block: "start" }); }
  // What is not cut where a page ends; the head of a family stays above its notes.
  const WHOLE = "h2, h3, .note, .pick-card, .d-row, .tray, .recalled li, tr, .slope-g li, .plain-ranking li, .banner";
  function turnPage(part) {
    if (part.scrollHeight <= part.clientHeight + 2) return;
    const area = part.getBoundingClientRect();
    const atEnd = part.scrollTop + part.clientHeight >= part.scrollHeight - 2;
    const cut = [...part.querySelectorAll(WHOLE)].filter((one) => one.getBoundingClientRect().bottom > area.bottom + 1);
    const first = cut.reduce((least, one) => Math.min(least, one.getBoundingClientRect().top - (one.closest(".family")?.querySelector("header").offsetHeight ?? 0)), Infinity);
    const on = first - area.top - 0.02 * area.height;
    part.scrollTo({ top: atEnd ? 0 : part.scrollTop + (on > 0.3 * area.height ? Math.min(on, area.height) : 0.9 * area.height) });
  }
  function turnPages() {
    if (!shown()) turnPage(document.querySelector(".wall-board"));
    turnPage($("aside"));
  }
  let fitting = 0;
  const fitSoon = () => { cancelAnimationFrame(fitting); fitting = requestAnimationFrame(fit); };

  /* ── Awake, and the whole screen ── */
  async function stayAwake() {
    if (document.hidden || !navigator.wakeLock) return;
    try { await navigator.wakeLock.request("screen"); } catch { /* on battery, or not allowed: it dims as it would */ }
  }
  let resting;
  const rest = () => document.body.classList.add("at-rest");
  function stir() {
    document.body.classList.remove("at-rest");
    clearTimeout(resting);
    resting = setTimeout(rest, 4000);
  }

  /* ── Only looked at ── */
  function disable() {
    for (const control of document.querySelectorAll("[data-looking] :is(button, input, textarea, select)")) control.disabled = true;
    for (const link of document.querySelectorAll("[data-looking] a[href]")) {
      link.removeAttribute("href");
      link.setAttribute("role", "link");
      link.setAttribute("aria-disabled", "true");
    }
    for (const summary of document.querySelectorAll("[data-looking] summary")) summary.tabIndex = -1;
  }

  on("live:shown", () => { tick(); if (isWall) fitSoon(); else disable(); });
  setInterval(tick, 250);
  tick();
  if (isWall) {
    const whole = $("whole-screen");
    whole.hidden = !document.fullscreenEnabled;
    on("click", () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()), whole);
    on("fullscreenchange", () => { whole.hidden = Boolean(document.fullscreenElement); });
    on("visibilitychange", stayAwake);
    for (const type of ["pointermove", "keydown", "focusin"]) on(type, stir);
    on("resize", fitSoon, window);
    document.fonts.ready.then(fitSoon);
    setInterval(turnPages, PAGE_FOR);
    stayAwake();
    rest();
    fit();
  } else disable();
})();
