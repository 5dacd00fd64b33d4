import FlashTrace

// Traces a short answer through the library alone.
let model = try LanguageModel.load(CommandLine.arguments[1])
let tracer = try model.tracer(prompt: "The capital of France is", target: " Paris.")
let trace = try tracer.trace(TraceRequest(output: .text("Paris"), hops: 1))
let copy = try Trace(json: trace.json())
precondition(copy == trace)
precondition(trace.html().contains("Paris"))
for token in trace.topInputs.prefix(3) { print(token.score, token.token) }
