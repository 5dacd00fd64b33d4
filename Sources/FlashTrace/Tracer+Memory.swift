import Decoder

extension Tracer {
  /// Whether methods that read the prompt's positions can be traced, see `TraceRequest.readsAllPositions`.
  public var capturesPrompt: Bool { pass.captured.lowerBound == 0 }

  /// Bytes of what the forward pass left behind, held as long as the tracer is.
  public var heldBytes: Int {
    let memory = model.decoder.forwardMemory(
      tokens: sequence.ids.count, captured: pass.captured.count, predicted: 0)
    return memory.cache + memory.captured
  }
}
