import Loop

/// Where connections for a host go instead, as curl's `--connect-to` has it:
/// `HOST:PORT:HOST:PORT`, or `HOST:PORT:unix:/path` for a socket of this machine.
///
/// Only the connection goes elsewhere: URL, `Host` field and the name that a certificate is checked for
/// stay. An empty host or port in the first half means any, in the second half the same.
package struct ConnectTo: Sendable, Equatable {
  /// Where a connection goes.
  package enum Place: Sendable, Equatable, CustomStringConvertible {
    case host(String, port: Int)
    /// The path of a Unix domain socket.
    case socket(String)

    package var description: String {
      switch self {
      case .host(let host, let port): "\(host):\(port)"
      case .socket(let path): "unix:\(path)"
      }
    }

    /// nil for a socket, which is of this machine.
    package var host: String? {
      if case .host(let host, _) = self { host } else { nil }
    }
  }

  private enum Other: Equatable {
    case host(String, port: Int?)
    case socket(String)
  }

  private let host: String
  private let port: Int?
  private let other: Other

  /// nil where the text has not this form.
  package init?(_ text: String) {
    var rest = text[...]
    guard let host = ConnectTo.takeHost(&rest), let port = ConnectTo.takePort(&rest) else {
      return nil
    }
    (self.host, self.port) = (HostPolicy.canonical(host), port)
    if rest.hasPrefix("unix:/") {
      let path = String(rest.dropFirst("unix:".count))
      guard SocketAddress(path: path) != nil else { return nil }
      other = .socket(path)
      return
    }
    guard let otherHost = ConnectTo.takeHost(&rest),
      let otherPort = ConnectTo.takePort(&rest, isLast: true)
    else { return nil }
    other = .host(HostPolicy.canonical(otherHost), port: otherPort)
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

  /// The path of the socket that it leads to; nil for a host.
  package var socket: String? {
    if case .socket(let path) = other { path } else { nil }
  }

  /// Where connections for an origin go: by the first that means it.
  package static func place(of origin: Origin, by routes: [ConnectTo]) -> Place {
    guard let route = routes.first(where: { $0.means(origin) }) else {
      return .host(origin.host, port: origin.port)
    }
    switch route.other {
    case .socket(let path): return .socket(path)
    case .host(let host, let port):
      return .host(host.isEmpty ? origin.host : host, port: port ?? origin.port)
    }
  }
}
