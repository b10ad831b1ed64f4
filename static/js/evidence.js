/* Polaris · evidence.js — the file of a piece of evidence: dropped on the form, looked at before it is sent (size, type),
   and for a CSV a preview of its chart. Without it the same form is sent, and the server says the same. */
(() => {
  "use strict";
  const on = (type, listener) => document.addEventListener(type, listener);
  const form = () => document.getElementById("evidence-form");
  const input = () => document.getElementById("id_file");

  function say(text) {
    const place = document.getElementById("id_file_error");
    place.querySelector("span").textContent = text;
    place.hidden = !text;
    input().setAttribute("aria-describedby", text ? "id_file_helptext id_file_error" : "id_file_helptext");
    if (text) input().setAttribute("aria-invalid", "true");
    else input().removeAttribute("aria-invalid");
  }

  const isTooLarge = (file) => file.size > Number(input().dataset.most);

  function empty() {
    document.getElementById("evidence-preview").replaceChildren();
  }

  async function preview() {
    const file = input().files[0];
    if (!file || !/\.csv$/i.test(file.name) || !document.getElementById("id_chart").checked) return empty();
    const body = new FormData(form());
    body.set("preview", "1");
    const answer = await fetch(form().action, { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok || input().files[0] !== file) return;
    htmx.swap("#evidence-preview", await answer.text(), { swapStyle: "outerHTML" });
    say("");
  }

  function chosen() {
    const file = input().files[0];
    say(file && isTooLarge(file) ? input().dataset.tooLarge : "");
    if (file && isTooLarge(file)) empty();
    else preview();
  }

  on("change", (event) => {
    if (event.target.id === "id_file" || event.target.id === "id_chart") chosen();
  });

  // Before static/js/unsent.js sends it.
  addEventListener("submit", (event) => {
    if (event.target !== form()) return;
    const file = input().files[0];
    if (!file || !isTooLarge(file)) return;
    event.preventDefault();
    event.stopPropagation();
    say(input().dataset.tooLarge);
    input().focus();
  }, true);

  /* ── Dropping ── */
  const hasFile = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
  const mark = (over) => form()?.querySelector("[data-drop]").classList.toggle("over", over);

  on("dragover", (event) => {
    if (!form() || !hasFile(event)) return;
    event.preventDefault(); // else the browser opens the file instead of the form
    mark(true);
  });
  on("dragleave", (event) => { if (!event.relatedTarget) mark(false); });
  on("drop", (event) => {
    if (!form() || !hasFile(event)) return;
    event.preventDefault();
    mark(false);
    if (!event.dataTransfer.files.length) return;
    const one = new DataTransfer();
    one.items.add(event.dataTransfer.files[0]);
    input().files = one.files;
    chosen();
  });

  /* ── Sending ── */
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      const bar = target.querySelector?.(".sending");
      if (bar) bar.hidden = !(target.hasAttribute("aria-busy") && input().files.length);
    }
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["aria-busy"], subtree: true });
})();
