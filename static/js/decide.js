/* Polaris · decide.js — deciding in the room of a workshop.
   #room-dialog  what htmx puts into it opens over the room, which goes on below; [data-close] and Esc close it, as does a
                 form in it that was accepted. What was typed stays (unsent.js) and is there when it is opened again. */
(() => {
  "use strict";
  const dialog = document.getElementById("room-dialog");
  const on = (type, listener, target = document) => target.addEventListener(type, listener);

  on("htmx:afterSwap", (event) => {
    if (event.detail.target !== dialog || !dialog.querySelector("form")) return;
    if (!dialog.open) dialog.showModal();
    (dialog.querySelector(".errors") ?? dialog.querySelector("input:not([type=hidden]):not(:disabled), textarea"))?.focus();
  });
  on("click", (event) => {
    if (!event.target.closest("[data-close]")) return;
    event.preventDefault();
    dialog.close();
  }, dialog);
  on("htmx:afterRequest", (event) => {
    if (event.detail.successful && event.detail.requestConfig.verb === "post" && dialog.contains(event.detail.elt)) dialog.close();
  });
  on("close", () => dialog.replaceChildren(), dialog);
})();
