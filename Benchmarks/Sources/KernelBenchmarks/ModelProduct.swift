import ArgumentParser

/// One matrix product of a model's layer: activations [rows, inputs] times weights [outputs, inputs] transposed.
struct ModelProduct: Hashable {
  var name: String
  var outputs: Int
  var inputs: Int
}

/// Models whose shapes are measured.
enum BenchmarkModel: String, CaseIterable, ExpressibleByArgument {
  case smolLM2_135M = "smollm2-135m"
  case qwen2_5_0_5B = "qwen2.5-0.5b"
  case llama_8B = "8b"

  var products: [ModelProduct] {
    switch self {
    case .smolLM2_135M: Self.layer(rawValue, hidden: 576, keys: 192, feedForward: 1536)
    case .qwen2_5_0_5B: Self.layer(rawValue, hidden: 896, keys: 128, feedForward: 4864)
    case .llama_8B: Self.layer(rawValue, hidden: 4096, keys: 1024, feedForward: 14336)
    }
  }

  private static func layer(_ model: String, hidden: Int, keys: Int, feedForward: Int) -> [ModelProduct] {
    [
      ModelProduct(name: "\(model) query", outputs: hidden, inputs: hidden),
      ModelProduct(name: "\(model) key", outputs: keys, inputs: hidden),
      ModelProduct(name: "\(model) up", outputs: feedForward, inputs: hidden),
      ModelProduct(name: "\(model) down", outputs: hidden, inputs: feedForward),
    ]
  }
}
