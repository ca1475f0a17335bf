"use strict";
// Draw every chart of the page from the JSON beside it. Nothing is fetched.
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const config = read("chart-config");

// A picture with a view box can be scaled by the style sheet, on paper for example.
function fit(chart) {
  const { width, height } = chart._fullLayout;
  chart.style.setProperty("--chart-ratio", `${width} / ${height}`);
  for (const svg of chart.querySelectorAll("svg.main-svg")) {
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  }
}

async function draw(chart) {
  const figure = read(chart.dataset.figure);
  await Plotly.newPlot(chart, figure.data, figure.layout, config);
  if (figure.frames) await Plotly.addFrames(chart, figure.frames);
  fit(chart);
  chart.on("plotly_afterplot", () => fit(chart));
}

Promise.all(Array.from(document.querySelectorAll(".chart"), draw)).then(() => {
  document.documentElement.dataset.ready = "yes";
});
