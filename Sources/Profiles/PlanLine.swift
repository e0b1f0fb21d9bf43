import JSON

/// One line of a plan with the places of what it holds.
struct PlanLine {
  let source: SourceText
  let document: JSONDocument
  let object: JSONObject
  let text: String
  let span: Span
  /// How many characters start before each byte, and before the line's end.
  private let columns: [Int32]

  init(_ bytes: [UInt8], number: Int, source: SourceText) throws(SourceError) {
    let line = SourceText(file: source.file, bytes: bytes)
    do throws(SourceError) {
      document = try JSONReader.readDocument(line)
    } catch {
      throw Self.moved(error, to: number)
    }
    guard case .object(let object) = document.value else {
      throw Self.moved(
        document.error(
          "the line is \(document.value.kindInWords)",
          at: .root,
          help: "an object is asked for"
        ),
        to: number
      )
    }
    self.source = source
    self.object = object
    var columns: [Int32] = []
    columns.reserveCapacity(bytes.count + 1)
    var column: Int32 = 0
    for byte in bytes {
      columns.append(column)
      if byte & 0xC0 != 0x80 { column += 1 }
    }
    columns.append(column)
    self.columns = columns
    let whole = document.valueRange(at: .root) ?? 0..<0
    text = String(decoding: bytes[whole], as: UTF8.self)
    span = Self.span(of: whole, columns: columns, number: number)
  }

  func place(_ key: String) -> Span { place(JSONPointer([.key(key)])) }

  private func place(_ pointer: JSONPointer) -> Span {
    Self.span(of: document.valueRange(at: pointer), columns: columns, number: span.line)
  }

  func checkKeys(_ known: [String]) throws(SourceError) {
    for key in object.keys where !known.contains(key) && key != "comment" {
      throw Self.moved(
        document.keyError(
          "'\(key)' has no place on this line",
          at: JSONPointer([.key(key)]),
          help: Suggestion.help(
            for: key,
            among: known,
            otherwise: "keys are \(Suggestion.list(known))"
          )
        ),
        to: span.line
      )
    }
  }

  func string(_ key: String) throws(SourceError) -> String {
    guard case .string(let text) = object[key] ?? .null else {
      throw source.mistake("'\(key)' is not a string", at: place(key))
    }
    return text
  }

  /// A whole number; nil where the key is absent.
  func count(_ key: String) throws(SourceError) -> Int? {
    guard let value = object[key] else { return nil }
    guard case .number(let number) = value, let count = Int(number.text) else {
      throw source.mistake("'\(key)' is not a whole number", at: place(key))
    }
    return count
  }

  /// A string as one word; none where the key is absent.
  func word(_ key: String) throws(SourceError) -> [Word] {
    object[key] == nil ? [] : [Word(text: try string(key), span: place(key))]
  }

  /// The strings of a list with their places; none where the key is absent.
  func strings(_ key: String) throws(SourceError) -> [(text: String, span: Span)] {
    guard let value = object[key] else { return [] }
    guard case .array(let array) = value else {
      throw source.mistake("'\(key)' is not a list", at: place(key))
    }
    var strings: [(text: String, span: Span)] = []
    for (index, element) in array.enumerated() {
      let span = place(JSONPointer([.key(key), .index(index)]))
      guard case .string(let text) = element else {
        throw source.mistake("'\(key)' holds \(element.kindInWords)", at: span)
      }
      strings.append((text, span))
    }
    return strings
  }

  /// Names and values in turn; null is the word `none`.
  func attributes() throws(SourceError) -> [Word] {
    guard let value = object["attributes"] else { return [] }
    guard case .object(let attributes) = value else {
      throw source.mistake("'attributes' is not an object", at: place("attributes"))
    }
    var words: [Word] = []
    let ranges = document.memberRanges(at: JSONPointer([.key("attributes")]))
    for (member, range) in zip(attributes.members, ranges) {
      let span = Self.span(of: range.value, columns: columns, number: self.span.line)
      let key = Self.span(of: range.key, columns: columns, number: self.span.line)
      words.append(Word(text: member.key, span: key))
      switch member.value {
      case .string(let text): words.append(Word(text: text, isQuoted: true, span: span))
      case .null: words.append(Word(text: "none", span: span))
      default:
        throw source.mistake(
          "'\(member.key)' is \(member.value.kindInWords)",
          at: span,
          help: "write a string, or null to clear it"
        )
      }
    }
    return words
  }

  /// - Parameter range: nil where what is meant is not there: the line's start then.
  private static func span(of range: Range<Int>?, columns: [Int32], number: Int) -> Span {
    guard let range else { return Span(line: number, column: 1, length: 1) }
    let start = Int(columns[range.lowerBound])
    let end = Int(columns[range.upperBound])
    return Span(line: number, column: start + 1, length: max(1, end - start))
  }

  private static func moved(_ error: SourceError, to number: Int) -> SourceError {
    var error = error
    error.position?.line = number
    return error
  }
}
