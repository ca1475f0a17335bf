// What every console has: the bar on top, the alarm strip, the inbox, and word about orders.

import { button, choices, flag, h, icon, keyed, panel, text } from "./dom.js";
import { asset, code, countdown, districtIds, has, incidentName, language, number, say, setLanguage, t } from "./text.js";

const SOUND = "M4 9v6h4l5 4V5L8 9H4zm12.5 3a4.5 4.5 0 0 0-2.5-4v8a4.5 4.5 0 0 0 2.5-4z";
const MUTE = "M4 9v6h4l5 4V5L8 9H4zm11 .6 1.4-1.4L19 10.800l2.600-2.600L23 9.600 20.400 12l2.600 2.600-1.400 1.400L19 13.400l-2.600 2.600L15 14.600 17.600 12z";

export class Shell {
  constructor(app) {
    this.app = app;
    this.alarmKey = `stormdesk.alarm.${app.seat}.${app.secret.slice(0, 6)}`;
    const kept = sessionStorage.getItem(this.alarmKey);
    this.acknowledged = kept === null ? null : Number(kept);
    this.orders = [];
    this.bar = this.#bar();
    this.strip = this.#strip();
    this.main = h("main", { class: `desk ${app.seat}` });
    this.toasts = h("div", { class: "toasts", role: "status", "aria-live": "polite" });
    this.cover = this.#cover();
    this.inbox = this.#inbox();
    document.body.append(this.bar, this.strip, this.main, this.toasts, this.cover.box);
    setInterval(() => this.tick(), 250);
  }

  // --- bar

  #bar() {
    const chip = (name, key) => {
      const value = h("b", {});
      this[name] = value;
      return h("div", { class: `fact ${name}` }, h("span", { t: key }), value);
    };
    this.time = h("b", { class: "time" });
    this.speed = h("span", { class: "speed" });
    this.left = h("b", {});
    this.day = h("span", { class: "day" });
    this.auto = h("span", { class: "auto", t: "console.autopilot_on", hidden: true });
    this.again = h("span", { class: "auto again", t: "console.replay", hidden: true });
    this.wire = h("span", { class: "wire", role: "status" });
    this.user = h("input", {
      class: "user", maxlength: 40, tPlaceholder: "console.user", tLabel: "console.user",
      value: localStorage.getItem("stormdesk.user") || "",
      onchange: () => {
        localStorage.setItem("stormdesk.user", this.user.value);
        this.app.link.greet(this.user.value);
      },
    });
    this.soundButton = h("button", {
      type: "button", class: "tool sound", tTitle: "console.sound", "aria-pressed": "false",
      onclick: () => this.#toggleSound(),
    }, icon(MUTE));
    this.languageButton = h("button", {
      type: "button", class: "tool language", tTitle: "console.language",
      onclick: () => setLanguage(language() === "zh" ? "en" : "zh"),
    }, "中 / EN");
    return h(
      "header",
      { class: "bar" },
      h("span", { class: "drill-mark" }, "【演练】"),
      h("div", { class: "who" }, h("h1", { t: `code.seat.${this.app.seat}` }), this.user),
      h("div", { class: "clock" }, this.day, this.time, this.speed),
      h("div", { class: "fact left" }, h("span", { t: "console.time_left" }), this.left),
      h(
        "div",
        { class: "facts" },
        chip("warning", "console.warning"),
        chip("level", "console.level"),
        chip("gust", "console.gust"),
        chip("out", "console.believed_out"),
        chip("open", "console.incidents_open"),
      ),
      this.again,
      this.auto,
      h("div", { class: "tools" }, this.wire, this.soundButton, this.languageButton),
    );
  }

  setWire(state) {
    this.wire.className = `wire ${state}`;
    this.wire.title = t(`console.wire.${state}`);
    this.wire.setAttribute("aria-label", this.wire.title);
    this.wire.dataset.state = state;
    this.cover.wire(state);
  }

  tick() {
    const { clock } = this.app;
    if (!clock.given) return;
    const now = clock.now();
    text(this.time, clock.second(now));
    text(this.day, clock.day(now).slice(5));
    const { status, speed, startex_s: start, endex_s: end } = clock.given;
    text(this.speed, status === "running" ? `×${speed}` : code("status_of_drill", status));
    this.speed.className = `speed ${status}`;
    if (status === "preparing") text(this.left, "–");
    else text(this.left, end === null || end === undefined ? "–" : countdown(Math.min(end - now, end - (start || 0))));
  }

  situation(view) {
    const { situation } = view;
    if (situation) {
      text(this.warning, (situation.colour || "none") === "none" ? t("console.no_warning") : code("colour", situation.colour));
      this.warning.className = `warn-${situation.colour || "none"}`;
      text(this.level, code("level", situation.level || "none"));
      this.level.className = `level-${situation.level || "none"}`;
      text(this.out, number(situation.customers_believed_out));
      text(this.open, number(situation.incidents_open));
      text(this.gust, situation.gust_ms === null || situation.gust_ms === undefined ? "–" : `${number(situation.gust_ms, 0)} m/s`);
    }
    this.auto.hidden = !view.autopilot;
    this.again.hidden = !view.clock.is_replay;
    this.subjects(view);
    document.title = `【演练】${t(`code.seat.${this.app.seat}`)} · Stormdesk`;
    this.tick();
  }

  // --- alarms that draw the eye

  #strip() {
    this.stripText = h("span", { class: "strip-text" });
    this.stripTime = h("span", { class: "strip-time" });
    this.stripCount = h("span", { class: "strip-count" });
    return h(
      "div",
      { class: "strip", role: "alert", hidden: true },
      h("span", { class: "strip-mark" }, "【演练】"),
      this.stripTime,
      this.stripText,
      this.stripCount,
      button("console.acknowledge", "plain", () => this.#acknowledge()),
    );
  }

  /** Show the newest alarm not acknowledged: [{key, t_s, text}], oldest first. */
  alarms(entries) {
    if (this.acknowledged === null) {
      // what came while the opening was played without people is old news
      const { startex_s: start } = this.app.clock.given;
      this.acknowledged = Math.max(0, ...entries.filter((each) => each.t_s < start).map((each) => each.order));
    }
    const fresh = entries.filter((each) => each.order > this.acknowledged);
    this.newest = entries.length ? entries.at(-1).order : 0;
    this.strip.hidden = !fresh.length;
    if (!fresh.length) return;
    const last = fresh.at(-1);
    text(this.stripTime, this.app.clock.minute(last.t_s));
    text(this.stripText, last.text.replace(MARKS, ""));
    text(this.stripCount, fresh.length > 1 ? t("console.more_alarms", { n: fresh.length - 1 }) : "");
    if (this.rung !== last.order) {
      this.rung = last.order;
      this.strip.classList.remove("flash");
      void this.strip.offsetWidth; // lets the animation start again
      this.strip.classList.add("flash");
      this.#ring();
    }
  }

  #acknowledge() {
    this.acknowledged = this.newest;
    sessionStorage.setItem(this.alarmKey, String(this.newest));
    this.app.refresh();
  }

  #toggleSound() {
    this.audio = this.audio ? null : new AudioContext();
    this.soundButton.replaceChildren(icon(this.audio ? SOUND : MUTE));
    this.soundButton.setAttribute("aria-pressed", String(Boolean(this.audio)));
    this.#ring();
  }

  #ring() {
    if (!this.audio) return;
    const at = this.audio.currentTime;
    for (const [pitch, wait] of [[880, 0], [660, 0.16]]) {
      const tone = this.audio.createOscillator();
      const loud = this.audio.createGain();
      tone.frequency.value = pitch;
      loud.gain.setValueAtTime(0.12, at + wait);
      loud.gain.exponentialRampToValueAtTime(0.001, at + wait + 0.15);
      tone.connect(loud).connect(this.audio.destination);
      tone.start(at + wait);
      tone.stop(at + wait + 0.16);
    }
  }

  // --- inbox

  #inbox() {
    const { panel: box, body, tools, note } = panel("inbox", "console.inbox");
    this.messages = h("ol", { class: "messages" });
    this.given = h("ol", { class: "messages given", hidden: true });
    this.inboxNote = note;
    const tab = (key, list, other) => {
      const element = h("button", {
        type: "button", class: "tab", t: key,
        onclick: () => {
          list.hidden = false;
          other.hidden = true;
          for (const each of tools.children) flag(each, "on", each === element);
        },
      });
      return element;
    };
    const first = tab("console.messages", this.messages, this.given);
    first.classList.add("on");
    tools.append(first, tab("console.my_orders", this.given, this.messages));
    body.append(this.messages, this.given);
    if (this.app.seat !== "controller") body.append(this.#reportForm());
    return box;
  }

  #reportForm() {
    this.about = h("select", { tLabel: "console.report_about" });
    const send = button("console.report", "primary", () => {
      const about = this.about.value;
      this.app.command("Report", { about }, () => t("console.say.Report", { about: subject(about) }));
    });
    return h("div", { class: "line report" }, h("label", { t: "console.report_up" }), this.about, send);
  }

  /** Offer what a seat can report about: what it knows of. */
  subjects(view) {
    if (!this.about) return;
    const known = [
      ...["calls", "agents", "trunks", "menu", "gateway", "figures"],
      ...(view.incidents || []).filter((each) => each.status !== "closed").map((each) => each.id),
      ...(view.crews || []).filter((each) => each.state !== "off").map((each) => each.id),
      ...(view.notices || []).map((each) => each.notice),
    ];
    choices(this.about, known.map((each) => [each, subject(each)]));
  }

  showInbox(entries) {
    const newest = [...(entries || [])].reverse();
    const last = newest.length ? newest[0].n : 0;
    if (this.read === undefined) this.read = last;
    keyed(
      this.messages,
      newest,
      (each) => each.n,
      (each) => {
        const item = h(
          "li",
          { class: `message ${each.kind} ${each.is_alarm ? "alarm" : ""}` },
          h("span", { class: "kind" }),
          h("time", {}),
          h("p", {}),
        );
        if (each.n > this.read) item.classList.add("new");
        return item;
      },
      (item, each) => {
        text(item.children[0], code("message", each.kind));
        text(item.children[1], this.app.clock.minute(each.t_s));
        text(item.children[2], marked(messageText(each)));
      },
    );
    this.read = Math.max(this.read, last);
    text(this.inboxNote, newest.length ? String(newest.length) : "");
    if (!newest.length && !this.messages.childElementCount) text(this.messages, "");
  }

  showOrders() {
    keyed(
      this.given,
      this.orders,
      (each) => each.key,
      () => h("li", { class: "message" }, h("span", { class: "kind" }), h("time", {}), h("p", {})),
      (item, each) => {
        item.className = `message order ${each.state}`;
        text(item.children[0], t(`console.order.${each.state}`));
        text(item.children[1], this.app.clock.minute(each.t_s));
        text(item.children[2], each.why ? `${each.said()} — ${each.why()}` : each.said());
      },
    );
  }

  // --- orders

  /** Follow an order from the click to its acknowledgement. */
  async follow(said, promise) {
    const entry = { key: `${performance.now()}`, t_s: this.app.clock.now(), said, state: "sent" };
    this.orders.unshift(entry);
    this.orders.length = Math.min(this.orders.length, 60);
    this.showOrders();
    const answer = await promise;
    entry.state = answer.accepted ? "accepted" : "refused";
    if (!answer.accepted) entry.why = () => reason(answer);
    this.showOrders();
    this.toast(answer.accepted ? "good" : "bad", () =>
      answer.accepted
        ? t("console.toast_accepted", { order: said() })
        : t("console.toast_refused", { order: said(), why: reason(answer) }),
    );
    return answer;
  }

  toast(kind, said) {
    const item = h("div", { class: `toast ${kind}` }, `【演练】${said()}`);
    this.toasts.append(item);
    while (this.toasts.childElementCount > 4) this.toasts.firstElementChild.remove();
    setTimeout(() => item.remove(), kind === "bad" ? 9000 : 4500);
  }

  // --- what covers the desk

  #cover() {
    const title = h("h2", {});
    const body = h("p", {});
    const goals = h("ul", {});
    const mark = h("div", { class: "commitment", hidden: true }, h("span", { t: "console.commitment" }), h("code", {}));
    const back = button("console.take_back", "primary", () => this.app.link.take());
    const box = h("div", { class: "cover", hidden: true }, h("div", { class: "cover-card" }, h("div", { class: "cover-mark" }, "【演练】"), title, body, goals, mark, back));
    const state = { read_only: false };
    const kind = () => {
      const { clock, autopilot } = this.app.view;
      const isPlayer = this.app.seat !== "controller";
      if (state.read_only) return "taken";
      if (!clock || !isPlayer) return "";
      if (clock.is_replay) return "";
      if (["preparing", "ready", "ended", "failed"].includes(clock.status)) return clock.status;
      return autopilot ? "autopilot" : "";
    };
    const show = () => {
      const now = kind();
      const view = this.app.view;
      const exercise = view.exercise || {};
      box.hidden = !now;
      box.dataset.kind = now;
      const isBottom = ["taken", "autopilot"].includes(now);
      box.classList.toggle("bottom", isBottom);
      back.hidden = now !== "taken";
      const isEarly = ["preparing", "ready"].includes(now);
      if (now) {
        const progress = Math.round(100 * ((view.clock && view.clock.progress) || 0));
        text(title, (isEarly && say(exercise.title)) || t(`console.cover.${now}.title`));
        text(body, t(`console.cover.${now}.text`, { progress }));
      }
      const said = isEarly ? (exercise.objectives || []).map((each) => h("li", {}, say(each.text || each))) : [];
      goals.replaceChildren(...said);
      mark.hidden = isBottom || !exercise.commitment;
      text(mark.lastElementChild, commitmentText(exercise));
      document.body.classList.toggle("read-only", state.read_only);
    };
    return {
      box,
      show,
      readOnly(on) {
        state.read_only = on;
        show();
      },
      wire(name) {
        document.body.classList.toggle("offline", name !== "connected");
      },
    };
  }
}

/** Return the hash of what was fixed beforehand, and at the end what opens it. */
export function commitmentText(exercise) {
  const opened = exercise.opened ? `\n${t("console.opened", exercise.opened)}` : "";
  return `${exercise.commitment || "–"}${opened}`;
}

/** Return why an order was refused. */
export function reason(answer) {
  for (const key of [`console.why.${answer.why}`, `session.why.${answer.why}`, `code.why.${answer.why}`]) {
    if (has(key)) return t(key);
  }
  return say(answer.text) || answer.why || "";
}

/** Say what a report is about. */
function subject(about) {
  const key = `console.about.${about}`;
  if (has(key)) return t(key);
  return about.split("/").length > 2 || about.includes("#") ? incidentName(about) : asset(about);
}

/** Return a message in words: its own, or those of its values. */
export function messageText(message) {
  if (message.text) return named(say(message.text));
  const values = message.values || {};
  if (message.kind === "refused") return t("console.was_refused", { order: code("command", values.command), why: reason(values) });
  return t(`console.told.${values.key}.${values.autopilot ? "autopilot" : "person"}`);
}

const MARKS = /^\s*(【演练】|\[EXERCISE\])\s*/;

/** Return a message with the one mark of the drill before it. */
function marked(said) {
  return `【演练】${said.replace(MARKS, "")}`;
}

/** Say the ids in a text as people say them. */
function named(said) {
  return said.replace(/[a-z]+\/[a-z]+\d[\w@#/]*/g, (id) => (districtIds().includes(id.split("/")[0]) ? asset(id) : id));
}
