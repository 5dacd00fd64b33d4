import Kernels

/// Finds a model's tensors by their names and checks their shapes.
struct TensorAssembly {
  var store: TensorStore
  let names: TensorNames
  let configuration: ModelConfiguration
  let family: Family
  /// Added to norm weights as they are stored.
  let normOffset: Float
  /// Whether embedding and unembedding are one matrix; nil where the tensors say it.
  let tiesEmbeddings: Bool?
  /// Whether queries, keys and values have biases, and the output projection; nil where the tensors say it.
  let hasBiases: (inputs: Bool, output: Bool)?

  mutating func model() throws(CheckpointError) -> ModelTensors {
    let (vocabulary, hidden) = (configuration.vocabularySize, configuration.hiddenSize)
    let embedding = try store.matrix(weight(names.embedding), rows: vocabulary, columns: hidden)
    let head = weight(names.unembedding)
    let isTied = tiesEmbeddings ?? !store.has(head)
    var layers: [LayerTensors] = []
    for index in configuration.layers.indices { layers.append(try layer(index)) }
    let model = ModelTensors(
      embedding: embedding, layers: layers,
      finalNorm: try store.vector(weight(names.finalNorm), count: hidden, adding: normOffset),
      unembedding: isTied ? embedding : try store.matrix(head, rows: vocabulary, columns: hidden))
    // A tied model's files may repeat the matrix.
    if isTied, store.has(head) { _ = try store.matrix(head, rows: vocabulary, columns: hidden) }
    try refuseUnreadTensors()
    return model
  }

  /// A tensor that is left out of the computation would be left out of every result: a bias, a norm, attention sinks,
  /// shared experts, scales of a quantisation.
  private func refuseUnreadTensors() throws(CheckpointError) {
    let unread = store.names.filter { name in
      !store.read.contains(name) && !names.unused.contains { name.hasSuffix($0) }
    }
    guard let name = unread.min() else { return }
    throw .unsupported(
      file: store.source, what: "the tensor \(name), which a model of the family \(family.name) does not have")
  }

  private mutating func layer(_ index: Int) throws(CheckpointError) -> LayerTensors {
    let prefix = names.layer(index)
    let (hidden, dimension) = (configuration.hiddenSize, configuration.headDimension)
    let queryRows = configuration.headCount * dimension
    let keyRows = configuration.keyValueHeadCount * dimension
    let before = configuration.normPlacement != .after
    let after = configuration.normPlacement != .before
    let (query, key, value) = try projections(prefix, queryRows: queryRows, keyRows: keyRows)
    func norm(_ name: String, _ present: Bool, _ count: Int) throws(CheckpointError) -> [Float]? {
      present ? try store.vector(weight(prefix + name), count: count, adding: normOffset) : nil
    }
    let normed = configuration.queryKeyNorm != .none
    let wide = configuration.queryKeyNorm == .fullWidth
    return LayerTensors(
      attentionNorm: try norm(names.attentionNorm, before, hidden), query: query, key: key, value: value,
      queryBias: try bias(prefix + names.query, queryRows, hasBiases?.inputs),
      keyBias: try bias(prefix + names.key, keyRows, hasBiases?.inputs),
      valueBias: try bias(prefix + names.value, keyRows, hasBiases?.inputs),
      queryNorm: try norm(names.queryNorm, normed, wide ? queryRows : dimension),
      keyNorm: try norm(names.keyNorm, normed, wide ? keyRows : dimension),
      output: try store.matrix(weight(prefix + names.output), rows: hidden, columns: queryRows),
      outputBias: try bias(prefix + names.output, hidden, hasBiases?.output),
      postAttentionNorm: try norm(names.postAttentionNorm, after, hidden),
      feedForwardNorm: try norm(names.feedForwardNorm(configuration.normPlacement), before, hidden),
      feedForward: try feedForward(prefix, configuration.layers[index]),
      postFeedForwardNorm: try norm(names.postFeedForwardNorm, after, hidden))
  }

  private mutating func projections(
    _ prefix: String, queryRows: Int, keyRows: Int
  ) throws(CheckpointError) -> (WeightMatrix, WeightMatrix, WeightMatrix) {
    let hidden = configuration.hiddenSize
    if family.fusesProjections {
      let rows = queryRows + 2 * keyRows
      let fused = try store.matrix(weight(prefix + names.fusedQueryKeyValue), rows: rows, columns: hidden)
      return (
        fused.rows(0..<queryRows), fused.rows(queryRows..<queryRows + keyRows), fused.rows(queryRows + keyRows..<rows)
      )
    }
    return (
      try store.matrix(weight(prefix + names.query), rows: queryRows, columns: hidden),
      try store.matrix(weight(prefix + names.key), rows: keyRows, columns: hidden),
      try store.matrix(weight(prefix + names.value), rows: keyRows, columns: hidden)
    )
  }

  private mutating func feedForward(
    _ prefix: String, _ layer: LayerConfiguration
  ) throws(CheckpointError) -> FeedForwardTensors {
    let (hidden, inner) = (configuration.hiddenSize, configuration.intermediateSize)
    if layer.usesExperts, let experts = configuration.experts { return try expertTensors(prefix, experts) }
    let down = try store.matrix(weight(prefix + names.down), rows: hidden, columns: inner)
    if family.fusesProjections {
      let fused = try store.matrix(weight(prefix + names.fusedGateUp), rows: 2 * inner, columns: hidden)
      return .dense(gate: fused.rows(0..<inner), up: fused.rows(inner..<2 * inner), down: down)
    }
    return .dense(
      gate: try store.matrix(weight(prefix + names.gate), rows: inner, columns: hidden),
      up: try store.matrix(weight(prefix + names.up), rows: inner, columns: hidden), down: down)
  }

  private mutating func expertTensors(
    _ prefix: String, _ experts: MixtureOfExperts
  ) throws(CheckpointError) -> FeedForwardTensors {
    let (hidden, inner) = (configuration.hiddenSize, experts.intermediateSize)
    let router = try store.matrix(weight(prefix + names.router), rows: experts.count, columns: hidden)
    /// The matrices of all experts, which may be one tensor with the experts as its outermost dimension.
    func matrices(
      _ name: (Int) -> String, stacked: Bool, rows: Int, columns: Int
    ) throws(CheckpointError) -> [WeightMatrix] {
      var result: [WeightMatrix] = []
      let all = stacked ? try store.matrix(name(0), rows: experts.count * rows, columns: columns) : nil
      for expert in 0..<experts.count {
        if let all {
          result.append(all.rows(expert * rows..<(expert + 1) * rows))
        } else {
          result.append(try store.matrix(name(expert), rows: rows, columns: columns))
        }
      }
      return result
    }
    switch names.experts {
    case .stacked(let gate, let up, let down):
      return .experts(
        router: router,
        gates: try matrices({ _ in weight(prefix + gate) }, stacked: true, rows: inner, columns: hidden),
        ups: try matrices({ _ in weight(prefix + up) }, stacked: true, rows: inner, columns: hidden),
        downs: try matrices({ _ in weight(prefix + down) }, stacked: true, rows: hidden, columns: inner))
    case .single(let names):
      return .experts(
        router: router,
        gates: try matrices({ weight(prefix + names($0).gate) }, stacked: false, rows: inner, columns: hidden),
        ups: try matrices({ weight(prefix + names($0).up) }, stacked: false, rows: inner, columns: hidden),
        downs: try matrices({ weight(prefix + names($0).down) }, stacked: false, rows: hidden, columns: inner))
    }
  }

  /// A bias that must be there, must not be, or is read where it is.
  private mutating func bias(_ name: String, _ count: Int, _ expected: Bool?) throws(CheckpointError) -> [Float]? {
    switch expected {
    case true: try store.vector(name + ".bias", count: count)
    case false: nil
    case nil: try store.optionalVector(name + ".bias", count: count)
    }
  }
}

private func weight(_ name: String) -> String { name + ".weight" }
