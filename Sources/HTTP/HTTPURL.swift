import Foundation

/// Where a request goes: scheme, host and port.
///
/// What a connection is kept for.
package struct Origin: Sendable, Hashable, CustomStringConvertible {
  package enum Scheme: String, Sendable {
    case http
    case https

    package var defaultPort: Int { self == .http ? 80 : 443 }
  }

  package var scheme: Scheme
  /// A name, or an address without brackets.
  package var host: String
  package var port: Int

  package init(scheme: Scheme, host: String, port: Int) {
    self.scheme = scheme
    self.host = host
    self.port = port
  }

  /// What the Host field says: no port where it is the scheme's own (RFC 9110 section 7.2).
  package var hostField: String {
    // By bytes: Foundation's search takes longer than all the rest of a URL's description.
    let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
    return port == scheme.defaultPort ? name : "\(name):\(port)"
  }

  package var description: String { "\(scheme.rawValue)://\(hostField)" }
}

/// An absolute http or https URL, split where a client needs it.
package struct HTTPURL: Sendable, Hashable, CustomStringConvertible {
  package var origin: Origin
  /// Path and query as they go on the request line: starts with `/`, has no fragment.
  package var target: String

  package init(origin: Origin, target: String) {
    self.origin = origin
    self.target = target.utf8.first == UInt8(ascii: "/") ? target : "/" + target
  }

  /// Reads an absolute URL; nil where it is none, has another scheme, or holds user information.
  ///
  /// Characters that may not stand in a URL, such as a space in a scope, are percent-encoded.
  package init?(_ string: String) {
    let sound = HTTPURL.encodingStrayCharacters(string)
    guard let components = URLComponents(string: sound, encodingInvalidCharacters: false),
      let scheme = components.scheme.flatMap({ Origin.Scheme(rawValue: $0.lowercased()) }),
      let host = components.encodedHost, !host.isEmpty,
      components.user == nil, components.password == nil
    else { return nil }
    let port = components.port ?? scheme.defaultPort
    guard (1...65535).contains(port) else { return nil }
    // A port that is too large for a number counts as none.
    if components.port == nil, let range = components.rangeOfPort, !range.isEmpty { return nil }
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    // Brackets hold an IPv6 address, nothing else (RFC 3986 section 3.2.2).
    guard !isBracketed || host.contains(":") else { return nil }
    let bare = isBracketed ? String(host.dropFirst().dropLast()) : host
    self.origin = Origin(scheme: scheme, host: bare.lowercased(), port: port)
    let path = components.percentEncodedPath.isEmpty ? "/" : components.percentEncodedPath
    self.target = path + (components.percentEncodedQuery.map { "?" + $0 } ?? "")
  }

  /// Path without the query.
  package var path: String {
    target.firstIndex(of: "?").map { String(target[..<$0]) } ?? target
  }

  /// The query as written, without `?`; nil where there is none.
  package var query: String? {
    target.firstIndex(of: "?").map { String(target[target.index(after: $0)...]) }
  }

  /// The fields of the query, decoded, in order.
  package var queryFields: [FormField] {
    query.map(FormURLEncoding.decode) ?? []
  }

  /// The URL that `reference`, found in a page or a redirect of this one, means (RFC 3986
  /// section 5); nil where that is no http or https URL.
  package func resolving(_ reference: String) -> HTTPURL? {
    let trimmed = reference.trimmingCharacters(in: .whitespacesAndNewlines)
    if trimmed.isEmpty { return self }
    guard let base = URL(string: description),
      let resolved = URL(
        string: HTTPURL.encodingStrayCharacters(trimmed),
        relativeTo: base
      )?.absoluteString
    else { return nil }
    guard var url = HTTPURL(resolved) else { return nil }
    // Foundation leaves the dots of a reference that is itself absolute.
    url.target = url.pathWithoutDotSegments + (url.query.map { "?" + $0 } ?? "")
    return url
  }

  /// Percent-encodes what may not stand in a URL and leaves the escapes that it has.
  ///
  /// Foundation does the first and not the second: a single space makes it encode each `%` again,
  /// and with it a redirect URI that is a parameter.
  package static func encodingStrayCharacters(_ text: String) -> String {
    func isStray(_ byte: UInt8) -> Bool {
      byte <= 0x20 || byte >= 0x7F || "\"<>\\^`{|}".utf8.contains(byte)
    }
    guard text.utf8.contains(where: isStray) else { return text }
    // A host is never mended: what stands up to the path stays as it is.
    if let schemeEnd = text.firstRange(of: "://"),
      text[..<schemeEnd.lowerBound].allSatisfy({ $0.isLetter || $0.isNumber || "+-.".contains($0) })
    {
      let authority = text[schemeEnd.upperBound...].prefix { !"/?#".contains($0) }
      let rest = String(text[authority.endIndex...])
      return text[..<authority.endIndex] + encodingStrayCharacters(rest)
    }
    let digits = Array("0123456789ABCDEF")
    var encoded = ""
    for byte in text.utf8 {
      if isStray(byte) {
        encoded += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 0xF)])"
      } else {
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      }
    }
    return encoded
  }

  /// RFC 3986 section 5.2.4.
  private var pathWithoutDotSegments: String {
    var kept: [Substring] = []
    let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    for segment in segments {
      switch segment {
      case ".": break
      case "..": _ = kept.popLast()
      default: kept.append(segment)
      }
    }
    // A dot segment at the end names a folder.
    if let last = segments.last, last == "." || last == ".." { kept.append("") }
    return "/" + kept.joined(separator: "/")
  }

  package var description: String { origin.description + target }
}
