import Checkpoint

extension Tokenizer {
  /// The tokens of `text`; no beginning-of-sequence token is added. Special tokens in the text are recognised.
  ///
  /// Cost: O(n log n) in the longest word, O(n) in the text.
  public func encode(_ text: String) -> Encoding { encode(scalars: Array(text.unicodeScalars)) }

  /// The tokens of UTF-8 `bytes`; every maximal invalid part becomes U+FFFD, as Python's `errors="replace"` has it.
  public func encode(bytes: some Collection<UInt8>) -> Encoding {
    encode(scalars: Array(String(decoding: bytes, as: UTF8.self).unicodeScalars))
  }

  private func encode(scalars: [Unicode.Scalar]) -> Encoding {
    var encoding = Encoding(scalars: scalars)
    var cache: [[UInt8]: [BytePairEncoder.Piece]] = [:]
    var plainStart = 0
    for found in specialTokens(in: scalars) {
      encodePlain(plainStart..<found.range.lowerBound, &encoding, &cache)
      encoding.ids.append(found.id)
      encoding.offsets.append(found.range)
      plainStart = found.range.upperBound
    }
    encodePlain(plainStart..<scalars.count, &encoding, &cache)
    return encoding
  }

  private func specialTokens(in scalars: [Unicode.Scalar]) -> [(id: Int32, range: Range<Int>)] {
    let (bytes, owners) = utf8(scalars[...])
    var found: [(id: Int32, range: Range<Int>)] = []
    bytes.withUnsafeBufferPointer { buffer in
      var offset = 0
      while offset < buffer.count {
        guard let entry = specials.match(buffer, at: offset) else {
          offset += 1
          continue
        }
        let end = offset + entry.text.count
        var range = owners[offset]..<owners[end - 1] + 1
        if entry.takesSpaceBefore {
          let limit = found.last?.range.upperBound ?? 0
          while range.lowerBound > limit, ScalarClass.of(scalars[range.lowerBound - 1]).isWhitespace {
            range = range.lowerBound - 1..<range.upperBound
          }
        }
        if entry.takesSpaceAfter {
          while range.upperBound < scalars.count, ScalarClass.of(scalars[range.upperBound]).isWhitespace {
            range = range.lowerBound..<range.upperBound + 1
          }
        }
        found.append((entry.id, range))
        offset = end
        while offset < owners.count, owners[offset] < range.upperBound { offset += 1 }
      }
    }
    return found
  }

  /// UTF-8 and, for every byte, the index of its scalar.
  private func utf8(_ scalars: ArraySlice<Unicode.Scalar>) -> (bytes: [UInt8], owners: [Int]) {
    var (bytes, owners): ([UInt8], [Int]) = ([], [])
    bytes.reserveCapacity(scalars.count)
    owners.reserveCapacity(scalars.count)
    for (index, scalar) in zip(scalars.indices, scalars) {
      for byte in UTF8.encode(scalar).unsafelyUnwrapped {
        bytes.append(byte)
        owners.append(index)
      }
    }
    return (bytes, owners)
  }

  private func encodePlain(
    _ range: Range<Int>, _ encoding: inout Encoding, _ cache: inout [[UInt8]: [BytePairEncoder.Piece]]
  ) {
    if range.isEmpty { return }
    let text = normalizer.apply(
      Normalizer.Text(scalars: Array(encoding.scalars[range]), origins: range.map { $0..<$0 + 1 }))
    for word in preTokenizer.words(text.scalars, 0..<text.scalars.count) {
      let (bytes, owners) = utf8(text.scalars[word])
      let pieces = cache[bytes] ?? encodeWord(bytes)
      if bytes.count <= 64 { cache[bytes] = pieces }
      for piece in pieces {
        let (first, last) = (owners[piece.bytes.lowerBound], owners[piece.bytes.upperBound - 1])
        let covered = text.origins[first].lowerBound..<text.origins[last].upperBound
        encoding.ids.append(piece.id)
        encoding.offsets.append(trimsOffsets ? trimmed(covered, encoding.scalars) : covered)
      }
    }
  }

  private func trimmed(_ range: Range<Int>, _ scalars: [Unicode.Scalar]) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, ScalarClass.of(scalars[start]).isWhitespace { start += 1 }
    while end > start, ScalarClass.of(scalars[end - 1]).isWhitespace { end -= 1 }
    return start..<end
  }

  private func encodeWord(_ bytes: [UInt8]) -> [BytePairEncoder.Piece] {
    bytes.withUnsafeBufferPointer { word in
      if ignoresMerges, let id = encoder.table.id(of: word) {
        return [BytePairEncoder.Piece(id: id, bytes: 0..<word.count)]
      }
      return withBytesForUnknown(encoder.encode(word, symbols: symbols(word)), word)
    }
  }

  /// The smallest pieces of a word: bytes, or characters.
  private func symbols(_ word: UnsafeBufferPointer<UInt8>) -> [BytePairEncoder.Piece] {
    if alphabet == .byteLevel {
      return word.indices.map { BytePairEncoder.Piece(id: byteTokens[Int(word[$0])], bytes: $0..<$0 + 1) }
    }
    var (pieces, start): ([BytePairEncoder.Piece], Int) = ([], 0)
    while start < word.count {
      var end = start + 1
      while end < word.count, word[end] & 0xc0 == 0x80 { end += 1 }
      let id = encoder.table.id(of: UnsafeBufferPointer(rebasing: word[start..<end]))
      pieces.append(BytePairEncoder.Piece(id: id ?? -1, bytes: start..<end))
      start = end
    }
    return pieces
  }

  /// Symbols that are no token become the tokens of their bytes, or the unknown token.
  private func withBytesForUnknown(
    _ pieces: [BytePairEncoder.Piece], _ word: UnsafeBufferPointer<UInt8>
  ) -> [BytePairEncoder.Piece] {
    guard pieces.contains(where: { $0.id < 0 }) else { return pieces }
    return pieces.flatMap { piece -> [BytePairEncoder.Piece] in
      if piece.id >= 0 { return [piece] }
      let bytes = piece.bytes.map { BytePairEncoder.Piece(id: byteTokens[Int(word[$0])], bytes: piece.bytes) }
      if bytes.allSatisfy({ $0.id >= 0 }) { return bytes }
      return unknown.map { [BytePairEncoder.Piece(id: $0, bytes: piece.bytes)] } ?? []
    }
  }
}
