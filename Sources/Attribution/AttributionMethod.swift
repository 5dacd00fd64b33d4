/// How importance is assigned to the tokens before a span.
public enum AttributionMethod: String, Sendable, Codable, CaseIterable {
  /// Span-wise aggregation with recursive hops through the reasoning (Pan et al. 2026).
  case flashtrace
  /// Span-wise aggregation of the output span alone, nothing deleted and no hops.
  case ifrSpan = "ifr-span"
  /// Information flow routes of every sink token on its own (Ferrando and Voita 2024), and their mean.
  case ifrTokenwise = "ifr-tokenwise"
  /// Weights that follow the routes of information down all layers, from the positions that predict the output; what
  /// arrives at the prompt, the template and the generated tokens adds up to 1.
  case route
  /// The same walk over the top half of the layers, crediting a token each time weight moves onto it.
  case flow

  /// Whether results come hop by hop.
  public var hasHops: Bool { self == .flashtrace || self == .route || self == .flow }

  /// Whether every position has to be captured in the forward pass, not the generated ones alone.
  public var readsAllPositions: Bool { self == .route || self == .flow }
}
