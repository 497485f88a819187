// Keeps the progress of an import in step; without it the page is right until it is looked at again.
(() => {
  "use strict";
  const holder = document.querySelector("[data-progress]");
  if (!holder) return;
  const bar = holder.querySelector("progress");
  const records = holder.querySelector("[data-progress-records]");
  const number = new Intl.NumberFormat(document.documentElement.lang);

  async function look() {
    try {
      const answer = await fetch(holder.dataset.progress, { credentials: "same-origin" });
      if (!answer.ok) return;
      const told = await answer.json();
      if (told.is_over) {
        location.reload();
        return;
      }
      if (bar.hasAttribute("max")) bar.value = told.records;
      records.textContent = number.format(told.records);
    } catch {
      // The server may be away for a moment.
    }
    setTimeout(look, 1500);
  }

  setTimeout(look, 800);
})();
