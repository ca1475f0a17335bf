// Parts that more than one console uses.

import { button, choices, flag, h, keyed, panel, text } from "./dom.js";
import { asset, code, countdown, number, percent, t } from "./text.js";

/** A field for a point in simulated time, with steps to add. */
export class TimeField {
  constructor(clock) {
    this.clock = clock;
    this.input = h("input", { type: "text", class: "when", maxlength: 14, spellcheck: "false", tLabel: "console.restoration_time", oninput: () => (this.touched = true) });
    const add = (minutes, said) =>
      h("button", { type: "button", class: "button small", onclick: () => this.add(minutes * 60) }, said);
    this.box = h("span", { class: "time-field" }, this.input, add(30, "+30′"), add(60, "+1h"), add(240, "+4h"));
  }

  /** Propose a time, unless the person has chosen one for the same thing. */
  propose(about, tS) {
    if (this.about === about && this.touched) return;
    if (document.activeElement === this.input) return;
    this.about = about;
    this.touched = false;
    this.input.value = this.clock.field(tS);
  }

  clear() {
    this.touched = false;
  }

  add(seconds) {
    const from = Math.max(this.seconds() ?? 0, this.clock.now());
    this.touched = true;
    this.input.value = this.clock.field(from + seconds);
  }

  seconds() {
    return this.clock.seconds(this.input.value);
  }
}

/** Say a restoration time, marked when it has passed or is near. */
export function restoration(element, tS, clock) {
  const isSet = tS !== null && tS !== undefined;
  text(element, isSet ? clock.minute(tS) : t("console.not_set"));
  flag(element, "late", isSet && tS <= clock.now());
  flag(element, "soon", isSet && tS > clock.now() && tS - clock.now() < 1800);
  flag(element, "none", !isSet);
}

/** A big number with a label and a line below. */
export class Tile {
  constructor(key, kind) {
    this.value = h("b", {});
    this.below = h("small", {});
    this.box = h("div", { class: `tile ${kind || ""}` }, h("span", { t: key }), this.value, this.below);
  }

  show(value, below, mood) {
    text(this.value, value);
    text(this.below, below || "");
    this.box.dataset.mood = mood || "";
  }
}

/** A bar filled to a share. */
export class Meter {
  constructor() {
    this.bar = h("i", {});
    this.box = h("span", { class: "meter" }, this.bar);
  }

  show(share, mood) {
    this.bar.style.width = `${Math.round(1000 * Math.max(0, Math.min(1, share || 0))) / 10}%`;
    this.box.dataset.mood = mood || "";
  }
}

/** The six figures of the contact centre. */
export class BoardTiles {
  constructor() {
    this.waiting = new Tile("console.waiting", "wide");
    this.longest = new Tile("console.longest_wait");
    this.duty = new Tile("console.on_duty");
    this.trunks = new Tile("console.trunks");
    this.level = new Tile("console.service_level");
    this.last = new Tile("console.last_15");
    this.box = h("div", { class: "tiles" }, [this.waiting, this.longest, this.duty, this.trunks, this.level, this.last].map((each) => each.box));
  }

  show(board) {
    const last = board.last_15 || {};
    const crowded = board.waiting > 2 * Math.max(1, board.on_duty);
    this.waiting.show(number(board.waiting), "", crowded ? "bad" : board.waiting > 5 ? "warn" : "good");
    this.longest.show(countdown(board.longest_wait_s), "", board.longest_wait_s > 300 ? "bad" : board.longest_wait_s > 60 ? "warn" : "good");
    this.duty.show(number(board.on_duty), t("console.busy_idle", { busy: number(board.busy), idle: number(board.idle) }), "");
    const full = board.trunks ? board.trunks_in_use / board.trunks : 0;
    this.trunks.show(`${number(board.trunks_in_use)} / ${number(board.trunks)}`, last.blocked ? t("console.n_blocked", { n: number(last.blocked) }) : "", full > 0.9 ? "bad" : full > 0.7 ? "warn" : "");
    const level = board.service_level;
    this.level.show(percent(level), t("console.service_level_note"), level === null || level === undefined ? "" : level >= 0.8 ? "good" : level >= 0.5 ? "warn" : "bad");
    this.last.show(number(last.offered), t("console.last_15_note", { answered: number(last.answered), abandoned: number(last.abandoned), self: number(last.self_served) }), last.abandoned > 0.2 * last.offered ? "bad" : "");
  }
}

export { button, choices, flag, h, keyed, panel, text, asset, code, number };
