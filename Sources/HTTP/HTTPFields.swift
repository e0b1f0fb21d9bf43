/// The fields of a message: a block of field lines, so that a request goes out byte for byte as it
/// was put together and an answer is kept byte for byte as it came.
///
/// There is no index: most fields of most messages are never looked up, and keeping one takes
/// longer than the few look-ups.
package struct HTTPFields: Sendable {
  /// Where a field stands.
  struct Place {
    /// With the line end.
    var line: Range<Int>
    var name: Range<Int>
    /// Without the white space around it.
    var value: Range<Int>
  }

  /// Field lines, each with its line end; none is empty, folded or without a colon.
  private(set) var bytes: [UInt8]

  package init() {
    bytes = []
  }

  /// - Parameter lines: As `bytes`; `MessageHead` has checked them.
  init(lines: [UInt8]) {
    bytes = lines
  }

  package var count: Int { reduce(0) { count, _ in count + 1 } }
  package var isEmpty: Bool { bytes.isEmpty }

  /// Makes room, so that appending does not move what is there.
  package mutating func reserve(bytes count: Int) {
    bytes.reserveCapacity(count)
  }

  /// Appends `name: value`; both go out as they are, but for line ends.
  package mutating func append(_ name: String, _ value: String) {
    // A request's usual size: growing step by step takes longer than the rest.
    if bytes.isEmpty { bytes.reserveCapacity(512) }
    bytes.append(addingCapacity: name.utf8.count + value.utf8.count + 4) { line in
      line.withUnsafeMutableBufferPointer { room, count in
        let start = count
        room.put(name.utf8, at: &count)
        room.put(UInt8(ascii: ":"), at: &count)
        room.put(0x20, at: &count)
        room.put(value.utf8, at: &count)
        room.removeLineEnds(start..<count, at: &count)
        room.put(0x0D, at: &count)
        room.put(0x0A, at: &count)
      }
    }
  }

  /// Appends the lines of `other`, byte for byte.
  package mutating func append(contentsOf other: HTTPFields) {
    other.bytes.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
  }

  /// The value of the first field with this name, in whatever case, or nil.
  package subscript(name: String) -> String? {
    first(name).map { text($0.value) }
  }

  /// The values of all fields with this name, in order.
  package func values(_ name: String) -> [String] {
    var values: [String] = []
    var position = 0
    while let place = first(name, from: position) {
      values.append(text(place.value))
      position = place.line.upperBound
    }
    return values
  }

  package func contains(_ name: String) -> Bool {
    first(name) != nil
  }

  /// Replaces the first field with this name in its place, and removes the others; appends it
  /// where there is none.
  package mutating func set(_ name: String, _ value: String) {
    guard let place = first(name) else { return append(name, value) }
    var rest = HTTPFields(lines: Array(bytes[place.line.upperBound...]))
    rest.remove(name)
    let spelling = text(place.name)
    bytes.removeSubrange(place.line.lowerBound...)
    append(spelling, value)
    append(contentsOf: rest)
  }

  package mutating func remove(_ name: String) {
    var kept: [UInt8] = []
    var position = 0
    while let place = first(name, from: position) {
      kept += bytes[position..<place.line.lowerBound]
      position = place.line.upperBound
    }
    if position > 0 { bytes = kept + bytes[position...] }
  }

  private func first(_ name: String, from start: Int = 0) -> Place? {
    let bytes = self.bytes.span
    var position = start
    while let place = HTTPFields.place(in: bytes, from: position) {
      if HTTPFields.matches(bytes.extracting(place.name), name) { return place }
      position = place.line.upperBound
    }
    return nil
  }

  /// The place of the field whose line starts at `start`; nil at the end.
  private static func place(in bytes: Span<UInt8>, from start: Int) -> Place? {
    guard start < bytes.count else { return nil }
    let lineEnd = bytes.firstIndex(of: 0x0A, from: start) ?? bytes.count
    let colon = Swift.min(bytes.firstIndex(of: UInt8(ascii: ":"), from: start) ?? lineEnd, lineEnd)
    return Place(
      line: start..<Swift.min(lineEnd + 1, bytes.count),
      name: bytes.trimmed(start..<colon),
      value: bytes.trimmed(Swift.min(colon + 1, lineEnd)..<lineEnd)
    )
  }

  private static func matches(_ bytes: Span<UInt8>, _ name: String) -> Bool {
    let wanted = name.utf8
    guard bytes.count == wanted.count else { return false }
    var offset = 0
    for byte in wanted {
      if bytes[offset].lowercasedASCII != byte.lowercasedASCII { return false }
      offset += 1
    }
    return true
  }

  private func text(_ range: Range<Int>) -> String { bytes.span.text(range) }
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
    private var position = 0

    fileprivate init(fields: HTTPFields) { self.fields = fields }

    package mutating func next() -> Field? {
      guard let place = HTTPFields.place(in: fields.bytes.span, from: position) else { return nil }
      position = place.line.upperBound
      return Field(name: fields.text(place.name), value: fields.text(place.value))
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

extension UnsafeMutableBufferPointer<UInt8> {
  @inline(__always)
  fileprivate func put(_ byte: UInt8, at count: inout Int) {
    self[count] = byte
    count += 1
  }

  @inline(__always)
  fileprivate func put(_ text: String.UTF8View, at count: inout Int) {
    let rest = UnsafeMutableBufferPointer(rebasing: self[count...])
    count += rest.update(fromContentsOf: text)
  }

  /// Closes up the range where there are line ends in it: inside a name or a value one would start
  /// a field of its own.
  @inline(__always)
  fileprivate func removeLineEnds(_ range: Range<Int>, at count: inout Int) {
    let line = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: self[range]))
    if line.firstIndex(ofByte: 0x0D) == nil, line.firstIndex(ofByte: 0x0A) == nil { return }
    count = range.lowerBound
    for byte in line where byte != 0x0D && byte != 0x0A { put(byte, at: &count) }
  }
}
