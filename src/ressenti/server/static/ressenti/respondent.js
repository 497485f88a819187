// Number keys choose a level while its group has the focus; a second click on "send" does nothing.
"use strict";
let typed = "";
let typedAt = 0;
document.addEventListener("keydown", (event) => {
  const group = event.target.closest ? event.target.closest("fieldset.field") : null;
  if (!group || !/^[0-9]$/.test(event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
  typed = event.timeStamp - typedAt < 800 ? typed + event.key : event.key;
  typedAt = event.timeStamp;
  const find = (code) => [...group.querySelectorAll("input[type=radio]")].find((one) => one.value === code);
  const found = find(typed) || find(event.key);
  if (found) {
    found.checked = true;
    found.focus();
  }
});
const form = document.getElementById("form");
if (form) {
  let isSent = false;
  form.addEventListener("submit", (event) => {
    if (isSent) event.preventDefault();
    isSent = true;
  });
  addEventListener("pageshow", () => { isSent = false; });
}
const errors = document.querySelector(".errors");
if (errors) errors.focus();
