import FlashTrace
import Hummingbird

/// Why a request is not answered: an HTTP status and one line that names what is wrong and what is allowed.
public struct RequestFailure: Error, Equatable, CustomStringConvertible {
  /// The HTTP status.
  public let status: HTTPResponse.Status
  /// What is wrong and what is allowed, on one line.
  public let description: String

  /// A failure with its status.
  public init(_ status: HTTPResponse.Status, _ description: String) {
    (self.status, self.description) = (status, description)
  }

  /// Wrong keys or values.
  public static func badRequest(_ description: String) -> RequestFailure { RequestFailure(.badRequest, description) }

  /// What any error says to a client: input that a user can mend, or an error of the program.
  init(_ error: any Error) {
    switch error {
    case let failure as RequestFailure: self = failure
    case let error as HTTPError:
      self.init(error.status, error.body ?? Self.explanation(error.status))
    case let error as any HTTPResponseError: self.init(error.status, Self.explanation(error.status))
    case KernelError.badArgument: self.init(.internalServerError, "\(error)")
    case is TokenizerError, is TracingError, is AttributionError, is TraceError, is DecoderError, is KernelError:
      self.init(.unprocessableContent, "\(error)")
    case is CancellationError: self.init(.serviceUnavailable, "the work was cancelled")
    default: self.init(.internalServerError, "\(error)")
    }
  }

  private static func explanation(_ status: HTTPResponse.Status) -> String {
    switch status {
    case .notFound: "there is no such path and method; Documentation/http-api.md lists them"
    case .contentTooLarge: "the body is larger than this path allows; GET /api/model tells the limits"
    default: status.reasonPhrase
    }
  }

  /// `{"error": "..."}`, with the status.
  func response() -> Response {
    Response.json(["error": description], status: status)
  }
}
