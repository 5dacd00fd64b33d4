// What a trace says of units of its text: sums over tokens, and how they become colours.

import { join } from "./text.js";

/** A trace with what is read of it again and again. */
export class TraceModel {
  /** `trace` is the JSON that the command writes, `units` where the units of its text stand. */
  constructor(trace, units) {
    this.trace = trace;
    this.units = units;
    this.start = trace.sequence.length - trace.generation_tokens.length;
    this.userIndex = new Map();
    trace.sequence.forEach((token, position) => {
      if (token.kind === "user") this.userIndex.set(position, this.userIndex.size);
    });
    this.views = [{ title: "Sum", detail: "of all hops", scores: trace.sequence.map((token) => token.score) }];
    trace.per_hop_scores.forEach((scores, hop) => {
      const [first, last] = trace.per_hop_target_spans[hop];
      this.views.push({
        title: `Hop ${hop}`, detail: `explains ${first}:${last}`,
        scores: this.#byPosition(scores, trace.per_hop_generation_scores[hop]),
      });
    });
    if (this.views.length === 1) this.views[0].detail = `method ${trace.method}`;
  }

  #byPosition(user, generated) {
    return this.trace.sequence.map((_, position) => {
      if (position >= this.start) return generated[position - this.start];
      return this.userIndex.has(position) ? user[this.userIndex.get(position)] : 0;
    });
  }

  /** The units of a kind, in two lists: of the prompt with its template, and generated. */
  groups(unit) {
    const all = this.units[unit].map(([first, last]) => {
      const tokens = this.trace.sequence.slice(first, last + 1);
      return { first, last, kind: tokens[0].kind, text: join(tokens) };
    });
    return [all.filter((group) => group.first < this.start), all.filter((group) => group.first >= this.start)];
  }

  /** Whether any of a group's tokens is in a span of generated tokens. */
  within(group, span) {
    return span !== null && group.last - this.start >= span[0] && group.first - this.start <= span[1];
  }
}

/** The sum of the scores of a group's positions. */
export function sum(scores, group) {
  let total = 0;
  for (let position = group.first; position <= group.last; position += 1) total += scores[position];
  return total;
}

/** The end of a scale: the largest absolute score of groups in any view; `kind` alone sets it. */
export function largest(groups, views, kind) {
  return Math.max(0, ...groups.filter((group) => group.kind === kind)
    .flatMap((group) => views.map((scores) => Math.abs(sum(scores, group)))));
}

/** A colour's level, 0 to 1: the square root of a score's part of the largest, as in the command's report. */
export function level(score, largest) {
  return largest > 0 ? Math.min(1, Math.sqrt(Math.abs(score) / largest)) : 0;
}

/**
 * What every position took from a unit of the prompt: for each generated token its score on it.
 * `rows` are those of a token-wise trace of the whole answer.
 */
export function usage(model, rows, group) {
  const scores = model.trace.sequence.map(() => 0);
  rows.forEach((row, sink) => {
    for (let position = group.first; position <= group.last; position += 1) {
      scores[model.start + sink] += row[model.userIndex.get(position)] ?? 0;
    }
  });
  return scores;
}
