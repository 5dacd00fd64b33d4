extension ModelConfiguration {
  /// Refuses a head dimension before anything is made of its size.
  static func validate(headDimension: Int, file: String) throws(CheckpointError) {
    guard (1...4096).contains(headDimension) else {
      throw .malformed(file: file, field: "head dimension", reason: "is \(headDimension); allowed is 1 to 4096")
    }
  }

  /// Refuses facts that contradict each other, whatever file they came from.
  func validate(file: String) throws(CheckpointError) {
    func require(_ holds: Bool, _ field: String, _ reason: String) throws(CheckpointError) {
      if !holds { throw .malformed(file: file, field: field, reason: reason) }
    }
    try require(
      keyValueHeadCount > 0 && headCount % keyValueHeadCount == 0, "key-value heads",
      "are \(keyValueHeadCount); they must divide the \(headCount) query heads")
    try require(
      normEpsilon > 0 && normEpsilon < 1, "norm epsilon", "is \(normEpsilon); it must be between 0 and 1")
    try require(
      attentionScale > 0 && attentionScale.isFinite, "attention scale", "is \(attentionScale); it must be above 0")
    for layer in layers {
      try require(
        layer.slidingWindow.map { $0 > 0 } ?? true, "sliding window",
        "is \(layer.slidingWindow ?? 0); it must be above 0")
      try require(
        layer.rotary?.frequencies.allSatisfy { $0.isFinite && $0 >= 0 } ?? true, "RoPE",
        "has frequencies that are not finite")
    }
    if let experts {
      try require(
        experts.used <= experts.count, "experts", "uses \(experts.used) of only \(experts.count)")
    }
  }
}
