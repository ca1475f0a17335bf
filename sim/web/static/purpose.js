// Outages on purpose on the dispatcher's desk: planned work, agreements, cuts for want of power.

import { button, choices, flag, h, keyed, text } from "./dom.js";
import { asset, code, incidentName, number, span, t, workName } from "./text.js";

/** Why a person may put work off. */
const WHYS = ["order", "warning", "response", "wind", "no_crew"];

export class OnPurpose {
  /** `crew()` returns the free crew that is chosen, '' for none; `go(id)` moves the map. */
  constructor(app, crew, go) {
    this.app = app;
    this.crew = crew;
    this.go = go;
    this.agreements = h("div", {});
    this.rows = h("div", {});
    this.none = h("p", { class: "quiet hint", t: "console.none_on_purpose" });
    this.box = h("div", { class: "purpose" }, this.#shortage(), h("div", { class: "purpose-rows" }, this.agreements, this.rows, this.none));
  }

  /** Say whether there is anything of the kind in this scenario. */
  static isAny(view) {
    const { planned, shortage } = view.on_purpose || {};
    return Boolean(planned || shortage);
  }

  render(view) {
    const { outages = [], works = [], shortage, gap } = view.on_purpose || {};
    this.#showShortage(shortage, gap);
    this.#showAgreements((shortage && shortage.agreements) || []);
    this.#showOutages(outages, works);
  }

  // --- the shortage

  #shortage() {
    this.gap = h("b", {});
    this.balance = h("span", { class: "quiet balance" });
    this.feeder = h("select", { tLabel: "console.feeder", onchange: () => this.go(this.feeder.value) });
    this.lasts = h("select", { class: "lasts", tLabel: "console.cut_for" });
    this.cut = button("console.cut", "bad cut", () => this.#cutChosen());
    this.head = h("div", { class: "shortage" },
      h("div", { class: "line" }, h("span", { t: "console.gap" }), this.gap, this.balance),
      h("div", { class: "line" }, this.feeder, this.lasts, this.cut));
    return this.head;
  }

  #showShortage(shortage, gap) {
    this.head.hidden = !shortage;
    if (!shortage) return;
    text(this.gap, gap === "none" ? t("console.no_warning") : code("colour", gap));
    this.gap.className = `warn-${gap}`;
    const { available_mw: available, demand_mw: demand } = shortage;
    text(this.balance, shortage.reviewed_s === null ? "" : t(`console.balance${available === null ? "_unlimited" : ""}`, {
      time: this.app.clock.minute(shortage.reviewed_s), demand: number(demand, 2), available: number(available, 2),
    }));
    const said = (each) => t("console.feeder_choice", {
      feeder: incidentName(each.device), customers: number(each.customers), mw: number(each.mw, 2), hours: number(each.hours_off, 1),
    });
    const { rota } = shortage;
    choices(this.feeder, rota.length
      ? rota.map((each, k) => [each.device, k ? said(each) : t("console.feeder_next", { choice: said(each) })])
      : [["", t("console.no_feeder")]]);
    const chosen = this.feeder.selectedOptions[0];
    this.feeder.title = chosen ? chosen.textContent : "";
    const lengths = [...new Set([1800, 3600, 7200, 14400, shortage.longest_off_s])].sort((a, b) => a - b);
    const isNew = !this.lasts.options.length;
    choices(this.lasts, lengths.map((each) => [String(each), span(each)]));
    if (isNew) this.lasts.value = String(shortage.longest_off_s);
    this.cut.disabled = !rota.length;
  }

  #cutChosen() {
    const until = this.app.clock.now() + Number(this.lasts.value);
    return this.#cut(this.feeder.value, Math.round(until));
  }

  #cut(device, until) {
    return this.app.command("CutFeeder", { device, until_s: until }, () => t("console.say.CutFeeder", { device: incidentName(device) }));
  }

  #restore(device) {
    return this.app.command("RestoreFeeder", { device }, () => t("console.say.RestoreFeeder", { device: incidentName(device) }));
  }

  // --- agreements

  #showAgreements(agreements) {
    keyed(this.agreements, agreements, (each) => each.agreement,
      (each) => {
        const row = h("div", { class: "purpose-row" }, h("i", { class: "lamp" }), h("b", {}), h("span", { class: "number" }), h("span", { class: "state" }), h("small", {}),
          h("div", { class: "actions" }, h("button", { type: "button", class: "button small", onclick: () => this.#call(each.agreement) })));
        row.dataset.agreement = each.agreement;
        return row;
      },
      (row, each) => {
        const [, name, , state, facts, actions] = row.children;
        const { clock } = this.app;
        row.dataset.state = each.is_on ? "running" : "coming";
        text(name, t("console.agreement", { agreement: each.agreement }));
        text(state, each.is_on ? t("console.outage_state.running") : "");
        text(facts, each.is_on
          ? t("console.agreement_called", { mw: number(each.relief_mw, 2), from: clock.minute(each.from_s), until: clock.minute(each.until_s) })
          : t("console.agreement_relief", { mw: number(each.relief_mw, 2) }));
        text(actions.firstElementChild, t(each.is_on ? "console.end_call" : "console.call"));
      });
  }

  #call(agreement) {
    const on = !this.app.view.on_purpose.shortage.agreements.find((each) => each.agreement === agreement).is_on;
    this.app.command("CallCurtailment", { agreement, on }, () => t(`console.say.CallCurtailment.${on ? "yes" : "no"}`, { agreement }));
  }

  // --- outages

  #showOutages(outages, works) {
    const workOf = new Map(works.map((each) => [each.outage, each]));
    const sorted = [...outages].sort((a, b) => b.is_running - a.is_running || a.begins_s - b.begins_s);
    this.none.hidden = sorted.length > 0;
    keyed(this.rows, sorted, (each) => each.outage,
      (each) => this.#row(each),
      (row, each) => this.#fillRow(row, each, workOf.get(each.outage)));
  }

  #row(each) {
    const why = h("select", { class: "why", tLabel: "console.put_off_why" });
    const row = h("div", { class: "purpose-row" },
      h("i", { class: "lamp" }), h("button", { type: "button", class: "name", onclick: () => this.go(row.place) }),
      h("span", { class: "number" }), h("span", { class: "state" }), h("small", {}),
      h("div", { class: "actions" }, why,
        button("console.put_off", "small put-off", () => this.#putOff(row.work.work, why.value)),
        button("console.begin", "small primary begin", () => this.#begin(row.work.work)),
        button("console.cut_now", "small bad cut-now", () => this.#cut(row.outage.device, row.outage.restoration_s)),
        button("console.restore", "small good restore", () => this.#restore(row.outage.device))));
    row.dataset.outage = each.outage;
    return row;
  }

  #fillRow(row, each, work) {
    const [, name, customers, state, facts, actions] = row.children;
    const [why, putOff, begin, cut, restore] = actions.children;
    const { clock } = this.app;
    Object.assign(row, { outage: each, work, place: each.device || (work && work.place) });
    row.dataset.state = each.is_running ? "running" : "coming";
    text(name, incidentName(each.outage));
    text(customers, t("console.n_customers", { n: number(each.customers) }));
    text(state, t(`console.outage_state.${row.dataset.state}`));
    const times = `${clock.minute(each.begins_s)} – ${clock.minute(each.restoration_s)}`;
    const doing = work ? [asset(work.place), code("option", work.option), work.crew && asset(work.crew)] : [];
    text(facts, [times, ...doing].filter(Boolean).join(" · "));
    facts.title = facts.textContent;
    flag(facts, "late", each.is_running && each.restoration_s <= clock.now());
    const waits = Boolean(work) && work.state === "waiting";
    if (waits) choices(why, WHYS.map((one) => [one, code("why", one)]));
    begin.title = t("console.begin_with");
    for (const one of [why, putOff, begin]) one.hidden = !waits;
    cut.hidden = !each.device || each.is_running;
    restore.hidden = !each.device || !each.is_running;
  }

  #begin(work) {
    const crew = this.crew();
    const key = `console.say.BeginPlannedWork${crew ? ".crew" : ""}`;
    const fields = crew ? { work, crew } : { work };
    this.app.command("BeginPlannedWork", fields, () => t(key, { work: workName(work), crew: asset(crew) }));
  }

  #putOff(work, why) {
    this.app.command("PutOffPlannedWork", { work, why }, () => t("console.say.PutOffPlannedWork", { work: workName(work), why: code("why", why) }));
  }
}
