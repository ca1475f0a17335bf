// 话务班长: the board of the contact centre, standby tiers, the announcement, known outages.

import { LiveChart } from "./charts.js";
import { button, choices, flag, h, keyed, panel, text } from "./dom.js";
import { BoardTiles, restoration } from "./parts.js";
import { code, district, incidentName, number, say, t } from "./text.js";

export class Desk {
  constructor(app, root) {
    this.app = app;
    this.tiles = new BoardTiles();
    const queue = panel("queue-chart", "console.queue_chart");
    const flow = panel("flow-chart", "console.flow_chart");
    this.queueHost = h("div", { class: "chart" });
    this.flowHost = h("div", { class: "chart" });
    queue.body.append(this.queueHost);
    flow.body.append(this.flowHost);
    this.queue = new LiveChart(this.queueHost);
    this.flow = new LiveChart(this.flowHost);
    root.append(this.tiles.box, queue.panel, flow.panel, this.#standby(), this.#known(), app.shell.inbox);
  }

  #standby() {
    const { panel: box, body } = panel("standby", "console.standby");
    this.tierRows = h("div", { class: "tiers" });
    this.announceState = h("b", {});
    this.textChoice = h("select", { tLabel: "console.announcement_text", onchange: () => this.app.refresh() });
    this.textWords = h("p", { class: "quiet words" });
    this.textPlay = button("console.announcement_change", "primary", () => this.#play(this.textChoice.value));
    this.announce = h("button", { type: "button", class: "button switch", role: "switch", onclick: () => this.#announce() });
    this.overtimeNote = h("span", {});
    this.reliefNote = h("span", {});
    this.majorNote = h("span", {});
    this.sitesNote = h("p", { class: "sites-lost" });
    const order = (name) => () => this.app.command(name, {}, () => t(`console.say.${name}`));
    body.append(this.tierRows, h("h3", { t: "console.staff" }),
      h("div", { class: "line staff-orders" }, button("console.ask_overtime", "overtime", order("AskOvertime")), button("console.relieve", "relief", order("RelieveAgents")), button("console.file_major", "major", order("FileMajorService"))),
      h("p", { class: "quiet staff-notes" }, this.overtimeNote, " ", this.reliefNote, " ", this.majorNote),
      this.sitesNote, h("h3", { t: "console.announcement" }),
      h("div", { class: "line announcement" }, this.announce, this.announceState),
      h("div", { class: "line announcement-text" }, this.textChoice, this.textPlay), this.textWords,
      h("p", { class: "quiet", t: "console.announcement_note" }));
    return box;
  }

  #known() {
    const { panel: box, body, note } = panel("known", "console.known");
    this.knownNote = note;
    this.knownRows = h("div", { class: "known-rows" });
    this.noneKnown = h("p", { class: "quiet hint", t: "console.none_known" });
    body.append(this.noneKnown, this.knownRows);
    return box;
  }

  #announce() {
    if (!this.app.view.announcement) this.#play(this.textChoice.value);
    else this.app.command("SwitchAnnouncement", { on: false }, () => t("console.say.announce_off"));
  }

  #play(name) {
    const named = this.#textName(name);
    this.app.command("SwitchAnnouncement", { on: true, text: name }, () => t("console.say.announce_on", { text: named }));
  }

  #text(name) {
    return (this.app.view.announcements || []).find((each) => each.text === name);
  }

  #textName(name) {
    const found = this.#text(name);
    return found ? say(found.name) : name;
  }

  #showAnnouncement(playing, texts) {
    choices(this.textChoice, texts.map((each) => [each.text, say(each.name)]));
    flag(this.announce, "on", playing);
    this.announce.setAttribute("aria-checked", String(Boolean(playing)));
    text(this.announceState, playing ? t("console.announcement_on", { text: this.#textName(playing) }) : t("console.announcement_off"));
    text(this.announce, t(playing ? "console.switch_off" : "console.switch_on"));
    const chosen = this.#text(this.textChoice.value);
    this.textPlay.hidden = !playing || !chosen || chosen.text === playing;
    const notes = chosen ? [say(chosen.words), chosen.extra_s ? t("console.announcement_longer", { n: number(chosen.extra_s) }) : "", chosen.tells_time ? t("console.announcement_tells_time") : ""] : [];
    text(this.textWords, notes.filter(Boolean).join(" "));
  }

  #showStaff(staff) {
    const { overtime, relieved, sites_lost: lost } = staff;
    const answer = overtime && { time: this.app.clock.minute(overtime.t_s), asked: number(overtime.asked), agents: number(overtime.agents) };
    text(this.overtimeNote, answer ? t("console.overtime_agreed", answer) : "");
    text(this.reliefNote, relieved ? t("console.at_counselling", { n: number(relieved) }) : "");
    text(this.sitesNote, lost.length ? t("console.sites_lost", { sites: lost.map((each) => each || t("console.only_site")).join(", ") }) : "");
  }

  #showMajor(filed) {
    const { clock } = this.app;
    const values = filed && { time: clock.minute(filed.t_s), until: clock.minute(filed.until_s), customers: number(filed.customers) };
    text(this.majorNote, values ? t("console.major_filed", values) : "");
  }

  #call(tier) {
    this.app.command("CallStandby", { tier }, () => t("console.say.CallStandby", { tier: code("tier", tier) }));
  }

  #showTiers(tiers) {
    keyed(this.tierRows, tiers, (each) => each.tier,
      (each) => h("div", { class: "tier" }, h("b", {}), h("span", { class: "state" }), h("small", {}), button("console.call_up", "primary", () => this.#call(each.tier))),
      (row, each) => {
        row.dataset.tier = each.tier;
        row.dataset.state = each.state;
        text(row.children[0], code("tier", each.tier));
        text(row.children[1], code("tier_state", each.state));
        const arrives = each.arrive_s !== null && each.arrive_s !== undefined && each.state === "called";
        const came = each.arrived ? t("console.n_arrived", { n: number(each.arrived) }) : "";
        text(row.children[2], [t("console.n_agents", { n: number(each.agents) }), came, arrives ? t("console.arrives", { time: this.app.clock.minute(each.arrive_s) }) : ""].filter(Boolean).join(" · "));
        row.children[3].disabled = each.state === "called" || each.state === "on_duty";
      });
  }

  #showKnown(outages) {
    text(this.knownNote, outages.length ? String(outages.length) : "");
    this.noneKnown.hidden = outages.length > 0;
    keyed(this.knownRows, outages, (each) => each.incident,
      () => h("div", { class: "known-row" }, h("b", {}), h("span", {}), h("span", { class: "when" })),
      (row, each) => {
        text(row.children[0], district(each.district));
        text(row.children[1], incidentName(each.incident));
        restoration(row.children[2], each.restoration_s, this.app.clock);
      });
  }

  #showCharts(history) {
    const { clock } = this.app;
    const x = history.t_s.map((each) => clock.chart(each));
    const line = (name, y, color, more) => ({ type: "scatter", mode: "lines", name, x, y, line: { color, width: 2.2, ...more } });
    this.queue.show([
      { ...line(t("console.waiting"), history.waiting, "#ffb454"), fill: "tozeroy", fillcolor: "rgba(255, 180, 84, 0.14)" },
      { ...line(t("console.on_duty"), history.on_duty, "#4cc2ff", { shape: "hv" }), yaxis: "y2" },
    ], {
      yaxis: { color: "#ffb454" },
      yaxis2: { overlaying: "y", side: "right", tickmode: "auto", showgrid: false, color: "#4cc2ff" },
    });
    this.flow.show([
      { type: "bar", name: t("console.offered"), x, y: history.offered, marker: { color: "rgba(125, 160, 195, 0.55)" } },
      line(t("console.abandoned"), history.abandoned, "#ff6b8b"),
    ], { yaxis: {} });
  }

  render(view, changed) {
    if (view.board) this.tiles.show(view.board);
    this.#showTiers(view.tiers || []);
    this.#showStaff(view.staff || { overtime: null, relieved: 0, sites_lost: [] });
    this.#showMajor(view.major_service);
    this.#showAnnouncement(view.announcement || "", view.announcements || []);
    this.#showKnown(view.known_outages || []);
    if (view.history && (changed.has("history") || changed.has("grid"))) this.#showCharts(view.history);
    else if (view.history && changed.size >= Object.keys(view).length) this.#showCharts(view.history);
  }
}
