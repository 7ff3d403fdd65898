// Asks for the numbers every two seconds while somebody can see them, and shows them.
import { show } from "./page.js";
import { text } from "./tables.js";
import { whenDone } from "./keys.js";
import * as words from "./words.js";

const interval = 2000;
const byId = id => document.getElementById(id);
const pause = byId("pause");
let timer = 0;
let isPaused = false;
let isAsking = false;

function trouble(message) {
  byId("trouble").hidden = !message;
  text(byId("trouble"), message ?? "");
}

async function ask() {
  if (isAsking) return;
  isAsking = true;
  try {
    const answer = await fetch(new URL("data", import.meta.url), { redirect: "manual", headers: { accept: "application/json" } });
    if (!answer.ok) {
      trouble(answer.status >= 500
        ? `The application answers with ${answer.status}. The numbers below are old.`
        : "You are not signed in any more, or may not see this. The numbers below are old: load the page again.");
      return;
    }
    const data = await answer.json();
    trouble(data.trouble);
    show(data);
    text(byId("when"), `As of ${words.time(data.at)} (${words.zone}), told by ${data.node}.`);
  } catch (failure) {
    trouble(failure instanceof TypeError ? "The application does not answer. The numbers below are old." : "This page has a fault (" + failure.message + "). The numbers below are old.");
    if (!(failure instanceof TypeError)) throw failure;
  } finally {
    isAsking = false;
  }
}

async function go() {
  clearTimeout(timer);
  if (isPaused || document.hidden) return;
  await ask();
  clearTimeout(timer);
  timer = setTimeout(go, interval);
}

pause.addEventListener("click", () => {
  isPaused = !isPaused;
  pause.setAttribute("aria-pressed", String(isPaused));
  void go();
});
document.addEventListener("visibilitychange", go);
whenDone(ask);
void go();
