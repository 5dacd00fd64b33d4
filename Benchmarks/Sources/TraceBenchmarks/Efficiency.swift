import ArgumentParser
import FlashTrace
import Foundation

/// What methods cost as the target grows.
struct Efficiency: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Seconds of methods over the target's length, and in forward passes, as CSV and a plot.",
    discussion: """
      Integrated gradients cost the same for each of their 20 steps, and leave-one-out about the same for each token. Where
      all would take longer than the budget, as many as fit are run and the seconds scaled; such a point is marked
      extrapolated. A CSV that is there is gone on with: its points are not measured again.
      """)

  @OptionGroup var options: RunOptions

  @Option(help: "Tokens of the prompt.")
  var prompt = 128

  @Option(parsing: .upToNextOption, help: "Lengths of the target.")
  var targets = [16, 64, 256, 1024, 2048]

  @Option(help: "Seconds that a method may take for a point.")
  var budget = 5.0

  @Option(help: "The CSV, gone on with where it is there.")
  var csv: String

  @Option(help: "Write a plot here, as SVG.")
  var plot: String?

  func validate() throws {
    guard (targets + [prompt]).allSatisfy({ $0 >= 1 }), budget > 0 else {
      throw ValidationError("lengths must be at least 1 and the budget above 0")
    }
  }

  func run() throws {
    let model = try LanguageModel.load(options.model)
    let execution = try options.execution()
    var points = try EfficiencyPoint.read(csv)
    let settings = [model.description.name, "\(prompt)", "\(options.threads)", options.precision.rawValue]
    if let other = points.first(where: { $0.settings != settings }) {
      throw ValidationError("\(csv) belongs to \(other.settings), not to \(settings); name another file")
    }
    for target in targets {
      let workload = Workload(model, prompt: prompt, target: target)
      for method in TimedMethod.allCases where !points.contains(where: { $0.target == target && $0.method == method }) {
        let point = try measure(method, workload, execution, settings)
        points.append(point)
        print(point.fields.joined(separator: ","))
        try EfficiencyPoint.write(points, to: csv)
      }
    }
    let title = "\(model.description.name), \(prompt) prompt tokens, \(options.precision), \(options.threads) threads"
    if let plot { try Data(LinePlot(title: title).svg(points).utf8).write(to: URL(filePath: plot), options: .atomic) }
  }

  private func measure(
    _ method: TimedMethod, _ workload: Workload, _ execution: Execution, _ settings: [String]
  ) throws -> EfficiencyPoint {
    let all = method.request(parts: nil)
    let tracer = try workload.tracer(execution, capturesPrompt: all.readsAllPositions)
    let part = method.part(tokens: prompt, target: workload.targetIDs.count, prefill: tracer.prefillSeconds)
    let whole = method.parts(tokens: prompt)
    let parts = min(whole, max(1, Int(budget / part)))
    let seconds = try (0..<options.runs).map { _ in
      let start = ContinuousClock.now
      _ = try tracer.trace(method.request(parts: parts < whole ? parts : nil))
      let elapsed = (ContinuousClock.now - start).components
      return Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
    }
    let prefills = try (0..<options.runs).map { _ in
      try workload.tracer(execution, capturesPrompt: all.readsAllPositions).prefillSeconds
    }
    return EfficiencyPoint(
      settings: settings, method: method, target: workload.targetIDs.count,
      seconds: median(seconds) * Double(whole) / Double(parts), prefill: median(prefills),
      isExtrapolated: parts < whole)
  }
}

/// Methods whose cost is compared.
enum TimedMethod: String, CaseIterable {
  case flashtrace
  case ifrTokenwise = "ifr-tokenwise"
  case integratedGradients = "integrated-gradients"
  case attnlrp
  case perturbation

  /// Equal parts that the method's work consists of.
  func parts(tokens: Int) -> Int {
    switch self {
    case .integratedGradients: 20
    case .perturbation: tokens
    default: 1
    }
  }

  /// What a part is expected to take, from the forward pass.
  func part(tokens: Int, target: Int, prefill: Double) -> Double {
    switch self {
    case .integratedGradients: 3.5 * prefill
    case .perturbation: prefill * (Double(tokens) / 2 + Double(target)) / Double(tokens + target)
    default: prefill
    }
  }

  /// One hop where there are hops; the whole of the method, or some of its parts.
  func request(parts: Int?) -> TraceRequest {
    switch self {
    case .flashtrace: return TraceRequest()
    case .ifrTokenwise: return TraceRequest(method: .ifrTokenwise, hops: 0)
    case .attnlrp: return TraceRequest(method: .attnlrp, hops: 0)
    case .integratedGradients:
      var request = TraceRequest(method: .integratedGradients, hops: 0)
      request.parameters.integrationSteps = parts ?? 20
      return request
    case .perturbation:
      return TraceRequest(
        method: .perturbation, hops: 0, perturbationUnit: parts.map { .segments($0) } ?? .unit(.token))
    }
  }
}
