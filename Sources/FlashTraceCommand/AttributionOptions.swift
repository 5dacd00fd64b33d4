import ArgumentParser
import FlashTrace

/// What to attribute of an answer, and how.
struct AttributionOptions: ParsableArguments {
  @OptionGroup(title: "Spans: one way at most for the output and one for the reasoning") var spans: SpanOptions

  @Option(help: "Recursive hops through the generated tokens.")
  var hops = 1
  @Option(help: "How importance is assigned.")
  var method = AttributionMethod.flashtrace
  @Option(help: ArgumentHelp("Proximities below it count as 0.", valueName: "x"))
  var renormThreshold: Float = 0
  @OptionGroup(title: "Options of single methods") var methodOptions: MethodOptions
  @Option(help: ArgumentHelp("Tokens in the table of the highest scores.", valueName: "n"))
  var topK = 20

  static let hopLimit = 0...1000

  func validate() throws {
    if !Self.hopLimit.contains(hops) { throw ValidationError("--hops is \(hops); allowed are 0 to 1000") }
    try methodOptions.check(method)
    if topK < 0 { throw ValidationError("--top-k is \(topK); it must be 0 or more") }
    if !(renormThreshold >= 0 && renormThreshold.isFinite) {
      throw ValidationError("--renorm-threshold is \(renormThreshold); it must be a number of 0 or more")
    }
  }

  func request() throws -> TraceRequest {
    let spans = try spans.choices()
    return TraceRequest(
      method: method, output: spans.output, reasoning: spans.reasoning, hops: hops, renormThreshold: renormThreshold,
      topCount: topK, parameters: methodOptions.parameters, perturbationUnit: methodOptions.unit,
      calibration: methodOptions.calibrationStrength(of: method))
  }
}

extension AttributionMethod: ExpressibleByArgument {}
