/// The fields of a message: a block of field lines with an index, so that a request goes out byte
/// for byte as it was put together and an answer is kept byte for byte as it came.
package struct HTTPFields: Sendable {
  /// Offsets into `bytes`.
  struct Line: Sendable {
    var nameStart: Int32
    var nameEnd: Int32
    var valueStart: Int32
    var valueEnd: Int32
  }

  /// Field lines, each with its line end.
  var bytes: [UInt8]
  var lines: [Line]

  package init() {
    bytes = []
    lines = []
  }

  init(bytes: [UInt8], lines: [Line]) {
    self.bytes = bytes
    self.lines = lines
  }

  package var count: Int { lines.count }
  package var isEmpty: Bool { lines.isEmpty }

  /// Appends `name: value`; both go out as they are, but for line ends.
  package mutating func append(_ name: String, _ value: String) {
    if lines.isEmpty {
      // A request's usual size: growing step by step takes longer than the rest.
      bytes.reserveCapacity(512)
      lines.reserveCapacity(12)
    }
    let start = bytes.count
    let (nameCount, valueCount) = name.utf8.withBytes { name in
      value.utf8.withBytes { value in appendLine(name, value) }
    }
    let valueStart = start + nameCount + 2
    lines.append(
      Line(
        nameStart: Int32(start),
        nameEnd: Int32(start + nameCount),
        valueStart: Int32(valueStart),
        valueEnd: Int32(valueStart + valueCount)
      )
    )
  }

  /// Appends a field line in one piece; gives the lengths of name and value in it.
  private mutating func appendLine(
    _ name: UnsafeRawBufferPointer,
    _ value: UnsafeRawBufferPointer
  ) -> (nameCount: Int, valueCount: Int) {
    let size = name.count + value.count + 4
    return withUnsafeTemporaryAllocation(byteCount: size, alignment: 1) { line in
      let nameCount = HTTPFields.copyOneLine(name, to: line, at: 0)
      line[nameCount] = UInt8(ascii: ":")
      line[nameCount + 1] = UInt8(ascii: " ")
      let valueCount = HTTPFields.copyOneLine(value, to: line, at: nameCount + 2)
      let end = nameCount + 2 + valueCount
      line[end] = 0x0D
      line[end + 1] = 0x0A
      bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: line[..<(end + 2)]))
      return (nameCount, valueCount)
    }
  }

  /// Copies a text without its line ends: inside a name or a value one would start a field of its
  /// own.
  private static func copyOneLine(
    _ text: UnsafeRawBufferPointer,
    to line: UnsafeMutableRawBufferPointer,
    at start: Int
  ) -> Int {
    if text.firstIndex(ofByte: 0x0D) == nil, text.firstIndex(ofByte: 0x0A) == nil {
      UnsafeMutableRawBufferPointer(rebasing: line[start...]).copyMemory(from: text)
      return text.count
    }
    var end = start
    for byte in text where byte != 0x0D && byte != 0x0A {
      line[end] = byte
      end += 1
    }
    return end - start
  }

  /// The value of the first field with this name, in whatever case, or nil.
  package subscript(name: String) -> String? {
    lines.first { matches($0, name) }.map(value)
  }

  /// The values of all fields with this name, in order.
  package func values(_ name: String) -> [String] {
    lines.filter { matches($0, name) }.map(value)
  }

  package func contains(_ name: String) -> Bool {
    lines.contains { matches($0, name) }
  }

  /// Replaces the first field with this name in its place, and removes the others; appends it
  /// where there is none.
  package mutating func set(_ name: String, _ value: String) {
    guard contains(name) else { return append(name, value) }
    var isSet = false
    self = rebuilt { fields, index in
      guard matches(lines[index], name) else { return fields.copy(index, from: self) }
      if !isSet { fields.append(self.name(lines[index]), value) }
      isSet = true
    }
  }

  package mutating func remove(_ name: String) {
    guard contains(name) else { return }
    self = rebuilt { fields, index in
      if !matches(lines[index], name) { fields.copy(index, from: self) }
    }
  }

  private func rebuilt(_ step: (inout HTTPFields, Int) -> Void) -> HTTPFields {
    var fields = HTTPFields()
    for index in lines.indices { step(&fields, index) }
    return fields
  }

  /// Appends a field line of `other` byte for byte: not all that came is UTF-8.
  private mutating func copy(_ index: Int, from other: HTTPFields) {
    let line = other.lines[index]
    let end =
      index + 1 < other.lines.count
      ? Int(other.lines[index + 1].nameStart) : other.bytes.count
    let shift = Int32(bytes.count) - line.nameStart
    bytes.append(contentsOf: other.bytes[Int(line.nameStart)..<end])
    lines.append(
      Line(
        nameStart: line.nameStart + shift,
        nameEnd: line.nameEnd + shift,
        valueStart: line.valueStart + shift,
        valueEnd: line.valueEnd + shift
      )
    )
  }

  private func name(_ line: Line) -> String {
    String(decoding: bytes[Int(line.nameStart)..<Int(line.nameEnd)], as: UTF8.self)
  }

  private func value(_ line: Line) -> String {
    String(decoding: bytes[Int(line.valueStart)..<Int(line.valueEnd)], as: UTF8.self)
  }

  private func matches(_ line: Line, _ name: String) -> Bool {
    let wanted = name.utf8
    guard Int(line.nameEnd - line.nameStart) == wanted.count else { return false }
    var offset = Int(line.nameStart)
    for byte in wanted {
      if bytes[offset].lowercasedASCII != byte.lowercasedASCII { return false }
      offset += 1
    }
    return true
  }
}

extension HTTPFields: Sequence {
  package struct Field: Sendable, Equatable {
    package var name: String
    package var value: String
  }

  /// The fields in order, each decoded as UTF-8.
  package func makeIterator() -> Iterator { Iterator(fields: self) }

  package struct Iterator: IteratorProtocol {
    fileprivate let fields: HTTPFields
    private var index = 0

    fileprivate init(fields: HTTPFields) { self.fields = fields }

    package mutating func next() -> Field? {
      guard index < fields.lines.count else { return nil }
      let line = fields.lines[index]
      index += 1
      return Field(name: fields.name(line), value: fields.value(line))
    }
  }
}

extension HTTPFields: Equatable {
  package static func == (left: HTTPFields, right: HTTPFields) -> Bool {
    left.elementsEqual(right)
  }
}

extension HTTPFields: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, String)...) {
    self.init()
    for (name, value) in elements { append(name, value) }
  }
}

extension UInt8 {
  @inlinable
  package var lowercasedASCII: UInt8 {
    self &- 0x41 < 26 ? self | 0x20 : self
  }
}

extension String.UTF8View {
  /// Shows the bytes to `body`, without a copy where the string lies in one piece.
  @inline(__always)
  fileprivate func withBytes<T>(_ body: (UnsafeRawBufferPointer) -> T) -> T {
    withContiguousStorageIfAvailable { body(UnsafeRawBufferPointer($0)) }
      ?? Array(self).withUnsafeBytes(body)
  }
}
