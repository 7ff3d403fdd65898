// The charts. Their numbers stand in the tables too.
import * as words from "./words.js";

// Okabe and Ito's colours, which people with any colour vision tell apart; the last one is for the rest.
const colours = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8ad1f", "#7f6bb3", "#8a9299"];
const dark = matchMedia("(prefers-color-scheme: dark)");
const dashes = [[], [6, 3], [2, 2]];
const points = ["circle", "rect", "triangle"];
// Of long names it is the end that tells models of one family apart.
const short = (name, most) => name.length > most ? name.slice(0, most - 1 - Math.floor(most / 2)) + "…" + name.slice(-Math.floor(most / 2)) : name;
const byId = id => document.getElementById(id);
let drawn = [];
let last = null;

function labels(data) {
  const now = new Date(data.at).getTime();
  return data.minutes.map((_, i) => words.minute(new Date(now - (data.minutes.length - 1 - i) * 60_000)));
}

function minutes(id, type, format, make) {
  const style = getComputedStyle(document.documentElement);
  const line = style.getPropertyValue("--line").trim();
  const chart = new Chart(byId(id), {
    type,
    data: { labels: [], datasets: [] },
    options: {
      scales: {
        x: { stacked: type === "bar", grid: { display: false }, ticks: { maxRotation: 0, autoSkipPadding: 16 } },
        y: { stacked: type === "bar", beginAtZero: true, grid: { color: line }, ticks: { maxTicksLimit: 6, precision: format === words.count ? 0 : undefined, callback: value => format(value) } }
      },
      interaction: { mode: "index", intersect: false },
      plugins: {
        tooltip: { filter: item => item.raw !== 0 && item.raw !== null, callbacks: { label: item => " " + item.dataset.label + ": " + format(item.raw) } },
        legend: { position: "bottom", labels: type === "line" ? { usePointStyle: true, pointStyleWidth: 28, generateLabels: dashed } : { boxWidth: 12, boxHeight: 12, generateLabels: shortened } }
      }
    }
  });
  return data => {
    chart.data.labels = labels(data);
    fill(chart, make(data));
  };
}

// The legend of lines shows their dashes, which it would leave out by itself.
const dashed = chart => Chart.defaults.plugins.legend.labels.generateLabels(chart)
  .map(label => ({ ...label, pointStyle: "line", lineWidth: 2, lineDash: chart.data.datasets[label.datasetIndex].borderDash }));

// Names that are long would fill the legend, but a dataset is known by its whole name.
const shortened = chart => Chart.defaults.plugins.legend.labels.generateLabels(chart)
  .map(label => ({ ...label, text: short(label.text, 28) }));

// The same objects are filled again, so that what a reader has switched off in the legend stays off.
function fill(chart, sets) {
  const known = new Map(chart.data.datasets.map(set => [set.label, set]));
  chart.data.datasets = sets.map(set => Object.assign(known.get(set.label) ?? {}, set));
  chart.update("none");
}

// A name keeps its colour although the order changes; the last colour is for "3 others".
function stacked() {
  const given = new Map();
  const colourOf = name => {
    if (/^\d+ others$/.test(name)) return colours.at(-1);
    if (!given.has(name)) given.set(name, colours[given.size % (colours.length - 1)]);
    return given.get(name);
  };
  return series => series.map(one => ({ label: one.name, data: one.values, backgroundColor: colourOf(one.name), categoryPercentage: 1, barPercentage: 0.9 }));
}

const byModel = stacked();
const byCode = stacked();

function latency(data) {
  const lines = (name, one, colour) => one.series.map((percentile, i) => ({
    label: name + " " + percentile.name, data: percentile.values, borderColor: colour, backgroundColor: colour, borderDash: dashes[i], borderWidth: 2, pointStyle: points[i], pointRadius: 3, pointHoverRadius: 4, spanGaps: false
  }));
  return [...lines("call", data.latency.calls, colours[0]), ...lines("checks", data.latency.checks, colours[5])];
}

function held() {
  const style = getComputedStyle(document.documentElement);
  const line = style.getPropertyValue("--line").trim();
  const chart = new Chart(byId("held-chart"), {
    type: "bar",
    data: { labels: [], datasets: [] },
    options: {
      indexAxis: "y",
      scales: {
        x: { beginAtZero: true, grid: { color: line }, ticks: { maxTicksLimit: 5, maxRotation: 0, callback: value => words.dollars(value) } },
        y: { grid: { display: false } }
      },
      plugins: {
        tooltip: { callbacks: { label: item => " " + item.dataset.label + ": " + words.dollars(item.raw) } },
        legend: { position: "bottom", labels: { boxWidth: 12, boxHeight: 12 } }
      }
    }
  });
  return data => {
    const rows = data.models.rows.slice(0, 8);
    chart.data.labels = rows.map(row => short(row.name, innerWidth < 600 ? 16 : 28));
    fill(chart, [
      { label: "held", data: rows.map(row => row.held), backgroundColor: style.getPropertyValue("--held").trim(), maxBarThickness: 16 },
      { label: "settled", data: rows.map(row => row.dollars), backgroundColor: style.getPropertyValue("--spent").trim(), maxBarThickness: 16 }
    ]);
  };
}

function begin() {
  for (const id of ["model-chart", "held-chart", "refusal-chart", "latency-chart"]) Chart.getChart(id)?.destroy();
  const style = getComputedStyle(document.documentElement);
  Chart.defaults.color = style.getPropertyValue("--ink").trim();
  Chart.defaults.borderColor = style.getPropertyValue("--line").trim();
  Chart.defaults.font.family = "system-ui, sans-serif";
  Chart.defaults.maintainAspectRatio = false;
  // Numbers that move every two seconds are restless enough.
  Chart.defaults.animation = false;
  drawn = [
    minutes("model-chart", "bar", words.dollars, data => byModel(data.models.series)),
    held(),
    minutes("refusal-chart", "bar", words.count, data => byCode(data.refusals.series)),
    minutes("latency-chart", "line", words.milliseconds, latency)
  ];
}

export function show(data) {
  last = data;
  // A frame without anything in it says less than the sentence below it.
  byId("model-charts").hidden = data.models.count === 0;
  byId("refusal-chart").parentElement.hidden = data.refusals.count === 0;
  byId("latency-chart").parentElement.hidden = data.latency.checks.count === 0;
  if (drawn.length === 0) begin();
  for (const renew of drawn) renew(data);
}

dark.addEventListener("change", () => {
  drawn = [];
  if (last) show(last);
});
