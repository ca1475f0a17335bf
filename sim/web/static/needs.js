// Important users on the dispatcher's desk: who is believed out, what they have, mobile generators.

import { button, h, keyed, text } from "./dom.js";
import { asset, code, number, say, span, t } from "./text.js";

const GRADES = ["special", "first", "second", "temporary"];

export class ImportantUsers {
  /** `go(id)` moves the map. */
  constructor(app, go) {
    this.app = app;
    this.go = go;
    this.free = h("p", { class: "quiet" });
    this.rows = h("div", { class: "purpose-rows" });
    this.box = h("div", { class: "purpose" }, this.free, this.rows);
  }

  /** Return how many are believed out. */
  static out(view) {
    return ((view.in_need || {}).users || []).filter((each) => each.out_since_s !== null).length;
  }

  render(view) {
    if (!view.in_need) return;
    const { sets_free: free, users } = view.in_need;
    text(this.free, t("console.sets_free", { n: number(free) }));
    const sorted = [...users].sort((a, b) =>
      (a.out_since_s === null) - (b.out_since_s === null) || GRADES.indexOf(a.grade) - GRADES.indexOf(b.grade));
    keyed(this.rows, sorted, (each) => each.customer,
      (each) => {
        const row = h("div", { class: "purpose-row" },
          h("i", { class: "lamp" }), h("button", { type: "button", class: "name", onclick: () => this.go(each.transformer) }),
          h("span", { class: "number" }), h("span", { class: "state" }), h("small", {}),
          h("div", { class: "actions" }, button("console.send_set", "small primary", () => this.#send(each))));
        row.dataset.customer = each.customer;
        return row;
      },
      (row, each) => this.#fillRow(row, each));
  }

  #fillRow(row, each) {
    const [, name, grade, state, facts, actions] = row.children;
    const isOut = each.out_since_s !== null;
    row.dataset.state = each.has_set ? "coming" : isOut ? "out" : "";
    text(name, say(each.name));
    text(grade, code("grade", each.grade));
    text(state, each.has_set ? t("console.set_sent") : isOut
      ? t("console.out_since", { time: this.app.clock.minute(each.out_since_s) }) : t("console.believed_supplied"));
    const has = [
      each.has_second && t("console.reserve.second"),
      each.battery_s > 0 && t("console.reserve.battery", { time: span(each.battery_s) }),
      each.fuel_s > 0 && t("console.reserve.generator", { time: span(each.fuel_s) }),
    ].filter(Boolean);
    text(facts, [asset(each.transformer), ...(has.length ? has : [t("console.reserve.none")])].join(" · "));
    facts.title = facts.textContent;
    actions.firstElementChild.disabled = each.has_set;
  }

  #send(each) {
    this.app.command("SendMobileSet", { customer: each.customer }, () => t("console.say.SendMobileSet", { customer: say(each.name) }));
  }
}
