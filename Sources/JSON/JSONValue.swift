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
    get { lastPlace(of: key).map { members[$0].value } }
    set {
      guard let newValue else {
        members.removeAll { $0.key.isExactly(key) }
        return
      }
      if let place = lastPlace(of: key) {
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
    place(ignoringCase: key).map { members[$0].key }
  }

  /// The value under `key`, found without regard to the case of ASCII letters.
  ///
  /// Setting replaces it under the document's own spelling, or appends; `nil` removes.
  package subscript(ignoringCase key: String) -> JSONValue? {
    get { place(ignoringCase: key).map { members[$0].value } }
    set {
      let place = place(ignoringCase: key)
      if let place, let newValue {
        members[place].value = newValue
      } else {
        self[place.map { members[$0].key } ?? key] = newValue
      }
    }
  }

  /// Where the value is: under the key as it is given, else in the case that comes first.
  private func place(ignoringCase key: String) -> Int? {
    if let place = lastPlace(of: key) { return place }
    let first = members.indices.first { place in
      members[place].key.utf8.count == key.utf8.count
        && zip(members[place].key.utf8, key.utf8).allSatisfy {
          lowercaseASCII($0) == lowercaseASCII($1)
        }
    }
    return first.flatMap { lastPlace(of: members[$0].key) }
  }

  /// By places: to hand out members takes longer than to compare their keys.
  private func lastPlace(of key: String) -> Int? {
    members.indices.last { members[$0].key.isExactly(key) }
  }
}

extension String {
  /// Whether both are the same, and as long: for keys code units count (RFC 8259 section 8.3).
  ///
  /// Most differ in their length, which is known at once.
  @inline(__always)
  package func isExactly(_ other: String) -> Bool {
    utf8.count == other.utf8.count && self == other
  }
}

private func lowercaseASCII(_ byte: UInt8) -> UInt8 {
  (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
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

  /// Whether both are the same number, however written: `1`, `1.0` and `10e-1` are.
  ///
  /// Compared digit by digit, since a Double cannot tell 9007199254740993 from its neighbour.
  package func isEqual(to other: JSONNumber) -> Bool {
    text == other.text || decimal == other.decimal
  }

  /// The number as 0.digits times a power of ten, without zeros at either end.
  private struct Decimal: Equatable {
    var isNegative: Bool
    var digits: [UInt8]
    var exponent: Int
  }

  private var decimal: Decimal {
    var digits: [UInt8] = []
    var exponent = 0
    var isFraction = false
    let mantissa = text.utf8.prefix { $0 | 0x20 != UInt8(ascii: "e") }
    for byte in mantissa {
      switch byte {
      case UInt8(ascii: "."): isFraction = true
      case UInt8(ascii: "0") where digits.isEmpty: if isFraction { exponent -= 1 }
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        digits.append(byte)
        if !isFraction { exponent += 1 }
      default: break
      }
    }
    while digits.last == UInt8(ascii: "0") { digits.removeLast() }
    // Minus zero says the same as zero.
    if digits.isEmpty { return Decimal(isNegative: false, digits: [], exponent: 0) }
    let written = String(decoding: text.utf8.dropFirst(mantissa.count + 1), as: UTF8.self)
    // An exponent past Int's range is as good as infinite: only its sign counts.
    let power = Int(written) ?? (written.isEmpty ? 0 : written.hasPrefix("-") ? .min / 2 : .max / 2)
    let (sum, overflow) = exponent.addingReportingOverflow(power)
    return Decimal(
      isNegative: text.hasPrefix("-"),
      digits: digits,
      exponent: overflow ? power : sum
    )
  }
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
  ///
  /// Numbers are compared by what they are worth, texts by their code units (RFC 8259 section
  /// 8.3), and the values under a repeated key in their order.
  package func isEquivalent(to other: JSONValue) -> Bool {
    switch (self, other) {
    case (.object(let left), .object(let right)):
      left.isEquivalent(to: right)
    case (.array(let left), .array(let right)):
      left.count == right.count && zip(left, right).allSatisfy { $0.isEquivalent(to: $1) }
    case (.number(let left), .number(let right)):
      left.isEqual(to: right)
    case (.string(let left), .string(let right)):
      left.utf8.elementsEqual(right.utf8)
    default:
      self == other
    }
  }
}

extension JSONObject {
  fileprivate func isEquivalent(to other: JSONObject) -> Bool {
    guard members.count == other.members.count else { return false }
    let isInSameOrder = zip(members, other.members).allSatisfy {
      $0.key.utf8.elementsEqual($1.key.utf8)
    }
    let left = isInSameOrder ? members : membersByKey
    let right = isInSameOrder ? other.members : other.membersByKey
    return zip(left, right).allSatisfy { left, right in
      left.key.utf8.elementsEqual(right.key.utf8) && left.value.isEquivalent(to: right.value)
    }
  }

  /// The members sorted by key; those under one key stay in their order, since `sort` is stable.
  private var membersByKey: [Member] {
    members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
  }
}
