/* Polaris · decide.js — deciding in the room of a workshop.
   #room-dialog  what htmx puts into it opens over the room, which goes on below; [data-close] and Esc close it, as does what
                 was sent from it and accepted (into it, or into its #dialog-says; a list that one goes on with has another
                 target). What was typed stays (unsent.js) and is there when it is opened again. */
(() => {
  "use strict";
  const dialog = document.getElementById("room-dialog");
  const on = (type, listener, target = document) => target.addEventListener(type, listener);

  on("htmx:afterSwap", (event) => {
    if (event.detail.target !== dialog || !dialog.querySelector("#dialog-title")) return;
    if (!dialog.open) dialog.showModal();
    (dialog.querySelector(".errors") ?? dialog.querySelector("input:not([type=hidden]):not(:disabled), textarea"))?.focus();
  });
  on("click", (event) => {
    if (!event.target.closest("[data-close]")) return;
    event.preventDefault();
    dialog.close();
  }, dialog);
  on("htmx:afterRequest", (event) => {
    const { xhr, requestConfig, target } = event.detail;
    if (xhr.status === 200 && requestConfig.verb === "post" && ["room-dialog", "dialog-says"].includes(target.id)) dialog.close();
  });
  on("close", () => dialog.replaceChildren(), dialog);
})();
