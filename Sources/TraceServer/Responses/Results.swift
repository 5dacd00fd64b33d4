import FlashTrace
import Foundation

/// What `/api/generate` answers.
struct GeneratedAnswer: Encodable {
  let text: String
  let ids: [Int32]
  let ending: String

  init(_ answer: ModelAnswer) {
    (text, ids) = (answer.text, answer.ids)
    ending =
      switch answer.ending {
      case .stop: "stop"
      case .length: "length"
      case .cancelled: "cancelled"
      }
  }
}
