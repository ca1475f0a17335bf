// The one socket of a console: keeps the view, sends orders, comes back by itself.

const LOGS = ["inbox", "alarms"];
const KEPT = 500;

export class Link {
  /** on: {view(view, changed), seat(message), state(name)} */
  constructor(secret, on) {
    this.on = on;
    this.url = `ws://${location.host}/ws/${encodeURIComponent(secret)}`;
    this.view = {};
    this.n = -1;
    this.waiting = new Map();
    this.tries = 0;
    this.user = "";
    this.#open();
  }

  #open() {
    this.on.state(this.tries ? "reconnecting" : "connecting");
    this.socket = new WebSocket(this.url);
    this.socket.onopen = () => {
      this.tries = 0;
      this.on.state("connected");
      this.#send({ type: "hello", user: this.user });
      for (const each of this.waiting.values()) this.#send(each.message);
    };
    this.socket.onmessage = (event) => this.#hear(JSON.parse(event.data));
    this.socket.onclose = () => {
      this.on.state("lost");
      this.tries += 1;
      setTimeout(() => this.#open(), Math.min(4000, 250 * 2 ** Math.min(this.tries, 4)));
    };
  }

  #send(message) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  #hear(message) {
    if (message.type === "full" || message.type === "delta") this.#merge(message);
    else if (message.type === "ack") this.#answered(message);
    else if (message.type === "seat") this.on.seat(message);
  }

  #merge(message) {
    const changed = new Set(Object.keys(message.view));
    if (message.type === "full") {
      for (const key of Object.keys(this.view)) changed.add(key);
      this.view = {};
    }
    for (const [key, value] of Object.entries(message.view)) {
      this.view[key] = LOGS.includes(key) ? merged(this.view[key] || [], value) : value;
    }
    this.n = message.n;
    this.on.view(this.view, changed, message.type === "full");
  }

  #answered(message) {
    const order = this.waiting.get(message.id);
    if (order) {
      this.waiting.delete(message.id);
      order.resolve(message);
    } else if (!message.accepted) {
      this.on.refused(message);
    }
  }

  /** Send an order; the promise is kept when the server has written it down or refused it. */
  order(message) {
    const id = newId();
    const whole = { ...message, id, seen: this.n };
    return new Promise((resolve) => {
      this.waiting.set(id, { message: whole, resolve });
      this.#send(whole);
    });
  }

  greet(user) {
    this.user = user;
    this.#send({ type: "hello", user });
  }

  take() {
    this.#send({ type: "take" });
  }
}

function merged(old, fresh) {
  if (!fresh.length) return old;
  const by = new Map(old.map((entry) => [entry.n, entry]));
  for (const entry of fresh) by.set(entry.n, entry);
  return [...by.values()].sort((a, b) => a.n - b.n).slice(-KEPT);
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
