extension JSONDocument {
  /// Throws where an object has the same key twice, escapes resolved.
  func refuseDuplicateKeys() throws(JSONError) {
    var table: [Int32] = []
    for index in nodes.indices where kind(index) == .object {
      if let key = duplicate(in: index, &table) {
        throw JSONError(offset: Int(nodes[key].start), expected: "a key that does not stand there twice")
      }
    }
  }

  /// The node of the first key of `object` that an earlier key equals. `table` is memory for a table of keys, each at
  /// the first free place from its hash on.
  private func duplicate(in object: Int, _ table: inout [Int32]) -> Int? {
    var count = 0
    forEachKey(of: object) { _ in
      count += 1
      return true
    }
    if count < 2 { return nil }
    var places = 4
    while places < count + count / 2 { places *= 2 }
    table.removeAll(keepingCapacity: true)
    table.append(contentsOf: repeatElement(-1, count: places))
    var found: Int?
    forEachKey(of: object) { key in
      var place = Int(truncatingIfNeeded: hash(key)) & (places - 1)
      while table[place] >= 0 {
        if JSONNode(document: self, index: Int(table[place])).slice == JSONNode(document: self, index: key).slice {
          found = key
          return false
        }
        place = (place + 1) & (places - 1)
      }
      table[place] = Int32(truncatingIfNeeded: key)
      return true
    }
    return found
  }

  private func forEachKey(of object: Int, _ body: (Int) -> Bool) {
    let end = next(object)
    var key = object + 1
    while key < end, body(key) { key = next(next(key)) }
  }

  /// FNV-1a of the key's bytes.
  private func hash(_ key: Int) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in JSONNode(document: self, index: key).slice ?? [] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash ^ hash >> 32
  }
}
