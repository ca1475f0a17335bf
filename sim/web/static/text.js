// Texts in both languages, numbers and times as people read them.

let all = null;
let lang = "zh";
const listeners = [];

/** Fetch all texts once. */
export async function loadTexts() {
  const answer = await fetch("/static/text.json");
  all = await answer.json();
  const wanted = localStorage.getItem("stormdesk.language");
  const own = navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
  apply(all[wanted] ? wanted : own);
}

function apply(wanted) {
  lang = wanted;
  document.documentElement.lang = { zh: "zh-CN", en: "en" }[lang];
}

export function language() {
  return lang;
}

/** Switch the language of everything on the page. */
export function setLanguage(wanted) {
  apply(wanted);
  localStorage.setItem("stormdesk.language", wanted);
  for (const listener of listeners) listener();
}

export function onLanguage(listener) {
  listeners.push(listener);
}

/** Say whether there is a text. */
export function has(key) {
  return Object.hasOwn(all[lang].texts, key);
}

/** Return a text with its {placeholders} filled in. */
export function t(key, values) {
  const text = has(key) ? all[lang].texts[key] : key;
  return text.replace(/\{(\w+)(?:![rs])?\}/g, (whole, name) =>
    values && values[name] !== undefined ? String(values[name]) : whole,
  );
}

/** Return the word for a code of the model; a code without one stands for itself. */
export function code(kind, value) {
  if (value === null || value === undefined || value === "") return "";
  for (const key of [`console.${kind}.${value}`, `code.${kind}.${value}`]) {
    if (has(key)) return t(key);
  }
  return String(value);
}

/** Return a text given in both languages. */
export function say(both) {
  if (both === null || both === undefined) return "";
  return typeof both === "string" ? both : both[lang] || both.en || both.zh || "";
}

export function chartConfig() {
  return { ...all[lang].chart, displayModeBar: false };
}

export function number(value, digits) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  return value.toLocaleString("en-US", {
    minimumFractionDigits: digits || 0,
    maximumFractionDigits: digits || 0,
  });
}

export function percent(share) {
  return share === null || share === undefined ? "–" : `${Math.round(share * 100)}%`;
}

const two = (value) => String(value).padStart(2, "0");

/** Return minutes and seconds, or hours, minutes and seconds. */
export function countdown(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** Return a length of time in the unit that reads best. */
export function span(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  if (Math.abs(seconds) < 90) return t("duration.seconds", { n: Math.round(seconds) });
  const minutes = Math.round(seconds / 60);
  if (Math.abs(minutes) < 120) return t("duration.minutes", { n: minutes });
  return t("duration.hours", { hours: Math.trunc(minutes / 60), minutes: two(Math.abs(minutes % 60)) });
}

/** The simulated clock: seconds of the run to local calendar time, running on between updates. */
export class SimClock {
  constructor() {
    this.given = null;
    this.zeroMs = 0;
  }

  set(clock) {
    this.given = clock;
    this.heardMs = performance.now();
    // local time comes in whole minutes, and the run starts on one
    // while the opening runs there is no local time yet
    this.isKnown = Boolean(clock.local);
    if (this.isKnown) {
      this.zeroMs = Date.parse(`${clock.local.slice(0, 16)}Z`) - Math.floor(clock.t_s / 60) * 60000;
    }
  }

  get isRunning() {
    return Boolean(this.given) && this.given.status === "running";
  }

  /** Return the time now, at most two seconds past what was last heard. */
  now() {
    if (!this.given) return 0;
    const passedS = Math.min(2, (performance.now() - this.heardMs) / 1000);
    return this.given.t_s + (this.isRunning ? passedS * (this.given.speed || 0) : 0);
  }

  #date(tS) {
    return new Date(this.zeroMs + tS * 1000);
  }

  /** Return hours and minutes, with the date when it is another day than now. */
  minute(tS) {
    if (tS === null || tS === undefined || !this.isKnown) return "–";
    const [then, now] = [this.#date(tS), this.#date(this.given.t_s)];
    const time = `${two(then.getUTCHours())}:${two(then.getUTCMinutes())}`;
    if (then.getUTCDate() === now.getUTCDate() && Math.abs(then - now) < 86400000) return time;
    return `${two(then.getUTCMonth() + 1)}-${two(then.getUTCDate())} ${time}`;
  }

  second(tS) {
    return this.isKnown && Number.isFinite(tS) ? this.#date(tS).toISOString().slice(11, 19) : "--:--:--";
  }

  day(tS) {
    return this.isKnown ? this.#date(tS).toISOString().slice(0, 10) : "";
  }

  /** Return a time as a chart takes it: local, without a zone. */
  chart(tS) {
    return this.#date(tS).toISOString().slice(0, 19);
  }

  /** Return a time as people write it into a field: month, day, hours and minutes. */
  field(tS) {
    return this.#date(Math.round(tS / 60) * 60).toISOString().slice(5, 16).replace("T", " ");
  }

  /** Return the seconds of the run of such a field, or null; without a day it is the next such time. */
  seconds(field) {
    const match = /^\s*(?:(\d{1,2})-(\d{1,2})\s+)?(\d{1,2}):(\d{2})\s*$/.exec(field);
    if (!match || !this.isKnown) return null;
    const now = this.#date(this.now());
    const [month, day] = match[1] ? [match[1] - 1, Number(match[2])] : [now.getUTCMonth(), now.getUTCDate()];
    let ms = Date.UTC(now.getUTCFullYear(), month, day, Number(match[3]), Number(match[4]));
    if (!match[1] && ms <= now.getTime()) ms += 86400000;
    return (ms - this.zeroMs) / 1000;
  }
}

let districts = new Map();

/** Learn the names of the districts. */
export function setDistricts(rows) {
  districts = new Map(rows.map(([id, en, zh]) => [id, { en, zh }]));
}

export function district(id) {
  return districts.has(id) ? say(districts.get(id)) : id || "";
}

export function districtIds() {
  return [...districts.keys()];
}

/** Return the name of an asset, incident, crew or notice as people say it. */
export function asset(id, bare) {
  if (!id) return "–";
  const slash = id.indexOf("/");
  if (slash < 0) return districts.has(id) ? district(id) : id;
  const area = district(id.slice(0, slash));
  let rest = id.slice(slash + 1);
  let number = "";
  const hash = rest.indexOf("#");
  if (hash >= 0) {
    number = ` #${rest.slice(hash + 1)}`;
    rest = rest.slice(0, hash);
  }
  const said = part(rest) + number;
  return bare ? said : `${area} ${said}`;
}

/** Return the short name of an incident: its feeder or transformer, numbered from the second on. */
export function incidentName(id) {
  if (!id) return "–";
  if (isOutage(id)) return outageName(id);
  return asset(id.replace(/@\d+/, "").replace(/#1$/, ""));
}

/** Say whether an id is that of an outage on purpose. */
export function isOutage(id) {
  const kind = id.split("/")[0];
  return ["cut", "work"].includes(kind) && !districts.has(kind);
}

/** Return the name of an outage on purpose: the feeder that is cut, or the work it is for. */
function outageName(id) {
  const slash = id.indexOf("/");
  const [kind, rest] = [id.slice(0, slash), id.slice(slash + 1)];
  return t(`console.outage.${kind}`, { name: kind === "cut" ? incidentName(rest) : workName(rest) });
}

/** Return the name of planned work: what it is called, or its feeder and number. */
export function workName(id) {
  const [name, number] = id.replace(/#1$/, "").split("#");
  const job = /^(.+)\/(job\d+)$/.exec(name);
  const said = job ? `${incidentName(job[1])} ${job[2]}` : name;
  return number ? `${said} #${number}` : said;
}

const PARTS = [
  [/^line(\d+)@(\d+)$/, "console.asset.line_switch"],
  [/^line(\d+)\/span(\d+)$/, "console.asset.span"],
  [/^line(\d+)\/pole(\d+)$/, "console.asset.pole"],
  [/^line(\d+)$/, "console.asset.line"],
  [/^dt(\d+)$/, "console.asset.dt"],
  [/^sw(\d+)$/, "console.asset.sw"],
  [/^trafo(\d+)@(\d+)$/, "console.asset.trafo_switch"],
  [/^trafo(\d+)$/, "console.asset.trafo"],
  [/^([a-z])(\d+)$/, "console.asset.crew"],
];

function part(rest) {
  for (const [shape, key] of PARTS) {
    const match = shape.exec(rest);
    if (match) return t(key, { n: /^[a-z]$/.test(match[1]) ? match[1].toUpperCase() : match[1], m: match[2] });
  }
  return rest;
}
