/// How importance is assigned to the tokens before a span.
public enum AttributionMethod: String, Sendable, Codable, CaseIterable {
  /// Span-wise aggregation with recursive hops through the reasoning (Pan et al. 2026).
  case flashtrace
  /// Span-wise aggregation of the output span alone, nothing deleted and no hops.
  case ifrSpan = "ifr-span"
  /// Information flow routes of every sink token on its own (Ferrando and Voita 2024), and their mean.
  case ifrTokenwise = "ifr-tokenwise"
}
