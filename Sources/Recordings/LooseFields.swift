import World

/// Names and values in a text that is no JSON and no form, though it may have been meant as one.
///
/// A token response that is cut short, has a comma too many or is written as XML is read by nobody;
/// what stands behind `"access_token":` in it is a token all the same.
enum LooseFields {
  /// Each value that stands behind a name that speaks of a secret, with its kind, from left to right.
  ///
  /// One pass over the text, whatever is in it.
  static func secrets(
    in text: [UInt8],
    _ place: SecretNames.Place
  ) -> [(value: String, kind: SecretAliases.Kind)] {
    var found: [(String, SecretAliases.Kind)] = []
    var index = 0
    while index < text.count {
      guard isNameByte(text[index]) else {
        index += 1
        continue
      }
      let start = index
      while index < text.count, isNameByte(text[index]) { index += 1 }
      // A longer word is none of the names.
      guard index - start <= 64,
        let kind = SecretNames.kind(
          of: String(decoding: text[start..<index], as: UTF8.self),
          in: place
        )
      else { continue }
      let isElement = start > 0 && text[start - 1] == UInt8(ascii: "<")
      for value in values(in: text, at: &index, isElement: isElement) {
        found.append((String(decoding: value, as: UTF8.self), kind))
      }
    }
    return found
  }

  /// What a page would send or leads to: the values of named inputs, and the fields of its URLs.
  ///
  /// Its prose may speak of a code or a password without there being one.
  static func secrets(inPage page: [UInt8]) -> [(value: String, kind: SecretAliases.Kind)] {
    var found: [(String, SecretAliases.Kind)] = []
    var tag = Tag()
    var index = 0
    while index < page.count {
      let byte = page[index]
      switch byte {
      case UInt8(ascii: "<"): tag = Tag()
      case UInt8(ascii: ">"):
        if let secret = tag.secret { found.append(secret) }
        tag = Tag()
      default: break
      }
      guard isNameByte(byte) else {
        index += 1
        continue
      }
      let start = index
      while index < page.count, isNameByte(page[index]) { index += 1 }
      guard index - start <= 64 else { continue }
      let name = String(decoding: page[start..<index], as: UTF8.self)
      let isOfURL = start > 0 && "?&#;".utf8.contains(page[start - 1])
      let isOfTag = ["name", "value"].contains(name.lowercased())
      guard index < page.count, isOfTag || isOfURL && page[index] == UInt8(ascii: "="),
        let value = values(in: page, at: &index).first.map({ String(decoding: $0, as: UTF8.self) })
      else { continue }
      if isOfTag {
        tag.note(name.lowercased(), value)
      } else if let kind = SecretNames.kind(of: name, in: .authorization) {
        found.append((value, kind))
      }
    }
    return found
  }

  private struct Tag {
    var name: String?
    var value: String?

    mutating func note(_ attribute: String, _ text: String) {
      if attribute == "name" { name = name ?? text } else { value = value ?? text }
    }

    var secret: (String, SecretAliases.Kind)? {
      guard let name, let value, let kind = SecretNames.kind(of: name, in: .authorization) else {
        return nil
      }
      return (value, kind)
    }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  /// What stands behind a name, in a list each.
  ///
  /// It stands after the name's closing quote and one of `: =`, or `>` for an element, in quotes or up
  /// to what cannot be part of it. `index` is left behind it, or where no value can begin.
  private static func values(
    in text: [UInt8],
    at index: inout Int,
    isElement: Bool = false
  ) -> [ArraySlice<UInt8>] {
    skip(in: text, &index) { $0 <= 0x20 || quotes.contains($0) || $0 == UInt8(ascii: "\\") }
    let separators = isElement ? ":=>" : ":="
    guard index < text.count, separators.utf8.contains(text[index]) else { return [] }
    index += 1
    let start = index
    // `=>` of a dump; a list's or an object's own bracket; the escape before a quote.
    skip(in: text, &index) { $0 <= 0x20 || ">[{\\".utf8.contains($0) }
    let isList = text[start..<index].contains(UInt8(ascii: "["))
    var values = [value(in: text, at: &index)].compactMap(\.self)
    while isList, index < text.count {
      skip(in: text, &index) { $0 <= 0x20 || quotes.contains($0) }
      guard index < text.count, text[index] == UInt8(ascii: ",") else { break }
      index += 1
      skip(in: text, &index) { $0 <= 0x20 }
      guard let next = value(in: text, at: &index) else { break }
      values.append(next)
    }
    return values
  }

  private static func value(in text: [UInt8], at index: inout Int) -> ArraySlice<UInt8>? {
    guard index < text.count else { return nil }
    let first = text[index]
    if quotes.contains(first) {
      let start = index + 1
      index = start
      // JSON within a JSON text: there an escaped quote is the end.
      let isEscaped = start > 1 && text[start - 2] == UInt8(ascii: "\\")
      while index < text.count, text[index] != first {
        let isEscape = text[index] == UInt8(ascii: "\\")
        if isEscape, isEscaped, index + 1 < text.count, text[index + 1] == first { break }
        index += isEscape ? 2 : 1
      }
      index = min(index, text.count)
      return start < index ? text[start..<index] : nil
    }
    let start = index
    skip(in: text, &index) { $0 > 0x20 && !",;&#<>\"'}])".utf8.contains($0) }
    return start < index ? text[start..<index] : nil
  }

  private static let quotes = Array("\"'".utf8)

  private static func skip(in text: [UInt8], _ index: inout Int, while: (UInt8) -> Bool) {
    while index < text.count, `while`(text[index]) { index += 1 }
  }
}
