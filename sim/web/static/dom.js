// Build and update elements. Text goes in as text only: nothing here parses markup.

import { t } from "./text.js";

const SVG = "http://www.w3.org/2000/svg";

/** Make an element: h("p", {class: "x", t: "console.key", onclick: f}, "text", child). */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  set(element, props || {});
  element.append(...children.flat().filter((each) => each !== null && each !== undefined));
  return element;
}

/** Make a small drawing from one path. */
export function icon(path, label) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", label ? "false" : "true");
  const shape = document.createElementNS(SVG, "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

function set(element, props) {
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "t") label(element, value);
    else if (name === "tTitle") labelAttribute(element, "title", value);
    else if (name === "tLabel") labelAttribute(element, "aria-label", value);
    else if (name === "tPlaceholder") labelAttribute(element, "placeholder", value);
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
}

function label(element, key) {
  element.dataset.t = key;
  element.textContent = t(key);
}

const ATTRIBUTES = ["title", "aria-label", "placeholder"];

function labelAttribute(element, attribute, key) {
  element.dataset[`t${ATTRIBUTES.indexOf(attribute)}`] = key;
  element.setAttribute(attribute, t(key));
}

/** Say every fixed label again, after the language has changed. */
export function relabel(root) {
  for (const element of root.querySelectorAll("[data-t]")) {
    element.textContent = t(element.dataset.t);
  }
  ATTRIBUTES.forEach((attribute, number) => {
    for (const element of root.querySelectorAll(`[data-t${number}]`)) {
      element.setAttribute(attribute, t(element.dataset[`t${number}`]));
    }
  });
}

/** Set a text only when it differs: the browser then has nothing to do. */
export function text(element, value) {
  const said = value === null || value === undefined ? "" : String(value);
  if (element.textContent !== said) element.textContent = said;
  return element;
}

/** Switch a class. */
export function flag(element, name, on) {
  element.classList.toggle(name, Boolean(on));
  return element;
}

/** Keep one child per item: make(item) once, update(child, item) each time, in the items' order. */
export function keyed(parent, items, key, make, update) {
  const known = parent.keyedChildren || (parent.keyedChildren = new Map());
  const wanted = new Set();
  let place = parent.firstElementChild;
  for (const item of items) {
    const name = key(item);
    wanted.add(name);
    let child = known.get(name);
    if (!child) {
      child = make(item);
      known.set(name, child);
    }
    update(child, item);
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
  }
  for (const [name, child] of known) {
    if (!wanted.has(name)) {
      child.remove();
      known.delete(name);
    }
  }
}

/** Offer choices [[value, label]] in a select, keeping what is chosen when it still is there. */
export function choices(select, pairs) {
  const same =
    select.options.length === pairs.length &&
    pairs.every(([value, said], k) => {
      const option = select.options[k];
      return option.value === value && option.textContent === said;
    });
  if (same) return;
  const before = select.value;
  select.replaceChildren(...pairs.map(([value, said]) => h("option", { value }, said)));
  if (pairs.some(([value]) => value === before)) select.value = before;
}

/** Make a titled panel; returns {panel, body, tools, note}. */
export function panel(name, titleKey) {
  const note = h("span", { class: "panel-note" });
  const tools = h("div", { class: "panel-tools" });
  const body = h("div", { class: "panel-body" });
  const box = h(
    "section",
    { class: `panel ${name}` },
    h("header", {}, h("h2", { t: titleKey }), note, tools),
    body,
  );
  return { panel: box, body, tools, note };
}

/** Make a button with a fixed label. */
export function button(key, kind, onclick) {
  return h("button", { type: "button", class: `button ${kind || ""}`, t: key, onclick });
}
