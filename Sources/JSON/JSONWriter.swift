extension JSONValue {
  /// The value as JSON text without white space; the same value gives the same bytes.
  package var compactBytes: [UInt8] {
    var writer = JSONWriter()
    writer.write(self)
    return writer.bytes
  }

  package var compactText: String {
    var writer = JSONWriter()
    writer.write(self)
    return writer.text
  }

  /// The value as JSON text for people: a member a line, two spaces a level, no final line end.
  package var prettyText: String {
    var writer = JSONWriter()
    writer.write(self, indentation: 0)
    return writer.text
  }
}

/// Writes one JSON text without white space, a piece at a time (RFC 8259).
///
/// For documents that are made in great number: a tree for each takes longer than the text.
/// Commas and colons come by themselves:
///
///     writer.object { user in
///       user.member("userName", "amelia@example.com")
///       user.key("emails")
///       user.array { $0.object { $0.member("value", "amelia@example.com") } }
///     }
///
/// Its memory is raw, since appending byte by byte to an array takes three times as long
/// (measured).
package struct JSONWriter: ~Copyable {
  private var start: UnsafeMutablePointer<UInt8>
  fileprivate private(set) var count = 0
  private var capacity: Int
  /// Whether a value stands before the next one.
  private var needsComma = false

  /// - Parameter capacity: Bytes to begin with; it grows where they do not suffice.
  package init(capacity: Int = 2048) {
    self.capacity = max(1, capacity)
    start = .allocate(capacity: self.capacity)
  }

  deinit { start.deallocate() }

  /// What has been written.
  package var bytes: [UInt8] { Array(UnsafeBufferPointer(start: start, count: count)) }

  package var text: String {
    String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }

  /// Begins another text in the same memory.
  package mutating func removeAll() {
    count = 0
    needsComma = false
  }

  // MARK: Pieces

  package mutating func object(_ members: (inout JSONWriter) -> Void) {
    begin(UInt8(ascii: "{"))
    members(&self)
    end(UInt8(ascii: "}"))
  }

  package mutating func array(_ elements: (inout JSONWriter) -> Void) {
    begin(UInt8(ascii: "["))
    elements(&self)
    end(UInt8(ascii: "]"))
  }

  /// The key of the value that is written next.
  ///
  /// - Parameter key: Has nothing to escape, which debug builds check.
  package mutating func key(_ key: StaticString) {
    reserve(key.utf8CodeUnitCount &+ 4)
    var next = start + count
    if needsComma { JSONWriter.put(UInt8(ascii: ","), at: &next) }
    JSONWriter.put(UInt8(ascii: "\""), at: &next)
    JSONWriter.put(key, at: &next)
    JSONWriter.put(UInt8(ascii: "\""), at: &next)
    JSONWriter.put(UInt8(ascii: ":"), at: &next)
    count = next - start
    needsComma = false
  }

  package mutating func member(_ key: StaticString, _ string: String) {
    self.key(key)
    write(string)
  }

  /// A text with a number in it, such as `user17@example.com`.
  ///
  /// - Parameters:
  ///   - prefix: Like a key: has nothing to escape.
  ///   - suffix: As well.
  package mutating func member(
    _ key: StaticString,
    _ prefix: StaticString,
    _ number: Int,
    _ suffix: StaticString
  ) {
    self.key(key)
    reserve(prefix.utf8CodeUnitCount &+ suffix.utf8CodeUnitCount &+ JSONWriter.numberRoom &+ 2)
    var next = start + count
    JSONWriter.put(UInt8(ascii: "\""), at: &next)
    JSONWriter.put(prefix, at: &next)
    JSONWriter.put(number, at: &next)
    JSONWriter.put(suffix, at: &next)
    JSONWriter.put(UInt8(ascii: "\""), at: &next)
    count = next - start
    needsComma = true
  }

  package mutating func member(_ key: StaticString, _ boolean: Bool) {
    self.key(key)
    write(boolean)
  }

  package mutating func member(_ key: StaticString, _ number: Int) {
    self.key(key)
    reserve(JSONWriter.numberRoom)
    var next = start + count
    JSONWriter.put(number, at: &next)
    count = next - start
    needsComma = true
  }

  package mutating func member(_ key: StaticString, _ number: JSONNumber) {
    self.key(key)
    writeWord(number.text)
  }

  package mutating func write(_ value: JSONValue) {
    switch value {
    case .object(let object):
      self.object { writer in
        // Through a pointer, since a loop over the array would retain and release each member.
        object.members.withUnsafeBufferPointer { members in
          for index in members.indices {
            writer.write(members[index].key)
            writer.endKey()
            writer.write(members[index].value)
          }
        }
      }
    case .array(let array):
      self.array { writer in
        array.withUnsafeBufferPointer { elements in
          for index in elements.indices { writer.write(elements[index]) }
        }
      }
    case .string(let string): write(string)
    case .number(let number): writeWord(number.text)
    case .boolean(let boolean): write(boolean)
    case .null: writeWord("null")
    }
  }

  package mutating func write(_ boolean: Bool) {
    writeWord(boolean ? "true" : "false")
  }

  /// Writes a string in quotes.
  ///
  /// Only what RFC 8259 section 7 requires is escaped.
  package mutating func write(_ string: String) {
    let isWritten: Void? = string.utf8.withContiguousStorageIfAvailable { write($0) }
    if isWritten == nil { Array(string.utf8).withUnsafeBufferPointer { write($0) } }
  }

  private mutating func write(_ utf8: UnsafeBufferPointer<UInt8>) {
    // Six bytes a byte at most, `\u00XX`; a comma and the quotes.
    reserve(utf8.count &* 6 &+ 3)
    var next = start + count
    if needsComma { JSONWriter.put(UInt8(ascii: ","), at: &next) }
    JSONWriter.put(UInt8(ascii: "\""), at: &next)
    if ByteWord.copyPlain(UnsafeRawBufferPointer(utf8), to: next) {
      next += utf8.count
    } else {
      JSONWriter.putEscaping(UnsafeRawBufferPointer(utf8), at: &next)
    }
    JSONWriter.put(UInt8(ascii: "\""), at: &next)
    count = next - start
    needsComma = true
  }

  private mutating func endKey() {
    append(UInt8(ascii: ":"))
    needsComma = false
  }

  private mutating func begin(_ bracket: UInt8) {
    if needsComma { append(UInt8(ascii: ",")) }
    append(bracket)
    needsComma = false
  }

  private mutating func end(_ bracket: UInt8) {
    append(bracket)
    needsComma = true
  }

  /// Writes a value that has no quotes.
  private mutating func writeWord(_ word: String) {
    if needsComma { append(UInt8(ascii: ",")) }
    append(word)
    needsComma = true
  }

  // MARK: For people

  fileprivate mutating func write(_ value: JSONValue, indentation: Int) {
    switch value {
    case .object(let object) where !object.isEmpty:
      append(UInt8(ascii: "{"))
      for (index, member) in object.members.enumerated() {
        if index > 0 { append(UInt8(ascii: ",")) }
        newLine(indentation + 1)
        needsComma = false
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
      needsComma = false
      write(value)
    }
  }

  /// Puts a member a line into a text that has no white space.
  ///
  /// - Parameter level: How many brackets are open.
  fileprivate mutating func layOut(_ json: UnsafeRawBufferPointer, level: inout Int) {
    var place = 0
    while place < json.count {
      let byte = json[place]
      switch byte {
      case UInt8(ascii: "\""):
        place = appendString(json, at: place)
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        append(byte)
        // The closing brackets come two places behind in ASCII.
        if place + 1 < json.count, json[place + 1] == byte + 2 {
          append(byte + 2)
          place += 1
        } else {
          level += 1
          newLine(level)
        }
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        level -= 1
        newLine(level)
        append(byte)
      case UInt8(ascii: ","):
        append(byte)
        newLine(level)
      case UInt8(ascii: ":"):
        append(byte)
        append(UInt8(ascii: " "))
      default: append(byte)
      }
      place += 1
    }
  }

  /// Appends a string with its quotes as it stands at a place of a text; gives where it ends.
  private mutating func appendString(_ json: UnsafeRawBufferPointer, at begin: Int) -> Int {
    reserve(json.count - begin + 8)
    var next = start + count
    var place = begin
    JSONWriter.put(UInt8(ascii: "\""), at: &next)
    place += 1
    while place < json.count {
      if place + 8 <= json.count {
        let word = ByteWord(json, at: place)
        UnsafeMutableRawPointer(next).storeBytes(of: word.bytes.littleEndian, as: UInt64.self)
        next += word.plainCount
        place += word.plainCount
        if word.plainCount == 8 { continue }
      }
      let byte = json[place]
      JSONWriter.put(byte, at: &next)
      place += 1
      if byte == UInt8(ascii: "\"") { break }
      if byte == UInt8(ascii: "\\"), place < json.count {
        JSONWriter.put(json[place], at: &next)
        place += 1
      }
    }
    count = next - start
    return place
  }

  fileprivate mutating func newLine(_ level: Int) {
    let width = level &* 2 &+ 1
    reserve(width &+ 8)
    let end = start + count + width
    // A word at a time, the last beyond the end: lines are indented little.
    var next = start + count
    while next < end {
      UnsafeMutableRawPointer(next).storeBytes(of: 0x2020_2020_2020_2020, as: UInt64.self)
      next += 8
    }
    start[count] = UInt8(ascii: "\n")
    count &+= width
  }

  // MARK: Bytes

  @inline(__always)
  private static func put(_ byte: UInt8, at next: inout UnsafeMutablePointer<UInt8>) {
    next.pointee = byte
    next += 1
  }

  @inline(__always)
  private static func put(_ text: StaticString, at next: inout UnsafeMutablePointer<UInt8>) {
    let utf8 = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    assert(utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") })
    ByteWord.copy(utf8, to: next)
    next += utf8.count
  }

  /// A sign and 19 digits, which are put together behind where they go.
  private static let numberRoom = 40

  /// Writes a number in decimal, in `numberRoom` bytes.
  private static func put(_ number: Int, at next: inout UnsafeMutablePointer<UInt8>) {
    if number < 0 { put(UInt8(ascii: "-"), at: &next) }
    var rest = number.magnitude
    let end = next + 39
    var first = end
    repeat {
      first -= 1
      first.pointee = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
    next.update(from: first, count: end - first)
    next += end - first
  }

  /// - Parameter next: Has room for six bytes a byte.
  private static func putEscaping(
    _ utf8: UnsafeRawBufferPointer,
    at next: inout UnsafeMutablePointer<UInt8>
  ) {
    var offset = 0
    while offset < utf8.count {
      if offset + 8 <= utf8.count {
        let word = ByteWord(utf8, at: offset)
        // What follows overwrites the part of it that needs an escape.
        UnsafeMutableRawPointer(next).storeBytes(of: word.bytes.littleEndian, as: UInt64.self)
        let plain = word.plainCount
        next += plain
        offset += plain
        if plain == 8 { continue }
      }
      let byte = utf8[offset]
      if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        escape(byte, at: &next)
      } else {
        put(byte, at: &next)
      }
      offset += 1
    }
  }

  private static func escape(_ byte: UInt8, at next: inout UnsafeMutablePointer<UInt8>) {
    func digit(_ value: UInt8) -> UInt8 {
      value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
    put(UInt8(ascii: "\\"), at: &next)
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): put(byte, at: &next)
    case 0x08: put(UInt8(ascii: "b"), at: &next)
    case 0x09: put(UInt8(ascii: "t"), at: &next)
    case 0x0A: put(UInt8(ascii: "n"), at: &next)
    case 0x0C: put(UInt8(ascii: "f"), at: &next)
    case 0x0D: put(UInt8(ascii: "r"), at: &next)
    default:
      for byte in [UInt8(ascii: "u"), UInt8(ascii: "0"), UInt8(ascii: "0")] {
        put(byte, at: &next)
      }
      put(digit(byte >> 4), at: &next)
      put(digit(byte & 0xF), at: &next)
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

/// Lays JSON texts without white space out for people, as `prettyText` does, a piece at a time.
///
/// For texts that are too large to be had twice.
package struct JSONLayout: ~Copyable {
  private var writer = JSONWriter(capacity: 1 << 16)
  private var level = 0

  package init() {}

  /// - Parameter compact: Whole tokens; the brackets of an empty array or object are one.
  package mutating func add(_ compact: [UInt8]) {
    compact.withUnsafeBytes { writer.layOut($0, level: &level) }
  }

  /// How much has been laid out and not been taken.
  package var count: Int { writer.count }

  package mutating func take() -> [UInt8] {
    defer { writer.removeAll() }
    return writer.bytes
  }

  /// The rest, with a final line end.
  package mutating func finish() -> [UInt8] {
    writer.newLine(0)
    return take()
  }
}
