// Live charts with the plotly of this server, loaded when the first chart is drawn.

import { chartConfig } from "./text.js";

let loading = null;

function plotly() {
  if (!loading) {
    loading = new Promise((resolve, reject) => {
      // plotly would write styles of maps, which no console draws, into the page: the places are taken
      for (const id of document.body.dataset.plotlyStyles.split(" ").filter(Boolean)) {
        const place = document.createElement("template");
        place.id = id;
        document.head.append(place);
      }
      const script = document.createElement("script");
      script.src = `/static/${document.body.dataset.plotly}`;
      script.onload = () => resolve(window.Plotly);
      script.onerror = reject;
      document.head.append(script);
    });
  }
  return loading;
}

const AXIS = {
  gridcolor: "rgba(140, 170, 200, 0.14)",
  linecolor: "rgba(140, 170, 200, 0.35)",
  tickfont: { size: 12, color: "#9db0c4" },
  zeroline: false,
  fixedrange: true,
  automargin: true,
};

const LAYOUT = {
  paper_bgcolor: "rgba(0,0,0,0)",
  plot_bgcolor: "rgba(0,0,0,0)",
  margin: { l: 38, r: 38, t: 26, b: 26 },
  font: {
    family: "'Segoe UI', 'Noto Sans', Arial, 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif",
    size: 12.5,
    color: "#d5e1ec",
  },
  legend: { orientation: "h", x: 0, y: 1.0, yanchor: "bottom", font: { size: 12.5 }, itemclick: false, itemdoubleclick: false },
  hovermode: "x unified",
  hoverlabel: { bgcolor: "#14202d", bordercolor: "#33475c", font: { color: "#e8f0f8", size: 12.5 } },
  showlegend: true,
  bargap: 0.05,
  dragmode: false,
};

/** A chart that redraws at most twice a second, always ending on the latest figures. */
export class LiveChart {
  constructor(host) {
    this.host = host;
    this.next = null;
    this.busy = false;
    new ResizeObserver(() => this.ready && window.Plotly.Plots.resize(host)).observe(host);
  }

  show(traces, axes) {
    this.next = [traces, axes];
    this.#draw();
  }

  async #draw() {
    if (this.busy) return;
    this.busy = true;
    const library = await plotly();
    while (this.next) {
      const [traces, axes] = this.next;
      this.next = null;
      const layout = { ...LAYOUT, xaxis: { ...AXIS, type: "date", tickformat: "%H:%M", hoverformat: "%H:%M", nticks: 7 } };
      for (const [name, axis] of Object.entries(axes)) {
        layout[name] = { ...AXIS, rangemode: "tozero", nticks: 5, tickformat: "d", ...axis };
      }
      await library.react(this.host, traces, layout, chartConfig());
      this.ready = true;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    this.busy = false;
  }
}
