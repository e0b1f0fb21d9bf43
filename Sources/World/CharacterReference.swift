/// A character reference of HTML (WHATWG HTML section 13.5), as pages and templates write them.
package enum CharacterReference {
  package enum Place: Sendable {
    case attribute
    case text
  }

  private static let longestName = 22

  /// The character that the reference after an ampersand stands for, and where it ends; nil where it is
  /// none, or has a name that is not known.
  package static func read<Bytes: RandomAccessCollection<UInt8>>(
    in source: Bytes,
    at start: Int,
    within place: Place = .text
  ) -> (Unicode.Scalar, Int)? where Bytes.Index == Int {
    guard start < source.endIndex else { return nil }
    if source[start] == UInt8(ascii: "#") { return number(in: source, at: start + 1) }
    var end = start
    while end < source.endIndex, end - start <= longestName, isOfName(source[end]) { end += 1 }
    let name = String(decoding: source[start..<end], as: UTF8.self)
    if end < source.endIndex, source[end] == UInt8(ascii: ";") {
      return (latin1[name] ?? others[name]).map { ($0, end + 1) }
    }
    // Without the semicolon only the oldest names count, and in an attribute not where more follows:
    // `?a=1&copy=2` is a query.
    if place == .attribute {
      guard let scalar = latin1[name], end == source.endIndex || source[end] != UInt8(ascii: "=")
      else { return nil }
      return (scalar, end)
    }
    for count in stride(from: min(name.utf8.count, 6), to: 1, by: -1) {
      if let scalar = latin1[String(name.prefix(count))] { return (scalar, start + count) }
    }
    return nil
  }

  private static func isOfName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  private static func number<Bytes: RandomAccessCollection<UInt8>>(
    in source: Bytes,
    at start: Int
  ) -> (Unicode.Scalar, Int)? where Bytes.Index == Int {
    var index = start
    var radix: UInt32 = 10
    if index < source.endIndex, source[index] | 0x20 == UInt8(ascii: "x") {
      radix = 16
      index += 1
    }
    let digitsStart = index
    var code: UInt32 = 0
    while index < source.endIndex, let digit = value(of: source[index]), digit < radix {
      code = min(code * radix + digit, 0x11_0000)
      index += 1
    }
    guard index > digitsStart else { return nil }
    if index < source.endIndex, source[index] == UInt8(ascii: ";") { index += 1 }
    if code >= 0x80, code <= 0x9F { return (Windows1252.scalar(UInt8(code)), index) }
    return (code == 0 ? "\u{FFFD}" : Unicode.Scalar(code) ?? "\u{FFFD}", index)
  }

  private static func value(of digit: UInt8) -> UInt32? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(digit - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(digit - UInt8(ascii: "A") + 10)
    default: nil
    }
  }

  /// Names that also count without a semicolon.
  private static let latin1: [String: Unicode.Scalar] = {
    // U+00A0 to U+00FF in order.
    let names = """
      nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn \
      sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave \
      Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc \
      Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml \
      Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc \
      euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash \
      ugrave uacute ucirc uuml yacute thorn yuml
      """
    var table: [String: Unicode.Scalar] = [
      "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "AMP": "&", "LT": "<", "GT": ">",
      "QUOT": "\"", "COPY": "©", "REG": "®",
    ]
    for (offset, name) in names.split(separator: " ").enumerated() {
      table[String(name)] = Unicode.Scalar(UInt8(0xA0 + offset))
    }
    return table
  }()

  private static let others: [String: Unicode.Scalar] = [
    "apos": "'", "hellip": "…", "mdash": "—", "ndash": "–", "lsquo": "‘", "rsquo": "’",
    "ldquo": "“", "rdquo": "”", "sbquo": "‚", "bdquo": "„", "bull": "•", "euro": "€",
    "trade": "™", "larr": "←", "rarr": "→", "OElig": "Œ", "oelig": "œ", "Scaron": "Š",
    "scaron": "š", "Yuml": "Ÿ", "thinsp": "\u{2009}", "ensp": "\u{2002}", "emsp": "\u{2003}",
    "zwj": "\u{200D}", "zwnj": "\u{200C}", "colon": ":", "sol": "/", "equals": "=", "lpar": "(",
    "rpar": ")", "comma": ",", "period": ".", "quest": "?", "num": "#", "excl": "!",
    "percnt": "%", "plus": "+", "lowbar": "_", "Tab": "\t", "NewLine": "\n", "lsqb": "[",
    "rsqb": "]", "lcub": "{", "rcub": "}", "commat": "@", "dollar": "$", "semi": ";", "ast": "*",
    "grave": "`", "vert": "|", "bsol": "\\", "hyphen": "‐", "lbrack": "[", "rbrack": "]",
    "lbrace": "{", "rbrace": "}", "hat": "^",
    "underbar": "_", "Hat": "^", "UnderBar": "_", "circledR": "®", "TRADE": "™", "mldr": "…",
    "rsquor": "’", "rdquor": "”", "OpenCurlyQuote": "‘", "CloseCurlyQuote": "’",
    "OpenCurlyDoubleQuote": "“", "CloseCurlyDoubleQuote": "”", "verbar": "|", "VerticalLine": "|",
    "midast": "*", "DiacriticalGrave": "`",
    "dagger": "†", "Dagger": "‡", "permil": "‰", "lsaquo": "‹", "rsaquo": "›", "fnof": "ƒ",
    "circ": "ˆ", "tilde": "˜", "prime": "′", "Prime": "″", "oline": "‾", "frasl": "⁄",
    "minus": "−", "lowast": "∗", "sim": "∼", "ne": "≠", "le": "≤", "ge": "≥", "infin": "∞",
    "radic": "√", "sum": "∑", "loz": "◊", "uarr": "↑", "darr": "↓", "harr": "↔",
    "lrm": "\u{200E}", "rlm": "\u{200F}", "zeta": "ζ", "alpha": "α", "beta": "β", "gamma": "γ",
    "delta": "δ", "epsilon": "ε", "lambda": "λ", "mu": "μ", "pi": "π", "sigma": "σ", "tau": "τ",
    "phi": "φ", "omega": "ω", "Omega": "Ω", "Delta": "Δ", "Sigma": "Σ", "Pi": "Π",
  ]
}

/// The characters of windows-1252 at 0x80 to 0x9F (WHATWG Encoding); the rest is ISO-8859-1.
package enum Windows1252 {
  private static let upper: [UInt16] = [
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039,
    0x0152, 0x8D, 0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
  ]

  package static func scalar(_ byte: UInt8) -> Unicode.Scalar {
    guard (0x80...0x9F).contains(byte) else { return Unicode.Scalar(byte) }
    return Unicode.Scalar(upper[Int(byte) - 0x80]) ?? "\u{FFFD}"
  }
}
