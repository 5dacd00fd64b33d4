// A trace as a heat map: prompt and generated tokens, a view for the sum and each hop, on one scale.

import { TokenList } from "./tokens.js";
import { largest, level, sum, usage } from "./scores.js";
import { percent, range, score, visible } from "./text.js";

export class HeatMap {
  /** `onUsage()` answers, as a promise, the rows of a token-wise trace of the same texts. */
  constructor(root, { onUsage }) {
    this.root = root;
    this.onUsage = onUsage;
    this.prompt = new TokenList(root.querySelector("#prompt-map"), { onChoose: (index) => this.#use(index) });
    this.generation = new TokenList(root.querySelector("#generation-map"));
    root.querySelector("#views").addEventListener("change", () => { this.#endUsage(); this.#color(); });
    root.querySelector("#units").addEventListener("change", () => this.#layOut());
    root.querySelector("#threshold").addEventListener("input", () => this.#color());
    root.querySelector("#usage-end").addEventListener("click", () => { this.#endUsage(); this.#color(); });
  }

  #element(id) { return this.root.querySelector(`#${id}`); }

  /** Shows a trace. */
  show(model, { isSigned }) {
    this.model = model;
    this.isSigned = isSigned;
    this.#element("views").replaceChildren(this.#element("views").querySelector("legend"), ...model.views.map(choice));
    const { trace } = model;
    this.#element("result-note").textContent =
      `${trace.method} on ${trace.metadata.model.name}: forward pass ${trace.metadata.timing_seconds.prefill.toFixed(2)} s, `
      + `attribution ${trace.metadata.timing_seconds.hops.reduce((a, b) => a + b, 0).toFixed(2)} s`;
    const keys = [["output", trace.output_span, "out"], ["reasoning", trace.reasoning_span, "why"]]
      .filter(([, span]) => span !== null).map(([name, span, style]) => {
        const key = document.createElement("span");
        key.className = style;
        key.textContent = `${name} span`;
        return [key, ` ${range(span)} `];
      });
    this.#element("span-key").replaceChildren(...keys.flat());
    this.root.hidden = false;
    this.#layOut();
  }

  /** Shows the units that are chosen; scales are those of all views. */
  #layOut() {
    const { model } = this;
    [this.promptGroups, this.generationGroups] = model.groups(this.#element("units").value);
    const style = (group) => (group.kind === "user" || group.kind === "generation" ? "t" : "x");
    const { output_span: output, reasoning_span: reasoning } = model.trace;
    this.prompt.show(this.promptGroups.map((group) => ({ text: group.text, classes: [style(group)] })));
    this.generation.show(this.generationGroups.map((group) => ({
      text: group.text,
      classes: [style(group), model.within(group, output) ? "out" : "", model.within(group, reasoning) ? "why" : ""],
    })));
    const scores = model.views.map((view) => view.scores);
    this.largest = {
      prompt: largest(this.promptGroups, scores, "user"),
      generation: largest(this.generationGroups, scores, "generation"),
    };
    this.#endUsage();
    this.#color();
  }

  get #view() { return this.model.views[Number(this.root.querySelector("[name=view]:checked").value)]; }

  #color() {
    const threshold = this.#element("threshold").value / 100;
    this.#element("threshold-text").textContent = `${(threshold * 100).toFixed(0)} % of the largest`;
    const { scores, title } = this.#view;
    const generated = this.usage ?? { scores, largest: this.largest.generation, title: title.toLowerCase() };
    this.#paint(this.prompt, this.promptGroups, scores, this.largest.prompt, threshold, title.toLowerCase());
    this.#paint(
      this.generation, this.generationGroups, generated.scores, generated.largest, threshold, generated.title);
    this.#element("silent-note").hidden = generated.largest === 0 || generated.scores.some((value, position) =>
      position >= this.model.start && value !== 0);
    this.#element("prompt-scale").replaceChildren(...this.#scales(this.largest.prompt, "prompt tokens"));
    this.#element("generation-scale").replaceChildren(...this.#scales(generated.largest, "generated tokens"));
  }

  #paint(list, groups, scores, largest, threshold, title) {
    groups.forEach((group, index) => {
      const value = sum(scores, group);
      const item = list.items[index];
      const isShown = largest > 0 && Math.abs(value) >= threshold * largest;
      item.style.setProperty("--v0", isShown ? level(value, largest).toFixed(3) : 0);
      item.classList.toggle("against", value < 0);
      list.describe(index, describe(group, value, largest, title, this.model.start));
    });
  }

  /** The scale of scores, and for signed methods that of scores that speak against the span. */
  #scales(largest, tokens) {
    if (!(largest > 0)) return [];
    return (this.isSigned && !this.usage ? [1, -1] : [1]).map((sign) => {
      const scale = document.createElement("div");
      scale.className = sign < 0 ? "scale against" : "scale";
      scale.role = "img";
      scale.ariaLabel = `Scale of the ${tokens}, the same in every view: 0 to ${score(sign * largest)}`;
      const ramp = document.createElement("div");
      ramp.className = "ramp";
      const ticks = document.createElement("div");
      ticks.className = "ticks";
      for (const part of [0, 0.25, 0.5, 0.75, 1]) {
        const tick = document.createElement("span");
        tick.textContent = score(sign * largest * part * part);
        ticks.append(tick);
      }
      scale.append(ramp, ticks);
      return scale;
    });
  }

  /** Colours the generated tokens by what they took from a token of the prompt. */
  async #use(index) {
    const group = this.promptGroups[index];
    if (group.kind !== "user") return;
    if (this.usage?.group === group) {
      this.#endUsage();
      this.#color();
      return;
    }
    const { model } = this;
    const rows = await this.onUsage();
    if (rows === null || model !== this.model || !this.promptGroups.includes(group)) return;
    const scores = usage(model, rows, group);
    this.usage = {
      group, scores, title: `from ${visible(group.text, 30)}`,
      largest: largest(this.generationGroups, [scores], "generation"),
    };
    this.#element("usage").hidden = false;
    this.#element("usage-text").textContent =
      `The generated tokens are coloured by what each drew on “${visible(group.text, 60)}”.`;
    this.prompt.items.forEach((item, other) => {
      item.classList.toggle("chosen", other === index);
      item.ariaSelected = other === index;
    });
    this.#color();
  }

  #endUsage() {
    this.usage = null;
    this.#element("usage").hidden = true;
    for (const item of this.prompt.items) {
      item.classList.remove("chosen");
      item.ariaSelected = null;
    }
  }
}

function choice({ title, detail }, index) {
  const label = document.createElement("label");
  const input = Object.assign(document.createElement("input"), { type: "radio", name: "view", value: index });
  input.checked = index === 0;
  const text = document.createElement("span");
  const small = document.createElement("small");
  small.textContent = detail;
  text.append(`${title} `, small);
  label.append(input, text);
  return label;
}

function describe(group, value, largest, title, start) {
  const offset = group.kind === "generation" ? start : 0;
  const place = `${group.kind} ${range([group.first - offset, group.last - offset])}`;
  const share = largest > 0 && (group.kind === "user" || group.kind === "generation")
    ? `, ${percent(Math.abs(value) / largest)} of the largest` : "";
  return `${place} · ${title} ${score(value)}${share}`;
}
