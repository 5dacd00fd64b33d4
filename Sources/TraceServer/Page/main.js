// The page: a prompt, an answer, a choice of spans, and what they came from.

import { ask, askText } from "./api.js";
import { Gallery } from "./gallery.js";
import { SentenceGraph } from "./graph.js";
import { HeatMap } from "./heat.js";
import { TraceModel } from "./scores.js";
import { SpanChooser } from "./spans.js";
import { WorkBar } from "./work.js";

const byID = (id) => document.getElementById(id);
const facts = await ask("/api/model");
const bar = new WorkBar();
const chooser = new SpanChooser(byID("choose"));
const graph = new SentenceGraph(byID("graph"));
const heat = new HeatMap(byID("result"), { onUsage: tokenwiseRows });
const gallery = new Gallery(byID("gallery"), { onOpen: open });
/** The run that is shown: what was asked, its trace, where its units stand, and its token-wise rows once asked for. */
let run = null;
let tokenizing = 0;

function method(name) { return facts.methods.find((each) => each.name === name); }

/** What the texts are, in the keys of the API. */
function texts() {
  const body = { prompt: byID("prompt").value };
  if (byID("chat").checked) {
    body.use_chat_template = true;
    if (byID("system").value !== "") body.system = byID("system").value;
  }
  return body;
}

/** What a trace of the answer depends on besides its spans. */
function targetBody() {
  return { ...texts(), target: byID("target").value, ...(byID("ends").checked ? {} : { no_eos: true }) };
}

/** Enables what can be done with the texts that are there. */
function refresh() {
  byID("generate").disabled = byID("prompt").value === "" || bar.isBusy;
  byID("trace").disabled = byID("prompt").value === "" || byID("target").value === "" || bar.isBusy;
  byID("draw-graph").disabled = bar.isBusy;
  byID("hops").disabled = !method(byID("method").value).has_hops;
}
bar.onChange = refresh;

/** Shows the answer's tokens to choose spans among. */
async function showTokens(spans) {
  const number = ++tokenizing;
  const target = byID("target").value;
  const tokens = target === "" ? [] : (await ask("/api/tokenize", { text: target })).tokens;
  if (number === tokenizing) chooser.show(tokens, spans);
}

async function generate() {
  const target = byID("target");
  const sampling = {
    max_tokens: byID("max-tokens").valueAsNumber, temperature: byID("temperature").valueAsNumber,
    top_p: byID("top-p").valueAsNumber, seed: byID("seed").valueAsNumber,
  };
  target.value = "";
  byID("ends").checked = false;
  chooser.show([]);
  await bar.run("/api/generate", { ...texts(), ...sampling }, {
    onEvent: (event) => { target.value += event.text ?? ""; },
    onResult: (answer) => {
      target.value = answer.text;
      byID("ends").checked = answer.ending === "stop";
    },
  });
  refresh();
  await bar.guard(() => showTokens());
}

async function trace() {
  const fields = { ...targetBody(), method: byID("method").value };
  if (method(fields.method).has_hops) fields.hops = byID("hops").valueAsNumber;
  const spans = { ...chooser.spans };
  if (spans.output) fields.output_span = spans.output;
  if (spans.reasoning) fields.reasoning_span = spans.reasoning;
  let units = null;
  await bar.run("/api/trace", fields, {
    onEvent: (event) => { units = event.units ?? units; },
    onResult: async (result) => {
      const made = {
        time: Date.now(), model: facts.model.name, fields, ends: byID("ends").checked, spans, trace: result, units,
        rows: method(fields.method).has_rows && !spans.output && !spans.reasoning ? result.rows : null,
      };
      show(made);
      byID("result-title").scrollIntoView({ block: "start" });
      await gallery.keep(made);
    },
  });
}

function show(shown) {
  run = shown;
  graph.clear();
  heat.show(new TraceModel(run.trace, run.units), { isSigned: method(run.fields.method)?.is_signed ?? false });
}

/** Shows an earlier run with its texts and spans. */
async function open(earlier) {
  const { fields } = earlier;
  byID("prompt").value = fields.prompt;
  byID("chat").checked = fields.use_chat_template === true;
  byID("system").value = fields.system ?? "";
  byID("target").value = fields.target;
  byID("ends").checked = earlier.ends;
  if (method(fields.method)) byID("method").value = fields.method;
  if (fields.hops !== undefined) byID("hops").value = fields.hops;
  refresh();
  show(earlier);
  byID("result-title").scrollIntoView({ block: "start" });
  await bar.guard(() => showTokens(earlier.spans));
}

/** The keys of the shown run that tell its texts. */
function shownTexts() {
  const keys = ["prompt", "use_chat_template", "system", "target", "no_eos"];
  return Object.fromEntries(Object.entries(run.fields).filter(([key]) => keys.includes(key)));
}

/** The token-wise scores of every token of the shown answer, asked for once; null where they cannot be had. */
async function tokenwiseRows() {
  if (run.rows) return run.rows;
  const shown = run;
  const count = shown.trace.sequence.filter((token) => token.kind === "generation").length;
  const body = { ...shownTexts(), method: "ifr-tokenwise", output_span: [0, count - 1] };
  await bar.run("/api/trace", body, { onResult: (result) => { shown.rows = result.rows; } });
  return shown.rows ?? null;
}

async function drawGraph() {
  const shown = run;
  await bar.run("/api/graph", shownTexts(), {
    onResult: (result) => {
      if (shown !== run) return;
      graph.show(result);
      byID("graph-title").scrollIntoView({ block: "start" });
    },
  });
}

function save(text, type, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function setUp() {
  const { model } = facts;
  byID("model").textContent = `${model.name}, ${model.family}, ${model.quantisation}`;
  document.title = `FlashTrace: ${model.name}`;
  byID("chat").disabled = facts.chat_format === null;
  byID("chat").checked = facts.chat_format !== null;
  byID("chat-label").textContent =
    facts.chat_format === null ? "Chat template (the model has none that is known)" : `Chat template: ${facts.chat_format}`;
  byID("method").append(...facts.methods.map(({ name }) => new Option(name, name)));
  byID("units").append(...facts.units.map((unit) => new Option(unit, unit)));
  byID("prompt").addEventListener("input", refresh);
  byID("method").addEventListener("change", refresh);
  let pause = 0;
  byID("target").addEventListener("input", () => {
    refresh();
    clearTimeout(pause);
    pause = setTimeout(() => bar.guard(() => showTokens()), 250);
  });
  byID("generate").addEventListener("click", generate);
  byID("trace").addEventListener("click", trace);
  byID("draw-graph").addEventListener("click", drawGraph);
  byID("save-json").addEventListener("click", () => save(`${JSON.stringify(run.trace)}\n`, "application/json", "trace.json"));
  byID("save-html").addEventListener("click", () => bar.guard(async () => {
    save(await askText("/api/html", run.trace), "text/html", "trace.html");
  }));
  refresh();
}

setUp();
await bar.guard(() => showTokens());
await gallery.show();
