// The graph of sentences: which drew on which, as arcs beside the text and as numbers when one is chosen.

import { fill, percent } from "./text.js";

const svgNames = "http://www.w3.org/2000/svg";

export class SentenceGraph {
  constructor(root) {
    this.root = root;
    this.list = root.querySelector("#graph-nodes");
    this.lines = root.querySelector("#graph-lines");
    this.threshold = root.querySelector("#edge-threshold");
    this.threshold.addEventListener("input", () => this.#draw());
    new ResizeObserver(() => this.#draw()).observe(this.list);
  }

  /** Shows what `/api/graph` answered. */
  show(graph) {
    this.graph = graph;
    this.first = graph.nodes.findIndex((node) => node.kind === "generation");
    this.chosen = null;
    this.items = graph.nodes.map((node, index) => this.#item(node, index));
    this.list.replaceChildren(...this.items);
    this.root.hidden = false;
    this.#draw();
  }

  /** Forgets the graph, which belongs to other texts. */
  clear() {
    this.graph = null;
    this.root.hidden = true;
  }

  #item(node, index) {
    const item = document.createElement("li");
    item.className = node.kind;
    const button = document.createElement("button");
    button.type = "button";
    button.ariaPressed = "false";
    const text = document.createElement("span");
    fill(text, node.text.trim());
    text.lang = "";
    text.translate = false;
    const numbers = document.createElement("small");
    button.append(text, " ", numbers);
    button.addEventListener("click", () => {
      this.chosen = this.chosen === index ? null : index;
      this.#draw();
    });
    item.append(button);
    return item;
  }

  /** The share of node `to` that unit `from` of the answer drew. */
  #share(from, to) { return from >= this.first ? this.graph.shares[from - this.first][to] : 0; }

  #draw() {
    if (!this.graph) return;
    const threshold = Number(this.threshold.value) / 100;
    this.root.querySelector("#edge-threshold-text").textContent = percent(threshold);
    this.items.forEach((item, index) => this.#mark(item, index));
    this.lines.replaceChildren();
    for (let from = this.first; from < this.items.length; from += 1) {
      for (let to = 0; to < from; to += 1) {
        const share = this.#share(from, to);
        const isChosen = this.chosen === from || this.chosen === to;
        if (share >= threshold && (this.chosen === null || isChosen)) this.lines.append(this.#arc(from, to, share));
      }
    }
  }

  /** Says of a sentence what the chosen one drew on it, or it on the chosen one. */
  #mark(item, index) {
    const { chosen } = this;
    const drawn = chosen === null || index >= chosen ? 0 : this.#share(chosen, index);
    const given = chosen === null || index <= chosen ? 0 : this.#share(index, chosen);
    item.classList.toggle("source", drawn > 0);
    item.classList.toggle("heir", given > 0);
    item.style.setProperty("--share", Math.min(0.8, drawn + given).toFixed(3));
    const button = item.firstElementChild;
    button.ariaPressed = String(index === chosen);
    button.lastElementChild.textContent =
      drawn > 0 ? `gave ${percent(drawn)}` : given > 0 ? `drew ${percent(given)} on it` : "";
  }

  #arc(from, to, share) {
    const width = this.lines.clientWidth;
    const middle = (index) => this.items[index].offsetTop + this.items[index].offsetHeight / 2;
    const [start, end] = [middle(to), middle(from)];
    const reach = width * Math.min(1, 0.25 + (end - start) / (this.list.offsetHeight || 1));
    const arc = document.createElementNS(svgNames, "path");
    arc.setAttribute("d", `M${width} ${start}C${width - reach} ${start} ${width - reach} ${end} ${width} ${end}`);
    arc.setAttribute("stroke-width", (0.5 + 5 * share).toFixed(2));
    arc.setAttribute("stroke-opacity", Math.min(1, 0.25 + share).toFixed(2));
    return arc;
  }
}
