/// Reads JSON text by the letter of RFC 8259, within limits, since most of it comes from an app
/// that may be wrong.
///
/// Strict: UTF-8 only, no byte order mark, no comments, no trailing commas, surrogates in pairs.
package struct JSONReader {
  package struct Limits: Sendable {
    /// How many arrays and objects may be open at once.
    package var depth: Int
    package var bytes: Int
    /// How many values there may be: one takes some 100 bytes, however short it is written.
    package var values: Int

    package init(depth: Int = 128, bytes: Int = 16 << 20, values: Int = 1_000_000) {
      self.depth = depth
      self.bytes = bytes
      self.values = values
    }
  }

  package enum DuplicateKeys: Sendable {
    /// Kept as they come: what an app sends is recorded, not tidied.
    case keep
    /// A mistake: for files that a person writes.
    case refuse
  }

  package static func read(
    _ bytes: [UInt8],
    limits: Limits = Limits(),
    duplicateKeys: DuplicateKeys = .keep
  ) throws(JSONError) -> JSONValue {
    try bytes.withUnsafeBufferPointer { bytes throws(JSONError) in
      var parser = Parser(
        bytes: bytes,
        limits: limits,
        duplicateKeys: duplicateKeys,
        recording: false
      )
      return try parser.document()
    }
  }

  package static func read(_ text: String) throws(JSONError) -> JSONValue {
    try read(Array(text.utf8))
  }

  /// Reads a file that a person wrote, and keeps where each of its values stands.
  package static func readDocument(
    _ source: SourceText,
    limits: Limits = Limits()
  ) throws(SourceError) -> JSONDocument {
    do throws(JSONError) {
      return try source.bytes.withUnsafeBufferPointer { bytes throws(JSONError) in
        var parser = Parser(
          bytes: bytes,
          limits: limits,
          duplicateKeys: .refuse,
          recording: true
        )
        let value = try parser.document()
        return JSONDocument(source: source, value: value, root: parser.root)
      }
    } catch {
      throw SourceError(
        error.problem,
        in: source,
        at: SourcePosition(line: error.line, column: error.column),
        help: error.help
      )
    }
  }
}

/// Text that is not JSON: what is wrong and where.
package struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
  package var problem: String
  /// Bytes from the start of the text.
  package var offset: Int
  /// From 1.
  package var line: Int
  /// From 1, in characters.
  package var column: Int
  package var help: String?

  package var description: String { "\(problem) (line \(line), column \(column))" }
}

/// A JSON file with the place of each of its values.
package struct JSONDocument: Sendable {
  /// Half-open byte ranges of a member's key (nil in an array and at the root) and of its value.
  ///
  /// A tree beside that of the values: by pointers the places of a deep text would take as many
  /// times its size as it is deep.
  struct Place: Sendable {
    var key: Range<Int>?
    var value: Range<Int>
    var children: [Place]
  }

  package let source: SourceText
  package let value: JSONValue
  let root: Place

  /// The bytes of the value at `pointer`; nil where there is none.
  package func valueRange(at pointer: JSONPointer) -> Range<Int>? { place(pointer)?.value }

  /// The bytes of the key of the member at `pointer`, or of the value where it has no key.
  package func keyRange(at pointer: JSONPointer) -> Range<Int>? {
    place(pointer).map { $0.key ?? $0.value }
  }

  /// The bytes of the key and the value of each member of the object at `pointer`, in order; none
  /// where there is no object.
  package func memberRanges(
    at pointer: JSONPointer
  ) -> [(key: Range<Int>, value: Range<Int>)] {
    place(pointer)?.children.compactMap { child in child.key.map { ($0, child.value) } } ?? []
  }

  private func place(_ pointer: JSONPointer) -> Place? {
    var place = root
    var value = value
    for step in pointer.steps {
      switch (step, value) {
      case (.key(let key), .object(let object)):
        guard let index = object.members.lastIndex(where: { $0.key == key }) else { return nil }
        place = place.children[index]
        value = object.members[index].value
      case (.index(let index), .array(let elements)):
        guard elements.indices.contains(index) else { return nil }
        place = place.children[index]
        value = elements[index]
      default:
        return nil
      }
    }
    return place
  }

  /// A mistake about the value at `pointer`, quoted where it stands.
  package func error(
    _ problem: String,
    at pointer: JSONPointer,
    help: String? = nil
  ) -> SourceError {
    mistake(problem, range: valueRange(at: pointer), help: help)
  }

  /// A mistake about the key of the member at `pointer`.
  package func keyError(
    _ problem: String,
    at pointer: JSONPointer,
    help: String? = nil
  ) -> SourceError {
    mistake(problem, range: keyRange(at: pointer), help: help)
  }

  private func mistake(_ problem: String, range: Range<Int>?, help: String?) -> SourceError {
    guard let range else {
      return SourceError(problem: problem, file: source.file, help: help)
    }
    let text = source.bytes[range].prefix { $0 != UInt8(ascii: "\n") }
    return SourceError(
      problem,
      in: source,
      at: source.position(ofByte: range.lowerBound),
      length: text.reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 },
      help: help
    )
  }
}

/// The recursive descent over the bytes.
///
/// Over a raw buffer, valid for the one call that made the parser: half the time of an array
/// (measured), whose every read is checked for exclusive access.
private struct Parser {
  private let bytes: UnsafeBufferPointer<UInt8>
  /// How many values there were so far.
  private var count = 0
  private let limits: JSONReader.Limits
  private let duplicateKeys: JSONReader.DuplicateKeys
  private let recording: Bool
  private var position = 0
  private var depth = 0
  /// The places in what is open, outermost first, below one for the document.
  private var places: [[JSONDocument.Place]] = [[]]

  init(
    bytes: UnsafeBufferPointer<UInt8>,
    limits: JSONReader.Limits,
    duplicateKeys: JSONReader.DuplicateKeys,
    recording: Bool
  ) {
    self.bytes = bytes
    self.limits = limits
    self.duplicateKeys = duplicateKeys
    self.recording = recording
  }

  /// The place of the document's value, once that has been read.
  var root: JSONDocument.Place {
    places[0].first ?? JSONDocument.Place(key: nil, value: 0..<bytes.count, children: [])
  }

  mutating func document() throws(JSONError) -> JSONValue {
    guard bytes.count <= limits.bytes else {
      throw failure("the text is \(bytes.count) bytes long; at most \(limits.bytes) are read")
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      throw failure(
        "the text starts with a byte order mark",
        help: "RFC 8259 section 8.1 forbids it"
      )
    }
    skipSpace()
    let value = try self.value(key: nil)
    skipSpace()
    guard position == bytes.count else {
      throw failure("text follows after the end of the document")
    }
    return value
  }

  private mutating func value(key: Range<Int>?) throws(JSONError) -> JSONValue {
    guard position < bytes.count else { throw failure("the text ends where a value should be") }
    count += 1
    guard count <= limits.values else {
      throw failure("the text has more than \(limits.values) values, which is more than is read")
    }
    let start = position
    let value: JSONValue
    if recording { places.append([]) }
    switch bytes[position] {
    case UInt8(ascii: "{"): value = .object(try object())
    case UInt8(ascii: "["): value = .array(try array())
    case UInt8(ascii: "\""): value = .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): value = .number(try number())
    case UInt8(ascii: "t"):
      try word("true")
      value = .boolean(true)
    case UInt8(ascii: "f"):
      try word("false")
      value = .boolean(false)
    case UInt8(ascii: "n"):
      try word("null")
      value = .null
    default:
      throw noValue()
    }
    if recording {
      let children = places.removeLast()
      places[places.count - 1].append(
        JSONDocument.Place(key: key, value: start..<position, children: children)
      )
    }
    return value
  }

  private mutating func object() throws(JSONError) -> JSONObject {
    try open()
    skipSpace()
    if take(UInt8(ascii: "}")) {
      depth -= 1
      return JSONObject()
    }
    var members: [JSONObject.Member] = []
    members.reserveCapacity(4)
    var seen: Set<String> = []
    while true {
      skipSpace()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw noKey() }
      let keyStart = position
      let key = try string()
      let keyRange = keyStart..<position
      if duplicateKeys == .refuse, !seen.insert(key).inserted {
        throw failure("the key \"\(key)\" stands here twice", at: keyStart)
      }
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw expected("a colon after the key") }
      skipSpace()
      let value = try self.value(key: keyRange)
      members.append(JSONObject.Member(key: key, value: value))
      skipSpace()
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "}")) else { throw expected("a comma or '}' in this object") }
      depth -= 1
      return JSONObject(members)
    }
  }

  private mutating func array() throws(JSONError) -> [JSONValue] {
    try open()
    var elements: [JSONValue] = []
    skipSpace()
    if take(UInt8(ascii: "]")) {
      depth -= 1
      return elements
    }
    while true {
      skipSpace()
      elements.append(try value(key: nil))
      skipSpace()
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "]")) else { throw expected("a comma or ']' in this array") }
      depth -= 1
      return elements
    }
  }

  private mutating func open() throws(JSONError) {
    guard depth < limits.depth else {
      throw failure("more than \(limits.depth) arrays and objects are nested")
    }
    depth += 1
    position += 1
  }

  private mutating func string() throws(JSONError) -> String {
    let quote = position
    position += 1
    let start = position
    // Most strings hold no escape: they are copied whole.
    let isASCII = skipPlainBytes()
    guard position < bytes.count else {
      throw failure("the text ends inside a string", at: quote)
    }
    if bytes[position] == UInt8(ascii: "\"") {
      let content = UnsafeBufferPointer(rebasing: bytes[start..<position])
      let text = isASCII ? String(decoding: content, as: UTF8.self) : try utf8(content, at: start)
      position += 1
      return text
    }
    position = start
    var content: [UInt8] = []
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position += 1
        return String(decoding: content, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard position + 1 < bytes.count else {
          throw failure("the text ends inside a string", at: quote)
        }
        try escape(into: &content)
      case 0..<0x20:
        throw failure("a control character stands unescaped in a string")
      default:
        // Each run between escapes is checked on its own, so that a mistake has its place.
        let runStart = position
        let isASCII = skipPlainBytes()
        let run = UnsafeBufferPointer(rebasing: bytes[runStart..<position])
        if !isASCII { _ = try utf8(run, at: runStart) }
        content.append(contentsOf: run)
      }
    }
    throw failure("the text ends inside a string", at: quote)
  }

  /// Moves to the next quote, backslash or control character, or to the end.
  ///
  /// - Returns: Whether all bytes on the way were ASCII; false may be said of some that were.
  private mutating func skipPlainBytes() -> Bool {
    var index = position
    var isASCII = true
    while index + 8 <= bytes.count {
      let word = ByteWord(UnsafeRawBufferPointer(bytes), at: index)
      let plain = word.plainCount
      // Bytes after the mark count too: at worst a string is checked without need.
      if !word.isASCII { isASCII = false }
      index += plain
      if plain < 8 {
        position = index
        return isASCII
      }
    }
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { break }
      if byte >= 0x80 { isASCII = false }
      index += 1
    }
    position = index
    return isASCII
  }

  private mutating func escape(into content: inout [UInt8]) throws(JSONError) {
    let start = position
    position += 2
    switch bytes[start + 1] {
    case UInt8(ascii: "\""): content.append(UInt8(ascii: "\""))
    case UInt8(ascii: "\\"): content.append(UInt8(ascii: "\\"))
    case UInt8(ascii: "/"): content.append(UInt8(ascii: "/"))
    case UInt8(ascii: "b"): content.append(0x08)
    case UInt8(ascii: "f"): content.append(0x0C)
    case UInt8(ascii: "n"): content.append(0x0A)
    case UInt8(ascii: "r"): content.append(0x0D)
    case UInt8(ascii: "t"): content.append(0x09)
    case UInt8(ascii: "u"):
      var scalar = try hexadecimal(escapeAt: start)
      if (0xDC00...0xDFFF).contains(scalar) {
        throw failure("a low surrogate stands without its high surrogate", at: start)
      }
      if (0xD800...0xDBFF).contains(scalar) {
        guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
          bytes[position + 1] == UInt8(ascii: "u")
        else { throw failure("a high surrogate stands without its low surrogate", at: start) }
        let lowStart = position
        position += 2
        let low = try hexadecimal(escapeAt: lowStart)
        guard (0xDC00...0xDFFF).contains(low) else {
          throw failure("a high surrogate stands without its low surrogate", at: start)
        }
        scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let unicode = Unicode.Scalar(scalar) else {
        throw failure("\\u names no character", at: start)
      }
      content.append(contentsOf: UTF8.encode(unicode) ?? UTF8.encodedReplacementCharacter)
    default:
      throw failure(
        "'\\' is followed by no known escape",
        at: start,
        help: "write '\\\\' for a backslash"
      )
    }
  }

  private mutating func hexadecimal(escapeAt start: Int) throws(JSONError) -> UInt32 {
    var scalar: UInt32 = 0
    for _ in 0..<4 {
      guard position < bytes.count, let digit = hexadecimalDigit(bytes[position]) else {
        throw failure("\\u needs four hexadecimal digits", at: start)
      }
      scalar = scalar << 4 | digit
      position += 1
    }
    return scalar
  }

  private mutating func number() throws(JSONError) -> JSONNumber {
    let start = position
    _ = take(UInt8(ascii: "-"))
    if take(UInt8(ascii: "0")) {
      if digit() { throw failure("a number has a leading zero", at: start) }
    } else {
      try digits()
    }
    if take(UInt8(ascii: ".")) { try digits() }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try digits()
    }
    let text = UnsafeBufferPointer(rebasing: bytes[start..<position])
    return JSONNumber(text: String(decoding: text, as: UTF8.self))
  }

  private func digit() -> Bool {
    position < bytes.count && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position])
  }

  private mutating func digits() throws(JSONError) {
    guard digit() else { throw failure("a number lacks a digit") }
    while digit() { position += 1 }
  }

  private mutating func word(_ word: StaticString) throws(JSONError) {
    let end = position + word.utf8CodeUnitCount
    let same = word.withUTF8Buffer { expected in
      end <= bytes.count && bytes[position..<end].elementsEqual(expected)
    }
    guard same else { throw noValue() }
    position = end
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  /// - Parameter start: Where the bytes stand in the text.
  private func utf8(
    _ content: UnsafeBufferPointer<UInt8>,
    at start: Int
  ) throws(JSONError) -> String {
    guard let text = String(validating: content, as: UTF8.self) else {
      // The replacement character of a repaired reading stands where the first mistake is.
      let repaired = String(decoding: content, as: UTF8.self)
      let same = zip(repaired.utf8, content).prefix { $0 == $1 }.count
      throw failure("a string holds bytes that are not UTF-8", at: start + same)
    }
    return text
  }

  // MARK: Words for what is wrong

  private func noKey() -> JSONError {
    guard position < bytes.count else { return expected("a key in double quotes") }
    let help: String? =
      switch bytes[position] {
      case UInt8(ascii: "}") where isAfterComma: "JSON has no comma before a closing brace"
      case UInt8(ascii: "/"), UInt8(ascii: "#"): "JSON has no comments"
      case UInt8(ascii: "'"), UInt8(ascii: "_"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "A")...UInt8(ascii: "Z"):
        "write double quotes"
      default: nil
      }
    return expected("a key in double quotes", help: help)
  }

  private func expected(_ what: String, help: String? = nil) -> JSONError {
    guard position < bytes.count else { return failure("the text ends where \(what) should be") }
    return failure("\(character()) stands where \(what) should be", help: help)
  }

  private func noValue() -> JSONError {
    let end =
      bytes[position...].firstIndex {
        !($0 == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20))
      } ?? bytes.count
    let word = String(decoding: bytes[position..<min(end, position + 10)], as: UTF8.self)
    guard word.isEmpty else {
      if end == bytes.count, ["true", "false", "null"].contains(where: { $0.hasPrefix(word) }) {
        return failure("the text ends inside a value")
      }
      let help: String
      switch word.lowercased() {
      case "true": help = "write true"
      case "false": help = "write false"
      case "null", "none", "nil", "undefined": help = "write null"
      case "nan", "infinity": help = "JSON has no such number"
      // It may be the beginning of a secret, of which nobody could tell that it is one.
      default: return failure("a bare word is no value", help: "write a text in double quotes")
      }
      return failure("'\(word)' is no value", help: help)
    }
    let help: String? =
      switch bytes[position] {
      case UInt8(ascii: "'"): "write double quotes"
      case UInt8(ascii: "]") where isAfterComma: "JSON has no comma before a closing bracket"
      case UInt8(ascii: "/"), UInt8(ascii: "#"): "JSON has no comments"
      case UInt8(ascii: "<"): "this looks like HTML"
      case UInt8(ascii: "+"): "JSON has no plus sign before a number"
      case UInt8(ascii: "."): "write a digit before the point"
      default: nil
      }
    return failure("\(character()) does not start a value", help: help)
  }

  private var isAfterComma: Bool {
    bytes[..<position].last { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: ",")
  }

  /// The character here, quoted if it can be seen.
  private func character() -> String {
    guard position < bytes.count else { return "the end of the text" }
    let rest = String(decoding: bytes[position..<min(position + 4, bytes.count)], as: UTF8.self)
    guard let scalar = rest.unicodeScalars.first, scalar != "\u{FFFD}" else {
      return "the byte 0x" + String(bytes[position], radix: 16, uppercase: true)
    }
    if scalar == "\n" || scalar == "\r" { return "the end of the line" }
    let isVisible =
      switch scalar.properties.generalCategory {
      case .control, .format, .spaceSeparator, .lineSeparator, .paragraphSeparator: false
      default: true
      }
    if isVisible { return "'\(scalar)'" }
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  private func failure(_ problem: String, at offset: Int? = nil, help: String? = nil) -> JSONError {
    let offset = offset ?? position
    let place = SourceText(file: "", bytes: Array(bytes)).position(ofByte: offset)
    return JSONError(
      problem: problem,
      offset: offset,
      line: place.line,
      column: place.column,
      help: help
    )
  }
}

private func hexadecimalDigit(_ byte: UInt8) -> UInt32? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
  case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a")) + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A")) + 10
  default: nil
  }
}
