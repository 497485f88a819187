// A digit chooses a step; Enter, in the form already, keeps it.
(() => {
  "use strict";
  const form = document.querySelector("[data-marking]");
  if (!form) return;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("select")) return;
    const step = /^[1-9]$/.test(event.key) && form.querySelector(`[data-digit="${event.key}"]`);
    if (!step) return;
    event.preventDefault();
    step.checked = true;
    step.focus();
  });
})();
