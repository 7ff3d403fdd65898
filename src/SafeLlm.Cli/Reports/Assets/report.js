"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  // Okabe and Ito's colours, which people with any colour vision tell apart; the last one is for the rest.
  const colours = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8ad1f", "#7f6bb3", "#8a9299"];
  const dollars = value => "$" + Number(value).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 6 });
  const short = (name, most) => name.length > most ? name.slice(0, most - 1) + "…" : name;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let charts = [];

  function draw() {
    for (const chart of charts) chart.destroy();
    const style = getComputedStyle(document.documentElement);
    const ink = style.getPropertyValue("--ink").trim();
    const line = style.getPropertyValue("--line").trim();
    Chart.defaults.color = ink;
    Chart.defaults.borderColor = line;
    Chart.defaults.font.family = "system-ui, sans-serif";
    Chart.defaults.animation = calm.matches ? false : { duration: 300 };
    Chart.defaults.maintainAspectRatio = false;
    const money = { beginAtZero: true, grid: { color: line }, ticks: { callback: value => dollars(value) } };
    const tooltip = { callbacks: { label: item => " " + item.dataset.label + ": " + dollars(item.raw) } };

    const days = new Chart(document.getElementById("days"), {
      type: "bar",
      data: {
        labels: data.days,
        datasets: data.series.map((one, i) => ({ label: short(one.name, 28), data: one.dollars, backgroundColor: colours[i % colours.length], maxBarThickness: 40 }))
      },
      options: {
        scales: { x: { stacked: true, grid: { display: false }, ticks: { maxRotation: 0, autoSkipPadding: 12 } }, y: { ...money, stacked: true } },
        interaction: { mode: "index" },
        plugins: { tooltip: { ...tooltip, filter: item => item.raw > 0 }, legend: { position: "bottom", labels: { boxWidth: 12 } } }
      }
    });
    const bars = (id, list) => new Chart(document.getElementById(id), {
      type: "bar",
      data: { labels: list.map(one => short(one.name, innerWidth < 600 ? 16 : 28)), datasets: [{ label: "spent", data: list.map(one => one.dollars), backgroundColor: list.map((_, i) => id === "models" ? colours[i % colours.length] : colours[0]), maxBarThickness: 22 }] },
      options: { indexAxis: "y", scales: { x: { ...money, ticks: { ...money.ticks, maxTicksLimit: 5, maxRotation: 0 } }, y: { grid: { display: false } } }, plugins: { legend: { display: false }, tooltip } }
    });
    charts = [days, bars("models", data.models), bars("scopes", data.scopes)];
  }

  draw();
  dark.addEventListener("change", draw);
})();
