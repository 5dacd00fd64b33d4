import Checkpoint
import Testing

@testable import Tokenization

struct BeginningOfSequenceTests {
  /// A tokenizer of characters whose post-processor may begin texts with `<s>`.
  private static func tokenizer(begins: Bool, knows: Bool = true, preTokenizer: String = "null") throws -> Tokenizer {
    let single = begins ? #"{"SpecialToken":{"id":"<s>","type_id":0}},"# : ""
    let json = """
      {"added_tokens":[{"id":0,"content":"<s>","special":true}],"pre_tokenizer":\(preTokenizer),
      "post_processor":{"type":"TemplateProcessing","single":[\(single){"Sequence":{"id":"A","type_id":0}}]},
      "model":{"type":"BPE","vocab":{"<s>":0,"a":1,"b":2,"\u{2581}":3},"merges":[]}}
      """
    return try Tokenizer(
      source: .huggingFace(
        tokenizer: Array(json.utf8), configuration: knows ? Array(#"{"bos_token":"<s>"}"#.utf8) : nil,
        chatTemplate: nil))
  }

  @Test func itIsAddedWhereItIsAskedFor() throws {
    let (plain, begins) = (try Self.tokenizer(begins: false), try Self.tokenizer(begins: true))
    let raw = ChatFormat.raw(after: "<s>")
    #expect(try plain.rawFormat(.no) == nil && begins.rawFormat(.no) == nil)
    #expect(try plain.rawFormat(.auto) == nil && begins.rawFormat(.auto) == raw)
    #expect(try plain.rawFormat(.yes) == raw && begins.rawFormat(.yes) == raw)
    let unknown = try Self.tokenizer(begins: false, knows: false)
    #expect(try unknown.rawFormat(.auto) == nil)
    #expect(throws: TokenizerError.noBeginningOfSequence) { try unknown.rawFormat(.yes) }
    #expect(try raw.render([ChatMessage(.user, " a ")]) == " a ")
    #expect(throws: TokenizerError.self) { try raw.render([ChatMessage(.system, "a"), ChatMessage(.user, "b")]) }
  }

  @Test func offsetsCountItsCharacters() throws {
    let encoding = try Self.tokenizer(begins: true).encode("ab", after: "<s>")
    #expect(encoding.ids == [0, 1, 2] && encoding.offsets == [0..<3, 3..<4, 4..<5])
    #expect(encoding.texts == ["<s>", "a", "b"])
  }

  /// What is done to the beginning of a text is done after the token too, other than where the token is in the text.
  @Test func theTextStillBegins() throws {
    let metaspace = #"{"type":"Metaspace","replacement":"\u2581","prepend_scheme":"first"}"#
    let tokenizer = try Self.tokenizer(begins: true, preTokenizer: metaspace)
    #expect(tokenizer.encode("ab", after: "<s>").ids == [0, 3, 1, 2])
    #expect(tokenizer.encode("<s>ab").ids == [0, 1, 2])
  }
}
