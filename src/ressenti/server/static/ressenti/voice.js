// Tells of comments that came in since the page was read; they are shown when asked for.
(() => {
  "use strict";
  const region = document.querySelector("[data-arrivals]");
  const list = document.querySelector(".comments");
  if (!region) return;
  const SECONDS_BETWEEN_COUNTS = 10;
  let timer = 0;

  function arrived(names) {
    // What follows the last comment known here is not new: it moved up when another one went.
    const latest = names.findLastIndex((name) => document.getElementById(name));
    const wanted = latest < 0 ? names : names.slice(0, latest);
    return wanted.filter((name) => !document.getElementById(name));
  }

  function tell() {
    const told = document.querySelector("[data-newest]").dataset.newest;
    const names = told ? told.split(" ") : [];
    const n = arrived(names).length;
    if (!n) {
      region.replaceChildren();
      return;
    }
    const button = region.querySelector("button") ?? document.createElement("button");
    const count = n === names.length && list ? `${n}+` : n;
    const words = n === 1 ? region.dataset.wordOne : region.dataset.wordMany.replace("{n}", count);
    button.type = "button";
    button.className = "button";
    if (button.textContent !== words) button.textContent = words;
    if (!button.isConnected) region.append(button);
  }

  function tellInAWhile() {
    // A live region that changes with every answer would speak without end.
    if (timer) return;
    tell();
    timer = setTimeout(() => {
      timer = 0;
      tell();
    }, SECONDS_BETWEEN_COUNTS * 1000);
  }

  async function pageNow() {
    const response = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return response.ok ? page : null;
  }

  // What the engine has read since takes the place of what waited to be read.
  async function showReadings() {
    const waiting = [...document.querySelectorAll(".comment[data-unread]")];
    if (!waiting.length) return;
    const page = await pageNow();
    for (const comment of waiting) {
      const read = page?.getElementById(comment.id);
      if (read && !read.hasAttribute("data-unread") && !comment.contains(document.activeElement)) {
        comment.replaceWith(document.adoptNode(read));
      }
    }
    document.dispatchEvent(new CustomEvent("arrived"));
  }

  function isOfAnotherQuestion(page) {
    const told = [document, page].map((one) => one.querySelector("[data-asked]")?.textContent);
    return told[0] !== told[1];
  }

  async function bringIn() {
    const page = await pageNow();
    const comments = [...(page?.querySelectorAll(".comments > .comment") ?? [])];
    const latest = comments.findLastIndex((one) => document.getElementById(one.id));
    if (!page || !list || latest < 0 || isOfAnotherQuestion(page)) {
      location.reload();
      return;
    }
    let before = list.firstElementChild;
    let first = null;
    for (const comment of comments.slice(0, latest)) {
      const own = document.getElementById(comment.id);
      if (own) {
        before = own.nextElementSibling;
        continue;
      }
      comment.classList.add("is-new");
      list.insertBefore(document.adoptNode(comment), before);
      first ??= comment;
    }
    document.querySelector(".page-period").replaceWith(page.querySelector(".page-period"));
    region.replaceChildren();
    document.dispatchEvent(new CustomEvent("arrived"));
    if (!first) return;
    first.tabIndex = -1;
    first.focus();
  }

  document.addEventListener("repainted", () => {
    tellInAWhile();
    showReadings().catch(() => {});
  });
  region.addEventListener("click", (event) => {
    if (event.target.closest("button")) bringIn().catch(() => location.reload());
  });
})();
