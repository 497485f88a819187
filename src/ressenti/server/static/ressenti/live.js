// Keeps the figures of a page in step with the answers; without it the page is right until reloaded.
(() => {
  "use strict";
  const holder = document.querySelector("[data-live]");
  if (!holder || !window.EventSource) return;
  const badge = document.querySelector("[data-live-state]");
  const news = document.querySelector("[data-live-news]");
  const more = document.querySelector("[data-live-more]");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let stream = null;
  let refusals = 0;
  let names = new Set();
  let timer = 0;

  function tell(state) {
    if (!badge) return;
    badge.hidden = state === "off";
    badge.dataset.liveState = state;
    badge.querySelector(".connection-word").textContent =
      state === "live" ? badge.dataset.wordLive : badge.dataset.wordWaiting;
  }

  function announce(name) {
    // Many figures may change at once: they are told together, and not more than twice a minute.
    names.add(name);
    if (!news || timer) return;
    timer = setTimeout(() => {
      news.textContent = `${[...names].join(", ")} – ${news.dataset.wordChanged}`;
      names = new Set();
      timer = setTimeout(() => {
        timer = 0;
        if (names.size) announce([...names][0]);
      }, 30000);
    }, 1000);
  }

  function paint(event) {
    const told = JSON.parse(event.data);
    const old = document.getElementById(told.id);
    if (!old && more) more.hidden = false;
    if (!old || !holder.contains(old)) return;
    const box = document.createElement("template");
    box.innerHTML = told.html;
    const fresh = box.content.firstElementChild;
    old.classList.remove("changed");
    if (!fresh || fresh.id !== told.id || fresh.isEqualNode(old)) return;
    const had = old.contains(document.activeElement) && document.activeElement.closest("a");
    old.replaceWith(fresh);
    if (had) fresh.querySelector("a")?.focus({ preventScroll: true });
    if (!calm.matches) fresh.classList.add("changed");
    const name = fresh.dataset.liveName ?? fresh.querySelector("a")?.textContent;
    if (name) announce(name);
    fresh.dispatchEvent(new CustomEvent("repainted", { bubbles: true }));
  }

  // Refused thrice: quiet
  const wait = () => tell(refusals > 2 ? "off" : "waiting");

  function open() {
    if (stream) return;
    wait();
    stream = new EventSource(holder.dataset.live);
    stream.addEventListener("open", () => {
      refusals = 0;
      tell("live");
    });
    stream.addEventListener("figure", paint);
    stream.addEventListener("error", () => {
      if (stream?.readyState === EventSource.CLOSED) {
        close();
        setTimeout(open, ++refusals > 2 ? 60000 : 5000);
      }
      wait();
    });
  }

  function close() {
    stream?.close();
    stream = null;
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) close();
    else open();
  });
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  if (!document.hidden) open();
})();
