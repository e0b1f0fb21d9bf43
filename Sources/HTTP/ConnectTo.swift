/// Where connections for a host go instead, as curl's `--connect-to` has it:
/// `HOST:PORT:HOST:PORT`.
///
/// Only the connection goes elsewhere: URL, `Host` field and the name that a certificate is checked for
/// stay. An empty host or port in the first half means any, in the second half the same.
package struct ConnectTo: Sendable, Equatable {
  private let host: String
  private let port: Int?
  private let otherHost: String
  private let otherPort: Int?

  /// nil where the text has not this form.
  package init?(_ text: String) {
    var rest = text[...]
    guard let host = ConnectTo.takeHost(&rest), let port = ConnectTo.takePort(&rest),
      let otherHost = ConnectTo.takeHost(&rest),
      let otherPort = ConnectTo.takePort(&rest, isLast: true)
    else { return nil }
    (self.host, self.port) = (HostPolicy.canonical(host), port)
    (self.otherHost, self.otherPort) = (HostPolicy.canonical(otherHost), otherPort)
  }

  /// A host up to its colon; one that has colons stands in brackets.
  private static func takeHost(_ rest: inout Substring) -> String? {
    let end = rest.first == "[" ? rest.firstIndex(of: "]").map(rest.index(after:)) : nil
    guard let colon = rest[(end ?? rest.startIndex)...].firstIndex(of: ":"),
      end == nil || end == colon
    else { return nil }
    let host = String(rest[..<colon])
    rest = rest[rest.index(after: colon)...]
    return host.isEmpty || HostPolicy.isHost(host) ? host : nil
  }

  /// Empty means none, which is no mistake.
  private static func takePort(_ rest: inout Substring, isLast: Bool = false) -> Int?? {
    let end = isLast ? rest.endIndex : rest.firstIndex(of: ":")
    guard let end else { return nil }
    let digits = rest[..<end]
    rest = isLast ? "" : rest[rest.index(after: end)...]
    if digits.isEmpty { return .some(nil) }
    guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let port = Int(digits),
      (1...65535).contains(port)
    else { return nil }
    return port
  }

  private func means(_ origin: Origin) -> Bool {
    (host.isEmpty || host == HostPolicy.canonical(origin.host))
      && (port ?? origin.port) == origin.port
  }

  /// The host and the port that connections for an origin go to: by the first that means it.
  package static func place(
    of origin: Origin,
    by routes: [ConnectTo]
  ) -> (host: String, port: Int) {
    guard let route = routes.first(where: { $0.means(origin) }) else {
      return (origin.host, origin.port)
    }
    return (
      route.otherHost.isEmpty ? origin.host : route.otherHost, route.otherPort ?? origin.port
    )
  }
}
