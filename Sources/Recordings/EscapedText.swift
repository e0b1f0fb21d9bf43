import World

/// A text as a reader would decode it, with the way back to its bytes: finds a value however it
/// is escaped.
struct EscapedText {
  /// Decoded.
  private(set) var bytes: [UInt8] = []
  /// Where each decoded byte starts in the text, and one more for the end; empty where each byte
  /// stands for itself.
  private var starts: [Int32] = []
  /// Whether it has any escape.
  private var isDecoded = false

  /// What a text's escapes may begin with.
  struct Marks: OptionSet {
    let rawValue: UInt8
    static let percent = Marks(rawValue: 1)
    static let plus = Marks(rawValue: 2)
    static let backslash = Marks(rawValue: 4)
    static let ampersand = Marks(rawValue: 8)
    /// A percent sign with a `u` behind it.
    static let percentU = Marks(rawValue: 16)

    init(rawValue: UInt8) {
      self.rawValue = rawValue
    }

    /// Those that are in a text; looks at eight bytes at once.
    init(in text: UnsafeRawBufferPointer) {
      var percents: UInt64 = 0
      var pluses: UInt64 = 0
      var backslashes: UInt64 = 0
      var ampersands: UInt64 = 0
      func look(at word: UInt64) {
        percents |= Marks.places(of: UInt8(ascii: "%"), in: word)
        pluses |= Marks.places(of: UInt8(ascii: "+"), in: word)
        backslashes |= Marks.places(of: UInt8(ascii: "\\"), in: word)
        ampersands |= Marks.places(of: UInt8(ascii: "&"), in: word)
      }
      var offset = 0
      while offset &+ 8 <= text.count {
        look(at: text.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        offset &+= 8
      }
      for byte in text[offset...] { look(at: UInt64(byte)) }
      self = []
      if percents != 0 {
        insert(.percent)
        let hasU = text.indices.dropLast().contains {
          text[$0] == UInt8(ascii: "%") && text[$0 + 1] | 0x20 == UInt8(ascii: "u")
        }
        if hasU { insert(.percentU) }
      }
      if pluses != 0 { insert(.plus) }
      if backslashes != 0 { insert(.backslash) }
      if ampersands != 0 { insert(.ampersand) }
    }

    /// The highest bit of each byte of `word` that is `byte`, and perhaps of some above it; 0 where
    /// none is (Warren, "Hacker's Delight", section 6-1).
    @inline(__always)
    private static func places(of byte: UInt8, in word: UInt64) -> UInt64 {
      let each = 0x0101_0101_0101_0101 as UInt64
      let rest = word ^ (UInt64(byte) &* each)
      return (rest &- each) & ~rest & (each &<< 7)
    }
  }

  /// A way to spell a text.
  private enum Coding: CaseIterable {
    case percent, script, form, json, html

    var mark: Marks {
      switch self {
      case .percent: .percent
      case .script: .percentU
      case .form: .plus
      case .json: .backslash
      case .html: .ampersand
      }
    }

    func escape(_ text: UnsafeRawBufferPointer, _ index: Int) -> Escape? {
      switch self {
      case .percent: percentEscape(text, index)
      case .script: percentEscape(text, index) ?? scriptEscape(text, index)
      case .form:
        text[index] == UInt8(ascii: "+")
          ? Escape(UInt8(ascii: " "), length: 1) : percentEscape(text, index)
      case .json: jsonEscape(text, index)
      case .html: htmlEscape(text, index)
      }
    }
  }

  /// The text as it stands, and decoded where it has escapes.
  static func readings(of text: UnsafeRawBufferPointer, with marks: Marks) -> [EscapedText] {
    [EscapedText(plain: text)]
      + Coding.allCases.filter { marks.contains($0.mark) }.map { EscapedText(text, $0) }
  }

  /// Each way to decode the text that changes it, and each way to decode that again.
  ///
  /// A URL stands in the query of another, a page in a JSON text. They come one after the other, since
  /// each is as long as the text.
  ///
  /// - Parameter readingPlus: Whether a plus sign that only one decoding shows may be a space.
  static func forEachDecoding(
    of text: UnsafeRawBufferPointer,
    with marks: Marks,
    readingPlus: Bool,
    _ body: (EscapedText) -> Void
  ) {
    for coding in Coding.allCases where marks.contains(coding.mark) {
      let once = EscapedText(text, coding)
      guard once.isDecoded else { continue }
      body(once)
      once.bytes.withUnsafeBytes { bytes in
        var inner = Marks(in: bytes)
        if !readingPlus { inner.remove(.plus) }
        for again in Coding.allCases where inner.contains(again.mark) {
          var twice = EscapedText(bytes, again)
          guard twice.isDecoded else { continue }
          for place in twice.starts.indices {
            twice.starts[place] = once.starts[Int(twice.starts[place])]
          }
          body(twice)
        }
      }
    }
  }

  private init(plain text: UnsafeRawBufferPointer) {
    bytes = Array(text)
  }

  /// The text with the capital letters of ASCII made small.
  init(lowercasing text: UnsafeRawBufferPointer) {
    bytes = text.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
  }

  private init(_ text: UnsafeRawBufferPointer, _ coding: Coding) {
    bytes.reserveCapacity(text.count)
    starts.reserveCapacity(text.count + 1)
    var index = 0
    while index < text.count {
      if let escape = coding.escape(text, index) {
        isDecoded = true
        bytes.append(escape.first)
        starts.append(Int32(index))
        for byte in escape.rest {
          bytes.append(byte)
          starts.append(Int32(index))
        }
        index += escape.length
      } else {
        bytes.append(text[index])
        starts.append(Int32(index))
        index += 1
      }
    }
    starts.append(Int32(text.count))
  }

  // MARK: The way back

  /// Where decoded bytes stand in the text.
  func range(of decoded: Range<Int>) -> Range<Int> {
    starts.isEmpty
      ? decoded : Int(starts[decoded.lowerBound])..<Int(starts[decoded.upperBound])
  }

  // MARK: Escapes

  private struct Escape {
    /// What it means: nearly always one byte.
    var first: UInt8
    var rest: [UInt8] = []
    /// Its bytes in the text.
    var length: Int

    init(_ byte: UInt8, length: Int) {
      first = byte
      self.length = length
    }

    init(_ scalar: Unicode.Scalar, length: Int) {
      first = scalar.utf8[0]
      if scalar.utf8.count > 1 { rest = Array(scalar.utf8.dropFirst()) }
      self.length = length
    }
  }

  /// RFC 3986 section 2.1.
  private static func percentEscape(_ text: UnsafeRawBufferPointer, _ index: Int) -> Escape? {
    guard text[index] == UInt8(ascii: "%"), let code = hexadecimal(text, index + 1, count: 2)
    else { return nil }
    return Escape(UInt8(code), length: 3)
  }

  /// What JavaScript's `escape` writes beyond that (ECMA-262, B.2.1.1).
  private static func scriptEscape(_ text: UnsafeRawBufferPointer, _ index: Int) -> Escape? {
    guard text[index] == UInt8(ascii: "%"), index + 1 < text.count,
      text[index + 1] | 0x20 == UInt8(ascii: "u"),
      let scalar = hexadecimal(text, index + 2, count: 4).flatMap({ Unicode.Scalar($0) })
    else { return nil }
    return Escape(scalar, length: 6)
  }

  /// RFC 8259 section 7.
  private static func jsonEscape(_ text: UnsafeRawBufferPointer, _ index: Int) -> Escape? {
    guard text[index] == UInt8(ascii: "\\"), index + 1 < text.count else { return nil }
    switch text[index + 1] {
    case UInt8(ascii: "/"), UInt8(ascii: "\\"), UInt8(ascii: "\""):
      return Escape(text[index + 1], length: 2)
    case UInt8(ascii: "b"): return Escape(0x08, length: 2)
    case UInt8(ascii: "f"): return Escape(0x0C, length: 2)
    case UInt8(ascii: "n"): return Escape(0x0A, length: 2)
    case UInt8(ascii: "r"): return Escape(0x0D, length: 2)
    case UInt8(ascii: "t"): return Escape(0x09, length: 2)
    case UInt8(ascii: "u"):
      guard let code = hexadecimal(text, index + 2, count: 4) else { return nil }
      if let scalar = Unicode.Scalar(code) { return Escape(scalar, length: 6) }
      // Two halves make one beyond the first 65,536.
      guard (0xD800..<0xDC00).contains(code), index + 7 < text.count,
        text[index + 6] == UInt8(ascii: "\\"), text[index + 7] == UInt8(ascii: "u"),
        let low = hexadecimal(text, index + 8, count: 4), (0xDC00..<0xE000).contains(low),
        let scalar = Unicode.Scalar(0x10000 + (code - 0xD800) << 10 + (low - 0xDC00))
      else { return nil }
      return Escape(scalar, length: 12)
    default: return nil
    }
  }

  /// What templates write for characters, by number or by name.
  private static func htmlEscape(_ text: UnsafeRawBufferPointer, _ index: Int) -> Escape? {
    guard text[index] == UInt8(ascii: "&"),
      let (scalar, end) = CharacterReference.read(in: text, at: index + 1)
    else { return nil }
    return Escape(scalar, length: end - index)
  }

  private static func hexadecimal(
    _ text: UnsafeRawBufferPointer,
    _ start: Int,
    count: Int
  ) -> UInt32? {
    guard start + count <= text.count else { return nil }
    var code: UInt32 = 0
    for index in start..<start + count {
      guard let digit = Character(Unicode.Scalar(text[index])).hexDigitValue else { return nil }
      code = code << 4 | UInt32(digit)
    }
    return code
  }
}
