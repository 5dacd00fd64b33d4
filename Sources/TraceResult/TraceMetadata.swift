/// What produced a trace and what it cost.
public struct TraceMetadata: Sendable, Equatable, Codable {
  /// The model's files.
  public struct Model: Sendable, Equatable, Codable {
    /// The model's own name, or its file's.
    public var name: String
    /// The architecture's name as the model's files spell it, `llama` or `qwen2` for example.
    public var family: String
    /// The size of the weight files in bytes.
    public var fileSize: Int
    /// How the weights are stored, `Q4_1` or `BF16` for example.
    public var quantisation: String

    /// The facts of a model's files.
    public init(name: String, family: String, fileSize: Int, quantisation: String) {
      (self.name, self.family) = (name, family)
      (self.fileSize, self.quantisation) = (fileSize, quantisation)
    }

    private enum CodingKeys: String, CodingKey {
      case name, family, quantisation
      case fileSize = "file_size"
    }
  }

  /// Wall-clock seconds.
  public struct Timing: Sendable, Equatable, Codable {
    /// Opening the model.
    public var load: Double
    /// The one forward pass.
    public var prefill: Double
    /// Each hop's attribution, the base attribution first.
    public var hops: [Double]
    /// From the start of loading to the finished trace.
    public var total: Double

    /// Seconds of each stage.
    public init(load: Double, prefill: Double, hops: [Double], total: Double) {
      (self.load, self.prefill, self.hops, self.total) = (load, prefill, hops, total)
    }
  }

  /// The model that was traced.
  public var model: Model
  /// The arithmetic of the matrix products: `f32`, `bf16` or `i16`.
  public var precision: String
  /// The kernel variant that ran, `avx512` for example.
  public var instructionSet: String
  /// Threads that the kernels ran on.
  public var threads: Int
  /// What each stage took.
  public var timing: Timing
  /// The largest resident memory of the process in bytes.
  public var peakMemoryBytes: Int

  /// What produced a trace and what it cost.
  public init(
    model: Model, precision: String, instructionSet: String, threads: Int, timing: Timing, peakMemoryBytes: Int
  ) {
    (self.model, self.precision, self.instructionSet) = (model, precision, instructionSet)
    (self.threads, self.timing, self.peakMemoryBytes) = (threads, timing, peakMemoryBytes)
  }

  private enum CodingKeys: String, CodingKey {
    case model, precision, threads
    case instructionSet = "instruction_set"
    case timing = "timing_seconds"
    case peakMemoryBytes = "peak_memory_bytes"
  }
}
