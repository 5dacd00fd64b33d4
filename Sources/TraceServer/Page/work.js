// The one piece of work that the page has asked for: its progress, its error, and the button that cancels it.

import { RequestError, work } from "./api.js";

export class WorkBar {
  constructor() {
    this.element = document.getElementById("work");
    this.progress = document.getElementById("progress");
    this.stage = document.getElementById("stage");
    this.error = document.getElementById("error");
    this.onChange = () => {};
    this.controller = null;
    document.getElementById("cancel").addEventListener("click", () => this.controller?.abort());
  }

  get isBusy() { return this.controller !== null; }

  /** Runs a path's work; `onResult` gets what it answers. A cancelled one ends without a result. */
  async run(path, body, { onEvent = () => {}, onResult }) {
    if (this.isBusy) return;
    this.controller = new AbortController();
    this.progress.removeAttribute("value");
    this.stage.textContent = "sent";
    this.element.hidden = false;
    this.onChange();
    await this.guard(async () => {
      const result = await work(path, body, {
        signal: this.controller.signal,
        onEvent: (event) => {
          this.#report(event);
          onEvent(event);
        },
      });
      await onResult(result);
    });
    this.controller = null;
    this.element.hidden = true;
    this.onChange();
  }

  /** Runs an action and shows what went wrong. */
  async guard(action) {
    this.error.hidden = true;
    try {
      await action();
    } catch (error) {
      if (error.name === "AbortError") return;
      this.error.textContent = error.message;
      this.error.hidden = false;
      this.error.scrollIntoView({ block: "nearest" });
      if (!(error instanceof RequestError)) throw error;
    }
  }

  #report(event) {
    if (event.ahead !== undefined) {
      this.stage.textContent = event.ahead > 0 ? `${event.ahead} before this one` : "at work";
    } else if (event.stage !== undefined) {
      this.progress.value = event.total > 0 ? event.done / event.total : 0;
      this.stage.textContent = { prefill: "running the model", hops: "tracing" }[event.stage];
    } else if (event.text !== undefined) {
      this.progress.removeAttribute("value");
      this.stage.textContent = "generating";
    }
  }
}
