import World

/// Splits a page into tags and text, as tolerantly as browsers do (WHATWG HTML section 13.2.5).
///
/// Every byte is looked at a fixed number of times, whatever the page holds. A tag that the end of
/// the page cuts off is dropped, as in browsers.
struct HTMLTokenizer {
  struct Tag {
    /// In lower case.
    var name: String
    /// Those of `knownAttributes` that it has, decoded; of several with one name the first.
    var attributes: [String: String] = [:]

    subscript(attribute: String) -> String? { attributes[attribute] }
    func has(_ attribute: String) -> Bool { attributes[attribute] != nil }
  }

  enum Token {
    case start(Tag)
    case end(String)
    /// Text with its entities still in it.
    case text(Range<Int>)
    /// What stands between the tags of an element that holds no markup.
    case raw(element: String, Range<Int>)
  }

  /// UTF-8, whatever the page was written in.
  let bytes: [UInt8]
  private let attributeLimit: Int
  private var position = 0
  /// The element whose raw text comes next.
  private var rawElement: String?
  /// Whether an attribute was longer than is read; it is kept empty.
  private(set) var hasLongAttribute = false

  init(_ bytes: [UInt8], attributeLimit: Int) {
    self.bytes = bytes
    self.attributeLimit = attributeLimit
  }

  /// Elements whose content is text up to their own end tag.
  private static let rawElements: Set<String> = [
    "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes",
  ]

  /// The attributes that anyone asks for; the others are skipped unread.
  private static let knownAttributes: Set<String> = [
    "action", "alt", "aria-label", "autocomplete", "charset", "checked", "class", "content",
    "disabled", "enctype", "for", "form", "formaction", "formenctype", "formmethod", "hidden",
    "href", "http-equiv", "id", "label", "method", "multiple", "name", "onload", "placeholder",
    "readonly", "role", "selected", "style", "title", "type", "value",
  ]

  mutating func next() -> Token? {
    if let element = rawElement {
      rawElement = nil
      let range = takeRawText(of: element)
      if !range.isEmpty { return .raw(element: element, range) }
    }
    while position < bytes.count {
      let start = position
      while position < bytes.count, !(bytes[position] == .lessThan && opensMarkup(at: position)) {
        position += 1
      }
      if position > start { return .text(start..<position) }
      switch bytes[position + 1] {
      case UInt8(ascii: "!"): skipDeclaration()
      case UInt8(ascii: "?"): skip(past: .greaterThan)
      case UInt8(ascii: "/"):
        guard position + 2 < bytes.count, bytes[position + 2].isLetter else {
          skip(past: .greaterThan)
          continue
        }
        position += 2
        if let tag = takeTag() { return .end(tag.name) }
      default:
        position += 1
        guard let tag = takeTag() else { continue }
        if HTMLTokenizer.rawElements.contains(tag.name) { rawElement = tag.name }
        return .start(tag)
      }
    }
    return nil
  }

  private func opensMarkup(at index: Int) -> Bool {
    guard index + 1 < bytes.count else { return false }
    switch bytes[index + 1] {
    case UInt8(ascii: "!"), UInt8(ascii: "?"), UInt8(ascii: "/"): return true
    case let byte: return byte.isLetter
    }
  }

  private mutating func skip(past byte: UInt8) {
    while position < bytes.count, bytes[position] != byte { position += 1 }
    position = min(position + 1, bytes.count)
  }

  /// Skips a comment, a document type or what passes for either.
  private mutating func skipDeclaration() {
    guard starts(with: "<!--", at: position) else { return skip(past: .greaterThan) }
    position += 4
    // `<!-->` and `<!--->` are whole comments.
    if starts(with: ">", at: position) || starts(with: "->", at: position) {
      return skip(past: .greaterThan)
    }
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "-"),
        starts(with: "-->", at: position) || starts(with: "--!>", at: position)
      {
        return skip(past: .greaterThan)
      }
      position += 1
    }
  }

  private func starts(with text: StaticString, at index: Int) -> Bool {
    text.withUTF8Buffer { wanted in
      guard index + wanted.count <= bytes.count else { return false }
      for offset in 0..<wanted.count where bytes[index + offset] != wanted[offset] { return false }
      return true
    }
  }

  private mutating func takeRawText(of element: String) -> Range<Int> {
    let start = position
    let name = Array(element.utf8)
    while position < bytes.count {
      if bytes[position] == .lessThan, isEndTag(named: name, at: position) {
        return start..<position
      }
      position += 1
    }
    return start..<position
  }

  private func isEndTag(named name: [UInt8], at index: Int) -> Bool {
    let nameStart = index + 2
    guard nameStart + name.count < bytes.count, bytes[index + 1] == UInt8(ascii: "/") else {
      return false
    }
    for offset in 0..<name.count
    where bytes[nameStart + offset].asciiLowercased != name[offset] {
      return false
    }
    let after = bytes[nameStart + name.count]
    return after.isHTMLSpace || after == UInt8(ascii: "/") || after == .greaterThan
  }

  /// Reads a tag from its name on; nil where the page ends inside it.
  private mutating func takeTag() -> Tag? {
    let nameStart = position
    while position < bytes.count, !bytes[position].isHTMLSpace,
      bytes[position] != UInt8(ascii: "/"), bytes[position] != .greaterThan
    {
      position += 1
    }
    var tag = Tag(name: lowercased(nameStart..<position) ?? "?")
    while true {
      while position < bytes.count,
        bytes[position].isHTMLSpace || bytes[position] == UInt8(ascii: "/")
      {
        position += 1
      }
      guard position < bytes.count else { return nil }
      if bytes[position] == .greaterThan {
        position += 1
        return tag
      }
      guard takeAttribute(of: &tag) else { return nil }
    }
  }

  /// Reads one attribute; false where the page ends inside it.
  private mutating func takeAttribute(of tag: inout Tag) -> Bool {
    let nameStart = position
    position += 1
    while position < bytes.count, !bytes[position].isHTMLSpace,
      bytes[position] != UInt8(ascii: "/"), bytes[position] != .greaterThan,
      bytes[position] != UInt8(ascii: "=")
    {
      position += 1
    }
    let name = nameStart..<position
    while position < bytes.count, bytes[position].isHTMLSpace { position += 1 }
    guard position < bytes.count else { return false }
    var value = position..<position
    if bytes[position] == UInt8(ascii: "=") {
      position += 1
      while position < bytes.count, bytes[position].isHTMLSpace { position += 1 }
      guard position < bytes.count else { return false }
      let quote = bytes[position]
      if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
        position += 1
        let start = position
        while position < bytes.count, bytes[position] != quote { position += 1 }
        guard position < bytes.count else { return false }
        value = start..<position
        position += 1
      } else {
        let start = position
        while position < bytes.count, !bytes[position].isHTMLSpace,
          bytes[position] != .greaterThan
        {
          position += 1
        }
        value = start..<position
      }
    }
    if let name = lowercased(name), HTMLTokenizer.knownAttributes.contains(name),
      tag.attributes[name] == nil
    {
      if value.count > attributeLimit { hasLongAttribute = true }
      tag.attributes[name] =
        value.count > attributeLimit ? "" : HTMLEntities.decode(bytes[value], within: .attribute)
    }
    return true
  }

  /// A tag's or attribute's name; nil where it is longer than any that means something.
  private func lowercased(_ range: Range<Int>) -> String? {
    guard range.count <= 32 else { return nil }
    return String(decoding: bytes[range].map(\.asciiLowercased), as: UTF8.self)
  }
}

/// Character references (WHATWG HTML section 13.5), those that forms and messages use.
enum HTMLEntities {
  /// Replaces references; what is none, or has an unknown name, stays as it is.
  static func decode(
    _ source: ArraySlice<UInt8>,
    within place: CharacterReference.Place
  ) -> String {
    guard source.contains(UInt8(ascii: "&")) else { return String(decoding: source, as: UTF8.self) }
    var decoded: [UInt8] = []
    decoded.reserveCapacity(source.count)
    var index = source.startIndex
    while index < source.endIndex {
      if source[index] == UInt8(ascii: "&"),
        let (scalar, end) = CharacterReference.read(in: source, at: index + 1, within: place)
      {
        decoded.append(contentsOf: String(Character(scalar)).utf8)
        index = end
      } else {
        decoded.append(source[index])
        index += 1
      }
    }
    return String(decoding: decoded, as: UTF8.self)
  }
}

extension UInt8 {
  fileprivate static let lessThan = UInt8(ascii: "<")
  fileprivate static let greaterThan = UInt8(ascii: ">")

  var isHTMLSpace: Bool {
    self == 0x20 || self == 0x0A || self == 0x09 || self == 0x0D || self == 0x0C
  }
  var isDigit: Bool { self &- 0x30 < 10 }
  var isLetter: Bool { asciiLowercased &- 0x61 < 26 }
  var asciiLowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

  fileprivate var hexadecimalValue: UInt32? {
    switch asciiLowercased {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(self - UInt8(ascii: "0"))
    case let letter where letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "f"):
      UInt32(letter - UInt8(ascii: "a") + 10)
    default: nil
    }
  }
}
