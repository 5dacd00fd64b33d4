// Choosing the output and the reasoning span among the answer's tokens.

import { TokenList } from "./tokens.js";
import { join, range, visible } from "./text.js";

export class SpanChooser {
  constructor(root) {
    this.root = root;
    this.spans = { output: null, reasoning: null };
    this.anchor = null;
    this.tokens = [];
    const element = root.querySelector("#answer-tokens");
    this.list = new TokenList(element, { onChoose: (index, event) => this.#choose(index, event) });
    this.#followPointer(element);
    root.querySelector("#clear-span").addEventListener("click", () => this.#set(null));
    for (const input of root.querySelectorAll("[name=span]")) {
      input.addEventListener("change", () => { this.anchor = null; });
    }
  }

  get #kind() { return this.root.querySelector("[name=span]:checked").value; }

  /** Shows the answer's tokens, `{text, start, end}`, and the spans that are chosen among them. */
  show(tokens, spans = {}) {
    this.tokens = tokens;
    this.spans = { output: null, reasoning: null, ...spans };
    this.anchor = null;
    // A token that splits a character repeats its text; what stands there already is not shown again.
    let end = 0;
    this.list.show(tokens.map((token) => {
      const text = Array.from(token.text).slice(Math.max(0, end - token.start)).join("");
      end = Math.max(end, token.end);
      return { text: text === "" ? "·" : text };
    }));
    tokens.forEach((token, index) => this.list.describe(index, `token ${index}`));
    this.root.hidden = tokens.length === 0;
    this.#draw();
  }

  /** A first choice sets one end, a second the other; with Shift the span grows from where it began. */
  #choose(index, event) {
    if (this.dragged) return;
    if (this.anchor === null && event.shiftKey && this.spans[this.#kind]) this.anchor = this.spans[this.#kind][0];
    if (this.anchor === null) {
      this.anchor = index;
      this.#set([index, index]);
      return;
    }
    this.#set([Math.min(this.anchor, index), Math.max(this.anchor, index)]);
    if (!event.shiftKey) this.anchor = null;
  }

  #followPointer(element) {
    let start = null;
    element.addEventListener("pointerdown", (event) => {
      this.dragged = false;
      start = event.button === 0 ? this.list.indexOf(event.target) : -1;
    });
    window.addEventListener("pointermove", (event) => {
      if (start === null || start < 0) return;
      const index = this.list.indexOf(document.elementFromPoint(event.clientX, event.clientY));
      if (index < 0 || (index === start && !this.dragged)) return;
      this.dragged = true;
      this.anchor = null;
      this.#set([Math.min(start, index), Math.max(start, index)]);
    });
    for (const kind of ["pointerup", "pointercancel"]) {
      window.addEventListener(kind, () => {
        start = null;
        // The click that ends a drag comes after this.
        setTimeout(() => { this.dragged = false; });
      });
    }
  }

  #set(span) {
    this.spans[this.#kind] = span;
    if (span === null) this.anchor = null;
    this.#draw();
  }

  #draw() {
    const within = (span, index) => span !== null && index >= span[0] && index <= span[1];
    const { output, reasoning } = this.spans;
    this.list.items.forEach((item, index) => {
      item.classList.toggle("out", within(output, index));
      item.classList.toggle("why", within(reasoning, index));
      item.ariaSelected = within(this.spans[this.#kind], index);
    });
    for (const kind of ["output", "reasoning"]) {
      const span = this.spans[kind];
      this.root.querySelector(`#${kind}-echo`).textContent =
        span ? `${range(span)} ${visible(join(this.tokens.slice(span[0], span[1] + 1)), 40)}` : "not chosen";
    }
  }
}
