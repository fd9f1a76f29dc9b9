// What happened when, in milliseconds since the offer left.

const STEPS = [
  ["offer", "Offer sent"],
  ["answer", "Answer back"],
  ["media", "Media flows"],
  ["joined", "Sideband joined"],
  ["delivered", "First typed text delivered"],
  ["sound", "First sound of the model"],
];

export class Timeline {
  #list;
  #start = 0;
  #marks = new Map();

  constructor(list) {
    this.#list = list;
    this.reset();
  }

  reset() {
    this.#marks.clear();
    this.#draw();
  }

  /** Marks a step, the first time it happens. */
  mark(step) {
    if (step === "offer") this.#start = performance.now();
    if (this.#marks.has(step)) return;
    this.#marks.set(step, performance.now() - this.#start);
    this.#draw();
  }

  at(step) {
    return this.#marks.get(step);
  }

  #draw() {
    const longest = Math.max(1, ...this.#marks.values());
    this.#list.replaceChildren(
      ...STEPS.map(([step, label]) => {
        const row = document.createElement("li");
        row.dataset.step = step;
        const name = document.createElement("span");
        name.textContent = label;
        const time = document.createElement("time");
        const at = this.#marks.get(step);
        time.textContent = at === undefined ? "–" : `${Math.round(at)} ms`;
        const bar = document.createElement("div");
        bar.className = "bar";
        const fill = document.createElement("span");
        fill.style.setProperty("--share", at === undefined ? "0%" : `${Math.max(1, (100 * at) / longest)}%`);
        bar.append(fill);
        row.append(name, time, bar);
        return row;
      }),
    );
  }
}
