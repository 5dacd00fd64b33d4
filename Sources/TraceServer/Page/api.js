// The server's API: JSON in, JSON out, or line by line while the work runs.

/** What the server said of a request that it did not answer. */
export class RequestError extends Error {}

async function send(path, body, { signal, accept } = {}) {
  const options = { signal, headers: {} };
  if (accept) options.headers.Accept = accept;
  if (body !== undefined) {
    options.method = "POST";
    options.headers["Content-Type"] = "application/json";
    options.body = typeof body === "string" ? body : JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new RequestError("The server does not answer; is flashtrace serve still running?");
  }
  if (response.ok) return response;
  const text = await response.text();
  let message = text;
  try {
    message = JSON.parse(text).error;
  } catch { /* not JSON: the text itself says more than nothing */ }
  throw new RequestError(message || `The server answered ${response.status}.`);
}

/** The JSON that a path answers. */
export async function ask(path, body, options) {
  return (await send(path, body, options)).json();
}

/** The text that a path answers. */
export async function askText(path, body, options) {
  return (await send(path, body, options)).text();
}

/** The result of a path that works for a while; `onEvent` gets what it reports until then. */
export async function work(path, body, { signal, onEvent }) {
  const response = await send(path, body, { signal, accept: "application/x-ndjson" });
  for await (const line of linesOf(response.body)) {
    const event = JSON.parse(line);
    if (event.error !== undefined) throw new RequestError(event.error);
    if (event.result !== undefined) return event.result;
    onEvent(event);
  }
  throw new RequestError("The server ended its answer too early.");
}

async function* linesOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const parts = (rest + value).split("\n");
    rest = parts.pop();
    yield* parts;
  }
  if (rest !== "") yield rest;
}
