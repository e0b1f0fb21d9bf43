/// Says what is wrong with a URL that a person wrote, before a request is made of it.
enum URLCheck {
  enum Parts {
    /// Paths are appended to it.
    case base
    /// May carry a query, which is kept (RFC 6749 section 3.1).
    case endpoint
    /// Scheme, host and port alone.
    case origin
    /// Where the browser is sent back to; any scheme will do (RFC 6749 section 3.1.2).
    case redirect
  }

  /// What is wrong with `text`, as the end of a sentence, and what to write; nil where it is good.
  ///
  /// `{org}` may stand anywhere in it.
  static func mistake(in text: String, as parts: Parts) -> (problem: String, help: String)? {
    let text = text.replacing(OrgPlaceholder.text, with: "org")
    // Admins write scopes into the query with spaces between them, and Okta takes that (a vendor's
    // guide: `?scope=admin.user:read admin.user:write offline`); they are encoded on sending.
    let checked = parts == .endpoint ? spacesInQueryEncoded(text) : text
    if let scalar = checked.unicodeScalars.first(where: { !isAllowed($0) }) {
      return scalar == " "
        ? ("holds a space", "write %20 for a space")
        : ("holds a character that no URL may hold", "write it percent-encoded")
    }
    guard hasSoundEscapes(text) else {
      return ("has a '%' without two hexadecimal digits", "write %25 for a percent sign")
    }
    if text.contains("#") {
      return ("has a fragment", "leave out '#' and what follows it")
    }
    let lowercase = text.lowercased()
    let schemeEnd = lowercase.firstRange(of: "://")
    let scheme = schemeEnd.map { String(lowercase[..<$0.lowerBound]) } ?? ""
    guard let schemeEnd, parts == .redirect || scheme == "http" || scheme == "https",
      isScheme(scheme)
    else { return ("is not an absolute URL", "write http://… or https://…") }
    if parts == .base, text.contains("?") {
      return ("has a query", "leave out '?' and what follows it; paths are appended")
    }
    guard scheme == "http" || scheme == "https" else { return nil }
    let authority = lowercase[schemeEnd.upperBound...].prefix { $0 != "/" && $0 != "?" }
    if parts == .origin, authority.endIndex != lowercase.endIndex {
      return (
        "is more than an origin", "write scheme, host and port alone: https://login.acme.test"
      )
    }
    return authorityMistake(String(authority))
  }

  private static func spacesInQueryEncoded(_ text: String) -> String {
    guard let mark = text.firstIndex(of: "?") else { return text }
    return String(text[..<mark]) + text[mark...].replacing(" ", with: "%20")
  }

  private static func authorityMistake(_ authority: String) -> (problem: String, help: String)? {
    guard !authority.contains("@") else {
      return ("holds a user name", "credentials have keys of their own, or an environment variable")
    }
    var host = Substring(authority)
    var port: Substring?
    if host.first == "[", let close = host.firstIndex(of: "]") {
      let rest = host[host.index(after: close)...]
      guard rest.isEmpty || rest.first == ":" else { return ("has no sound host", hostHelp) }
      port = rest.isEmpty ? nil : rest.dropFirst()
      host = host[...close]
    } else if let colon = host.firstIndex(of: ":") {
      port = host[host.index(after: colon)...]
      host = host[..<colon]
    }
    guard !host.isEmpty else { return ("has no host", hostHelp) }
    guard host.first != "[" || host.last == "]" else { return ("has no sound host", hostHelp) }
    if let port {
      guard port.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(port),
        (1...65535).contains(number)
      else { return ("has no sound port", "a port is a number from 1 to 65535") }
    }
    return nil
  }

  private static let hostHelp = "write http://127.0.0.1:8080 or https://app.example.com"

  private static func isScheme(_ scheme: String) -> Bool {
    guard let first = scheme.first, first.isASCII, first.isLetter else { return false }
    return scheme.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
  }

  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    (0x21...0x7E).contains(scalar.value) && !"\"<>\\^`{|}".unicodeScalars.contains(scalar)
  }

  private static func hasSoundEscapes(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return bytes.indices.allSatisfy { index in
      guard bytes[index] == UInt8(ascii: "%") else { return true }
      return index + 2 < bytes.count && isHexadecimal(bytes[index + 1])
        && isHexadecimal(bytes[index + 2])
    }
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    Character(Unicode.Scalar(byte)).isHexDigit
  }
}
