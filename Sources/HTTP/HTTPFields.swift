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

  /// Appends `name: value`; both go out as they are.
  package mutating func append(_ name: String, _ value: String) {
    let start = Int32(bytes.count)
    bytes.append(contentsOf: name.utf8)
    let nameEnd = Int32(bytes.count)
    bytes.append(UInt8(ascii: ":"))
    bytes.append(UInt8(ascii: " "))
    let valueStart = Int32(bytes.count)
    // A line end inside a value would start a field of its own.
    for byte in value.utf8 where byte != 0x0D && byte != 0x0A { bytes.append(byte) }
    let valueEnd = Int32(bytes.count)
    bytes.append(0x0D)
    bytes.append(0x0A)
    lines.append(
      Line(nameStart: start, nameEnd: nameEnd, valueStart: valueStart, valueEnd: valueEnd)
    )
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

  /// Replaces the first field with this name in its place, or appends it.
  package mutating func set(_ name: String, _ value: String) {
    guard contains(name) else { return append(name, value) }
    var rebuilt = HTTPFields()
    var isSet = false
    for field in self {
      if field.name.lowercased() == name.lowercased() {
        if !isSet { rebuilt.append(field.name, value) }
        isSet = true
      } else {
        rebuilt.append(field.name, field.value)
      }
    }
    self = rebuilt
  }

  package mutating func remove(_ name: String) {
    guard contains(name) else { return }
    var rebuilt = HTTPFields()
    for field in self where field.name.lowercased() != name.lowercased() {
      rebuilt.append(field.name, field.value)
    }
    self = rebuilt
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
  package func makeIterator() -> AnyIterator<Field> {
    var index = 0
    return AnyIterator {
      guard index < lines.count else { return nil }
      let line = lines[index]
      index += 1
      let name = String(
        decoding: bytes[Int(line.nameStart)..<Int(line.nameEnd)],
        as: UTF8.self
      )
      return Field(name: name, value: value(line))
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
