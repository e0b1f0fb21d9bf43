extension JSONValue {
  /// The value as JSON text without white space; the same value gives the same bytes.
  package var compactBytes: [UInt8] {
    var buffer: [UInt8] = []
    buffer.reserveCapacity(256)
    write(into: &buffer)
    return buffer
  }

  package var compactText: String { String(decoding: compactBytes, as: UTF8.self) }

  /// The value as JSON text for people: a member a line, two spaces a level, no final line end.
  package var prettyText: String {
    var buffer: [UInt8] = []
    write(into: &buffer, indentation: 0)
    return String(decoding: buffer, as: UTF8.self)
  }

  /// Appends the value without white space: for a buffer that is used again and again.
  package func write(into buffer: inout [UInt8]) {
    switch self {
    case .object(let object):
      buffer.append(UInt8(ascii: "{"))
      var isFirst = true
      for member in object.members {
        if !isFirst { buffer.append(UInt8(ascii: ",")) }
        isFirst = false
        JSONWriter.write(member.key, into: &buffer)
        buffer.append(UInt8(ascii: ":"))
        member.value.write(into: &buffer)
      }
      buffer.append(UInt8(ascii: "}"))
    case .array(let array):
      buffer.append(UInt8(ascii: "["))
      var isFirst = true
      for element in array {
        if !isFirst { buffer.append(UInt8(ascii: ",")) }
        isFirst = false
        element.write(into: &buffer)
      }
      buffer.append(UInt8(ascii: "]"))
    case .string(let string): JSONWriter.write(string, into: &buffer)
    case .number(let number): buffer.append(contentsOf: number.text.utf8)
    case .boolean(let boolean): buffer.append(contentsOf: (boolean ? "true" : "false").utf8)
    case .null: buffer.append(contentsOf: "null".utf8)
    }
  }

  private func write(into buffer: inout [UInt8], indentation: Int) {
    func newLine(_ level: Int) {
      buffer.append(UInt8(ascii: "\n"))
      buffer.append(contentsOf: repeatElement(UInt8(ascii: " "), count: level * 2))
    }
    switch self {
    case .object(let object) where !object.isEmpty:
      buffer.append(UInt8(ascii: "{"))
      for (index, member) in object.members.enumerated() {
        if index > 0 { buffer.append(UInt8(ascii: ",")) }
        newLine(indentation + 1)
        JSONWriter.write(member.key, into: &buffer)
        buffer.append(contentsOf: ": ".utf8)
        member.value.write(into: &buffer, indentation: indentation + 1)
      }
      newLine(indentation)
      buffer.append(UInt8(ascii: "}"))
    case .array(let array) where !array.isEmpty:
      buffer.append(UInt8(ascii: "["))
      for (index, element) in array.enumerated() {
        if index > 0 { buffer.append(UInt8(ascii: ",")) }
        newLine(indentation + 1)
        element.write(into: &buffer, indentation: indentation + 1)
      }
      newLine(indentation)
      buffer.append(UInt8(ascii: "]"))
    default:
      write(into: &buffer)
    }
  }
}

package enum JSONWriter {
  /// Appends a string in quotes.
  ///
  /// Only what RFC 8259 section 7 requires is escaped.
  package static func write(_ string: String, into buffer: inout [UInt8]) {
    var string = string
    string.withUTF8 { utf8 in
      buffer.append(UInt8(ascii: "\""))
      var start = 0
      for index in 0..<utf8.count {
        let byte = utf8[index]
        guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else {
          continue
        }
        buffer.append(contentsOf: utf8[start..<index])
        escape(byte, into: &buffer)
        start = index + 1
      }
      buffer.append(contentsOf: utf8[start...])
      buffer.append(UInt8(ascii: "\""))
    }
  }

  private static func escape(_ byte: UInt8, into buffer: inout [UInt8]) {
    buffer.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): buffer.append(byte)
    case 0x08: buffer.append(UInt8(ascii: "b"))
    case 0x09: buffer.append(UInt8(ascii: "t"))
    case 0x0A: buffer.append(UInt8(ascii: "n"))
    case 0x0C: buffer.append(UInt8(ascii: "f"))
    case 0x0D: buffer.append(UInt8(ascii: "r"))
    default:
      let digits = Array("0123456789abcdef".utf8)
      buffer.append(contentsOf: [
        UInt8(ascii: "u"), UInt8(ascii: "0"), UInt8(ascii: "0"),
        digits[Int(byte >> 4)], digits[Int(byte & 0xF)],
      ])
    }
  }
}
