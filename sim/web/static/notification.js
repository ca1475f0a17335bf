// 信息发布: incidents that need a notice, composing one, and how the messages fare.

import { button, choices, flag, h, keyed, panel, text } from "./dom.js";
import { CountyMap, mapFacts } from "./map.js";
import { Meter, TimeField, restoration } from "./parts.js";
import { asset, code, district, incidentName, isOutage, number, say, span, t } from "./text.js";

/** A queue this long is shown as slow, s. */
const SLOW_S = 300;

export class Desk {
  constructor(app, root) {
    this.app = app;
    this.chosen = "";
    this.map = new CountyMap({ onpick: (thing) => this.#pick(thing), legend: ["out", "incident"] });
    const map = panel("map-panel", "console.map.title");
    map.body.append(this.map.host);
    this.mapNote = map.note;
    root.append(this.#incidents(), this.#compose(), map.panel, this.#notices(), app.shell.inbox);
  }

  // --- incidents

  #incidents() {
    const { panel: box, body, note } = panel("incidents", "console.to_inform");
    this.incidentNote = note;
    this.rows = h("div", { class: "rows", role: "listbox", tLabel: "console.to_inform" });
    const keys = ["incident", "customers", "restoration", "told"];
    body.append(h("div", { class: "row head" }, keys.map((key) => h("span", { t: `console.column.${key}` }))), this.rows);
    return box;
  }

  #showIncidents(incidents) {
    const need = (each) => (each.restoration_s || !each.customers ? needOf(each, this.app.clock) : "wait");
    const rank = { off: 0, expired: 0, none: 1, moved: 2, wait: 3, told: 4, gone: 5 };
    const sorted = [...incidents].sort((a, b) => rank[need(a)] - rank[need(b)] || b.customers - a.customers);
    const open = incidents.filter((each) => ["none", "moved", "expired", "off"].includes(need(each))).length;
    text(this.incidentNote, t("console.n_need", { n: number(open) }));
    keyed(this.rows, sorted, (each) => each.id,
      (each) => {
        const row = h("button", { type: "button", class: "row", role: "option", onclick: () => this.#choose(each.id) },
          h("span", { class: "name" }), h("span", { class: "number" }), h("span", { class: "when" }), h("span", { class: "told" }));
        row.dataset.incident = each.id;
        return row;
      },
      (row, each) => {
        text(row.children[0], incidentName(each.id));
        row.title = each.begins_s === undefined ? asset(each.id) : this.#outageFacts(each);
        text(row.children[1], number(each.customers));
        restoration(row.children[2], each.restoration_s, this.app.clock);
        const state = need(each);
        flag(row, "outage", isOutage(each.id));
        row.dataset.need = state;
        const told = each.told_restoration_s;
        text(row.children[3], ["wait", "none", "gone", "off"].includes(state) ? t(`console.need.${state}`) : `${t(`console.need.${state}`)} · ${this.app.clock.minute(told)}`);
        flag(row, "on", each.id === this.chosen);
      });
  }

  #choose(id) {
    this.chosen = id;
    const about = this.#incident() || this.#outage();
    if (about) {
      this.#offerTemplates();
      if (this.#incident()) this.template.value = about.notice ? "update" : "estimate";
      this.#tick(about.told_channels || []);
      this.map.go(this.#incident() ? id.split("#")[0] : id.startsWith("cut/") ? id.slice(4).split("#")[0] : about.district);
    }
    this.app.refresh();
  }

  #incident() {
    return (this.app.view.incidents || []).find((each) => each.id === this.chosen);
  }

  /** Return the outage on purpose that is chosen, if it is one. */
  #outage() {
    return (this.app.view.outages || []).find((each) => each.id === this.chosen);
  }

  #outageFacts(outage) {
    const { clock } = this.app;
    return t("console.outage_facts", { from: clock.minute(outage.begins_s), until: clock.minute(outage.restoration_s), customers: number(outage.customers) });
  }

  #pick(thing) {
    const area = thing.id.split("/")[0];
    const incidents = this.app.view.incidents || [];
    const found = incidents.find((each) => each.id === thing.id || each.id.split("#")[0] === thing.id) ||
      incidents.find((each) => each.id.startsWith(`${area}/`));
    if (found) this.#choose(found.id);
  }

  // --- composing

  #compose() {
    const { panel: box, body } = panel("compose", "console.compose");
    this.subject = h("h3", {});
    this.outageNote = h("p", { class: "quiet" });
    this.template = h("select", { tLabel: "console.template", onchange: () => this.app.refresh() });
    this.everyone = h("input", { type: "radio", name: "audience", checked: true, onchange: () => this.app.refresh() });
    this.some = h("input", { type: "radio", name: "audience", onchange: () => this.app.refresh() });
    this.areas = h("div", { class: "areas" });
    this.channels = h("div", { class: "channels", role: "group", tLabel: "console.channels" });
    this.asControl = h("input", { type: "radio", name: "time", checked: true, onchange: () => this.app.refresh() });
    this.own = h("input", { type: "radio", name: "time", onchange: () => this.app.refresh() });
    this.when = new TimeField(this.app.clock);
    this.when.input.addEventListener("input", () => this.app.refresh());
    this.preview = h("blockquote", {});
    this.send = button("console.send", "primary send", () => this.#send());
    const choice = (input, key, extra) => h("label", { class: "choice" }, input, h("span", { t: key }), extra);
    this.controlTime = h("b", {});
    // an outage on purpose has customers and times of its own
    this.freely = [
      h("div", { class: "line top" }, h("label", { t: "console.audience" }), h("div", { class: "stack" }, choice(this.everyone, "console.audience_believed"), choice(this.some, "console.audience_districts"), this.areas)),
      h("div", { class: "line top" }, h("label", { t: "console.restoration" }), h("div", { class: "stack" }, choice(this.asControl, "console.time_of_control", this.controlTime), choice(this.own, "console.time_own"), this.when.box)),
    ];
    body.append(
      this.subject, this.outageNote,
      h("div", { class: "line" }, h("label", { t: "console.template" }), this.template),
      this.freely[0],
      h("div", { class: "line top" }, h("label", { t: "console.channels" }), this.channels),
      this.freely[1],
      this.preview, h("div", { class: "line" }, this.send),
    );
    return box;
  }

  #showCompose(view) {
    const incident = this.#incident();
    const outage = this.#outage();
    const about = incident || outage;
    text(this.subject, about ? incidentName(about.id) : t("console.choose_incident"));
    this.outageNote.hidden = !outage;
    text(this.outageNote, outage ? this.#outageFacts(outage) : "");
    this.#offerTemplates();
    for (const each of this.freely) each.hidden = Boolean(outage);
    if (view.grid) {
      keyed(this.areas, view.grid.districts, (each) => each[0],
        (each) => h("label", { class: "area" }, h("input", { type: "checkbox", value: each[0], onchange: () => this.app.refresh() }), h("span", {})),
        (label, each) => text(label.lastElementChild, district(each[0])));
    }
    this.#showChannels(view.channels || []);
    if (outage) {
      this.#showOutage(outage);
      return;
    }
    this.areas.hidden = !this.some.checked;
    this.when.box.hidden = !this.own.checked;
    text(this.controlTime, incident && incident.restoration_s ? this.app.clock.minute(incident.restoration_s) : t("console.not_set"));
    this.when.propose(this.chosen, (incident && incident.restoration_s) || this.app.clock.now() + 4 * 3600);
    const tS = this.#time();
    this.send.disabled = !incident || !tS || !this.#chosenChannels().length || (this.some.checked && !this.#districts().length);
    const areas = this.some.checked ? this.#districts().map(district) : incident ? [district(incident.district)] : [];
    this.preview.hidden = !incident;
    text(this.preview, t(`console.preview.${this.template.value || "estimate"}`, {
      areas: areas.join(t("console.comma")) || "…",
      time: tS ? this.app.clock.minute(tS) : "…",
    }));
  }

  #offerTemplates() {
    const outage = this.#outage();
    const offered = !outage ? ["estimate", "update", "correction"] : [outage.is_off ? "called_off" : outage.why];
    choices(this.template, offered.map((each) => [each, code("template", each)]));
  }

  #showOutage(outage) {
    const { clock } = this.app;
    this.send.disabled = !this.#chosenChannels().length;
    this.preview.hidden = false;
    text(this.preview, t(`console.preview.${this.template.value}`, {
      areas: district(outage.district), from: clock.minute(outage.begins_s), time: clock.minute(outage.restoration_s),
    }));
  }

  #districts() {
    return [...this.areas.querySelectorAll("input:checked")].map((each) => each.value);
  }

  /** Show the channels to tick, each with its queue: the default ones are ticked at first. */
  #showChannels(channels) {
    keyed(this.channels, channels, (each) => each.channel,
      (each) => {
        const box = h("input", { type: "checkbox", value: each.channel, checked: each.is_default, onchange: () => this.app.refresh() });
        box.dataset.usual = each.is_default;
        const label = h("label", { class: "channel" }, box, h("b", {}), h("span", { class: "quiet" }));
        label.dataset.channel = each.channel;
        return label;
      },
      (label, each) => {
        text(label.children[1], channelName(each));
        text(label.children[2], channelFacts(each));
        label.title = channelFacts(each);
        flag(label, "slow", !each.at_once && each.backlog_s >= SLOW_S);
      });
  }

  /** Tick some channels, or the default ones where none is named. */
  #tick(names) {
    for (const box of this.channels.querySelectorAll("input")) {
      box.checked = names.length ? names.includes(box.value) : box.dataset.usual === "true";
    }
  }

  #chosenChannels() {
    return [...this.channels.querySelectorAll("input:checked")].map((each) => each.value);
  }

  #channelName(name) {
    return channelName((this.app.view.channels || []).find((each) => each.channel === name) || { channel: name });
  }

  #time() {
    const incident = this.#incident();
    return this.own.checked ? this.when.seconds() : incident && incident.restoration_s;
  }

  #send() {
    if (this.#outage()) {
      this.#tell();
      return;
    }
    const fields = {
      incident: this.chosen,
      template: this.template.value,
      districts: this.some.checked ? this.#districts() : [],
      restoration_s: this.own.checked ? this.when.seconds() : null,
      channels: this.#chosenChannels(),
    };
    const said = { incident: this.chosen, template: this.template.value };
    this.app.command("SendNotice", fields, () => t("console.say.SendNotice", { incident: incidentName(said.incident), template: code("template", said.template) }));
    this.when.clear();
  }

  /** Tell the customers of an outage on purpose. */
  #tell() {
    const fields = { outage: this.chosen, template: this.template.value, channels: this.#chosenChannels() };
    this.app.command("TellOutage", fields, () => t("console.say.TellOutage", { outage: incidentName(fields.outage), template: code("template", fields.template) }));
  }

  // --- notices

  #notices() {
    const { panel: box, body, note } = panel("notices", "console.notices");
    this.spent = note;
    this.noticeRows = h("div", { class: "notice-rows" });
    this.noNotices = h("p", { class: "quiet hint", t: "console.no_notices" });
    body.append(this.noNotices, this.noticeRows);
    return box;
  }

  #showNotices(notices) {
    const newest = [...notices].sort((a, b) => b.submitted_s - a.submitted_s);
    this.noNotices.hidden = newest.length > 0;
    keyed(this.noticeRows, newest, (each) => each.notice,
      (each) => {
        const meter = new Meter();
        const row = h("div", { class: "notice-row" },
          h("b", {}), h("span", { class: "template" }), h("span", { class: "when" }), meter.box, h("span", { class: "count" }), h("span", { class: "state" }),
          h("div", { class: "actions" },
            button("console.correct", "small", () => this.#correct(each.notice)),
            button("console.cancel", "small bad", () => this.#cancel(each.notice))));
        row.meter = meter;
        row.dataset.notice = each.notice;
        return row;
      },
      (row, each) => {
        const [name, template, when, , count, state, actions] = row.children;
        text(name, `${this.app.clock.minute(each.submitted_s)} ${incidentName(each.incident)}`);
        flag(row, "outage", isOutage(each.incident));
        text(template, code("template", each.template));
        restoration(when, each.restoration_s, this.app.clock);
        row.meter.show(arrived(each), "good");
        keyed(count, each.channels, (one) => one.channel, () => h("span", {}), (line, one) => {
          text(line, this.#fare(one));
          line.title = this.#fare(one);
        });
        text(state, code("notice_status", each.status));
        row.dataset.status = each.status;
        actions.firstElementChild.disabled = isOutage(each.incident) && !(this.app.view.outages || []).some((one) => one.id === each.incident);
        actions.lastElementChild.disabled = !["sending", "queued"].includes(each.status);
      });
  }

  /** Say how a notice fares on one channel. */
  #fare(one) {
    const key = one.delivered === null ? "console.channel.sent" : "console.channel.delivery";
    return t(key, { channel: this.#channelName(one.channel), sent: number(one.sent), delivered: number(one.delivered), messages: number(one.messages) });
  }

  /** Compose a correction for those who read the notice: the same channels. */
  #correct(name) {
    const notice = this.app.view.notices.find((each) => each.notice === name);
    this.#choose(notice.incident);
    if (!this.#outage()) this.template.value = "correction";
    this.#tick(notice.channels.map((each) => each.channel));
    this.app.refresh();
  }

  #cancel(notice) {
    const { incident } = this.app.view.notices.find((each) => each.notice === notice);
    this.app.command("CancelNotice", { notice }, () => t("console.say.CancelNotice", { notice: incidentName(incident) }));
  }

  render(view, changed) {
    if (view.grid && changed.has("grid")) this.map.setGrid(view.grid);
    this.#showIncidents([...(view.incidents || []), ...(view.outages || [])]);
    this.#showCompose(view);
    this.#showNotices(view.notices || []);
    const spent = (view.notices || []).flatMap((each) => each.channels).reduce((sum, each) => sum + each.cost_yuan, 0);
    text(this.spent, t("console.cost", { cost: number(spent, 2) }));
    const shown = (view.incidents || []).map((each) => ({ ...each, device: each.id.split("#")[0] }));
    this.map.show({ ...mapFacts(view.believed), incidents: shown });
    this.map.pick({ incident: this.chosen });
    text(this.mapNote, t("console.map_note", { out: number(((view.believed || {}).out_transformers || []).length) }));
  }
}

function channelName(channel) {
  return channel.name ? say(channel.name) : code("channel", channel.channel);
}

/** Say how a channel stands: its queue, what it waits for, what it costs. */
function channelFacts(channel) {
  const facts = [channel.at_once ? t("console.channel.at_once")
    : t("console.channel.queue", { waiting: number(channel.waiting), backlog: span(channel.backlog_s), rate: number(channel.measured_per_s, 1), most: number(channel.per_s) })];
  if (channel.approval_s) facts.push(t("console.channel.approval", { approval: span(channel.approval_s) }));
  if (!channel.receipts) facts.push(t("console.channel.no_receipts"));
  if (channel.cost_yuan) facts.push(t("console.channel.cost", { cost: number(channel.cost_yuan, 2) }));
  return facts.join(" · ");
}

/** Return the share of a notice's messages that have arrived; sent, where nothing reports it. */
function arrived(notice) {
  const n = notice.channels.reduce((sum, each) => sum + (each.delivered === null ? each.sent : each.delivered), 0);
  return notice.messages ? n / notice.messages : 0;
}

/** Say what an incident with a restoration time needs: none told, moved since, expired, told, or
    gone: nobody is believed out any more. An outage on purpose may be off: called off, and its
    customers do not know. */
function needOf(incident, clock) {
  const told = incident.told_restoration_s;
  if (incident.is_off) return "off";
  if (!incident.customers) return "gone";
  if (told === null || told === undefined) return "none";
  if (told <= clock.now()) return "expired";
  return Math.abs(told - incident.restoration_s) >= 1800 ? "moved" : "told";
}
