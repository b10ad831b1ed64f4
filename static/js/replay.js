/* Polaris · replay.js — the arrow keys step through the phases of a closed workshop (a[rel=prev], a[rel=next]) */
(() => {
  "use strict";
  const STEPS = { ArrowLeft: "prev", ArrowRight: "next" };
  document.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable], [popover]")) return;
    const link = document.querySelector(`a[rel=${step}]`);
    if (!link) return;
    event.preventDefault();
    link.click();
  });
})();
