// Keys, and what an operator does to them: asked for once more before it is done, and sent with the page's anti-forgery token.
import { element, name, table, text } from "./tables.js";
import * as words from "./words.js";

const byId = id => document.getElementById(id);
const dialog = byId("dialog");
const typed = byId("dialog-input");
const confirm = byId("dialog-confirm");
const verbs = {
  freeze: { title: "Freeze", done: "It is refused from now on, until somebody thaws it." },
  thaw: { title: "Thaw", done: "It passes again from now on." },
  revoke: { title: "Revoke", done: "It is refused from now on, for good: this cannot be undone." }
};
let asked = null;
let afterwards = () => {};
let latest = [];

export function whenDone(run) {
  afterwards = run;
}

function ask(verb, row, button) {
  asked = { verb, row, button };
  text(byId("dialog-title"), verbs[verb].title + " this key?");
  const text_ = byId("dialog-text");
  text_.replaceChildren(name(row.keyId), row.user ? element("span", {}, " of the user ", name(row.user)) : "", ". " + verbs[verb].done
    + (row.stored ? "" : " The key is in the configuration of this application, so that holds for this process until it is restarted."));
  byId("dialog-typed").hidden = verb !== "revoke";
  text(byId("dialog-name"), row.keyId);
  byId("dialog-error").hidden = true;
  typed.value = "";
  text(confirm, verbs[verb].title);
  confirm.classList.toggle("danger", verb !== "thaw");
  check();
  dialog.showModal();
  if (verb === "revoke") typed.focus();
  else byId("dialog-cancel").focus();
}

function check() {
  confirm.disabled = asked?.verb === "revoke" && typed.value !== asked.row.keyId;
}

function fail(message) {
  byId("dialog-error").hidden = false;
  text(byId("dialog-error"), message);
}

async function run() {
  if (!asked || confirm.disabled) return;
  confirm.disabled = true;
  const token = byId("token");
  const form = new URLSearchParams({ keyId: asked.row.keyId, confirmation: typed.value, [token.name]: token.value });
  try {
    const answer = await fetch(new URL("keys/" + asked.verb, import.meta.url), { method: "POST", body: form, redirect: "manual" });
    const told = (answer.headers.get("content-type") ?? "").startsWith("application/json") ? (await answer.json()).message : null;
    if (answer.ok) {
      dialog.close();
      text(byId("said"), told);
      await afterwards();
    } else {
      fail(told ?? "You are not signed in any more, or may not do this. Nothing was changed: load the page again.");
    }
  } catch (failure) {
    fail("The application did not answer (" + failure.message + "). Whether the key was changed is not known: look at its state.");
  }
  check();
}

byId("dialog-cancel").addEventListener("click", () => dialog.close());
confirm.addEventListener("click", run);
typed.addEventListener("input", check);
typed.addEventListener("keydown", event => { if (event.key === "Enter") void run(); });
dialog.addEventListener("close", () => {
  // The button may be gone with what was done: its row is the next best place.
  const button = asked?.button;
  asked = null;
  (button?.isConnected && !button.hidden ? button : button?.parentElement?.querySelector("button:not([hidden])"))?.focus();
});

function buttons(row) {
  return element("div", { className: "buttons" }, ...Object.keys(verbs).map(verb => {
    const button = element("button", { type: "button", textContent: verbs[verb].title, "aria-label": verbs[verb].title + " " + row.keyId });
    button.dataset.verb = verb;
    button.addEventListener("click", () => ask(verb, latest.find(one => one.keyId === row.keyId) ?? row, button));
    return button;
  }));
}

function allowed(row) {
  return { freeze: (row.state !== "frozen" || row.frozenUntil) && row.state !== "revoked", thaw: row.state === "frozen", revoke: row.state !== "revoked" && row.stored };
}

export function keyTable(place) {
  let now = new Date();
  const show = table(place, "Keys", row => row.keyId, [
    { title: "key", make: row => name(row.keyId), fill: () => {} },
    { title: "state", make: () => element("span", { className: "badge" }), fill: (cell, row) => { text(cell.firstChild, words.state(row.state) + (row.frozenUntil ? " until " + words.minute(new Date(row.frozenUntil)) : "")); cell.firstChild.className = "badge " + row.state; } },
    { title: "owner", make: () => element("bdi", { className: "name" }), fill: (cell, row) => text(cell.firstChild, [row.user, row.client, row.tenant].filter(one => one !== null).join(" · ") || "nobody in particular") },
    { title: "tier", make: () => element("bdi"), fill: (cell, row) => text(cell.firstChild, row.tier ?? "none") },
    { title: "ends", make: () => element("span"), fill: (cell, row) => { text(cell.firstChild, row.notAfter ? words.end(row.notAfter, now) : "never"); cell.firstChild.className = row.endsSoon ? "soon" : ""; } },
    { title: "signs with", fill: (cell, row) => text(cell, row.algorithm + (row.stored ? "" : ", in the configuration")) },
    { title: "actions", make: buttons, fill: (cell, row) => { const may = allowed(row); for (const button of cell.querySelectorAll("button")) button.hidden = !may[button.dataset.verb]; } }
  ], "There is no such key.");
  return (data, find) => {
    now = new Date(data.at);
    latest = data.keys.rows;
    const rows = latest.filter(row => [row.keyId, row.user, row.client, row.tenant, row.tier].some(one => one?.toLowerCase().includes(find)));
    show(rows, latest.length < data.keys.count ? `Of ${words.count(data.keys.count)} keys these ${words.count(latest.length)} are shown: frozen ones first, then those that end first.` : "");
    text(byId("key-count"), `${words.count(data.keys.live)} live, ${words.count(data.keys.frozen)} frozen, ${words.count(data.keys.endingSoon)} ending soon.`);
  };
}
