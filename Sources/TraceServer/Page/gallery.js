// Earlier traces, kept by this browser alone (IndexedDB): the last ones, until they are deleted.

import { visible } from "./text.js";

/** Traces that are kept; with the next the oldest goes. */
export const limit = 30;
/** Characters of a trace's JSON; a larger one is not kept. */
export const sizeLimit = 8_000_000;

function request(action) {
  return new Promise((resolve, reject) => {
    action.onsuccess = () => resolve(action.result);
    action.onerror = () => reject(action.error);
  });
}

async function store(mode) {
  const opening = indexedDB.open("flashtrace", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("runs", { keyPath: "id", autoIncrement: true });
  const database = await request(opening);
  const transaction = database.transaction("runs", mode);
  transaction.oncomplete = () => database.close();
  return transaction.objectStore("runs");
}

export class Gallery {
  /** `onOpen(run)` shows a run again. */
  constructor(root, { onOpen }) {
    this.onOpen = onOpen;
    this.list = root.querySelector("#runs");
    this.note = root.querySelector("#gallery-note");
    this.clear = root.querySelector("#clear-runs");
    this.clear.addEventListener("click", () => this.#clear());
  }

  /** Keeps a run `{time, model, fields, spans, trace, units, rows}`. */
  async keep(run) {
    if (JSON.stringify(run.trace).length > sizeLimit) return;
    const runs = await store("readwrite");
    await request(runs.add(run));
    const keys = await request(runs.getAllKeys());
    for (const key of keys.slice(0, -limit)) await request(runs.delete(key));
    await this.show();
  }

  async show() {
    const runs = (await request((await store("readonly")).getAll())).reverse();
    this.note.textContent = runs.length
      ? `Kept in this browser alone, the last ${limit}; nothing is sent anywhere.`
      : "None yet. Traces are kept in this browser alone and sent nowhere.";
    this.clear.hidden = runs.length === 0;
    this.clear.textContent = "Delete all";
    this.list.replaceChildren(...runs.map((run) => this.#item(run)));
  }

  #item(run) {
    const item = document.createElement("li");
    const open = document.createElement("button");
    open.type = "button";
    open.className = "open";
    open.textContent = visible(run.fields.prompt.trim(), 80).replaceAll("␣", " ");
    open.addEventListener("click", () => this.onOpen(run));
    const facts = document.createElement("small");
    facts.textContent = `${run.trace.method}, ${run.model}, ${new Date(run.time).toLocaleString()}`;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.textContent = "Delete";
    remove.ariaLabel = `Delete the trace of ${open.textContent}`;
    remove.addEventListener("click", async () => {
      await request((await store("readwrite")).delete(run.id));
      await this.show();
    });
    item.append(open, facts, remove);
    return item;
  }

  /** Asks once more on the button itself. */
  async #clear() {
    if (this.clear.textContent === "Delete all") {
      this.clear.textContent = "Really delete all of them?";
      return;
    }
    await request((await store("readwrite")).clear());
    await this.show();
  }
}
