// A list of tokens with one tab stop: arrow keys go from token to token, Home and End to the first and last.

import { fill, visible } from "./text.js";

const readout = document.getElementById("readout");

export class TokenList {
  /** `onChoose(index, event)` is called for a click, a touch, Space or Enter. */
  constructor(element, { onChoose = () => {} } = {}) {
    this.element = element;
    this.items = [];
    this.onChoose = onChoose;
    for (const kind of ["pointerover", "focusin"]) element.addEventListener(kind, (event) => this.#read(event));
    for (const kind of ["pointerleave", "focusout"]) {
      element.addEventListener(kind, () => readout.classList.remove("shown"));
    }
    element.addEventListener("keydown", (event) => this.#key(event));
    element.addEventListener("click", (event) => {
      const index = this.indexOf(event.target);
      if (index >= 0) this.onChoose(index, event);
    });
  }

  /** Shows tokens `{text, classes}`; what they say is set by `describe`. */
  show(tokens) {
    this.items = tokens.map(({ text, classes = [] }) => {
      const item = document.createElement("span");
      item.role = "option";
      item.tabIndex = -1;
      item.className = classes.join(" ");
      fill(item, text);
      item.dataset.word = visible(text, 60);
      return item;
    });
    if (this.items.length) this.items[0].tabIndex = 0;
    this.element.replaceChildren(...this.items);
  }

  /** Says what a token's numbers are, to the eye when it is pointed at or focused and to screen readers. */
  describe(index, numbers) {
    const item = this.items[index];
    item.dataset.numbers = numbers;
    item.ariaLabel = `${item.dataset.word}, ${numbers}`;
  }

  /** The index of the token that holds a node, or -1. */
  indexOf(node) {
    const item = node instanceof Element ? node.closest("[role=option]") : null;
    return item && item.parentElement === this.element ? this.items.indexOf(item) : -1;
  }

  focus(index) {
    const current = this.items.find((item) => item.tabIndex === 0);
    if (current) current.tabIndex = -1;
    this.items[index].tabIndex = 0;
    this.items[index].focus();
  }

  #read(event) {
    const index = this.indexOf(event.target);
    if (index < 0) return;
    const { word, numbers } = this.items[index].dataset;
    const name = document.createElement("bdi");
    name.textContent = word;
    readout.replaceChildren(name, ` ${numbers ?? ""}`);
    readout.classList.add("shown");
  }

  #key(event) {
    const index = this.indexOf(document.activeElement);
    if (index < 0) return;
    const last = this.items.length - 1;
    const next = {
      ArrowRight: index + 1, ArrowDown: index + 1, ArrowLeft: index - 1, ArrowUp: index - 1, Home: 0, End: last,
    }[event.key];
    if (next !== undefined && next >= 0 && next <= last) {
      event.preventDefault();
      this.focus(next);
      if (event.shiftKey) this.onChoose(next, event);
    } else if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      this.onChoose(index, event);
    }
  }
}
