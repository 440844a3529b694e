// Starts the NHS components that work better with a script. Every page works without it.
import { initAll } from "./nhsuk/nhsuk-frontend-10.6.1.min.js";

initAll();

// A page about work in progress asks for itself again; without a script it has a link that does the same.
const waiting = document.querySelector("[data-reload-seconds]");
if (waiting) {
  setTimeout(() => location.reload(), Number(waiting.dataset.reloadSeconds) * 1000);
}

// A sign-in that rests too long ends. Five minutes before, a notice says so and offers to stay; whatever tab was used
// last counts. Without a script the words of a form are kept all the same, and stand in it after signing in again.
const idleSeconds = Number(document.body.dataset.idleSeconds);
const WARN_SECONDS = 300;
const SEEN = "seen-at";

const seen = {
  put: () => {
    try { localStorage.setItem(SEEN, String(Date.now())); } catch { /* no storage: this tab alone counts */ }
  },
  get: (otherwise) => {
    try { return Number(localStorage.getItem(SEEN)) || otherwise; } catch { return otherwise; }
  },
};

function idleNotice() {
  const box = document.createElement("section");
  box.className = "app-idle";
  box.setAttribute("aria-label", "Your sign-in");
  box.innerHTML = '<div class="nhsuk-width-container"><p role="alert"></p>'
    + '<button class="nhsuk-button nhsuk-button--small" type="button">Stay signed in</button></div>';
  document.body.append(box);
  return { box, words: box.querySelector("p"), button: box.querySelector("button") };
}

if (idleSeconds) {
  let since = Date.now();
  let notice = null;
  seen.put();
  const say = (words) => {
    notice ??= idleNotice();
    if (notice.words.textContent !== words) notice.words.textContent = words;
  };
  const tick = () => {
    const left = idleSeconds - (Date.now() - seen.get(since)) / 1000;
    if (left > WARN_SECONDS) {
      notice?.box.remove();
      notice = null;
      return;
    }
    if (left <= 0) {
      say("Your sign-in has ended. Nothing you typed is lost: save the page, sign in again, and it stands in the form.");
      notice.button.hidden = true;
      return;
    }
    say("You will be signed out in less than 5 minutes if you do nothing. What you type is kept.");
    notice.button.onclick = async () => {
      const answer = await fetch(document.body.dataset.stay, { redirect: "manual" });
      if (answer.ok) {
        since = Date.now();
        seen.put();
      }
      tick();
    };
  };
  setInterval(tick, 10000);
}
