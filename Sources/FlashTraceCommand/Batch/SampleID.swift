/// What a batch's line calls its sample, given back as it is: a text or a whole number.
enum SampleID: Codable, Equatable, CustomStringConvertible {
  case text(String)
  case number(Int)

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    self = if let number = try? value.decode(Int.self) { .number(number) } else { .text(try value.decode(String.self)) }
  }

  func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .text(let text): try value.encode(text)
    case .number(let number): try value.encode(number)
    }
  }

  var description: String {
    switch self {
    case .text(let text): text.debugDescription
    case .number(let number): "\(number)"
    }
  }
}
