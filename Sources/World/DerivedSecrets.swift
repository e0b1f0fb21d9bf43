import Foundation

/// Other texts that tell a secret to whoever reads them, besides its escaped spellings.
enum DerivedSecrets {
  static func of(_ value: String, _ kind: SecretAliases.Kind) -> [String] {
    var derived = folded(value)
    switch kind {
    case .password, .clientSecret, .credentials:
      derived += inBase64(value)
    case .accessToken, .refreshToken, .idToken, .clientAssertion, .code, .codeVerifier, .cookie,
      .state, .secret:
      break
    }
    return derived.filter { $0 != value }
  }

  /// As a page or a header field shows it: without spaces around it, and each run of them one.
  private static func folded(_ value: String) -> [String] {
    guard value.unicodeScalars.contains(where: isSpace) else { return [] }
    let words = value.unicodeScalars.split(whereSeparator: isSpace).map { String($0) }
    var trimmed = value.unicodeScalars[...]
    while trimmed.first.map(isSpace) ?? false { trimmed.removeFirst() }
    while trimmed.last.map(isSpace) ?? false { trimmed.removeLast() }
    return [String(trimmed), words.joined(separator: " ")]
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.properties.isWhitespace
  }

  /// What of the Base64 text of anything that holds the value depends on the value alone, for each of
  /// the three places that it may have in a group: `user:password` shows one of them.
  private static func inBase64(_ value: String) -> [String] {
    let bytes = Array(value.utf8)
    return (0..<3).flatMap { before -> [String] in
      let data = Data([UInt8](repeating: 0, count: before) + bytes)
      let text = data.base64EncodedString().utf8
      // The first characters hold bits of what stands before, the last one of what stands behind.
      let first = [0, 2, 3][before]
      let count = data.count * 8 / 6 - first
      guard count > 0 else { return [] }
      let part = text.dropFirst(first).prefix(count)
      let standard = String(decoding: part, as: UTF8.self)
      let forURLs = String(
        decoding: part.map { byte -> UInt8 in
          switch byte {
          case UInt8(ascii: "+"): UInt8(ascii: "-")
          case UInt8(ascii: "/"): UInt8(ascii: "_")
          default: byte
          }
        },
        as: UTF8.self
      )
      return standard == forURLs ? [standard] : [standard, forURLs]
    }
  }
}
