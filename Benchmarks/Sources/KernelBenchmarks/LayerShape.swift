import Kernels

/// The sizes of a model's layer that the kernels besides matrix products depend on.
struct LayerShape {
  let hidden, heads, keyValueHeads, headDimension, inner, vocabulary: Int

  init(_ model: BenchmarkModel) {
    switch model {
    case .smolLM2_135M: (hidden, heads, keyValueHeads, headDimension, inner, vocabulary) = (576, 9, 3, 64, 1536, 49_152)
    case .qwen2_5_0_5B:
      (hidden, heads, keyValueHeads, headDimension, inner, vocabulary) = (896, 14, 2, 64, 4864, 151_936)
    case .llama_8B:
      (hidden, heads, keyValueHeads, headDimension, inner, vocabulary) = (4096, 32, 8, 128, 14_336, 128_256)
    }
  }

  var attention: AttentionShape {
    AttentionShape(
      heads: heads, keyValueHeads: keyValueHeads, headDimension: headDimension,
      scale: 1 / Float(headDimension).squareRoot())
  }
}
