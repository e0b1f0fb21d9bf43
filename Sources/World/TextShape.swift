/// What a text looks like without what it says: `{"access_token": …36`, cut after `…36`.
///
/// For a body that cannot be read, in which anything may be a secret: its punctuation, the names that
/// every token response has, and how long the rest is.
package enum TextShape {
  /// What a developer looks for, and what is no secret under any name.
  private static let kept: Set<String> = [
    "access_token", "accesstoken", "refresh_token", "refreshtoken", "id_token", "idtoken",
    "token_type", "tokentype", "expires_in", "expiresin", "scope", "token", "tokens", "data",
    "error", "error_description", "error_uri", "code", "state", "bearer", "null", "true", "false",
    "html", "head", "body", "title", "form", "input", "button", "meta", "link", "script", "style",
    "div", "span", "label", "doctype", "type", "name", "value", "action", "method", "hidden",
    "text", "submit", "post", "get", "xml",
  ]
  /// Longer texts end in how much more there is.
  private static let most = 2_000

  package static func of(_ text: String) -> String {
    var shape = ""
    var word: [UInt8] = []
    var left = text.utf8.count
    func close() {
      if word.isEmpty { return }
      let name = String(decoding: word, as: UTF8.self)
      shape += kept.contains(name.lowercased()) ? name : "…\(word.count)"
      word.removeAll(keepingCapacity: true)
    }
    for byte in text.utf8 {
      if shape.utf8.count >= most { break }
      left -= 1
      if isPunctuation(byte) {
        close()
        shape.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        word.append(byte)
      }
    }
    close()
    return left > 0 ? shape + "… and \(left) bytes more" : shape
  }

  /// What structures a JSON text, a form or a page, and stands in no token.
  private static func isPunctuation(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x0A, 0x0D, 0x09: true
    default: "{}[]\":,'<>&;=".utf8.contains(byte)
    }
  }
}
