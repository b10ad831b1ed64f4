/* Polaris · planning_votes.js — the list of votes alone ([data-votes]) by keyboard, while the focus is in one of its rows:
   j and the arrows go from row to row, k d x say keep, discuss, drop. */
(() => {
  "use strict";
  const CHOICES = { k: "keep", d: "discuss", x: "drop" };
  const STEPS = { j: 1, ArrowDown: 1, ArrowUp: -1 };
  const rows = () => [...document.querySelectorAll("[data-votes] [data-vote]")];

  document.addEventListener("keydown", (event) => {
    const row = event.target.closest("[data-votes] [data-vote]"), list = document.querySelector("[data-votes]");
    if (!list || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing) return;
    if (event.key.length === 1 && document.body.dataset.singleKeys === "off") return;
    if (!row && !(event.key === "j" && event.target === document.body)) return;
    if (event.key in STEPS) {
      const all = rows(), to = all[row ? all.indexOf(row) + STEPS[event.key] : 0];
      (to?.querySelector("[aria-pressed=true]") ?? to?.querySelector("button") ?? to?.querySelector("a"))?.focus();
      event.preventDefault();
    } else if (event.key in CHOICES) {
      const button = row.querySelector(`[data-choice=${CHOICES[event.key]}]`);
      if (button?.getAttribute("aria-pressed") === "false") button.click(); // a key that is held takes nothing back
      event.preventDefault();
    }
  });
})();
