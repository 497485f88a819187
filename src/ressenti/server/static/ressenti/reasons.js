// Lets a keyboard stop once in each comment and go from reason to reason with the arrows.
(() => {
  "use strict";
  const MARKS = "[data-why][tabindex]";
  const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

  function marksBeside(mark) {
    return [...mark.closest(".comment-text").querySelectorAll(MARKS)];
  }

  function stopOnceIn(root) {
    for (const text of root.querySelectorAll(".comment-text")) {
      const [, ...others] = text.querySelectorAll(MARKS);
      for (const mark of others) mark.tabIndex = -1;
    }
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const mark of document.querySelectorAll("[data-why]:hover, [data-why]:focus")) {
        mark.classList.add("is-quiet");
      }
      return;
    }
    const mark = event.target.closest?.(MARKS);
    if (!mark || !STEPS[event.key]) return;
    const beside = marksBeside(mark);
    const next = beside[beside.indexOf(mark) + STEPS[event.key]];
    if (!next) return;
    event.preventDefault();
    for (const one of beside) one.tabIndex = one === next ? 0 : -1;
    next.focus();
  });
  for (const name of ["mouseout", "focusout"]) {
    document.addEventListener(name, (event) => event.target.classList?.remove("is-quiet"));
  }
  document.addEventListener("arrived", () => stopOnceIn(document));
  stopOnceIn(document);
})();
