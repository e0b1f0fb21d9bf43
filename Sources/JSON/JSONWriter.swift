extension JSONValue {
  /// The value as JSON text without white space; the same value gives the same bytes.
  package var compactBytes: [UInt8] {
    var output = JSONOutput()
    defer { output.free() }
    output.write(self)
    return Array(output.written)
  }

  package var compactText: String {
    var output = JSONOutput()
    defer { output.free() }
    output.write(self)
    return String(decoding: output.written, as: UTF8.self)
  }

  /// The value as JSON text for people: a member a line, two spaces a level, no final line end.
  package var prettyText: String {
    var output = JSONOutput()
    defer { output.free() }
    output.write(self, indentation: 0)
    return String(decoding: output.written, as: UTF8.self)
  }

  /// Appends the value without white space: for a buffer that is used again and again.
  package func write(into buffer: inout [UInt8]) {
    var output = JSONOutput()
    defer { output.free() }
    output.write(self)
    buffer.append(contentsOf: output.written)
  }
}

package enum JSONWriter {
  /// Appends a string in quotes.
  ///
  /// Only what RFC 8259 section 7 requires is escaped.
  package static func write(_ string: String, into buffer: inout [UInt8]) {
    var output = JSONOutput()
    defer { output.free() }
    output.write(string)
    buffer.append(contentsOf: output.written)
  }
}

/// Memory that JSON text is put together in.
///
/// Raw, since appending byte by byte to an array takes three times as long (measured). Whoever
/// makes one calls `free()`.
private struct JSONOutput {
  private var start: UnsafeMutablePointer<UInt8>
  private var count = 0
  private var capacity: Int

  init() {
    capacity = 2048
    start = .allocate(capacity: capacity)
  }

  func free() { start.deallocate() }

  var written: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }

  mutating func write(_ value: JSONValue) {
    switch value {
    case .object(let object):
      append(UInt8(ascii: "{"))
      // Through a pointer, since a loop over the array would retain and release each member.
      object.members.withUnsafeBufferPointer { members in
        for index in members.indices {
          if index > 0 { append(UInt8(ascii: ",")) }
          write(members[index].key)
          append(UInt8(ascii: ":"))
          write(members[index].value)
        }
      }
      append(UInt8(ascii: "}"))
    case .array(let array):
      append(UInt8(ascii: "["))
      array.withUnsafeBufferPointer { elements in
        for index in elements.indices {
          if index > 0 { append(UInt8(ascii: ",")) }
          write(elements[index])
        }
      }
      append(UInt8(ascii: "]"))
    case .string(let string): write(string)
    case .number(let number): append(number.text)
    case .boolean(true): append("true")
    case .boolean(false): append("false")
    case .null: append("null")
    }
  }

  mutating func write(_ value: JSONValue, indentation: Int) {
    switch value {
    case .object(let object) where !object.isEmpty:
      append(UInt8(ascii: "{"))
      for (index, member) in object.members.enumerated() {
        if index > 0 { append(UInt8(ascii: ",")) }
        newLine(indentation + 1)
        write(member.key)
        append(": ")
        write(member.value, indentation: indentation + 1)
      }
      newLine(indentation)
      append(UInt8(ascii: "}"))
    case .array(let array) where !array.isEmpty:
      append(UInt8(ascii: "["))
      for (index, element) in array.enumerated() {
        if index > 0 { append(UInt8(ascii: ",")) }
        newLine(indentation + 1)
        write(element, indentation: indentation + 1)
      }
      newLine(indentation)
      append(UInt8(ascii: "]"))
    default:
      write(value)
    }
  }

  private mutating func newLine(_ level: Int) {
    append(UInt8(ascii: "\n"))
    for _ in 0..<level { append("  ") }
  }

  mutating func write(_ string: String) {
    let isWritten: Void? = string.utf8.withContiguousStorageIfAvailable { write($0) }
    if isWritten == nil { Array(string.utf8).withUnsafeBufferPointer { write($0) } }
  }

  private mutating func write(_ utf8: UnsafeBufferPointer<UInt8>) {
    // Six bytes a byte at most: `\u00XX`.
    reserve(utf8.count * 6 + 2)
    var next = start + count
    next.pointee = UInt8(ascii: "\"")
    next += 1
    if ByteWord.copyPlain(UnsafeRawBufferPointer(utf8), to: next) {
      next += utf8.count
    } else {
      for byte in utf8 {
        if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
          JSONOutput.escape(byte, at: &next)
        } else {
          next.pointee = byte
          next += 1
        }
      }
    }
    next.pointee = UInt8(ascii: "\"")
    count = next + 1 - start
  }

  private static func escape(_ byte: UInt8, at next: inout UnsafeMutablePointer<UInt8>) {
    func put(_ byte: UInt8) {
      next.pointee = byte
      next += 1
    }
    func digit(_ value: UInt8) -> UInt8 {
      value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
    put(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): put(byte)
    case 0x08: put(UInt8(ascii: "b"))
    case 0x09: put(UInt8(ascii: "t"))
    case 0x0A: put(UInt8(ascii: "n"))
    case 0x0C: put(UInt8(ascii: "f"))
    case 0x0D: put(UInt8(ascii: "r"))
    default:
      put(UInt8(ascii: "u"))
      put(UInt8(ascii: "0"))
      put(UInt8(ascii: "0"))
      put(digit(byte >> 4))
      put(digit(byte & 0xF))
    }
  }

  private mutating func append(_ byte: UInt8) {
    reserve(1)
    start[count] = byte
    count += 1
  }

  private mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { utf8 in
      reserve(utf8.count)
      (start + count).update(from: utf8.baseAddress ?? UnsafePointer(start), count: utf8.count)
      count += utf8.count
    }
  }

  @inline(__always)
  private mutating func reserve(_ more: Int) {
    if count + more > capacity { grow(more) }
  }

  @inline(never)
  private mutating func grow(_ more: Int) {
    capacity = max(capacity * 2, count + more)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    larger.update(from: start, count: count)
    start.deallocate()
    start = larger
  }
}
