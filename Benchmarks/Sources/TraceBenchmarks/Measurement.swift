import FlashTrace
import Foundation

/// One point of a sweep: seconds by phase, and memory.
struct Measurement: Codable {
  var prompt, target, threads: Int
  var precision: String
  /// Of one trace with a hop: the forward pass, the first attribution, the hop, and all of it; medians.
  var prefill, firstHop, secondHop, trace: Double
  /// Of token-wise attribution of the whole target.
  var tokenwise: Double
  /// Of the process, model file included, before token-wise attribution; and what `inspect` predicts.
  var peakBytes, predictedBytes: Int

  static let columns = [
    "prompt_tokens", "target_tokens", "threads", "precision", "prefill_s", "prefill_tokens_per_s", "hop_0_s", "hop_1_s",
    "trace_s", "hop_share_of_prefill", "tokenwise_s", "peak_mib", "predicted_mib",
  ]

  var fields: [String] {
    func seconds(_ value: Double) -> String { String(format: "%.4f", value) }
    return [
      "\(prompt)", "\(target)", "\(threads)", precision, seconds(prefill),
      String(format: "%.0f", Double(prompt + target) / prefill), seconds(firstHop), seconds(secondHop), seconds(trace),
      String(format: "%.3f", secondHop / prefill), seconds(tokenwise), "\(peakBytes >> 20)", "\(predictedBytes >> 20)",
    ]
  }
}

extension Workload {
  /// Runs the workload as often as asked; the first run warms up and is left out where there are more.
  func measure(_ execution: Execution, runs: Int) throws -> Measurement {
    var timings: [TraceMetadata.Timing] = []
    for _ in 0...runs { timings.append(try tracer(execution).trace().metadata.timing) }
    let counted = timings.dropFirst()
    let peak = ProcessMemory.peakBytes
    let tokenwise = try tracer(execution).trace(TraceRequest(method: .ifrTokenwise)).metadata.timing
    return Measurement(
      prompt: promptIDs.count, target: targetIDs.count, threads: execution.threads,
      precision: execution.precision.rawValue, prefill: median(counted.map(\.prefill)),
      firstHop: median(counted.map { $0.hops[0] }), secondHop: median(counted.map { $0.hops[1] }),
      trace: median(counted.map { $0.total - $0.load }), tokenwise: tokenwise.hops[0], peakBytes: peak,
      predictedBytes: model.traceMemory(promptTokens: promptIDs.count, targetTokens: targetIDs.count))
  }
}
