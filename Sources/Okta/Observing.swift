import HTTP
import JSON
import OAuth
import Profiles
import SCIM

/// Looks at the app that Okta would not take: marked, recorded, judged, counted by no expectation.
extension Provisioner {
  /// Reads a user for an expectation.
  ///
  /// - Returns: The number of the exchange, or why nothing could be sent.
  package func look(at name: String, event: Int?) async -> (exchange: Int?, problem: String?) {
    guard let id = await directory[name]?.id else {
      return (nil, "the app has given \(name) no id")
    }
    let context = ExchangeContext(occasion: .observing, event: event)
    do throws(TokenSessionError) {
      let exchange = try await sender.send(.retrieve(.users, id: id), context: context)
      return (exchange.number, nil)
    } catch {
      return (error.exchange, "\(error)")
    }
  }

  /// Presents an access token after its end, once to read and once to write.
  ///
  /// Okta presents a dead token only if it refreshes on rejection, and which it does is unknown;
  /// but an app that honours dead tokens is wrong for every client (RFC 6750 section 3.1). The read
  /// is the one of the connection test; the write puts back what the app itself gave, so that an
  /// app that wrongly takes it is left as it was.
  package func present(_ dead: AccessToken, event: Int?) async {
    let context = ExchangeContext(occasion: .observing, event: event)
    _ = await sender.send(.list(.users, startIndex: 1, count: 2), dead, context, attempt: 1)
    let known = await directory.all.first { $0.id != nil && $0.representation != nil }
    guard let id = known?.id, let representation = known?.representation else { return }
    _ = await sender.send(
      .replace(.users, id: id, with: representation),
      dead,
      context,
      attempt: 1
    )
  }
}
