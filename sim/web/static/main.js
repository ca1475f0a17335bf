// Start the console of this page's seat, and keep it up to date.

import { relabel } from "./dom.js";
import { Link } from "./link.js";
import { Shell, messageText } from "./shell.js";
import { SimClock, loadTexts, onLanguage, say, setDistricts, t } from "./text.js";

const DESKS = {
  dispatcher: "./dispatcher.js",
  supervisor: "./supervisor.js",
  notification: "./notification.js",
  controller: "./controller.js",
};

const app = {
  seat: document.body.dataset.seat,
  secret: decodeURIComponent(location.pathname.split("/").at(-1)),
  view: {},
  clock: new SimClock(),
  refresh: () => draw(new Set(Object.keys(app.view))),
  /** Give a command of the model; `said` returns what it is called in the language of the moment. */
  command: (command, fields, said) =>
    app.shell.follow(said, app.link.order({ type: "command", command, fields })),
  /** Steer the drill: the controller only. */
  control: (action, fields, said) =>
    app.shell.follow(said, app.link.order({ type: "control", action, ...fields })),
};

let desk = null;
let waiting = null;
let drawn = "";

function draw(changed) {
  if (!app.view.clock || !desk) return;
  const { status, speed, progress, t_s: tS } = app.view.clock;
  const phase = `${status} ${speed} ${progress}`;
  // the time alone, ten times a second, changes the bar only
  if ([...changed].every((key) => key === "clock") && phase === drawn) {
    app.shell.tick();
    if (desk.tick) desk.tick();
  } else drawAll(changed);
  drawn = phase;
  document.documentElement.dataset.shown = app.link.n;
  document.documentElement.dataset.seconds = tS;
}

function drawAll(changed) {
  if (changed.has("grid")) setDistricts(app.view.grid.districts);
  app.shell.situation(app.view);
  if (changed.has("inbox") || changed.has("grid")) app.shell.showInbox(app.view.inbox);
  app.shell.cover.show();
  desk.render(app.view, changed);
  app.shell.alarms(desk.alarms ? desk.alarms(app.view) : inboxAlarms());
}

function inboxAlarms() {
  return (app.view.inbox || [])
    .filter((each) => each.is_alarm)
    .map((each) => ({ order: each.n, t_s: each.t_s, text: messageText(each) }));
}

function heard(view, changed) {
  app.view = view;
  if (changed.has("clock")) app.clock.set(view.clock);
  if (waiting) {
    for (const key of changed) waiting.add(key);
    return;
  }
  waiting = changed;
  // a tab nobody looks at gets no frames, yet its alarms should sound
  const soon = document.hidden ? (then) => setTimeout(then, 200) : requestAnimationFrame;
  soon(() => {
    const all = waiting;
    waiting = null;
    draw(all);
  });
}

async function start() {
  const [{ Desk }] = await Promise.all([import(DESKS[app.seat]), loadTexts()]);
  app.shell = new Shell(app);
  document.title = `【演练】${t(`code.seat.${app.seat}`)} · Stormdesk`;
  desk = new Desk(app, app.shell.main);
  onLanguage(() => {
    relabel(document.body);
    app.shell.showInbox(app.view.inbox);
    app.shell.showOrders();
    app.shell.cover.show();
    app.shell.setWire(app.shell.wire.dataset.state);
    app.refresh();
  });
  app.link = new Link(app.secret, {
    view: heard,
    seat: (message) => app.shell.cover.readOnly(!message.active),
    state: (name) => app.shell.setWire(name),
    refused: (message) => app.shell.toast("bad", () => say(message.text) || message.why),
  });
  app.link.user = app.shell.user.value;
  document.documentElement.dataset.ready = "yes";
}

start();
