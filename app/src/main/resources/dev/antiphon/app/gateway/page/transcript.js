// What was said, in the order of the conversation and not of arrival. Everything is text, never markup.

const NAMES = { user: "You", assistant: "Model", tool: "Tool" };

export class Transcript {
  #list;
  #items = new Map();
  #spoken = null;

  constructor(list) {
    this.#list = list;
  }

  clear() {
    this.#items.clear();
    this.#spoken = null;
    this.#list.replaceChildren();
  }

  /** An item appears; it belongs behind another one. */
  place({ item, role, after }) {
    const element = this.#element(item, role);
    if (role === "assistant") this.#spoken = element;
    const before = this.#items.get(after);
    if (before && element.previousElementSibling !== before) before.after(element);
    if (after === "" || after === undefined) return;
    this.#scroll();
  }

  say({ item, role, delta, text }) {
    const element = this.#element(item, role);
    const words = element.querySelector(".words");
    if (text !== undefined) words.textContent = text;
    else if (delta !== undefined) words.textContent += delta;
    element.hidden = words.textContent === "";
    this.#scroll();
  }

  tool({ item, name, arguments: input, answer }) {
    const element = this.#element(item, "tool");
    element.querySelector(".words").textContent = `${name}(${input}) → ${answer}`;
    element.hidden = false;
    this.#scroll();
  }

  fate({ item, outcome, reason, afterMillis }) {
    const element = this.#items.get(item);
    if (!element) return;
    const fate = element.querySelector(".fate");
    fate.dataset.outcome = outcome;
    fate.textContent =
      outcome === "ACKNOWLEDGED" ? `delivered after ${(afterMillis / 1000).toFixed(1)} s of the call` : `${outcome} ${reason ?? ""}`;
  }

  /** The model was cut short in what it said last. */
  interrupted() {
    if (this.#spoken) this.#spoken.querySelector(".fate").textContent = "interrupted";
  }

  /** A typed text whose receipt is not there yet. */
  waiting(item, joined) {
    const fate = this.#element(item, "user").querySelector(".fate");
    if (!fate.textContent) fate.textContent = joined ? "on its way" : "waiting for the sideband";
  }

  #element(item, role) {
    let element = this.#items.get(item);
    if (!element) {
      element = document.createElement("li");
      element.dataset.role = role;
      element.hidden = true;
      for (const part of ["who", "words", "fate"]) {
        const span = document.createElement("span");
        span.className = part;
        element.append(span);
      }
      element.querySelector(".who").textContent = NAMES[role] ?? role;
      this.#items.set(item, element);
      this.#list.append(element);
    }
    return element;
  }

  #scroll() {
    this.#list.scrollTop = this.#list.scrollHeight;
  }
}
