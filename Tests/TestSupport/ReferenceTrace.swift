import Foundation

/// A file of reference traces: one sequence, several runs.
package struct ReferenceTrace: Decodable {
  package struct Run: Decodable {
    package let method: String
    package let hops: Int?
    package let outputSpan: [Int]?
    package let reasoningSpan: [Int]?
    package let scores: [Double]
    package let generationScores: [Double]?
    package let perHopScores: [[Double]]?
    package let perHopGenerationScores: [[Double]]?
    package let thinkingRatios: [Double]?
    package let rows: [[Double]]?
  }

  package let prompt: String
  package let target: String
  package let chat: Bool?
  package let formattedPrompt: String?
  package let promptIds: [Int32]
  package let generationIds: [Int32]
  package let targetLogprobs: [Double]
  package let runs: [Run]

  package static func decoder() -> JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }
}
