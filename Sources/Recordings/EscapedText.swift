/// A text as a reader would decode it, with the way back to its bytes: finds a value however it
/// is escaped.
struct EscapedText {
  /// Decoded.
  private var bytes: [UInt8] = []
  /// Where each decoded byte starts in the text; one more for the end.
  private var starts: [Int] = []

  /// The text as it stands, and decoded where it has escapes.
  static func readings(of text: [UInt8]) -> [EscapedText] {
    var readings = [EscapedText(text) { _, _ in nil }]
    if text.contains(UInt8(ascii: "%")) {
      readings.append(EscapedText(text, percentEscape))
    }
    if text.contains(UInt8(ascii: "+")) {
      readings.append(
        EscapedText(text) { text, index in
          text[index] == UInt8(ascii: "+")
            ? ([UInt8(ascii: " ")], 1) : percentEscape(text, index)
        }
      )
    }
    if text.contains(UInt8(ascii: "\\")) { readings.append(EscapedText(text, jsonEscape)) }
    if text.contains(UInt8(ascii: "&")) { readings.append(EscapedText(text, htmlEscape)) }
    return readings
  }

  /// - Parameter escape: What an escape at a place means, and how long it is; nil for none.
  private init(_ text: [UInt8], _ escape: ([UInt8], Int) -> (decoded: [UInt8], length: Int)?) {
    bytes.reserveCapacity(text.count)
    starts.reserveCapacity(text.count + 1)
    var index = 0
    while index < text.count {
      let (decoded, length) = escape(text, index) ?? ([text[index]], 1)
      for byte in decoded {
        bytes.append(byte)
        starts.append(index)
      }
      index += length
    }
    starts.append(text.count)
  }

  /// RFC 3986 section 2.1.
  private static func percentEscape(_ text: [UInt8], _ index: Int) -> ([UInt8], Int)? {
    guard text[index] == UInt8(ascii: "%"), let code = hexadecimal(text, index + 1, count: 2)
    else { return nil }
    return ([UInt8(code)], 3)
  }

  /// RFC 8259 section 7.
  private static func jsonEscape(_ text: [UInt8], _ index: Int) -> ([UInt8], Int)? {
    guard text[index] == UInt8(ascii: "\\"), index + 1 < text.count else { return nil }
    switch text[index + 1] {
    case UInt8(ascii: "/"), UInt8(ascii: "\\"), UInt8(ascii: "\""): return ([text[index + 1]], 2)
    case UInt8(ascii: "u"):
      guard let code = hexadecimal(text, index + 2, count: 4), let scalar = Unicode.Scalar(code)
      else { return nil }
      return (Array(String(Character(scalar)).utf8), 6)
    default: return nil
    }
  }

  /// What templates write for characters that have a meaning in a page, by number or by name.
  private static func htmlEscape(_ text: [UInt8], _ index: Int) -> ([UInt8], Int)? {
    guard text[index] == UInt8(ascii: "&"),
      let end = text[index...].prefix(12).firstIndex(of: UInt8(ascii: ";"))
    else { return nil }
    let name = String(decoding: text[(index + 1)..<end], as: UTF8.self)
    let length = end + 1 - index
    if let character = htmlNames[name.lowercased()] { return ([UInt8](character.utf8), length) }
    guard name.hasPrefix("#") else { return nil }
    let digits = name.dropFirst()
    let code =
      digits.lowercased().hasPrefix("x")
      ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
    guard let scalar = code.flatMap({ Unicode.Scalar($0) }) else { return nil }
    return (Array(String(Character(scalar)).utf8), length)
  }

  private static let htmlNames = [
    "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "plus": "+", "equals": "=",
    "sol": "/", "num": "#", "percnt": "%",
  ]

  private static func hexadecimal(_ text: [UInt8], _ start: Int, count: Int) -> UInt32? {
    guard start + count <= text.count else { return nil }
    let digits = text[start..<start + count]
    guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
    return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
  }

  /// Where the value stands, as ranges of the text.
  func ranges(of value: [UInt8]) -> [Range<Int>] {
    guard let first = value.first, bytes.count >= value.count else { return [] }
    var ranges: [Range<Int>] = []
    bytes.withUnsafeBufferPointer { bytes in
      var index = 0
      while index <= bytes.count - value.count {
        if bytes[index] == first, value.indices.allSatisfy({ bytes[index + $0] == value[$0] }) {
          ranges.append(starts[index]..<starts[index + value.count])
          index += value.count
        } else {
          index += 1
        }
      }
    }
    return ranges
  }
}
