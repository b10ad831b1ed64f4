/* Polaris · timer.js — the clock of a session that many watch. Needs live.js.
   .timer[data-ends]    ticks towards that moment (ms) of [data-live][data-now]'s clock; [data-whole] are its minutes;
                        with [data-beyond] it goes on below nothing
   #clock-says          announces the last minute, the last ten seconds and the end; #sound mutes the bell */
(() => {
  "use strict";
  const MUTED = "polaris-muted";
  const on = (type, listener, target = document) => target.addEventListener(type, listener);
  const $ = (id) => document.getElementById(id);
  const root = document.querySelector("[data-live]");
  const ahead = Number(root.dataset.now) - Date.now(); // of the server's clock
  let announced = "", bell;

  function ring() {
    if (localStorage.getItem(MUTED)) return;
    try {
      bell ??= new AudioContext();
      const tone = bell.createOscillator(), volume = bell.createGain(), now = bell.currentTime;
      tone.frequency.value = 660;
      volume.gain.setValueAtTime(0.2, now);
      volume.gain.exponentialRampToValueAtTime(0.001, now + 1.2);
      tone.connect(volume).connect(bell.destination);
      tone.start(now);
      tone.stop(now + 1.2);
    } catch { /* no sound on this device */ }
  }

  function tick() {
    const timer = document.querySelector(".timer[data-ends]");
    if (!timer) return;
    const exact = Math.ceil((Number(timer.dataset.ends) - Date.now() - ahead) / 1000), left = Math.max(0, exact);
    const told = "beyond" in timer.dataset ? Math.abs(exact) : left;
    const shown = `${exact < 0 && told ? "−" : ""}${String(Math.floor(told / 60)).padStart(2, "0")}:${String(told % 60).padStart(2, "0")}`;
    if (timer.textContent !== shown) timer.textContent = shown;
    timer.classList.toggle("low", left <= 60);
    const share = Math.min(100, Math.max(0, 100 - Math.round((100 * left) / (60 * Number(timer.dataset.whole)))));
    timer.className = timer.className.replace(/\bv-\d+/, `v-${share}`);
    announce(timer.dataset.ends, left);
  }

  // Only the moments at which something changes for the room; a second that was slept over is no such moment.
  function announce(ends, left) {
    const moment = { 60: "minute", 10: "ten", 0: "over" }[left];
    const key = `${ends} ${moment}`;
    if (!moment || key === announced) return;
    const isLate = moment === "over" && Date.now() + ahead - Number(ends) > 5000;
    announced = key;
    if (isLate) return;
    $("clock-says").textContent = $("clock-says").dataset[moment];
    if (moment === "over") ring();
  }

  function showSound() {
    const button = $("sound");
    if (!button) return;
    button.hidden = false;
    button.setAttribute("aria-pressed", String(!localStorage.getItem(MUTED)));
  }
  on("click", (event) => {
    if (!event.target.closest("#sound")) return;
    if (localStorage.getItem(MUTED)) localStorage.removeItem(MUTED);
    else localStorage.setItem(MUTED, "1");
    showSound();
    ring(); // so that one hears what it will be, and the browser lets it sound later
  });
  on("live:shown", () => {
    showSound();
    tick();
  });
  setInterval(tick, 250);
  tick();
  showSound();
})();
