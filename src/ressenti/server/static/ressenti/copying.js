// Copies what a page shows; without it the text is there to be selected.
(() => {
  "use strict";

  function selected(source) {
    if (source.select) {
      source.select();
      return;
    }
    const range = document.createRange();
    range.selectNodeContents(source);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }

  async function copied(source) {
    // The clipboard is given to https and to this machine alone; elsewhere the older way is left.
    if (navigator.clipboard) {
      try {
        await navigator.clipboard.writeText(source.value ?? source.textContent);
        return true;
      } catch {
        // A browser may refuse it.
      }
    }
    selected(source);
    return document.execCommand("copy");
  }

  for (const button of document.querySelectorAll("[data-copies]")) {
    const told = button.parentElement.querySelector("[data-copied]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copies);
      told.textContent = "";
      if (await copied(source)) told.textContent = told.dataset.copied;
    });
  }
})();
