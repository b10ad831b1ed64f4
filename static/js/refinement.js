/* Polaris · refinement.js — who accepts key results stays where they are when the page follows: groups stay open or closed
   as they were, and the focus goes on to the next one that waits.
   [data-accept]   the button that accepts one key result */
(() => {
  "use strict";
  const groups = () => [...document.querySelectorAll("details.rf-group")];
  let before = null;

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { requestConfig: sent, target } = event.detail;
    before = null;
    if (sent?.verb !== "post" || target?.id !== "refinement") return;
    const row = sent.elt.querySelector("[data-accept]") && sent.elt.closest(".rf-row");
    before = { open: new Map(groups().map((group) => [group.id, group.open])), row: row?.id };
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!before) return;
    const { open, row } = before;
    before = null;
    for (const group of groups()) if (open.has(group.id)) group.open = open.get(group.id);
    const here = row && document.getElementById(row);
    if (!here) return;
    const after = [...document.querySelectorAll("details[open] [data-accept]")];
    const next = after.find((button) => here.compareDocumentPosition(button) & Node.DOCUMENT_POSITION_FOLLOWING);
    (next ?? here).focus();
  });
})();
