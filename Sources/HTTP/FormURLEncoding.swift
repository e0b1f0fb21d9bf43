/// A name and its value, as in a form or a query.
package struct FormField: Sendable, Hashable {
  package var name: String
  package var value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// `application/x-www-form-urlencoded`, both ways (RFC 6749 appendix B; WHATWG URL section 5).
package enum FormURLEncoding {
  package static let mediaType = "application/x-www-form-urlencoded"

  /// Joins the fields with `&`; a space becomes `+`.
  package static func encode(_ fields: [FormField]) -> String {
    fields.map { "\(encode($0.name))=\(encode($0.value))" }.joined(separator: "&")
  }

  /// One name or value: letters, digits and `*-._` stay, a space becomes `+`.
  package static func encode(_ text: String) -> String {
    escape(text, keeping: "*-._", space: "+")
  }

  /// One value for a query, percent-encoded by RFC 3986: a space becomes `%20`.
  package static func percentEncode(_ text: String) -> String {
    escape(text, keeping: "-._~", space: "%20")
  }

  private static func escape(_ text: String, keeping kept: String, space: String) -> String {
    func isKept(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: kept.utf8.contains(byte)
      }
    }
    // An id of letters, digits and hyphens has nothing to escape.
    if text.utf8.allSatisfy(isKept) { return text }
    let digits = Array("0123456789ABCDEF".utf8)
    var encoded: [UInt8] = []
    for byte in text.utf8 {
      if isKept(byte) {
        encoded.append(byte)
      } else if byte == UInt8(ascii: " ") {
        encoded += space.utf8
      } else {
        encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }

  /// Reads fields; what is not an escape stays as it is, as browsers and servers do.
  package static func decode(_ text: String) -> [FormField] {
    text.utf8.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: true).map { pair in
      let parts = pair.split(
        separator: UInt8(ascii: "="),
        maxSplits: 1,
        omittingEmptySubsequences: false
      )
      return FormField(unescape(parts[0]), parts.count > 1 ? unescape(parts[1]) : "")
    }
  }

  private static func unescape(_ text: Substring.UTF8View) -> String {
    // Most names and values have no escape.
    if !text.contains(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "%") }) {
      return String(Substring(text))
    }
    var bytes: [UInt8] = []
    let source = Array(text)
    var index = 0
    while index < source.count {
      let byte = source[index]
      if byte == UInt8(ascii: "+") {
        bytes.append(UInt8(ascii: " "))
      } else if byte == UInt8(ascii: "%"), index + 2 < source.count,
        let high = hexadecimalDigit(source[index + 1]),
        let low = hexadecimalDigit(source[index + 2])
      {
        bytes.append(high << 4 | low)
        index += 2
      } else {
        bytes.append(byte)
      }
      index += 1
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension [FormField] {
  /// The first value under `name`.
  package subscript(name: String) -> String? {
    first { $0.name == name }?.value
  }
}

/// The value of a hexadecimal digit, or nil.
func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}
