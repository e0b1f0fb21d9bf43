import Foundation
import HTTP

/// The redirect URI, which the browser is sent to and never connects to.
struct RedirectTarget: Sendable {
  /// Where a reference leads.
  enum Destination: Equatable {
    /// The redirect URI, with all that was added to it.
    case redirectURI(String)
    case page(HTTPURL)
    /// No http or https URL; the scheme, where there is one.
    case elsewhere(scheme: String)
  }

  let url: HTTPURL
  /// The one that the app knows, where `url` is one that it does not; nil where `url` is the one.
  private let registered: HTTPURL?

  /// Whether the app must send nobody there.
  var isUnregistered: Bool { registered != nil }

  init?(_ redirectURI: String, unlike registered: String? = nil) {
    guard let url = HTTPURL(redirectURI) else { return nil }
    self.url = url
    self.registered = registered.flatMap(HTTPURL.init)
  }

  /// Where a reference in a page or a redirect of `base` leads.
  func destination(of reference: String, from base: HTTPURL) -> Destination {
    let trimmed = reference.trimmingCharacters(in: .whitespacesAndNewlines)
    // An absolute URL is handed on as the app wrote it.
    var absolute = trimmed
    if HTTPURL(trimmed) == nil {
      // Browsers mend what may not stand in a URL (WHATWG URL, path state).
      let mended = HTTPURL.encodingStrayCharacters(trimmed)
      guard let resolved = URL(string: mended, relativeTo: URL(string: base.description)) else {
        return .elsewhere(scheme: "")
      }
      absolute = trimmed.isEmpty ? base.description : resolved.absoluteString
    }
    guard let found = HTTPURL(absolute) else {
      let scheme = absolute.prefix { $0 != ":" }
      return .elsewhere(scheme: scheme.count < absolute.count ? String(scheme) : "")
    }
    return matches(found) ? .redirectURI(absolute) : .page(found)
  }

  /// Whether scheme, host, port and path are those of the redirect URI.
  func matches(_ other: HTTPURL) -> Bool {
    [url, registered].contains { $0?.origin == other.origin && $0?.path == other.path }
  }

  /// Whether a URL is on the host of the redirect URI without being it: a misspelt one.
  func isMissed(by other: HTTPURL) -> Bool {
    guard other.origin.host == url.origin.host, !matches(other) else { return false }
    // On a loopback host the app itself may stand on another port.
    return !url.origin.isLoopback || other.origin.port == url.origin.port
  }
}
