import World

import HTTP

/// The bytes of a page as UTF-8.
enum PageText {
  /// Decides the encoding by the byte order mark, the Content-Type field and the page's own meta
  /// element, in this order, and makes every line end one line feed.
  ///
  /// An encoding other than UTF-8, UTF-16 with a mark, ISO-8859-1 and windows-1252 is read as
  /// UTF-8, with U+FFFD for what is none: the names of fields are ASCII nearly everywhere.
  static func decode(_ body: [UInt8], contentType: String?) -> [UInt8] {
    var text: [UInt8]
    if body.starts(with: [0xEF, 0xBB, 0xBF]) {
      text = Array(String(decoding: body.dropFirst(3), as: UTF8.self).utf8)
    } else if body.starts(with: [0xFE, 0xFF]) || body.starts(with: [0xFF, 0xFE]) {
      text = utf16(body, isBigEndian: body[0] == 0xFE)
    } else {
      let name = contentType.flatMap { MediaType($0).charset } ?? declaredCharset(in: body)
      text = isWestern(name) ? western(body) : Array(String(decoding: body, as: UTF8.self).utf8)
    }
    guard text.contains(0x0D) else { return text }
    var end = 0
    for index in text.indices {
      if text[index] == 0x0D {
        // The line feed after it stands for both.
        if index + 1 < text.count, text[index + 1] == 0x0A { continue }
        text[end] = 0x0A
      } else {
        text[end] = text[index]
      }
      end += 1
    }
    text.removeLast(text.count - end)
    return text
  }

  private static func declaredCharset(in body: [UInt8]) -> String? {
    // Browsers look for it in the first 1024 bytes too.
    var tokenizer = HTMLTokenizer(Array(body.prefix(1024)), attributeLimit: 1024)
    while let token = tokenizer.next() {
      guard case .start(let tag) = token, tag.name == "meta" else { continue }
      if let charset = tag["charset"] { return charset.trimmingSpace.lowercased() }
      if tag["http-equiv"]?.lowercased() == "content-type", let content = tag["content"],
        let charset = MediaType(content).charset
      {
        return charset
      }
    }
    return nil
  }

  /// Whether a name means windows-1252, as ISO-8859-1 and ASCII do (WHATWG Encoding section 4.2).
  private static func isWestern(_ name: String?) -> Bool {
    switch name {
    case "windows-1252", "cp1252", "x-cp1252", "iso-8859-1", "iso8859-1", "iso_8859-1", "latin1",
      "l1", "ascii", "us-ascii", "iso-ir-100":
      true
    default: false
    }
  }

  private static func western(_ body: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(body.count)
    for byte in body {
      if byte < 0x80 {
        text.append(byte)
      } else {
        text.append(contentsOf: String(Character(Windows1252.scalar(byte))).utf8)
      }
    }
    return text
  }

  private static func utf16(_ body: [UInt8], isBigEndian: Bool) -> [UInt8] {
    var units: [UInt16] = []
    units.reserveCapacity(body.count / 2)
    for index in stride(from: 2, to: body.count - 1, by: 2) {
      let (first, second) = (UInt16(body[index]), UInt16(body[index + 1]))
      units.append(isBigEndian ? first << 8 | second : second << 8 | first)
    }
    return Array(String(decoding: units, as: UTF16.self).utf8)
  }
}

extension String {
  /// One line: every run of spaces and control characters one space, none at the ends.
  var collapsingSpace: String {
    var result = String.UnicodeScalarView()
    var isPending = false
    for scalar in unicodeScalars {
      let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      if isControl || scalar.properties.isWhitespace {
        isPending = !result.isEmpty
      } else {
        if isPending { result.append(" ") }
        isPending = false
        result.append(scalar)
      }
    }
    return String(result)
  }
}
