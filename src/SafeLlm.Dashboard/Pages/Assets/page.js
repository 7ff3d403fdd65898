// The parts of the page that show numbers.
import { bar, element, fillBar, list, name, renew, sums, table, text } from "./tables.js";
import { keyTable } from "./keys.js";
import * as words from "./words.js";
import * as charts from "./charts.js";

const byId = id => document.getElementById(id);
const everything = "all";
const narrow = matchMedia("(max-width: 44rem)");
let kind = everything;
let isLong = false;
let last = null;

const scopeOf = row => row.kind === "sum" ? "all of " + row.tier : row.scope;

function usage(row) {
  const show = value => words.amount(row.dimension, value);
  return row.fault ?? `${show(row.spent)} settled and ${show(row.held)} held of ${show(row.cap)}`;
}

// What nobody here can read is not shown as 0.
const isUnknown = (row, of) => row.fault && of !== cap;
const cap = row => row.cap;

const figures = (title, of) => ({ title, number: true, fill: (cell, row) => text(cell, isUnknown(row, of) ? "?" : words.amount(row.dimension, of(row))) });

const showLimits = table(byId("limit-table"), "Limits", row => [row.kind, row.scope, row.dimension, row.window].join("\n"), [
  { title: "scope", make: row => name(scopeOf(row)), fill: () => {} },
  { title: "tier", make: () => element("bdi"), fill: (cell, row) => text(cell.firstChild, row.tier ?? "") },
  { title: "limit", fill: (cell, row) => text(cell, words.dimension(row.dimension) + " " + words.span(row.window) + (row.setByOperator ? ", set by an operator" : "")) },
  { title: "used", make: bar, fill: (cell, row) => fillBar(cell.firstChild, row.spent, row.held, row.cap, usage(row)) },
  { title: "share", number: true, fill: (cell, row) => { text(cell, row.fault ? "?" : words.percent(row.share)); cell.classList.toggle("soon", row.share >= 0.8 && row.share < 1); cell.classList.toggle("over", row.share >= 1); } },
  figures("settled", row => row.spent),
  figures("held", row => row.held),
  figures("free", row => row.free),
  figures("cap", cap),
  { title: "starts anew", fill: (cell, row) => text(cell, row.resetsAt ? words.date(row.resetsAt) : row.window === null ? "as calls end" : "bit by bit") }
], "No limit is in use.");

const showModels = table(byId("model-table"), "Models", row => row.name, [
  { title: "model", make: row => name(row.name), fill: () => {} },
  { title: "settled", number: true, fill: (cell, row) => text(cell, words.dollars(row.dollars)) },
  { title: "had been held", number: true, fill: (cell, row) => text(cell, words.dollars(row.held)) },
  { title: "settled of held", number: true, fill: (cell, row) => text(cell, row.held > 0 ? words.percent(row.dollars / row.held) : "none held") },
  { title: "input tokens", number: true, fill: (cell, row) => text(cell, words.count(row.inputTokens)) },
  { title: "output tokens", number: true, fill: (cell, row) => text(cell, words.count(row.outputTokens)) },
  { title: "attempts", number: true, fill: (cell, row) => text(cell, words.count(row.attempts)) },
  { title: "overruns", number: true, fill: (cell, row) => text(cell, words.count(row.overruns)) }
], "No attempt was over in the last hour.");

const showRefusals = table(byId("refusal-table"), "Refusals by code", row => row.code, [
  { title: "code", make: row => name(row.code), fill: () => {} },
  { title: "refused", number: true, fill: (cell, row) => text(cell, words.count(row.count)) }
], "Nothing was refused in the last hour.");

const showLatency = table(byId("latency-table"), "Latency", row => row.title, [
  { title: "of", make: row => element("span", { textContent: row.title }), fill: () => {} },
  { title: "half within", number: true, fill: (cell, row) => text(cell, words.milliseconds(row.p50)) },
  { title: "95 % within", number: true, fill: (cell, row) => text(cell, words.milliseconds(row.p95)) },
  { title: "99 % within", number: true, fill: (cell, row) => text(cell, words.milliseconds(row.p99)) },
  { title: "counted", number: true, fill: (cell, row) => text(cell, words.count(row.count)) }
], "");

function event(one) {
  return element("li", {},
    element("span", { className: "badge " + one.severity, textContent: one.severity }), " ",
    element("time", { dateTime: one.at, textContent: words.date(one.at) }), " ",
    element("span", { className: "kind", textContent: words.alert(one.kind) }), " ",
    name(one.text));
}

const followed = { alert: "Alerted", slow: "Slowed", freeze: "Frozen", requireOperator: "Frozen until an operator thaws it" };

function anomaly(one) {
  return element("li", {},
    element("span", { className: "badge " + one.severity, textContent: one.severity }), " ",
    element("time", { dateTime: one.at, textContent: words.date(one.at) }), " ",
    name(one.keyId), " ",
    element("span", { textContent: one.text }), ". ",
    element("span", { className: "kind", textContent: (followed[one.action] ?? one.action) + (one.until ? " until " + words.date(one.until) : "") }));
}

const showAlerts = list(byId("alert-list"), "Alerts", event, "None.");
const showAnomalies = list(byId("anomaly-list"), "Anomalies", anomaly, "None.");
const showActions = list(byId("action-list"), "What operators did", one => element("li", {}, element("time", { dateTime: one.at, textContent: words.date(one.at) }), " ", name(one.who ?? "somebody"), ": ", name(one.what)), "Nothing.");
const showSums = sums(byId("sums"));
const showKeys = keyTable(byId("key-table"));

function chooseKinds(rows) {
  // In one order always: a button that moves would lose the keyboard.
  const kinds = [everything, ...new Set(rows.map(row => row.kind).sort())];
  if (!kinds.includes(kind)) kind = everything;
  renew(
    byId("kinds"), kinds, one => one,
    one => {
      const button = element("button", { type: "button", textContent: one === everything ? "All" : words.kind(one) });
      button.dataset.kind = one;
      button.addEventListener("click", () => { kind = one; showFound(); });
      return button;
    },
    (button, one) => button.setAttribute("aria-pressed", String(one === kind)));
}

// Only what a filter changes.
function showFound() {
  if (!last) return;
  const { limits } = last;
  chooseKinds(limits.rows);
  const find = byId("find-limit").value.trim().toLowerCase();
  const found = limits.rows
    .filter(row => (kind === everything || row.kind === kind) && (scopeOf(row).toLowerCase().includes(find) || row.tier?.toLowerCase().includes(find)))
    .sort((one, other) => other.share - one.share);
  const fewest = narrow.matches ? 6 : 12;
  showLimits(
    isLong ? found : found.slice(0, fewest),
    limits.rows.length < limits.count ? `Of ${words.count(limits.count)} limits in use the page has the ${words.count(limits.rows.length)} fullest, by kind.` : "");
  const more = byId("more-limits");
  more.hidden = found.length <= fewest;
  text(more, isLong ? `Show the ${fewest} fullest` : `Show all ${words.count(found.length)}`);
  showKeys(last, byId("find-key").value.trim().toLowerCase());
}

export function show(data) {
  last = data;
  data.minutes = Array.from({ length: 60 });
  const { models, refusals, latency, holds, keys, alerts } = data;
  const settled = models.rows.reduce((sum, row) => sum + row.dollars, 0);
  const attempts = models.rows.reduce((sum, row) => sum + row.attempts, 0);
  const full = data.limits.rows.filter(row => row.share >= 1).length;
  const critical = alerts.filter(one => one.severity === "critical" || one.severity === "limit").length;
  showSums([
    { title: "settled in the last hour", value: words.dollars(settled), more: words.plural(attempts, "attempt", "attempts") },
    { title: "held now", value: words.dollars(holds.dollars), more: (holds.more ? "more than " : "") + words.plural(holds.count, "open hold", "open holds") },
    { title: "limits that are full", value: words.count(full), more: "of " + words.count(data.limits.count) + " in use", level: full > 0 ? "near" : "" },
    { title: "refused in the last hour", value: words.count(refusals.count), more: words.plural(refusals.rows.length, "code", "codes") },
    { title: "95 % of calls within", value: words.milliseconds(latency.calls.p95), more: "checks: " + words.milliseconds(latency.checks.p95) },
    { title: "alerts", value: words.count(alerts.length), more: words.count(critical) + " critical", level: critical > 0 ? "full" : "" },
    { title: "live keys", value: words.count(keys.live), more: words.count(keys.frozen) + " frozen, " + words.count(keys.endingSoon) + " ending soon", level: keys.frozen > 0 ? "near" : "" }
  ]);
  showFound();
  showModels(models.rows, models.rows.length < models.count ? `The dearest ${words.count(models.rows.length)} of ${words.count(models.count)}.` : "");
  showRefusals(refusals.rows);
  showLatency([{ title: "calls that passed", ...latency.calls }, { title: "checks before them", ...latency.checks }]);
  showAnomalies(data.anomalies);
  showAlerts(alerts);
  showActions(data.actions);
  charts.show(data);
}

byId("more-limits").addEventListener("click", () => { isLong = !isLong; showFound(); });
for (const id of ["find-limit", "find-key"]) byId(id).addEventListener("input", showFound);
