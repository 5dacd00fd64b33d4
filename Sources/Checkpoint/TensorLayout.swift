/// How the tensors of one file must lie in its data: one after the other, each at the next multiple of the alignment.
struct TensorLayout {
  let file: MappedFile
  let dataStart: Int
  let alignment: Int

  /// Throws where tensors overlap or leave bytes out, naming the tensor. Returns the end of the last one.
  @discardableResult
  func check(_ tensors: [StoredTensor]) throws(CheckpointError) -> Int {
    let order = tensors.indices.sorted {
      (tensors[$0].offset, tensors[$0].byteCount) < (tensors[$1].offset, tensors[$1].byteCount)
    }
    var (end, before) = (dataStart, "the start of the data")
    for tensor in order.lazy.map({ tensors[$0] }) {
      let start = tensor.offset
      // Offsets count from the start of the data, which is aligned itself where that matters.
      let expected = dataStart + (end - dataStart + alignment - 1) / alignment * alignment
      guard start == expected else {
        let what = start < end ? "overlaps" : "leaves a hole after"
        throw .malformed(
          file: file.path, field: "tensor \(tensor.name)",
          reason: "\(what) \(before): it begins at byte \(start); expected is \(expected)")
      }
      (end, before) = (start + tensor.byteCount, "tensor \(tensor.name)")
    }
    return end
  }
}
