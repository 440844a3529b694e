// Starts the NHS components that work better with a script. Every page works without it.
import { initAll } from "./nhsuk/nhsuk-frontend-10.6.1.min.js";

initAll();

// A page about work in progress asks for itself again; without a script it has a link that does the same.
const waiting = document.querySelector("[data-reload-seconds]");
if (waiting) {
  setTimeout(() => location.reload(), Number(waiting.dataset.reloadSeconds) * 1000);
}
