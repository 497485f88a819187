/* Ressenti web widget: asks one survey on any page. Documented in docs/reference/widget.md.
   No dependency; text only, never HTML; nothing is stored before the visitor has chosen. */
(function () {
  "use strict";

  const script = document.currentScript;
  const key = script && script.getAttribute("data-ressenti-survey");
  if (!key || (window.ressenti && window.ressenti.isReady)) return;

  const ADDRESS = new URL("w/" + encodeURIComponent(key), script.src).href;
  const DEVICE = "ressenti.device";
  const UNTIL = "ressenti.until." + key;
  const OUTBOX = "ressenti.outbox." + key;
  const DAY = 86400000;
  const LONGEST_ATTRIBUTE = 200;
  const SHORT_TEXT = 200;
  const FIRST_RETRY = 2000;
  const LAST_RETRY = 60000;

  const WORDS = {
    en: {
      close: "Close",
      next: "Next",
      send: "Send",
      agree: "I agree, let's answer",
      refuse: "No, thank you",
      optional: "optional",
      notConcerned: "Not concerned",
      required: "Please answer this question.",
      number: "Please write a number.",
      thanks: "Thank you for your answer.",
      sending: "Sending…",
      kept: "You are offline. Your answer is kept on this device and leaves as soon as it can.",
      unkept: "You are offline. Keep this page open: your answer leaves as soon as it can.",
      waiting: "1 answer waiting to be sent",
      waitingMany: "{n} answers waiting to be sent",
      retry: "Send now",
      refused: "An answer could not be accepted: ",
      failed: "It cannot be accepted.",
    },
    fr: {
      close: "Fermer",
      next: "Suivant",
      send: "Envoyer",
      agree: "J'accepte et je réponds",
      refuse: "Non, merci",
      optional: "facultatif",
      notConcerned: "Non concerné",
      required: "Merci de répondre à cette question.",
      number: "Merci d'écrire un nombre.",
      thanks: "Merci de votre réponse.",
      sending: "Envoi en cours…",
      kept: "Vous êtes hors ligne. Votre réponse est gardée ici et partira dès que possible.",
      unkept: "Vous êtes hors ligne. Gardez la page ouverte : la réponse partira dès que possible.",
      waiting: "1 réponse en attente d'envoi",
      waitingMany: "{n} réponses en attente d'envoi",
      retry: "Envoyer maintenant",
      refused: "Une réponse n'a pas pu être acceptée : ",
      failed: "Elle ne peut pas être acceptée.",
    },
  };

  const STYLE = `
:host{all:initial}
*{box-sizing:border-box}
dialog,.notice{--ink:#17212b;--muted:#54626f;--line:#8593a0;--paper:#fff;--tint:#eef4f9;--accent:#0a5c91;--on:#fff;--bad:#a63f00;
font:16px/1.5 system-ui,"Segoe UI",Roboto,Arial,sans-serif;color:var(--ink);background:var(--paper);border:1px solid var(--line);border-radius:14px}
dialog{width:min(37.5rem,calc(100vw - 24px));max-height:calc(100vh - 24px);overflow:auto;margin:auto 24px 24px auto;padding:20px 22px 22px;box-shadow:0 14px 48px rgba(10,25,40,.28)}
dialog::backdrop{background:rgba(10,25,40,.35)}
.notice{position:fixed;right:16px;bottom:16px;z-index:2147483647;padding:8px 8px 8px 16px;display:flex;gap:12px;align-items:center;max-width:calc(100vw - 32px);box-shadow:0 6px 24px rgba(10,25,40,.24)}
.notice[hidden]{display:none}
header{display:flex;gap:12px;justify-content:space-between;align-items:flex-start}
h2{font-size:1.15em;line-height:1.35;margin:6px 0 0;outline:0}
p{margin:8px 0;white-space:pre-line}
fieldset{border:0;margin:18px 0 0;padding:0;min-width:0}
legend{font-weight:600;padding:0;margin-bottom:8px}
.several>legend{margin:0}
.several>fieldset{margin-top:10px}
.several>fieldset>legend{font-weight:400}
.help,.ends,.optional{color:var(--muted);font-size:.9em;font-weight:400}
.help{margin:-4px 0 8px}
.boxes{display:grid;grid-template-columns:repeat(auto-fit,minmax(44px,1fr));gap:6px}
.rows{display:grid;gap:6px}
.ends{display:flex;justify-content:space-between;gap:16px;margin-top:4px}
.ends span:last-child{text-align:right}
.level{position:relative;display:flex;align-items:center;gap:10px;min-height:44px;padding:6px 12px;border:1px solid var(--line);border-radius:8px;cursor:pointer}
.boxes .level{justify-content:center;padding:0;font-weight:600}
.boxes input{position:absolute;inset:0;width:100%;height:100%;margin:0;opacity:0;cursor:pointer}
.rows input{width:20px;height:20px;margin:0;flex:none;accent-color:var(--accent)}
.level:hover{background:var(--tint)}
.is-chosen,.is-chosen:hover{background:var(--accent);border-color:var(--accent);color:var(--on)}
.rows .is-chosen,.rows .is-chosen:hover{background:var(--tint);color:var(--ink)}
.level:focus-within,button:focus-visible,textarea:focus-visible,.field:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
textarea,.field{width:100%;min-height:44px;padding:9px 12px;font:inherit;color:inherit;background:var(--paper);border:1px solid var(--line);border-radius:8px}
textarea{min-height:104px;resize:vertical}
.apart{margin-top:10px}
.fault{color:var(--bad);font-weight:600;margin:6px 0 0}
.fault:empty{display:none}
footer{display:flex;flex-wrap:wrap;gap:10px;justify-content:flex-end;margin-top:20px}
button{font:inherit;font-weight:600;min-height:44px;padding:8px 18px;border-radius:8px;border:1px solid var(--accent);background:var(--paper);color:var(--accent);cursor:pointer}
.main{background:var(--accent);color:var(--on)}
.close{min-height:36px;padding:2px 12px;border-color:transparent;font-weight:400;flex:none}
button[aria-disabled=true]{opacity:.6}
@media (max-width:480px){dialog{margin:auto 0 0;width:100vw;max-width:100vw;border-radius:14px 14px 0 0;padding:16px}}
@media (prefers-color-scheme:dark){dialog,.notice{--ink:#e8eef4;--muted:#a3b2c0;--line:#6b7a88;--paper:#19222b;--tint:#26313c;--accent:#72bcf0;--on:#11181f;--bad:#f0874a;color-scheme:dark}}
@media (forced-colors:active){.is-chosen{outline:3px solid Highlight}}
`;

  const language = (function () {
    const page = document.documentElement.lang || navigator.language || "";
    const asked = script.getAttribute("data-ressenti-language") || page;
    return asked.toLowerCase().startsWith("fr") ? "fr" : "en";
  })();
  const words = WORDS[language];

  /* What this page knows; only remembered() and the outbox outlive it. */
  const attributes = {};
  let survey = null;
  let response = null;
  let hasAgreed = false;
  let hasAnswered = false;
  let mustOpen = false;
  let isFlushing = false;
  let retryIn = FIRST_RETRY;
  let timer = 0;
  let refusal = "";
  let unstored = [];
  let view = null;

  function remembered(name) {
    try {
      return localStorage.getItem(name);
    } catch (error) {
      return null; // The browser keeps nothing for this page.
    }
  }

  function isKept(name, value) {
    try {
      localStorage.setItem(name, value);
      return true;
    } catch (error) {
      return false;
    }
  }

  function randomName() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function rest() {
    const until = Date.now() + (survey.quarantine_days || 0) * DAY;
    isKept(UNTIL, new Date(until).toISOString());
  }

  function isResting() {
    return Date.parse(remembered(UNTIL) || "") > Date.now();
  }

  /* ---- the outbox: what is answered is stored first and leaves once it has arrived ---- */

  function storedOutbox() {
    try {
      const list = JSON.parse(remembered(OUTBOX) || "[]");
      return Array.isArray(list) ? list : [];
    } catch (error) {
      return [];
    }
  }

  function outbox() {
    return storedOutbox().concat(unstored);
  }

  function put(body) {
    const isStored = isKept(OUTBOX, JSON.stringify(storedOutbox().concat([body])));
    if (!isStored) unstored.push(body);
    return isStored;
  }

  function takeOut(body) {
    const isOther = (one) => one.idempotency_key !== body.idempotency_key;
    unstored = unstored.filter(isOther);
    const left = storedOutbox().filter(isOther);
    if (left.length) isKept(OUTBOX, JSON.stringify(left));
    else if (remembered(OUTBOX) !== null) localStorage.removeItem(OUTBOX);
  }

  /* Gives {ok, document}; null when it may be tried again. */
  async function posted(body) {
    try {
      const reply = await fetch(ADDRESS, {
        method: "POST",
        mode: "cors",
        credentials: "omit",
        referrerPolicy: "no-referrer",
        keepalive: true,
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
      if (reply.status >= 500 || reply.status === 408 || reply.status === 429) return null;
      return { ok: reply.ok, document: await reply.json().catch(() => ({})) };
    } catch (error) {
      return null; // Offline, or the server is.
    }
  }

  async function flush() {
    if (isFlushing) return;
    isFlushing = true;
    clearTimeout(timer);
    let hasArrived = true;
    for (const body of outbox()) {
      const reply = await posted(body);
      hasArrived = reply !== null;
      if (!hasArrived) break;
      takeOut(body);
      if (!reply.ok) refusal = reply.document.detail || words.failed;
    }
    isFlushing = false;
    if (hasArrived) retryIn = FIRST_RETRY;
    else waitAndFlush();
    showNotice();
  }

  function waitAndFlush() {
    clearTimeout(timer);
    timer = setTimeout(flush, retryIn);
    retryIn = Math.min(retryIn * 2, LAST_RETRY);
  }

  /* ---- drawing: elements and text nodes, nothing else ---- */

  function element(name, settings, children) {
    const made = document.createElement(name);
    for (const [attribute, value] of Object.entries(settings || {})) {
      if (typeof value === "function") made.addEventListener(attribute, value);
      else if (value !== false && value !== null && value !== undefined) {
        made.setAttribute(attribute, value === true ? "" : value);
      }
    }
    made.append(...(children || []).filter((child) => child !== null && child !== ""));
    return made;
  }

  function shadow() {
    if (view) return view;
    const host = element("ressenti-widget", { lang: language });
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    const content = element("div", { class: "content" });
    const dialog = element("dialog", { "aria-labelledby": "title", close: closed }, [content]);
    const notice = element("div", { class: "notice", role: "status", hidden: true });
    root.append(dialog, notice);
    document.body.append(host);
    view = { dialog, content, notice };
    return view;
  }

  function showNotice() {
    const count = outbox().length;
    if (!count && !refusal && !view) return;
    const { notice } = shadow();
    const waiting = (count > 1 ? words.waitingMany : words.waiting).replace("{n}", count);
    const text = refusal ? words.refused + refusal : waiting;
    const forget = () => {
      refusal = "";
      showNotice();
    };
    const action = refusal ? button(words.close, forget) : button(words.retry, flush);
    notice.replaceChildren(element("span", {}, [text]), action);
    notice.hidden = !count && !refusal;
  }

  function show(children) {
    const { dialog, content } = shadow();
    const title = element("h2", { id: "title", tabindex: "-1" }, [survey.title || ""]);
    const settings = { type: "button", class: "close", click: () => dialog.close() };
    const close = element("button", settings, [words.close]);
    content.replaceChildren(element("header", {}, [title, close]), ...children);
    if (!dialog.open) dialog.showModal();
    title.focus();
    dialog.scrollTop = 0;
  }

  function paragraph(text) {
    return text ? element("p", {}, [text]) : null;
  }

  function button(text, run, isMain) {
    return element("button", { type: "button", class: isMain ? "main" : "", click: run }, [text]);
  }

  function closed() {
    // A refusal is remembered as one date, so that it is respected; it names nobody.
    if (!hasAnswered) rest();
    showNotice();
  }

  function choice(kind, name, value, label, chosen, isBox) {
    const spoken = isBox ? label : null;
    const input = element("input", { type: kind, name, change: chosen, "aria-label": spoken });
    input.given = value;
    const shown = element("span", {}, [isBox ? String(value) : label]);
    return element("label", { class: "level" }, [input, shown]);
  }

  function levelLabel(level) {
    return level.label === String(level.value) ? level.label : level.value + " – " + level.label;
  }

  function choicesOf(field, options, kind) {
    const between = options.slice(1, -1);
    const isScale = field.kind === "levels" && between.length > 0;
    const areBoxes = isScale && between.every((one) => one.label === String(one.value));
    const labels = [];
    const chosen = () => {
      for (const label of labels) label.classList.toggle("is-chosen", label.firstChild.checked);
    };
    for (const one of options) {
      const label = areBoxes ? levelLabel(one) : one.label;
      labels.push(choice(kind, field.name, one.value, label, chosen, areBoxes));
    }
    const ends = areBoxes ? [options[0], options[options.length - 1]] : [];
    const parts = [element("div", { class: areBoxes ? "boxes" : "rows" }, labels.slice())];
    if (ends.some((one) => one.label !== String(one.value))) {
      const texts = ends.map((one) => element("span", {}, [one.label]));
      parts.push(element("div", { class: "ends", "aria-hidden": "true" }, texts));
    }
    if (field.not_concerned) {
      const apart = choice(kind, field.name, "not_concerned", words.notConcerned, chosen, false);
      labels.push(apart);
      parts.push(element("div", { class: "rows apart" }, [apart]));
    }
    const inputs = labels.map((label) => label.firstChild);
    const taken = () => inputs.filter((input) => input.checked).map((input) => input.given);
    const value = () => (kind === "checkbox" ? taken() : taken()[0]);
    return { parts, first: inputs[0], value };
  }

  function written(field, label, settings, read) {
    const isShort = field.is_one_word || field.max_length <= SHORT_TEXT;
    const tag = field.kind === "text" && !isShort ? "textarea" : "input";
    const common = { class: "field", "aria-label": label, maxlength: field.max_length };
    const input = element(tag, Object.assign(common, settings));
    return { parts: [input], first: input, value: () => read(input.value.trim()) };
  }

  function numberIn(text) {
    const number = Number(text.replace(/\s/g, "").replace(",", "."));
    return text === "" || Number.isNaN(number) ? text : number;
  }

  const KINDS = {
    levels: (field) => choicesOf(field, field.levels, "radio"),
    choices: (field) => {
      const options = field.choices.map((one) => ({ value: one.id, label: one.label }));
      return choicesOf(field, options, field.is_multiple ? "checkbox" : "radio");
    },
    text: (field, label) => written(field, label, {}, (text) => text),
    date: (field, label) => {
      const settings = { type: "date", min: field.earliest, max: field.latest };
      return written(field, label, settings, (text) => text);
    },
    number: (field, label) => written(field, label, { inputmode: "decimal" }, numberIn),
  };

  function isEmpty(value) {
    return value === undefined || value === "" || (Array.isArray(value) && !value.length);
  }

  function legendOf(label, isRequired) {
    const mark = element("span", { class: "optional" }, [" (" + words.optional + ")"]);
    return element("legend", {}, [label, isRequired ? null : mark]);
  }

  /* Draws one field; gives its element and how to read, check and fault it. */
  function drawn(question, field, isOnly) {
    const parts = [isOnly ? question.label : "", field.label, field.aspect];
    const label = parts.filter(Boolean).join(" – ");
    const isRequired = question.required && !field.is_optional;
    const input = KINDS[field.kind](field, label || question.label);
    const id = "fault-" + field.name;
    const fault = element("p", { class: "fault", id: id });
    const legend = label ? legendOf(label, isRequired || !isOnly) : null;
    const help = isOnly && question.help ? element("p", { class: "help" }, [question.help]) : null;
    const settings = { "aria-describedby": id, "aria-label": label ? null : question.label };
    return {
      name: field.name,
      element: element("fieldset", settings, [legend, help, ...input.parts, fault]),
      focus: () => input.first.focus(),
      value: input.value,
      tell: (message) => fault.replaceChildren(message),
      fault: (value) => {
        if (isEmpty(value)) return isRequired ? words.required : "";
        return field.kind === "number" && typeof value !== "number" ? words.number : "";
      },
    };
  }

  function drawnQuestion(question) {
    const fields = question.fields.filter((field) => KINDS[field.kind]);
    const isOnly = fields.length === 1;
    const inputs = fields.map((field) => drawn(question, field, isOnly));
    const elements = inputs.map((input) => input.element);
    if (isOnly) return { inputs, element: elements[0] };
    const legend = legendOf(question.label, question.required);
    const help = question.help ? element("p", { class: "help" }, [question.help]) : null;
    const settings = { class: "several" };
    return { inputs, element: element("fieldset", settings, [legend, help, ...elements]) };
  }

  /* ---- the steps: consent, pages, thanks ---- */

  function agreed() {
    hasAgreed = true;
    if (!remembered(DEVICE)) isKept(DEVICE, randomName());
  }

  function showConsent() {
    const agree = () => {
      agreed();
      showPage(survey.page);
    };
    const refuse = () => shadow().dialog.close();
    const choices = [button(words.refuse, refuse), button(words.agree, agree, true)];
    const texts = [paragraph(survey.introduction), paragraph(survey.consent)].filter(Boolean);
    show([...texts, element("footer", {}, choices)]);
  }

  function showPage(page, faults) {
    const questions = page.questions.map(drawnQuestion);
    const inputs = questions.reduce((all, question) => all.concat(question.inputs), []);
    const status = element("p", { role: "status" });
    const forward = page.is_last ? words.send : words.next;
    const main = element("button", { type: "submit", class: "main" }, [forward]);
    const submit = (event) => {
      event.preventDefault();
      if (main.getAttribute("aria-disabled") !== "true") send(page, inputs, main, status);
    };
    const elements = questions.map((question) => question.element);
    const footer = element("footer", {}, [main]);
    const form = element("form", { novalidate: true, submit }, [...elements, status, footer]);
    show([form]);
    if (faults) tellFaults(inputs, faults);
  }

  function tellFaults(inputs, faults) {
    let first = null;
    for (const input of inputs) {
      const message = faults[input.name] || "";
      input.tell(message);
      if (message && !first) first = input;
    }
    if (first) first.focus();
    return first !== null;
  }

  async function send(page, inputs, main, status) {
    const answers = {};
    const faults = {};
    for (const input of inputs) {
      const value = input.value();
      faults[input.name] = input.fault(value);
      if (!isEmpty(value)) answers[input.name] = value;
    }
    if (tellFaults(inputs, faults)) return;
    const body = {
      response: response,
      idempotency_key: randomName(),
      language: survey.language,
      page: page.id,
      asked: page.questions.map((question) => question.id),
      answers: answers,
      is_final: page.is_last === true,
      attributes: declared(),
      device: remembered(DEVICE),
    };
    main.setAttribute("aria-disabled", "true");
    status.textContent = words.sending;
    const isStored = put(body);
    const reply = await posted(body);
    main.removeAttribute("aria-disabled");
    status.textContent = "";
    if (reply === null) {
      answered();
      showEnd(isStored ? words.kept : words.unkept);
      showNotice();
      waitAndFlush();
      return;
    }
    takeOut(body);
    if (reply.ok) arrived(reply.document);
    else told(reply.document, inputs, status);
  }

  function arrived(document) {
    answered();
    response = document.response || null;
    if (document.page) showPage(document.page);
    else {
      response = null;
      showEnd(document.thanks || words.thanks);
    }
  }

  function told(problem, inputs, status) {
    const faults = {};
    for (const error of problem.errors || []) faults[error.field] = error.message;
    if (tellFaults(inputs, faults)) return;
    // What is wrong may stand on an earlier page; the server then says which one.
    if (problem.page) showPage(problem.page, faults);
    else status.textContent = problem.detail || words.failed;
  }

  function answered() {
    hasAnswered = true;
    rest();
  }

  function showEnd(text) {
    const close = button(words.close, () => shadow().dialog.close(), true);
    show([element("p", { role: "status" }, [text]), element("footer", {}, [close])]);
  }

  function declared() {
    const kept = {};
    for (const name of survey.attributes || []) {
      if (Object.prototype.hasOwnProperty.call(attributes, name)) {
        kept[name] = String(attributes[name]).slice(0, LONGEST_ATTRIBUTE);
      }
    }
    return kept;
  }

  /* ---- triggers ---- */

  function open() {
    if (!survey) mustOpen = true;
    else if (survey.page && !(view && view.dialog.open)) {
      hasAnswered = false;
      response = null;
      if (hasAgreed || remembered(DEVICE)) showPage(survey.page);
      else showConsent();
    }
  }

  function arm(triggers) {
    let hasFired = false;
    const fire = () => {
      if (hasFired || isResting()) return;
      hasFired = true;
      open();
    };
    if (typeof triggers.delay_s === "number") setTimeout(fire, triggers.delay_s * 1000);
    if (typeof triggers.scroll_share === "number") {
      const look = () => {
        const height = document.documentElement.scrollHeight - innerHeight;
        if (height > 0 && scrollY / height >= triggers.scroll_share) fire();
      };
      addEventListener("scroll", look, { passive: true });
    }
    if (triggers.exit_intent) {
      document.addEventListener("mouseout", (event) => {
        if (!event.relatedTarget && event.clientY <= 0) fire();
      });
    }
  }

  function openOnClick(selector) {
    try {
      document.querySelector(selector);
    } catch (error) {
      console.warn("ressenti: no selector is written " + selector);
      return;
    }
    document.addEventListener("click", (event) => {
      const target = event.target instanceof Element && event.target.closest(selector);
      if (target) {
        event.preventDefault();
        open();
      }
    });
  }

  /* ---- what the page may call: ressenti(command, value) ---- */

  const COMMANDS = {
    open: open,
    close: () => view && view.dialog.close(),
    attributes: (values) => Object.assign(attributes, values),
    consent: agreed,
  };

  function command(name, value) {
    if (Object.prototype.hasOwnProperty.call(COMMANDS, name)) COMMANDS[name](value);
    else console.warn("ressenti: no command is called " + name);
  }

  async function start() {
    const device = remembered(DEVICE);
    const query = new URLSearchParams({ lang: language });
    if (device) query.set("device", device);
    const settings = { mode: "cors", credentials: "omit", referrerPolicy: "no-referrer" };
    const reply = await fetch(ADDRESS + ".json?" + query, settings).catch(() => null);
    survey = reply && reply.ok ? await reply.json().catch(() => null) : null;
    if (!survey) return;
    const triggers = survey.triggers || {};
    if (triggers.click) openOnClick(triggers.click);
    if (mustOpen) open();
    else if (survey.is_asked && !isResting()) arm(triggers);
  }

  const early = (window.ressenti && window.ressenti.q) || [];
  window.ressenti = command;
  window.ressenti.isReady = true;
  for (const call of early) command(call[0], call[1]);
  addEventListener("online", flush);
  const begin = () => {
    if (outbox().length) {
      showNotice();
      flush();
    }
    start();
  };
  if (document.body) begin();
  else addEventListener("DOMContentLoaded", begin);
})();
