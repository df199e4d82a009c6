// Boxes that select many, how many are selected, a link that is copied, moments. Everything else the pages do without a script.
const boxes = (name) => [...document.querySelectorAll(`input[type=checkbox][name="${name}"]`)];

function count() {
  for (const output of document.querySelectorAll("output[data-count]")) {
    const chosen = boxes(output.dataset.count).filter((box) => box.checked).length;
    const figure = new Intl.NumberFormat(document.documentElement.lang).format(chosen);
    output.textContent = output.dataset.text.replace("{count}", figure);
  }
  for (const all of document.querySelectorAll("input[data-all]")) {
    const own = boxes(all.dataset.all);
    const chosen = own.filter((box) => box.checked).length;
    all.checked = own.length > 0 && chosen === own.length;
    all.indeterminate = chosen > 0 && chosen < own.length;
  }
}

document.addEventListener("change", (event) => {
  const name = event.target.dataset?.all;
  if (name) for (const box of boxes(name)) box.checked = event.target.checked;
  count();
});
document.addEventListener("DOMContentLoaded", count);
// When long work has ended, what the page shows of people is old
let going = false;
document.addEventListener("htmx:after:swap", () => {
  const now = document.querySelector(".job.going") !== null;
  if (going && !now) location.reload();
  going = now;
});
document.addEventListener("DOMContentLoaded", () => {
  going = document.querySelector(".job.going") !== null;
});

// Copies what a field holds; without a script it can be selected
function offerCopies() {
  for (const button of document.querySelectorAll("button[data-copy]")) button.hidden = false;
}
document.addEventListener("DOMContentLoaded", offerCopies);
document.addEventListener("htmx:after:swap", offerCopies);
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("button[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  // Browsers have a clipboard for pages on https and on the machine itself only
  const asBefore = () => document.execCommand("copy");
  const copied = await (navigator.clipboard?.writeText(field.value).then(() => true, asBefore) ?? asBefore());
  if (copied) button.parentElement.querySelector("output").textContent = button.dataset.copied;
});

// Moments in the reader's own time zone; near ones as how long ago they are, with the moment itself behind
const STEPS = [
  ["minute", 60],
  ["hour", 3_600],
  ["day", 86_400],
];

function localize() {
  const { lang } = document.documentElement;
  const exact = new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "short" });
  const relative = new Intl.RelativeTimeFormat(lang, { numeric: "auto" });
  for (const time of document.querySelectorAll("time[datetime]")) {
    const date = new Date(time.dateTime);
    const text = exact.format(date);
    const seconds = (date.getTime() - Date.now()) / 1000;
    const [unit, size] = STEPS.findLast(([, size]) => Math.abs(seconds) >= size) ?? ["second", Infinity];
    const near = time.dataset.near !== undefined && Math.abs(seconds) < 7 * 86_400;
    time.textContent = near ? relative.format(Math.round(seconds / size), unit) : text;
    if (near) time.title = text;
  }
}
document.addEventListener("DOMContentLoaded", localize);
document.addEventListener("htmx:after:swap", localize);
