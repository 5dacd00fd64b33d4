// Texts and numbers as people read them.

const acting = /[\p{Cc}\u2028\u2029\p{Bidi_Control}\uFEFF]/u;

/** What acts instead of being seen is written as an escape. */
function escapeOf(character) {
  const short = { "\n": "\\n", "\t": "\\t", "\r": "\\r" }[character];
  return short ?? `\\u{${character.codePointAt(0).toString(16)}}`;
}

/** A text on one line, with every white space to be seen. */
export function visible(text, limit = Infinity) {
  const characters = Array.from(text, (c) => (c === " " ? "␣" : acting.test(c) ? escapeOf(c) : c));
  return characters.length > limit ? characters.slice(0, limit).join("") + "…" : characters.join("");
}

/** Puts a text into an element: line feeds behind a mark that is not part of it, other acting characters as escapes. */
export function fill(element, text) {
  element.textContent = "";
  for (const part of text.split(/([\p{Cc}\u2028\u2029\p{Bidi_Control}\uFEFF])/u)) {
    if (part === "") continue;
    if (!acting.test(part) || part === "\t") {
      element.append(part);
      continue;
    }
    const mark = document.createElement("i");
    mark.className = part === "\n" ? "nl" : "esc";
    if (part !== "\n") mark.textContent = escapeOf(part);
    element.append(mark);
    if (part === "\n") element.append("\n");
  }
}

/** The text of consecutive tokens; characters that several share stand there once. */
export function join(tokens) {
  let text = "";
  let end = tokens.length ? tokens[0].start : 0;
  for (const token of tokens) {
    text += Array.from(token.text).slice(Math.max(0, end - token.start)).join("");
    end = Math.max(end, token.end);
  }
  return text;
}

export function score(value) {
  if (value === 0 || Math.abs(value) >= 0.00005) return value.toFixed(4);
  return value.toExponential(1);
}

export function percent(share) { return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`; }

export function range([first, last]) { return first === last ? `${first}` : `${first}:${last}`; }
