// 配网调度与抢修指挥: the county as believed, incidents, crews, alarms, switches.

import { button, choices, flag, h, keyed, panel, text } from "./dom.js";
import { CountyMap, CREW_INK, mapFacts } from "./map.js";
import { ImportantUsers } from "./needs.js";
import { TimeField, restoration } from "./parts.js";
import { OnPurpose } from "./purpose.js";
import { asset, code, district, has, incidentName, number, span, t } from "./text.js";

export class Desk {
  constructor(app, root) {
    this.app = app;
    this.root = root;
    this.chosen = {};
    this.map = new CountyMap({
      onpick: (thing) => this.#pick(thing),
      legend: ["live", "dead", "tie", "out", "moved", "incident", "crew"],
    });
    const map = panel("map-panel", "console.map.title");
    map.body.append(this.map.host);
    this.mapNote = map.note;
    root.append(map.panel, this.#incidents(), this.#crews(), this.#lower(), app.shell.inbox);
  }

  // --- incidents

  #incidents() {
    const { panel: box, body, note, tools } = panel("incidents", "console.incidents");
    this.incidentNote = note;
    this.showClosed = h("input", { type: "checkbox", onchange: () => this.app.refresh() });
    tools.append(h("label", { class: "check" }, this.showClosed, h("span", { t: "console.show_closed" })));
    this.rows = h("div", { class: "rows", role: "listbox", tLabel: "console.incidents" });
    body.append(this.#rowHead(), this.rows, this.#detail());
    return box;
  }

  #rowHead() {
    const keys = ["incident", "customers", "state", "restoration", "crew"];
    return h("div", { class: "row head" }, keys.map((key) => h("span", { t: `console.column.${key}` })));
  }

  #row(each) {
    const row = h(
      "button",
      { type: "button", class: "row", role: "option", onclick: () => this.#chooseIncident(each.id) },
      h("span", { class: "name" }), h("span", { class: "number" }), h("span", { class: "state" }),
      h("span", { class: "when" }), h("span", { class: "crew" }),
    );
    row.dataset.incident = each.id;
    return row;
  }

  #fillRow(row, each) {
    const [name, customers, state, when, crew] = row.children;
    text(name, incidentName(each.id));
    row.title = asset(each.id);
    text(customers, number(each.customers));
    text(state, statusOf(each));
    row.dataset.status = each.status;
    flag(row, "suggested", Boolean(this.#suggestion(each.id).length));
    restoration(when, each.restoration_s, this.app.clock);
    text(crew, each.crew ? asset(each.crew, true) : each.moving ? t("console.moving") : "");
    flag(row, "on", each.id === this.chosen.incident);
    row.setAttribute("aria-selected", String(each.id === this.chosen.incident));
  }

  #detail() {
    this.name = h("h3", {});
    this.facts = h("p", { class: "quiet" });
    this.suggested = h("ol", { class: "practice" });
    this.follow = button("console.follow", "primary follow", () => this.#followSuggestion());
    this.suggestion = h("div", { class: "suggestion" }, h("span", { class: "tag", t: "console.suggestion" }), this.suggested, this.follow);
    this.accept = button("console.accept", "good", () => this.#judge(true));
    this.reject = button("console.reject", "bad", () => this.#judge(false));
    this.when = new TimeField(this.app.clock);
    this.setTime = button("console.set_time", "", () => this.#setTime());
    this.closeWhy = h("select", { tLabel: "console.close_why" });
    this.close = button("console.close", "", () => this.#close());
    this.task = h("select", { tLabel: "console.task", onchange: () => this.app.refresh() });
    this.target = h("select", { tLabel: "console.target" });
    this.crewChoice = h("select", { tLabel: "console.crew", onchange: () => (this.chosen.crew = this.crewChoice.value) });
    this.assign = button("console.assign", "primary", () => this.#assign());
    this.empty = h("p", { class: "quiet hint", t: "console.choose_incident" });
    this.sheet = h(
      "div",
      { class: "sheet" },
      h("div", { class: "line" }, this.name, this.facts),
      this.suggestion,
      h("div", { class: "line" }, h("label", { t: "console.device_label" }), this.accept, this.reject,
        h("span", { class: "gap" }), this.closeWhy, this.close),
      h("div", { class: "line" }, h("label", { t: "console.restoration" }), this.when.box, this.setTime),
      h("div", { class: "line" }, h("label", { t: "console.send_crew" }), this.task, this.target),
      h("div", { class: "line" }, h("label", {}), this.crewChoice, this.assign),
    );
    return h("div", { class: "detail" }, this.empty, this.sheet);
  }

  #suggestion(id) {
    const incident = (this.app.view.incidents || []).find((each) => each.id === id);
    return incident ? ordersOf(incident, (this.app.view.suggestions || {})[id]) : [];
  }

  #incident() {
    return (this.app.view.incidents || []).find((each) => each.id === this.chosen.incident);
  }

  #chooseIncident(id) {
    this.chosen.incident = id;
    this.chosen.crew = "";
    const incident = this.#incident();
    if (incident) this.map.go(incident.device);
    this.app.refresh();
  }

  #showDetail(view) {
    const incident = this.#incident();
    this.empty.hidden = Boolean(incident);
    this.sheet.hidden = !incident;
    if (!incident) return;
    const isOpen = incident.status !== "closed";
    text(this.name, asset(incident.id));
    text(this.facts, t("console.incident_facts", {
      customers: number(incident.customers),
      opened: this.app.clock.minute(incident.opened_s),
      reports: number(incident.n_reports),
      section: incident.section ? asset(incident.section, true) : "–",
      damage: (incident.damage || []).map(([each, isDone]) => asset(each, true) + (isDone ? " ✓" : "")).join(", ") || "–",
    }));
    const orders = this.#suggestion(incident.id);
    this.suggestion.hidden = !orders.length;
    this.follow.disabled = orders.some((each) => each.command === "AssignCrew" && !each.fields.crew);
    keyed(this.suggested, orders, (each) => JSON.stringify(each), () => h("li", {}), (item, each) => text(item, orderText(each)));
    for (const each of [this.accept, this.reject, this.setTime, this.close, this.assign]) each.disabled = !isOpen;
    this.when.propose(incident.id, incident.restoration_s ?? this.app.clock.now() + 4 * 3600);
    choices(this.closeWhy, ["restored", "nothing_found", "false_alarm"].map((each) => [each, code("why", each)]));
    const isSwitching = orders.some((each) => each.fields.task === "switch");
    choices(this.task, ["patrol", "check", "repair", ...(isSwitching ? ["switch"] : [])].map((each) => [each, code("task", each)]));
    choices(this.target, targetsOf(incident, orders, this.task.value).map((each) => [each.join(" "), targetsText(each)]));
    this.#offerCrews(view, incident);
    this.assign.disabled = !isOpen || !this.target.value || !this.crewChoice.value;
  }

  #offerCrews(view, incident) {
    const place = this.map.placeOf(incident.device);
    const far = (crew) => {
      if (!place || crew.lat === null || crew.lat === undefined) return Infinity;
      return Math.hypot(crew.lon * this.map.scaleLon - place.x, -crew.lat - place.y) * 111;
    };
    const free = (view.crews || []).filter((each) => each.state === "idle").sort((a, b) => far(a) - far(b));
    const said = (each) => t("console.crew_choice", { crew: asset(each.id), km: Number.isFinite(far(each)) ? number(far(each), 0) : "?" });
    choices(this.crewChoice, free.length ? free.map((each) => [each.id, said(each)]) : [["", t("console.no_free_crew")]]);
    if (this.chosen.crew && free.some((each) => each.id === this.chosen.crew)) this.crewChoice.value = this.chosen.crew;
  }

  // --- orders

  async #followSuggestion() {
    for (const each of this.#suggestion(this.chosen.incident)) {
      const answer = await this.app.command(each.command, each.fields, () => orderText(each));
      if (!answer.accepted) return;
    }
  }

  #command(command, fields) {
    return this.app.command(command, fields, () => orderText({ command, fields }));
  }

  #judge(accepted) {
    this.#command("JudgeIncident", { incident: this.chosen.incident, accepted });
  }

  async #setTime() {
    const incident = this.#incident();
    const tS = this.when.seconds();
    if (!incident || tS === null) return;
    const stage = incident.restoration_s === null || incident.restoration_s === undefined ? "first" : "review";
    await this.#command("SetRestorationTime", { incident: incident.id, restoration_s: tS, stage });
    this.when.clear();
  }

  #close() {
    this.#command("CloseIncident", { incident: this.chosen.incident, why: this.closeWhy.value });
  }

  #assign() {
    const targets = this.target.value.split(" ");
    this.#command("AssignCrew", { crew: this.crewChoice.value, incident: this.chosen.incident, task: this.task.value, targets });
  }

  // --- crews

  #crews() {
    const { panel: box, body, note } = panel("crews", "console.crews");
    this.crewNote = note;
    this.crewRows = h("div", { class: "crew-rows" });
    body.append(this.crewRows);
    return box;
  }

  #showCrews(crews) {
    const order = ["out_of_action", "idle", "travelling", "patrolling", "switching", "repairing", "stood_down", "off"];
    const sorted = [...crews].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || a.id.localeCompare(b.id));
    const counts = order.filter((state) => crews.some((each) => each.state === state))
      .map((state) => `${code("crew_state", state)} ${crews.filter((each) => each.state === state).length}`);
    text(this.crewNote, counts.join(" · "));
    keyed(this.crewRows, sorted, (each) => each.id,
      (each) => h("button", { type: "button", class: "crew-row", onclick: () => this.#chooseCrew(each.id) },
        h("i", { class: "diamond" }), h("b", {}), h("span", { class: "state" }), h("small", {})),
      (row, each) => {
        row.dataset.crew = each.id;
        row.firstElementChild.style.background = CREW_INK[each.state] || CREW_INK.idle;
        text(row.children[1], asset(each.id));
        text(row.children[2], code("crew_state", each.state));
        const doing = each.incident ? `${code("task", each.task)} ${asset(each.place || each.incident)}` : "";
        const since = each.state === "off" || each.since_s === null || each.since_s === undefined ? "" : span(this.app.clock.now() - each.since_s);
        text(row.children[3], [doing, since].filter(Boolean).join(" · "));
        row.dataset.state = each.state;
        flag(row, "on", each.id === this.chosen.crew);
      });
  }

  #chooseCrew(id) {
    this.chosen.crew = id;
    const crew = this.app.view.crews.find((each) => each.id === id);
    if (crew && crew.incident) this.chosen.incident = crew.incident;
    this.app.refresh();
  }

  // --- alarms, switches, outages on purpose, important users

  #lower() {
    const { panel: box, body, tools, note } = panel("lower", "console.alarms");
    this.alarmNote = note;
    this.alarmRows = h("ol", { class: "alarm-rows" });
    const go = (id) => id && this.map.go(id, true);
    this.purpose = new OnPurpose(this.app, () => this.#freeCrew(), go);
    this.users = new ImportantUsers(this.app, go);
    this.sheets = { alarms: this.alarmRows, switches: this.#switchBox(), purpose: this.purpose.box, users: this.users.box };
    const tab = (key, shown) => h("button", { type: "button", class: "tab", onclick: () => this.#turn(shown) }, h("span", { t: key }), h("b", {}));
    this.tabs = {
      alarms: tab("console.alarms_tab", "alarms"),
      switches: tab("console.switches", "switches"),
      purpose: tab("console.on_purpose", "purpose"),
      users: tab("console.important", "users"),
    };
    tools.append(...Object.values(this.tabs));
    body.append(...Object.values(this.sheets));
    this.#turn("alarms");
    return box;
  }

  #turn(shown) {
    for (const [name, tab] of Object.entries(this.tabs)) {
      flag(tab, "on", name === shown);
      tab.setAttribute("aria-pressed", String(name === shown));
      this.sheets[name].hidden = name !== shown;
    }
    flag(this.root, "ordering", shown === "purpose" || shown === "users"); // rows with buttons need room
  }

  /** Show outages on purpose and important users, where the scenario has any. */
  #showOrdered(view) {
    const { outages = [] } = view.on_purpose || {};
    this.tabs.purpose.hidden = !OnPurpose.isAny(view);
    this.tabs.users.hidden = !view.in_need;
    text(this.tabs.purpose.lastElementChild, outages.length ? ` ${outages.length}` : "");
    const out = ImportantUsers.out(view);
    text(this.tabs.users.lastElementChild, out ? ` ${out}` : "");
    flag(this.tabs.users, "alert", out);
    this.purpose.render(view);
    this.users.render(view);
  }

  #freeCrew() {
    const crew = (this.app.view.crews || []).find((each) => each.id === this.chosen.crew);
    return crew && crew.state === "idle" ? crew.id : "";
  }

  #switchBox() {
    this.area = h("select", { tLabel: "console.area", onchange: () => this.app.refresh() });
    this.which = h("select", { tLabel: "console.which", onchange: () => this.app.refresh() });
    this.device = h("select", { tLabel: "console.switch", onchange: () => this.#chooseSwitch(this.device.value) });
    this.position = h("b", {});
    this.opens = button("console.do_open", "good", () => this.#operate(false));
    this.closes = button("console.do_close", "bad", () => this.#operate(true));
    this.switchHint = h("p", { class: "quiet" });
    return h("div", { class: "switches" },
      h("div", { class: "line" }, this.area, this.which, this.device),
      h("div", { class: "line" }, h("span", { t: "console.position" }), this.position, h("span", { class: "gap" }), this.opens, this.closes),
      this.switchHint);
  }

  #chooseSwitch(id) {
    this.chosen.switch = id;
    if (id) this.map.go(id, true);
    this.app.refresh();
  }

  #isClosed(ix) {
    const moved = new Map((this.app.view.believed || {}).moved_switches || []);
    return Boolean(moved.has(ix) ? moved.get(ix) : this.app.view.grid.switches[ix][5]);
  }

  #showSwitches(grid) {
    choices(this.area, grid.districts.map((each) => [each[0], district(each[0])]));
    choices(this.which, ["ties", "remote", "moved", "all"].map((each) => [each, t(`console.which_${each}`)]));
    const moved = new Set(((this.app.view.believed || {}).moved_switches || []).map((each) => each[0]));
    const fits = { ties: (each) => !each[5], remote: (each) => each[4], moved: (_each, ix) => moved.has(ix), all: () => true }[this.which.value];
    const listed = [];
    grid.switches.forEach((each, ix) => {
      if (each[0].startsWith(`${this.area.value}/`) && (fits(each, ix) || each[0] === this.chosen.switch)) listed.push(each[0]);
    });
    choices(this.device, [["", t("console.choose_switch")], ...listed.map((each) => [each, asset(each, true)])]);
    if (this.chosen.switch && this.device.value !== this.chosen.switch) this.device.value = this.chosen.switch;
    const ix = grid.switches.findIndex((each) => each[0] === this.device.value);
    const isKnown = ix >= 0;
    const isClosed = isKnown && this.#isClosed(ix);
    const isRemote = isKnown && (grid.switches[ix][4] || grid.switches[ix][3] === "CB");
    text(this.position, isKnown ? `${t(isClosed ? "console.closed" : "console.open")} · ${t(isRemote ? "console.remote" : "console.manual")}` : "–");
    this.opens.disabled = !isKnown || !isClosed || (!isRemote && !this.#crewForSwitch());
    this.closes.disabled = !isKnown || isClosed || (!isRemote && !this.#crewForSwitch());
    const incident = this.#incident();
    text(this.switchHint, !isKnown ? t("console.switch_hint") : isRemote
      ? t("console.switch_remote", { incident: incident ? asset(incident.id) : t("console.no_incident") })
      : t("console.switch_manual", { crew: this.#crewForSwitch() ? asset(this.#crewForSwitch()) : t("console.choose_crew_first") }));
  }

  #crewForSwitch() {
    return this.#incident() && this.crewChoice.value;
  }

  #operate(closed) {
    const id = this.device.value;
    const entry = this.app.view.grid.switches.find((each) => each[0] === id);
    const incident = this.#incident() && this.#incident().status !== "closed" ? this.chosen.incident : "";
    if (entry[4] || entry[3] === "CB") this.#command("OperateSwitch", { device: id, closed, incident });
    else this.#command("AssignCrew", { crew: this.#crewForSwitch(), incident, task: "switch", targets: [`${id}:${closed ? "close" : "open"}`] });
  }

  #pick(thing) {
    if (thing.kind === "incident") this.#chooseIncident(thing.id);
    else if (thing.kind === "crew") this.#chooseCrew(thing.id);
    else if (thing.kind === "switch") {
      this.area.value = thing.id.split("/")[0];
      this.#turn("switches");
      this.#chooseSwitch(thing.id);
    } else {
      const believed = this.app.view.incidents || [];
      const area = thing.id.split("/")[0];
      const near = believed.find((each) => each.status !== "closed" && (each.device === thing.id || each.section === thing.id)) ||
        believed.find((each) => each.status !== "closed" && each.device.startsWith(`${area}/`));
      if (near) this.chosen.incident = near.id;
      this.chosen[thing.kind] = thing.id;
      this.app.refresh();
    }
  }

  // --- everything

  alarms(view) {
    return (view.alarms || []).map((each) => ({ order: each.n, t_s: each.t_s, text: alarmText(each) }));
  }

  render(view, changed) {
    if (view.grid && changed.has("grid")) this.map.setGrid(view.grid);
    const incidents = (view.incidents || []).filter((each) => each.status !== "closed" || this.showClosed.checked);
    const open = incidents.filter((each) => each.status !== "closed");
    const sorted = [...incidents].sort((a, b) => (a.status === "closed") - (b.status === "closed") || b.customers - a.customers);
    keyed(this.rows, sorted, (each) => each.id, (each) => this.#row(each), (row, each) => this.#fillRow(row, each));
    text(this.incidentNote, t("console.n_open", { n: number(open.length) }));
    this.#showCrews(view.crews || []);
    this.#showDetail(view);
    if (view.grid) this.#showSwitches(view.grid);
    this.#showOrdered(view);
    if (changed.has("alarms") || changed.has("grid")) this.#showAlarms(view.alarms || []);
    this.map.show({ ...mapFacts(view.believed), crews: view.crews || [], incidents: open });
    this.map.pick(this.chosen);
    const out = ((view.believed || {}).out_transformers || []).length;
    text(this.mapNote, t("console.map_note", { out: number(out) }));
  }

  #showAlarms(alarms) {
    const newest = [...alarms].reverse();
    text(this.alarmNote, newest.length ? String(newest.length) : "");
    keyed(this.alarmRows, newest.slice(0, 200), (each) => each.n,
      () => h("li", {}, h("time", {}), h("i", { class: "lamp" }), h("span", {})),
      (row, each) => {
        row.dataset.kind = each.kind;
        text(row.children[0], this.app.clock.minute(each.t_s));
        text(row.children[2], alarmText(each));
      });
  }
}

function statusOf(incident) {
  return code("status", incident.status);
}

function damageOf(incident) {
  return (incident.damage || []).map(([asset]) => asset);
}

/** Return the commands of what the written practice would do next. */
function ordersOf(incident, suggestion) {
  if (!suggestion) return [];
  const orders = (suggestion.moves || []).map(([device, closed]) => ({
    command: "OperateSwitch",
    fields: { device, closed: Boolean(closed), incident: incident.id },
  }));
  const { task, crew } = suggestion;
  if (task) orders.push({ command: "AssignCrew", fields: { crew, incident: incident.id, task: task.task, targets: task.targets } });
  if (suggestion.is_done) {
    const found = damageOf(incident).length || incident.device.includes("@");
    orders.push({ command: "CloseIncident", fields: { incident: incident.id, why: found ? "restored" : "nothing_found" } });
  }
  return orders;
}

/** Return what a crew could be sent to for an incident: lists of targets, best first. */
function targetsOf(incident, orders, task) {
  const found = [];
  const add = (targets) => {
    const same = found.some((each) => each.join() === targets.join());
    if (targets.length && !same) found.push(targets);
  };
  for (const each of orders) {
    if (each.command === "AssignCrew" && each.fields.task === task) add(each.fields.targets);
  }
  if (task === "switch") return found;
  for (const [asset, isDone] of incident.damage || []) {
    if (!isDone) add([asset]);
  }
  if (incident.section) add([incident.section]);
  if (task !== "repair") add([incident.device.split("@")[0]]);
  return found;
}

function targetsText(targets) {
  const first = targets[0].split(":");
  const said = asset(first[0], true) + (first[1] ? ` → ${t(`console.do_${first[1]}`)}` : "");
  return targets.length > 1 ? t("console.and_more", { first: said, n: targets.length - 1 }) : said;
}

/** Say an order in words. */
export function orderText(order) {
  const fields = order.fields || {};
  const values = {
    crew: fields.crew ? asset(fields.crew) : t("console.no_free_crew"),
    incident: incidentName(fields.incident),
    task: code("task", fields.task),
    targets: fields.targets ? targetsText(fields.targets) : "",
    device: asset(fields.device),
    position: t(fields.closed ? "console.do_close" : "console.do_open"),
    why: code("why", fields.why),
  };
  const key = `console.say.${order.command}${order.command === "JudgeIncident" ? `.${fields.accepted ? "yes" : "no"}` : ""}`;
  return has(key) ? t(key, values) : code("command", order.command);
}

/** Say an alarm in words. */
export function alarmText(alarm) {
  const values = {};
  for (const [name, value] of Object.entries(alarm.values || {})) {
    values[name] = typeof value === "string" ? asset(value) : value;
  }
  const isEmpty = alarm.kind === "indicator" && !alarm.values.section;
  return t(`console.alarm.${alarm.kind}${isEmpty ? ".none" : ""}`, values);
}
