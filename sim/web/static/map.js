// A map of the county drawn on a canvas: lines, transformers, switches, crews, incidents.

import { asset, code, district, incidentName, number, t } from "./text.js";
import { h } from "./dom.js";

const INK = {
  ground: "#0a121b",
  area: "rgba(76, 141, 190, 0.06)",
  areaLine: "rgba(120, 160, 200, 0.16)",
  live: "#2f6f62",
  cable: "#2b5f7a",
  tie: "#7d6bb0",
  dead: "#ff5a52",
  out: "#ffb347",
  quiet: "rgba(160, 190, 215, 0.35)",
  moved: "#d58cff",
  label: "#dbe7f3",
  labelBack: "rgba(10, 18, 27, 0.72)",
  fault: "#ff2fa0",
  pick: "#ffffff",
  mark: "rgba(255, 255, 255, 0.045)",
};
export const CREW_INK = {
  idle: "#9fb4c8",
  travelling: "#4cc2ff",
  patrolling: "#ffd166",
  switching: "#d58cff",
  repairing: "#3ddc97",
  stood_down: "#ff8f6b",
  out_of_action: "#ff2fa0",
  off: "#556575",
};
const FONT = "'Segoe UI', 'Noto Sans', Arial, 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif";

export class CountyMap {
  /** options: {onpick(thing), legend: [names]} */
  constructor(options) {
    this.options = options;
    this.grid = null;
    this.facts = { dead: new Set(), out: new Set(), moved: new Map(), crews: [], incidents: [], faults: [] };
    this.picked = {};
    this.view = null;
    this.canvas = h("canvas", { role: "img", tLabel: options.label || "console.map.title" });
    this.tip = h("div", { class: "map-tip", hidden: true });
    this.host = h(
      "div",
      { class: "map" },
      this.canvas,
      this.tip,
      h("div", { class: "map-mark", t: "console.exercise_mark" }),
      h("button", { type: "button", class: "map-fit", tTitle: "console.map.fit", onclick: () => this.fit() }, "⤢"),
      this.#legend(),
    );
    this.#listen();
    new ResizeObserver(() => this.#resize()).observe(this.host);
  }

  #legend() {
    const marks = {
      live: ["line", "live"], dead: ["line", "dead"], tie: ["line dashed", "tie"], out: ["dot", "out"],
      moved: ["square", "moved"], fault: ["cross", "fault"], crew: ["diamond", "crew"], incident: ["ring", "incident"],
    };
    return h(
      "ul",
      { class: "map-legend" },
      this.options.legend.map((name) =>
        h("li", {}, h("i", { class: `mark ${marks[name][0]} ink-${marks[name][1]}` }), h("span", { t: `console.map.${name}` })),
      ),
    );
  }

  setGrid(grid) {
    if (this.grid === grid) return;
    this.grid = grid;
    this.scaleLon = Math.cos((grid.districts[0][3] * Math.PI) / 180);
    const x = (lon) => lon * this.scaleLon;
    this.sections = grid.sections.map((s) => ({ id: s[0], x0: x(s[2]), y0: -s[1], x1: x(s[4]), y1: -s[3], overhead: s[5], tie: s[6] }));
    this.transformers = grid.transformers.map((s) => ({ id: s[0], x: x(s[2]), y: -s[1], customers: s[3], district: s[4] }));
    this.switches = grid.switches.map((s) => ({ id: s[0], x: x(s[2]), y: -s[1], kind: s[3], remote: s[4], closed: s[5] }));
    this.districts = grid.districts.map((s) => ({ id: s[0], x: x(s[4]), y: -s[3] }));
    this.places = new Map();
    for (const list of [this.transformers, this.switches]) {
      for (const each of list) this.places.set(each.id, each);
    }
    this.hulls = this.#hulls();
    this.fit();
  }

  #hulls() {
    const points = new Map(this.districts.map((each) => [each.id, []]));
    for (const each of this.sections) {
      const list = points.get(each.id.slice(0, each.id.indexOf("/")));
      if (list) list.push([each.x0, each.y0], [each.x1, each.y1]);
    }
    return [...points.values()].filter((list) => list.length > 2).map(hull);
  }

  /** Return where an asset is drawn, in map coordinates, or null. */
  placeOf(id) {
    if (!this.grid || !id) return null;
    if (this.places.has(id)) return this.places.get(id);
    const line = this.sections.find((each) => id === each.id || id.startsWith(`${each.id}/`));
    if (line) return { x: (line.x0 + line.x1) / 2, y: (line.y0 + line.y1) / 2 };
    return this.districts.find((each) => each.id === id.split("/")[0]) || null;
  }

  show(facts) {
    this.facts = { ...this.facts, ...facts };
    this.redraw();
  }

  pick(picked) {
    this.picked = picked;
    this.redraw();
  }

  fit() {
    if (!this.grid || !this.width) return;
    const xs = this.sections.flatMap((each) => [each.x0, each.x1]);
    const ys = this.sections.flatMap((each) => [each.y0, each.y1]);
    const [west, east, north, south] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const bottom = 34;
    const scale = Math.min((this.width - 36) / (east - west), (this.height - 30 - bottom) / (south - north));
    this.fitted = scale;
    this.view = {
      scale,
      x: (west + east) / 2 - this.width / 2 / scale,
      y: (north + south) / 2 - (this.height - bottom + 6) / 2 / scale,
    };
    this.moved = false;
    this.redraw();
  }

  /** Bring a place into the middle when it is out of sight, or closer when that is asked. */
  go(id, closer) {
    const place = this.placeOf(id);
    if (!place || !this.view) return;
    const [x, y] = [this.#sx(place.x), this.#sy(place.y)];
    const isSeen = x > 20 && y > 20 && x < this.width - 20 && y < this.height - 50;
    if (isSeen && !closer) return;
    const scale = closer ? Math.max(this.view.scale, this.fitted * 3.2) : this.view.scale;
    this.view = { scale, x: place.x - this.width / 2 / scale, y: place.y - this.height / 2 / scale };
    this.moved = true;
    this.redraw();
  }

  #resize() {
    const [width, height] = [this.host.clientWidth, this.host.clientHeight];
    if (!width || !height || (width === this.width && height === this.height)) return;
    [this.width, this.height] = [width, height];
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    if (!this.moved) this.fit();
    this.redraw();
  }

  #listen() {
    let drag = null;
    this.canvas.addEventListener("pointerdown", (event) => {
      drag = { x: event.clientX, y: event.clientY, far: false };
      this.canvas.setPointerCapture(event.pointerId);
    });
    this.canvas.addEventListener("pointermove", (event) => {
      if (!this.view) return;
      if (drag && event.buttons) {
        const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
        if (drag.far || Math.hypot(dx, dy) > 4) {
          this.view.x -= dx / this.view.scale;
          this.view.y -= dy / this.view.scale;
          drag = { x: event.clientX, y: event.clientY, far: true };
          this.moved = true;
          this.redraw();
        }
        return;
      }
      this.#hover(event);
    });
    this.canvas.addEventListener("pointerup", (event) => {
      if (drag && !drag.far && this.options.onpick) {
        const thing = this.#find(event.offsetX, event.offsetY);
        if (thing) this.options.onpick(thing);
      }
      drag = null;
    });
    this.canvas.addEventListener("pointerleave", () => (this.tip.hidden = true));
    this.canvas.addEventListener(
      "wheel",
      (event) => {
        if (!this.view) return;
        event.preventDefault();
        const factor = Math.exp(-event.deltaY * 0.0016);
        const scale = Math.min(this.fitted * 40, Math.max(this.fitted * 0.7, this.view.scale * factor));
        this.view.x += event.offsetX / this.view.scale - event.offsetX / scale;
        this.view.y += event.offsetY / this.view.scale - event.offsetY / scale;
        this.view.scale = scale;
        this.moved = true;
        this.redraw();
      },
      { passive: false },
    );
  }

  #hover(event) {
    const thing = this.#find(event.offsetX, event.offsetY);
    this.tip.hidden = !thing;
    this.canvas.classList.toggle("pointing", Boolean(thing && this.options.onpick));
    if (!thing) return;
    this.tip.textContent = this.#describe(thing);
    const left = Math.min(event.offsetX + 14, this.width - this.tip.offsetWidth - 6);
    const top = Math.min(event.offsetY + 14, this.height - this.tip.offsetHeight - 6);
    this.tip.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`;
  }

  #describe(thing) {
    if (thing.kind === "crew") {
      return `${asset(thing.item.id)} · ${code("crew_state", thing.item.state)}`;
    }
    if (thing.kind === "incident") {
      return `${incidentName(thing.item.id)} · ${t("console.n_customers", { n: number(thing.item.customers) })}`;
    }
    if (thing.kind === "fault") return `${t("console.map.fault")} · ${asset(thing.item.asset)}`;
    if (thing.kind === "switch") {
      const closed = this.facts.moved.has(thing.ix) ? this.facts.moved.get(thing.ix) : thing.item.closed;
      const how = thing.item.remote ? "console.remote" : "console.manual";
      return `${asset(thing.item.id)} · ${t(closed ? "console.closed" : "console.open")} · ${t(how)}`;
    }
    if (thing.kind === "transformer") {
      const state = this.facts.out.has(thing.ix) ? "console.map.out" : "console.map.supplied";
      return `${asset(thing.item.id)} · ${t("console.n_customers", { n: number(thing.item.customers) })} · ${t(state)}`;
    }
    return `${asset(thing.item.id)} · ${t(this.facts.dead.has(thing.ix) ? "console.map.dead" : "console.map.live")}`;
  }

  #sx(x) {
    return (x - this.view.x) * this.view.scale;
  }

  #sy(y) {
    return (y - this.view.y) * this.view.scale;
  }

  #crewPlace(crew) {
    return { x: crew.lon * this.scaleLon, y: -crew.lat };
  }

  #find(px, py) {
    if (!this.view) return null;
    const near = (x, y) => Math.hypot(this.#sx(x) - px, this.#sy(y) - py);
    const best = (list, kind, limit, at) => {
      let found = null;
      let least = limit;
      list.forEach((item, ix) => {
        const place = at(item);
        const distance = place ? near(place.x, place.y) : Infinity;
        if (distance < least) [found, least] = [{ kind, ix, item, id: item.id }, distance];
      });
      return found;
    };
    const spot = this.#incidentSpots().find(({ x, y }) => Math.hypot(x - px, y - py) < 10);
    const found =
      best(this.facts.faults, "fault", 9, (each) => ({ x: each.lon * this.scaleLon, y: -each.lat })) ||
      best(this.facts.crews, "crew", 7, (each) => (each.state === "off" ? null : this.#crewPlace(each))) ||
      (spot && { kind: "incident", item: spot.each, id: spot.each.id });
    if (found) return found;
    if (this.#isNear) {
      const device = best(this.switches, "switch", 7, (each) => each);
      if (device) return device;
    }
    const moved = best(this.switches, "switch", 7, (each) => (this.facts.moved.has(this.switches.indexOf(each)) || !each.closed ? each : null));
    if (moved) return moved;
    const station = best(this.transformers, "transformer", 6, (each) => each);
    return station || this.#line(px, py);
  }

  #line(px, py) {
    let found = null;
    let least = 6;
    this.sections.forEach((item, ix) => {
      const [x0, y0, x1, y1] = [this.#sx(item.x0), this.#sy(item.y0), this.#sx(item.x1), this.#sy(item.y1)];
      const length = (x1 - x0) ** 2 + (y1 - y0) ** 2 || 1;
      const share = Math.max(0, Math.min(1, ((px - x0) * (x1 - x0) + (py - y0) * (y1 - y0)) / length));
      const distance = Math.hypot(x0 + share * (x1 - x0) - px, y0 + share * (y1 - y0) - py);
      if (distance < least) [found, least] = [{ kind: "section", ix, item, id: item.id }, distance];
    });
    return found;
  }

  get #isNear() {
    return this.view.scale > this.fitted * 3;
  }

  redraw() {
    if (this.drawing) return;
    this.drawing = true;
    requestAnimationFrame(() => {
      this.drawing = false;
      if (this.grid && this.view && this.width) this.#draw();
    });
  }

  #draw() {
    const pen = this.canvas.getContext("2d");
    const ratio = window.devicePixelRatio || 1;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.fillStyle = INK.ground;
    pen.fillRect(0, 0, this.width, this.height);
    this.#drawAreas(pen);
    this.#drawLines(pen);
    this.#drawStations(pen);
    this.#drawSwitches(pen);
    this.#drawFaults(pen);
    this.#drawIncidents(pen);
    this.#drawCrews(pen);
    this.#drawNames(pen);
    this.canvas.dataset.dead = this.facts.dead.size;
  }

  #drawAreas(pen) {
    pen.lineJoin = "round";
    for (const points of this.hulls) {
      pen.beginPath();
      points.forEach(([x, y]) => pen.lineTo(this.#sx(x), this.#sy(y)));
      pen.closePath();
      pen.fillStyle = INK.area;
      pen.strokeStyle = INK.areaLine;
      pen.lineWidth = 14;
      pen.fill();
      pen.lineWidth = 1;
      pen.stroke();
    }
  }

  #drawLines(pen) {
    pen.lineCap = "round";
    const groups = { cable: [], live: [], tie: [], dead: [] };
    this.sections.forEach((each, ix) => {
      if (this.facts.dead.has(ix)) groups.dead.push(each);
      else if (each.tie) groups.tie.push(each);
      else (each.overhead ? groups.live : groups.cable).push(each);
    });
    const close = this.#isNear ? 1.5 : 1;
    this.#strokes(pen, groups.cable, INK.cable, 1.3 * close, []);
    this.#strokes(pen, groups.live, INK.live, 1.3 * close, []);
    this.#strokes(pen, groups.tie, INK.tie, 1.3 * close, [4, 4]);
    this.#strokes(pen, groups.dead, "rgba(255, 90, 82, 0.22)", 6 * close, []);
    this.#strokes(pen, groups.dead, INK.dead, 2 * close, []);
    const chosen = this.sections.filter((each) => each.id === this.picked.section);
    this.#strokes(pen, chosen, INK.pick, 3.5, []);
  }

  #strokes(pen, lines, ink, width, dash) {
    if (!lines.length) return;
    pen.strokeStyle = ink;
    pen.lineWidth = width;
    pen.setLineDash(dash);
    pen.beginPath();
    for (const each of lines) {
      pen.moveTo(this.#sx(each.x0), this.#sy(each.y0));
      pen.lineTo(this.#sx(each.x1), this.#sy(each.y1));
    }
    pen.stroke();
    pen.setLineDash([]);
  }

  #drawStations(pen) {
    const size = this.#isNear ? 3 : 1.5;
    this.transformers.forEach((each, ix) => {
      const isOut = this.facts.out.has(ix);
      pen.fillStyle = isOut ? INK.out : INK.quiet;
      pen.beginPath();
      pen.arc(this.#sx(each.x), this.#sy(each.y), isOut ? size + 1.2 : size, 0, 7);
      pen.fill();
    });
    const chosen = this.transformers.find((each) => each.id === this.picked.transformer);
    if (chosen) this.#ring(pen, this.#sx(chosen.x), this.#sy(chosen.y), 9, INK.pick, 2);
  }

  #drawSwitches(pen) {
    this.switches.forEach((each, ix) => {
      const isMoved = this.facts.moved.has(ix);
      const closed = isMoved ? this.facts.moved.get(ix) : each.closed;
      const isChosen = each.id === this.picked.switch;
      if (!isMoved && !isChosen && closed && !(this.#isNear && each.remote) && this.view.scale < this.fitted * 8) return;
      if (!isMoved && !isChosen && !this.#isNear) return;
      const [x, y] = [this.#sx(each.x), this.#sy(each.y)];
      const half = isMoved ? 4.5 : 3.2;
      pen.lineWidth = 1.4;
      pen.strokeStyle = isMoved ? INK.moved : each.remote ? "#8fd3ff" : "#8495a6";
      pen.fillStyle = closed ? pen.strokeStyle : INK.ground;
      pen.fillRect(x - half, y - half, 2 * half, 2 * half);
      pen.strokeRect(x - half, y - half, 2 * half, 2 * half);
      if (isChosen) this.#ring(pen, x, y, 10, INK.pick, 2);
    });
  }

  #drawFaults(pen) {
    pen.strokeStyle = INK.fault;
    pen.lineWidth = 2.2;
    for (const each of this.facts.faults) {
      const [x, y] = [this.#sx(each.lon * this.scaleLon), this.#sy(-each.lat)];
      pen.beginPath();
      pen.moveTo(x - 5, y - 5);
      pen.lineTo(x + 5, y + 5);
      pen.moveTo(x + 5, y - 5);
      pen.lineTo(x - 5, y + 5);
      pen.stroke();
    }
  }

  /** Return where incidents are drawn; those of one station stand in a circle around it. */
  #incidentSpots() {
    const groups = new Map();
    for (const each of this.facts.incidents) {
      const place = this.placeOf(each.device);
      if (!place) continue;
      const [x, y] = [this.#sx(place.x), this.#sy(place.y)];
      const spot = `${Math.round(x / 4)},${Math.round(y / 4)}`;
      groups.set(spot, [...(groups.get(spot) || []), { each, x, y }]);
    }
    return [...groups.values()].flatMap((group) =>
      group.map(({ each, x, y }, k) => {
        const far = group.length > 1 ? 8 + 2 * group.length : 0;
        const angle = (2 * Math.PI * k) / group.length - Math.PI / 2;
        return { each, x: x + far * Math.cos(angle), y: y + far * Math.sin(angle) };
      }),
    );
  }

  #drawIncidents(pen) {
    for (const { each, x, y } of this.#incidentSpots()) {
      const isChosen = each.id === this.picked.incident;
      const size = 4 + Math.min(12, Math.sqrt(each.customers || 0) / 4);
      pen.fillStyle = "rgba(255, 179, 71, 0.14)";
      pen.beginPath();
      pen.arc(x, y, size, 0, 7);
      pen.fill();
      this.#ring(pen, x, y, size, isChosen ? INK.pick : INK.out, isChosen ? 3 : 1.6);
    }
  }

  #drawCrews(pen) {
    const seen = new Map();
    for (const each of this.facts.crews) {
      if (each.lat === null || each.lat === undefined || each.state === "off") continue;
      const place = this.#crewPlace(each);
      const spot = `${Math.round(this.#sx(place.x) / 6)},${Math.round(this.#sy(place.y) / 6)}`;
      const beside = seen.get(spot) || 0;
      seen.set(spot, beside + 1);
      const [x, y] = [this.#sx(place.x) + beside * 11, this.#sy(place.y)];
      pen.fillStyle = CREW_INK[each.state] || CREW_INK.idle;
      pen.strokeStyle = each.id === this.picked.crew ? INK.pick : INK.ground;
      pen.lineWidth = each.id === this.picked.crew ? 2.5 : 1.5;
      pen.beginPath();
      pen.moveTo(x, y - 7);
      pen.lineTo(x + 7, y);
      pen.lineTo(x, y + 7);
      pen.lineTo(x - 7, y);
      pen.closePath();
      pen.fill();
      pen.stroke();
    }
  }

  #drawNames(pen) {
    pen.font = `600 12.5px ${FONT}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    for (const each of this.districts) {
      const name = district(each.id);
      const [x, y] = [this.#sx(each.x), this.#sy(each.y) - 17];
      const width = pen.measureText(name).width;
      pen.fillStyle = INK.labelBack;
      pen.fillRect(x - width / 2 - 5, y - 9, width + 10, 18);
      pen.fillStyle = INK.label;
      pen.fillText(name, x, y);
    }
  }

  #ring(pen, x, y, size, ink, width) {
    pen.strokeStyle = ink;
    pen.lineWidth = width;
    pen.beginPath();
    pen.arc(x, y, size, 0, 7);
    pen.stroke();
  }
}

/** Return the convex hull of points (monotone chain). */
function hull(points) {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const turn = (o, a, b) => (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]);
  const half = (list) => {
    const chain = [];
    for (const point of list) {
      while (chain.length > 1 && turn(chain.at(-2), chain.at(-1), point) <= 0) chain.pop();
      chain.push(point);
    }
    chain.pop();
    return chain;
  };
  return [...half(sorted), ...half([...sorted].reverse())];
}

/** Return the facts of a map from a believed or true state {dead_sections, out_transformers, moved_switches}. */
export function mapFacts(state) {
  if (!state) return {};
  return {
    dead: new Set(state.dead_sections || []),
    out: new Set(state.out_transformers || []),
    moved: new Map(state.moved_switches || []),
  };
}
