// 导演: the drill itself: time, injects, seats, and truth beside belief.

import { button, choices, flag, h, keyed, panel, text } from "./dom.js";
import { CountyMap, mapFacts } from "./map.js";
import { BoardTiles } from "./parts.js";
import { commitmentText } from "./shell.js";
import { code, countdown, number, say, t } from "./text.js";

const SPEEDS = [0.25, 0.5, 1, 2, 5, 10, 30, 60];
const PLAYERS = ["supervisor", "dispatcher", "notification"];

export class Desk {
  constructor(app, root) {
    this.app = app;
    this.truth = new CountyMap({ label: "console.truth", legend: ["live", "dead", "out", "fault", "crew"] });
    this.belief = new CountyMap({ label: "console.belief", legend: ["live", "dead", "out", "moved", "incident"] });
    const truth = panel("map-panel truth", "console.truth");
    const belief = panel("map-panel belief", "console.belief");
    truth.body.append(this.truth.host);
    belief.body.append(this.belief.host);
    [this.truthNote, this.beliefNote] = [truth.note, belief.note];
    this.tiles = new BoardTiles();
    root.append(this.#transport(), truth.panel, belief.panel, this.#injects(), this.#seats(), app.shell.inbox);
  }

  // --- time

  #transport() {
    const control = (key, kind, action, fields) => button(key, kind, () => this.#control(action, fields || {}));
    this.start = control("console.start", "good", "start");
    this.pause = control("console.pause", "", "pause");
    this.resume = control("console.resume", "good", "resume");
    this.steps = [30, 300].map((seconds) =>
      h("button", { type: "button", class: "button small", onclick: () => this.#control("step", { seconds }) }, `+${seconds < 60 ? `${seconds} s` : `${seconds / 60} min`}`));
    this.speeds = SPEEDS.map((speed) => {
      const element = h("button", { type: "button", class: "button small speed", onclick: () => this.#control("speed", { speed }) }, `${speed}×`);
      element.dataset.speed = speed;
      return element;
    });
    this.stop = button("console.stop", "bad", () => this.#askStop());
    this.sure = h("span", { class: "sure", hidden: true }, h("span", { t: "console.stop_sure" }), control("console.stop_yes", "bad", "stop"), button("console.stop_no", "", () => (this.sure.hidden = true)));
    this.moment = h("input", { type: "range", step: 10, tLabel: "console.moment",
      oninput: () => text(this.momentTime, this.app.clock.second(Number(this.moment.value))),
      onchange: () => this.#control("seek", { t_s: Number(this.moment.value) }) });
    this.momentTime = h("b", {});
    this.fork = control("console.fork", "primary", "fork");
    this.replay = h("div", { class: "line replay", hidden: true }, h("span", { class: "quiet", t: "console.moment" }), this.moment, this.momentTime, this.fork);
    this.commitment = h("code", { class: "hash" });
    this.exercise = h("b", { class: "exercise" });
    this.board = h("span", { class: "board-line" });
    return h("section", { class: "transport" },
      h("div", { class: "line" }, this.start, this.pause, this.resume, h("span", { class: "group" }, this.steps), h("span", { class: "group" }, this.speeds), this.stop, this.sure, h("span", { class: "gap" }), this.board),
      this.replay,
      h("div", { class: "line small" }, this.exercise, h("span", { class: "gap" }), h("span", { class: "quiet", t: "console.commitment" }), this.commitment));
  }

  #control(action, fields) {
    this.sure.hidden = true;
    return this.app.control(action, fields, () => this.#said(action, fields));
  }

  #said(action, fields) {
    const inject = (this.app.view.injects || []).find((each) => each.id === fields.inject);
    return t(`console.control.${action === "hold" && !fields.held ? "release" : action}`, {
      speed: fields.speed,
      seconds: fields.seconds,
      time: this.app.clock.second(fields.t_s),
      inject: inject ? say(inject.title) : fields.inject,
      seat: code("seat", fields.seat),
      to: t(fields.autopilot ? "console.to_autopilot" : "console.to_person"),
    });
  }

  #askStop() {
    this.sure.hidden = !this.sure.hidden;
  }

  #showTransport(view) {
    const { status, speed } = view.clock;
    this.start.hidden = !["preparing", "ready"].includes(status);
    this.start.disabled = status !== "ready";
    this.pause.hidden = status !== "running";
    this.resume.hidden = status !== "paused";
    const isOver = status === "ended" || status === "failed";
    this.isOver = isOver;
    for (const each of [...this.steps, ...this.speeds]) each.disabled = isOver;
    this.stop.disabled = isOver || this.start.hidden === false;
    for (const each of this.steps) each.disabled = isOver || this.start.hidden === false;
    for (const each of this.speeds) flag(each, "on", Number(each.dataset.speed) === speed);
    this.#showMoment(view);
    const exercise = view.exercise || {};
    const { results } = view;
    const { folder, ...files } = results || {};
    const stored = results ? t("console.stored", { folder, report: Object.values(files).join(", ") }) : "";
    text(this.exercise, stored || [say(exercise.title), view.clock.is_timely === false ? t("console.untimely") : ""].filter(Boolean).join(" · "));
    text(this.commitment, exercise.commitment || "–");
    this.commitment.title = commitmentText(exercise);
    const board = view.board || {};
    text(this.board, board.on_duty === undefined ? "" : t("console.board_line", {
      waiting: number(board.waiting), longest: countdown(board.longest_wait_s), duty: number(board.on_duty), busy: number(board.busy),
    }));
  }

  #showMoment(view) {
    const { replay } = view;
    this.replay.hidden = !replay;
    if (!replay) return;
    this.start.hidden = true;
    this.stop.hidden = true;
    this.isOver = true;
    if (this.moment.matches(":active")) return;
    this.moment.min = replay.from_s;
    this.moment.max = replay.to_s;
    this.moment.value = view.clock.t_s;
    text(this.momentTime, this.app.clock.second(view.clock.t_s));
  }

  tick() {
    this.#showMoment(this.app.view);
  }

  // --- injects

  #injects() {
    const { panel: box, body, note } = panel("injects", "console.injects");
    this.injectNote = note;
    this.injectRows = h("div", { class: "inject-rows" });
    body.append(this.injectRows);
    return box;
  }

  #showInjects(injects) {
    const order = { armed: 0, planned: 1, held: 2, fired: 3, expired: 4 };
    const sorted = [...injects].sort((a, b) => order[a.status] - order[b.status] || (a.t_s ?? Infinity) - (b.t_s ?? Infinity) || a.id.localeCompare(b.id));
    const fired = injects.filter((each) => each.status === "fired").length;
    text(this.injectNote, t("console.n_fired", { fired: number(fired), all: number(injects.length) }));
    keyed(this.injectRows, sorted, (each) => each.id,
      (each) => {
        const row = h("div", { class: "inject-row" }, h("b", {}), h("span", { class: "state" }), h("span", { class: "title" }), h("span", { class: "seat" }), h("time", {}),
          h("div", { class: "actions" }, button("console.fire", "small bad", () => this.#control("fire", { inject: each.id })), button("console.hold", "small", () => this.#hold(each.id))));
        row.dataset.inject = each.id;
        return row;
      },
      (row, each) => {
        row.dataset.status = each.status;
        text(row.children[0], each.id.split("_")[0].toUpperCase());
        row.title = each.id;
        text(row.children[1], code("inject_status", each.status));
        text(row.children[2], say(each.title));
        text(row.children[3], t(`console.short.${each.seat}`));
        text(row.children[4], each.t_s === null || each.t_s === undefined ? "" : this.app.clock.minute(each.t_s));
        const isDone = each.status === "fired" || each.status === "expired" || this.isOver;
        row.children[5].firstElementChild.disabled = isDone || each.status === "held";
        row.children[5].lastElementChild.disabled = isDone;
        text(row.children[5].lastElementChild, t(each.status === "held" ? "console.release" : "console.hold"));
      });
  }

  #hold(inject) {
    const isHeld = this.app.view.injects.find((each) => each.id === inject).status === "held";
    this.#control("hold", { inject, held: !isHeld });
  }

  // --- seats

  #seats() {
    const { panel: box, body } = panel("seats", "console.seats");
    this.seatRows = h("div", { class: "seat-rows" });
    this.to = h("select", { tLabel: "console.hint_to" });
    this.hint = h("input", { type: "text", maxlength: 400, tPlaceholder: "console.hint_text", tLabel: "console.hint_text" });
    const form = h("form", { class: "line hint-form", onsubmit: (event) => this.#sendHint(event) }, h("label", { t: "console.hint" }), this.to, this.hint, h("button", { class: "button primary", t: "console.send_hint" }));
    body.append(this.seatRows, form);
    return box;
  }

  #sendHint(event) {
    event.preventDefault();
    const said = this.hint.value.trim();
    if (!said) return;
    this.#control("hint", { seat: this.to.value, text: said });
    this.hint.value = "";
  }

  #showSeats(consoles) {
    choices(this.to, PLAYERS.map((each) => [each, t(`console.short.${each}`)]));
    keyed(this.seatRows, consoles, (each) => each.seat,
      (each) => h("div", { class: "seat-row" }, h("i", { class: "lamp" }), h("b", {}), h("span", { class: "person" }), h("small", {}),
        h("button", { type: "button", class: "button small", onclick: () => this.#handOver(each.seat) })),
      (row, each) => {
        const [lamp, name, person, last, hand] = row.children;
        row.dataset.seat = each.seat;
        flag(lamp, "on", each.connected);
        text(name, code("seat", each.seat));
        text(person, each.connected ? each.user || t("console.somebody") : t("console.nobody"));
        const did = each.last_action_s === null || each.last_action_s === undefined ? t("console.no_action") : t("console.last_action", { time: this.app.clock.minute(each.last_action_s) });
        text(last, `${t(each.autopilot ? "console.on_autopilot" : "console.by_person")} · ${did}`);
        row.dataset.autopilot = String(Boolean(each.autopilot));
        hand.hidden = !PLAYERS.includes(each.seat) || this.isOver;
        text(hand, t(each.autopilot ? "console.give_person" : "console.give_autopilot"));
      });
  }

  #handOver(seat) {
    const row = (this.app.view.consoles || []).find((each) => each.seat === seat);
    this.#control("hand_over", { seat, autopilot: !row.autopilot });
  }

  render(view, changed) {
    if (view.grid && changed.has("grid")) {
      this.truth.setGrid(view.grid);
      this.belief.setGrid(view.grid);
    }
    this.#showTransport(view);
    this.#showInjects(view.injects || []);
    this.#showSeats(view.consoles || []);
    const crews = view.crews || [];
    const open = (view.incidents || []).filter((each) => each.status !== "closed");
    this.truth.show({ ...mapFacts(view.truth), crews, faults: (view.truth || {}).faults || [] });
    this.belief.show({ ...mapFacts(view.believed), incidents: open });
    const outOf = (state) => number(((state || {}).out_transformers || []).length);
    text(this.truthNote, t("console.truth_note", { faults: number(((view.truth || {}).faults || []).length), out: outOf(view.truth) }));
    text(this.beliefNote, t("console.map_note", { out: outOf(view.believed) }));
  }
}
