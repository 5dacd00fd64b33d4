import FlashTrace
import Foundation

/// What `/api/tokenize` answers, as `flashtrace tokenize --json` prints it.
struct TokenizedText: Encodable {
  struct Token: Encodable {
    let id: Int32
    let text: String
    let start, end: Int
  }

  let tokens: [Token]

  init(_ encoding: Encoding) {
    tokens = encoding.ids.indices.map { index in
      let range = encoding.offsets[index]
      return Token(
        id: encoding.ids[index], text: encoding.text(index), start: range.lowerBound, end: range.upperBound)
    }
  }
}

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
