import Kernels

/// Keys (after norm and RoPE) and values of every position so far, for every layer: the only memory of a forward pass
/// that grows with the length, layers * 2 * keyValueHeads * headDimension * 4 bytes a position.
package struct KeyValueCache: Sendable {
  let layers: [LayerCache]
  package let capacity: Int
  /// Sequences; as in a chunk, row r belongs to sequence `r % batch`.
  let batch: Int
  /// Positions that are filled, of every sequence.
  package internal(set) var count = 0

  /// Room for `capacity` positions of each sequence. Throws ``KernelError/outOfMemory(bytes:)``.
  init(layers: [DecoderLayer], capacity: Int, batch: Int) throws(KernelError) {
    (self.capacity, self.batch) = (capacity, batch)
    var caches: [LayerCache] = []
    for layer in layers {
      let columns = layer.attention.keyColumns
      caches.append(
        LayerCache(
          keys: try Matrix(rows: capacity * batch, columns: columns),
          values: try Matrix(rows: capacity * batch, columns: columns)))
    }
    self.layers = caches
  }
}

/// One layer's share of the cache: [capacity * batch, keyValueHeads * headDimension] each.
struct LayerCache: Sendable {
  let keys: Matrix
  let values: Matrix
}
