// The self-assessment worksheet. Everything stays in this page: nothing here sends, and nothing is kept in the
// browser's storage. The person saves a file and loads it again; the inputs have no names, so no form could carry them.

const sheet = document.getElementById("worksheet");
const mark = sheet.dataset.mark;
const version = Number(sheet.dataset.version);
const levels = [...document.querySelectorAll("[data-level]")].map((row) => row.dataset.level);
const components = [...sheet.querySelectorAll("[data-component]")];
const SVG = "http://www.w3.org/2000/svg";
const LONGEST_NOTE = 2000;
const LARGEST_FILE = 1000000;

let isChanged = false;
let unknown = {}; // answers of a loaded file to practices that this page does not have: saved again as they came

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// ------------------------------------------------------------------------------------------ the questions

function levelChoice(code, value, words) {
  const id = `${code}-level-${value}`;
  const input = element("input", { class: "nhsuk-radios__input", type: "radio", id, value, autocomplete: "off" });
  // Radio buttons of one practice are a group by name. They stand in no form, so the name goes nowhere.
  input.name = `${code}-level`;
  const label = element("label", { class: "nhsuk-label nhsuk-radios__label", for: id }, words);
  return element("div", { class: "nhsuk-radios__item" }, input, label);
}

function question(code, title) {
  const legend = element("legend", { class: "nhsuk-fieldset__legend nhsuk-fieldset__legend--s" }, title);
  const choices = element("div", { class: "nhsuk-radios nhsuk-radios--small nhsuk-radios--inline" });
  levels.forEach((level, index) => choices.append(levelChoice(code, index + 1, `${index + 1}. ${level}`)));
  choices.append(levelChoice(code, 0, "Not marked"));
  choices.lastChild.firstChild.checked = true;
  const noteId = `${code}-note`;
  const note = element("div", { class: "nhsuk-form-group" },
    element("label", { class: "nhsuk-label", for: noteId },
      "Notes", element("span", { class: "nhsuk-u-visually-hidden" }, `: ${title}`)),
    element("textarea", { class: "nhsuk-textarea", id: noteId, rows: 2, maxlength: LONGEST_NOTE, autocomplete: "off" }));
  return element("div", { class: "app-practice", "data-practice": code },
    element("fieldset", { class: "nhsuk-fieldset" }, legend, choices), note);
}

function draw() {
  for (const component of components) {
    const list = component.querySelector("[data-practices]");
    const questions = [...list.children].map((item) => question(item.dataset.practice, item.textContent.trim()));
    list.replaceWith(...questions);
  }
  const about = element("div", { class: "nhsuk-form-group" },
    element("label", { class: "nhsuk-label nhsuk-label--s", for: "about" }, "Whose view is this, and of when?"),
    element("div", { class: "nhsuk-hint", id: "about-hint" }, "For example: the improvement board, November 2026."),
    element("input", { class: "nhsuk-input", id: "about", maxlength: 200, autocomplete: "off", "aria-describedby": "about-hint" }));
  sheet.prepend(about);
  for (const hidden of document.querySelectorAll("[data-needs-script]")) hidden.hidden = false;
  for (const shown of document.querySelectorAll("[data-without-script]")) shown.hidden = true;
}

// ------------------------------------------------------------------------------------------ answers

const practices = () => [...sheet.querySelectorAll(".app-practice")];
const noteOf = (practice) => practice.querySelector("textarea");
const levelOf = (practice) => Number(practice.querySelector("input:checked").value);

function answers() {
  const found = { ...unknown };
  for (const practice of practices()) {
    const level = levelOf(practice);
    const note = noteOf(practice).value;
    if (level || note) found[practice.dataset.practice] = { level, note };
  }
  return found;
}

function fill(content) {
  unknown = { ...content.answers };
  document.getElementById("about").value = content.about;
  for (const practice of practices()) {
    const answer = content.answers[practice.dataset.practice] ?? { level: 0, note: "" };
    practice.querySelector(`input[value="${answer.level}"]`).checked = true;
    noteOf(practice).value = answer.note;
    delete unknown[practice.dataset.practice];
  }
  summarise();
}

const isBlank = () => Object.keys(answers()).length === 0 && document.getElementById("about").value === "";

// ------------------------------------------------------------------------------------------ the summary

function figures(component) {
  const marked = [...component.querySelectorAll(".app-practice")].map(levelOf);
  const given = marked.filter(Boolean);
  const mean = given.length ? given.reduce((sum, level) => sum + level, 0) / given.length : 0;
  const title = component.querySelector("h2").textContent;
  return { title, mean, marked: `${given.length} of ${marked.length}`, shown: given.length ? mean.toFixed(1) : "None" };
}

function bar(row) {
  const drawn = document.createElementNS(SVG, "svg");
  const shape = document.createElementNS(SVG, "rect");
  const set = (target, values) => Object.entries(values).forEach(([key, value]) => target.setAttribute(key, value));
  set(drawn, { class: "app-bars__bar", "aria-hidden": "true", focusable: "false", viewBox: "0 0 100 20", preserveAspectRatio: "none" });
  set(shape, { x: 0, y: 0, width: (row.mean / levels.length) * 100, height: 20, fill: "#005eb8" });
  drawn.append(shape);
  return element("li", { class: "app-bars__row" },
    element("span", { class: "app-bars__label" }, row.title), drawn,
    element("span", { class: "app-bars__value" }, row.shown));
}

function table(rows) {
  const cell = (name, words, numeric) => element(name, {
    class: `nhsuk-table__${name === "th" ? "header" : "cell"}${numeric ? ` nhsuk-table__${name === "th" ? "header" : "cell"}--numeric` : ""}`,
    ...(name === "th" ? { scope: "col" } : {}),
  }, words);
  const body = rows.map((row) => element("tr", { class: "nhsuk-table__row" },
    cell("td", row.title), cell("td", row.marked, true), cell("td", row.shown, true)));
  return element("div", { class: "app-scroll", role: "region", "aria-label": "Summary by component", tabindex: "0" },
    element("table", { class: "nhsuk-table" },
      element("caption", { class: "nhsuk-table__caption nhsuk-table__caption--s" }, "Summary by component"),
      element("thead", { class: "nhsuk-table__head" }, element("tr", {},
        cell("th", "Component"), cell("th", "Practices marked", true), cell("th", "Average level", true))),
      element("tbody", { class: "nhsuk-table__body" }, ...body)));
}

function summarise() {
  const rows = components.map(figures);
  const title = `Average level of the practices marked, from 1 to ${levels.length}`;
  document.getElementById("summary-picture").replaceChildren(
    element("p", {}, `${title}.`),
    element("figure", { class: "app-picture", role: "group", "aria-label": title },
      element("ul", { class: "app-bars" }, ...rows.map(bar))),
    table(rows));
}

// ------------------------------------------------------------------------------------------ to a file and back

function say(words, ...more) {
  const box = element("div", { class: "nhsuk-inset-text" }, element("p", {}, words), ...more);
  document.getElementById("worksheet-message").replaceChildren(box);
}

function save() {
  const content = { format: mark, version, saved: new Date().toISOString(), about: document.getElementById("about").value, answers: answers() };
  const blob = new Blob([JSON.stringify(content, null, 2)], { type: "application/json" });
  const link = element("a", { href: URL.createObjectURL(blob), download: `worksheet-${content.saved.slice(0, 10)}.json` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  isChanged = false;
  say("Your browser has saved the file. It is the only copy: keep it where your team can find it.");
}

const isText = (value, longest) => typeof value === "string" && value.length <= longest;

function isAnswer(answer) {
  return answer !== null && typeof answer === "object" && Number.isInteger(answer.level)
    && answer.level >= 0 && answer.level <= levels.length && isText(answer.note, LONGEST_NOTE);
}

// What the file holds, or a sentence that says what is wrong with it.
function read(words) {
  let content;
  try {
    content = JSON.parse(words);
  } catch {
    return "This file is not a worksheet. Choose a file that you saved from this page.";
  }
  if (content === null || typeof content !== "object" || content.format !== mark) {
    return "This file is not a worksheet. Choose a file that you saved from this page.";
  }
  if (Number.isInteger(content.version) && content.version > version) {
    return "This file was saved by a newer version of the worksheet. Close this page, open it again, and load the file there.";
  }
  const given = content.answers;
  const isWhole = content.version === version && isText(content.about, 200) && given !== null
    && typeof given === "object" && Object.values(given).every(isAnswer);
  return isWhole ? content : "This worksheet is damaged: a part of it cannot be read. Choose another copy of it.";
}

function replaceWith(content) {
  fill(content);
  isChanged = false;
  say("The worksheet is loaded.");
}

async function load(event) {
  const [file] = event.target.files;
  if (!file) return;
  const content = file.size > LARGEST_FILE
    ? "This file is too large to be a worksheet. Choose a file that you saved from this page."
    : read(await file.text());
  event.target.value = "";
  if (typeof content === "string") {
    say(`${content} Nothing on this page has changed.`);
  } else if (isBlank()) {
    replaceWith(content);
  } else {
    const replace = element("button", { class: "nhsuk-button", type: "button" }, "Replace them with the file");
    const keep = element("button", { class: "nhsuk-button nhsuk-button--secondary", type: "button" }, "Keep what is on this page");
    replace.addEventListener("click", () => replaceWith(content));
    keep.addEventListener("click", () => say("The file was not loaded. Nothing on this page has changed."));
    say("There are answers on this page already.", element("div", { class: "app-buttons" }, replace, keep));
  }
}

draw();
summarise();
sheet.addEventListener("input", () => {
  isChanged = true;
  summarise();
});
document.getElementById("save").addEventListener("click", save);
document.getElementById("print").addEventListener("click", () => window.print());
document.getElementById("load").addEventListener("change", load);
window.addEventListener("beforeunload", (event) => {
  if (isChanged) event.preventDefault();
});
