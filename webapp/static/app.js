// Starts the NHS components that work better with a script. Every page works without it.
import { initAll } from "./nhsuk/nhsuk-frontend-10.6.1.min.js";

initAll();
