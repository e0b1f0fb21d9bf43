/// A JSON document as a tree that keeps what other readers lose: the order of keys, numbers as
/// written, repeated keys.
package enum JSONValue: Sendable, Equatable {
  case object(JSONObject)
  case array([JSONValue])
  case string(String)
  case number(JSONNumber)
  case boolean(Bool)
  case null
}

/// A JSON object: its members in the order in which they were written.
///
/// A repeated key is kept as a second member; looking it up gives the last one, as most parsers
/// do (RFC 8259 section 4 leaves it open).
package struct JSONObject: Sendable, Equatable {
  package struct Member: Sendable, Equatable {
    package var key: String
    package var value: JSONValue

    package init(key: String, value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  package var members: [Member]

  package init(_ members: [Member] = []) {
    self.members = members
  }

  package var isEmpty: Bool { members.isEmpty }
  package var keys: [String] { members.map(\.key) }

  /// The last value under `key`.
  ///
  /// Setting replaces it in its place, or appends; `nil` removes.
  package subscript(key: String) -> JSONValue? {
    get { members.last { $0.key == key }?.value }
    set {
      guard let newValue else {
        members.removeAll { $0.key == key }
        return
      }
      if let place = members.lastIndex(where: { $0.key == key }) {
        members[place].value = newValue
      } else {
        members.append(Member(key: key, value: newValue))
      }
    }
  }

  /// The key as the document spells it, found without regard to the case of ASCII letters.
  ///
  /// SCIM attribute names are case insensitive (RFC 7643 section 2.1).
  package func spelling(of key: String) -> String? {
    if members.contains(where: { $0.key == key }) { return key }
    let wanted = key.lowercased()
    return members.first { $0.key.lowercased() == wanted }?.key
  }

  /// The value under `key`, found without regard to the case of ASCII letters.
  package subscript(ignoringCase key: String) -> JSONValue? {
    spelling(of: key).flatMap { self[$0] }
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self.init(elements.map { Member(key: $0.0, value: $0.1) })
  }
}

/// A JSON number, kept as it was written: `1.0` stays `1.0`, long decimals lose nothing.
package struct JSONNumber: Sendable, Hashable {
  package let text: String

  /// - Parameter text: A number by the grammar of RFC 8259 section 6; the reader has checked it.
  package init(text: String) {
    self.text = text
  }

  package init(_ value: Int) {
    self.text = String(value)
  }

  /// The number as an integer, if it is written as one and fits.
  package var integer: Int? { Int(text) }
  package var double: Double? { Double(text) }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
  ExpressibleByNilLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int) { self = .number(JSONNumber(value)) }
  package init(booleanLiteral value: Bool) { self = .boolean(value) }
  package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(elements.map { JSONObject.Member(key: $0.0, value: $0.1) }))
  }
  package init(nilLiteral: ()) { self = .null }
}

extension JSONValue {
  package var object: JSONObject? {
    if case .object(let object) = self { object } else { nil }
  }

  package var array: [JSONValue]? {
    if case .array(let array) = self { array } else { nil }
  }

  package var string: String? {
    if case .string(let string) = self { string } else { nil }
  }

  package var boolean: Bool? {
    if case .boolean(let boolean) = self { boolean } else { nil }
  }

  package var number: JSONNumber? {
    if case .number(let number) = self { number } else { nil }
  }

  package var integer: Int? { number?.integer }

  package var isNull: Bool { self == .null }

  /// What kind of value this is, in words for a message: `a string`, `an object`.
  package var kindInWords: String {
    switch self {
    case .object: "an object"
    case .array: "an array"
    case .string: "a string"
    case .number: "a number"
    case .boolean: "a boolean"
    case .null: "null"
    }
  }

  /// The member of an object, or nil where this is no object or has no such key.
  package subscript(key: String) -> JSONValue? { object?[key] }

  /// Whether both say the same, whatever the order of their keys.
  package func isEquivalent(to other: JSONValue) -> Bool {
    switch (self, other) {
    case (.object(let left), .object(let right)):
      left.members.count == right.members.count
        && left.members.allSatisfy { member in
          right[member.key]?.isEquivalent(to: member.value) ?? false
        }
    case (.array(let left), .array(let right)):
      left.count == right.count && zip(left, right).allSatisfy { $0.isEquivalent(to: $1) }
    case (.number(let left), .number(let right)):
      left == right || (left.double != nil && left.double == right.double)
    default:
      self == other
    }
  }
}
