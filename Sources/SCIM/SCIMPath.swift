import JSON

/// A path to an attribute (RFC 7644 section 3.5.2): `name.givenName`, `emails[type eq
/// "work"].value`, `urn:…:User:department`.
///
/// `emails.0.value` and `emails[0].value` are understood as well.
package struct SCIMPath: Sendable, Hashable, CustomStringConvertible {
  package enum Step: Sendable, Hashable {
    /// An attribute; names are case insensitive (RFC 7643 section 2.1).
    case attribute(String)
    /// The first element whose sub-attribute has this value.
    case element(attribute: String, value: String)
    case index(Int)
  }

  /// No resource is that deep; the bound keeps the walk down to an attribute shallow.
  private static let maximumSteps = 32

  package var steps: [Step]
  package let description: String

  package init(steps: [Step]) {
    self.steps = steps
    description =
      steps.map { step in
        switch step {
        case .attribute(let name): ".\(name)"
        case .element(let attribute, let value): "[\(attribute) eq \"\(value)\"]"
        case .index(let index): ".\(index)"
        }
      }.joined().trimmingPrefix(".").description
  }

  /// Nil where the text is no path, or one of more than 32 steps.
  package init?(_ text: String) {
    description = text
    var rest = text[...]
    var steps: [Step] = []
    if text.lowercased().hasPrefix("urn:") {
      // The URN ends with the last colon before a filter; what follows is an attribute or nothing.
      guard let colon = text.prefix(while: { $0 != "[" }).lastIndex(of: ":") else { return nil }
      let schema = text[..<colon]
      let tail = text[text.index(after: colon)...]
      let isWhole = tail.isEmpty || SCIMPath.isPartOfSchema(tail, after: schema)
      steps.append(.attribute(String(isWhole ? text[...] : schema)))
      rest = isWhole ? "" : tail
    }
    while !rest.isEmpty {
      let name = rest.prefix { $0 != "." && $0 != "[" }
      guard !name.isEmpty, !name.contains(where: { "]\"\\ ".contains($0) }) else { return nil }
      steps.append(Int(name).map { .index($0) } ?? .attribute(String(name)))
      rest = rest[name.endIndex...]
      if rest.first == "[" {
        guard let close = SCIMPath.end(ofFilter: rest),
          let filter = SCIMPath.filter(rest[rest.index(after: rest.startIndex)..<close])
        else { return nil }
        steps.append(filter)
        rest = rest[rest.index(after: close)...]
      }
      if rest.first == "." {
        rest = rest.dropFirst()
        guard !rest.isEmpty else { return nil }
      } else if !rest.isEmpty {
        return nil
      }
    }
    guard !steps.isEmpty, steps.count <= SCIMPath.maximumSteps else { return nil }
    self.steps = steps
  }

  /// Whether the last part of a URN still names the schema and not an attribute in it.
  ///
  /// `User` does after a version, as in `…:enterprise:2.0:User`, and so does a version at the end;
  /// `…:2.0:User:CostCenter` is an attribute, whatever its first letter.
  private static func isPartOfSchema(_ tail: Substring, after schema: Substring) -> Bool {
    if tail.first?.isNumber ?? false { return true }
    let before = schema.split(separator: ":").last
    guard before?.first?.isNumber ?? false else { return false }
    return (tail.first?.isUppercase ?? false) || ["user", "group"].contains(tail)
  }

  /// The bracket that closes the filter at the start of `text`; one in quotes does not.
  private static func end(ofFilter text: Substring) -> Substring.Index? {
    var isQuoted = false
    var isEscaped = false
    return text.indices.first { index in
      let character = text[index]
      defer { isEscaped = isQuoted && character == "\\" && !isEscaped }
      if character == "\"", !isEscaped { isQuoted.toggle() }
      return character == "]" && !isQuoted
    }
  }

  /// One comparison by `eq` (RFC 7644 section 3.4.2.2) or a place; nil for anything else.
  private static func filter(_ text: Substring) -> Step? {
    if let place = Int(text), place >= 0 { return .index(place) }
    let words = text.split(separator: " ", maxSplits: 2)
    guard words.count == 3, words[1].lowercased() == "eq" else { return nil }
    if words[2].hasPrefix("\"") {
      guard let value = (try? JSONReader.read(Array(words[2].utf8)))?.string else { return nil }
      return .element(attribute: String(words[0]), value: value)
    }
    guard !words[2].contains(where: { "\" ".contains($0) }) else { return nil }
    return .element(attribute: String(words[0]), value: String(words[2]))
  }
}

extension JSONValue {
  /// The value at `path`, or nil.
  ///
  /// On a multi-valued attribute without a filter an attribute step goes into the primary element,
  /// or else the first.
  package subscript(path: SCIMPath) -> JSONValue? { following(path.steps[...]) }

  fileprivate func following(_ steps: ArraySlice<SCIMPath.Step>) -> JSONValue? {
    var value = self
    for step in steps {
      guard let next = value.following(step) else { return nil }
      value = next
    }
    return value
  }

  private func following(_ step: SCIMPath.Step) -> JSONValue? {
    switch (step, self) {
    case (.attribute(let name), .object(let object)): return object[ignoringCase: name]
    case (.attribute, .array(let elements)):
      let primary = elements.first { $0["primary"] == true } ?? elements.first
      return primary?.following(step)
    case (.element(let attribute, let value), .array(let elements)):
      return elements.first { $0.has(attribute, value) }
    case (.element(let attribute, let value), .object):
      return has(attribute, value) ? self : nil
    case (.index(let index), .array(let elements)):
      return elements.indices.contains(index) ? elements[index] : nil
    default: return nil
    }
  }

  fileprivate func has(_ attribute: String, _ value: String) -> Bool {
    guard let found = object?[ignoringCase: attribute] else { return false }
    return found.textForComparison == value
  }

  /// The value as a person would write it in a scenario: a string without quotes.
  package var textForComparison: String {
    if case .string(let string) = self { string } else { compactText }
  }
}

extension JSONObject {
  /// The value at `path`, or nil.
  package subscript(path: SCIMPath) -> JSONValue? {
    guard case .attribute(let name)? = path.steps.first else { return nil }
    return self[ignoringCase: name]?.following(path.steps.dropFirst())
  }

  /// Puts `value` at `path`, making objects and elements on the way; nil takes it away.
  package mutating func set(_ path: SCIMPath, _ value: JSONValue?) {
    guard case .attribute(let name)? = path.steps.first else { return }
    set(name, path.steps.dropFirst(), value)
  }

  fileprivate mutating func set(
    _ name: String,
    _ rest: ArraySlice<SCIMPath.Step>,
    _ value: JSONValue?
  ) {
    self[ignoringCase: name] =
      rest.isEmpty ? value : JSONValue.changed(self[ignoringCase: name], rest, value)
  }
}

extension JSONValue {
  fileprivate mutating func set(_ steps: ArraySlice<SCIMPath.Step>, _ value: JSONValue?) {
    guard let step = steps.first else { return }
    let rest = steps.dropFirst()
    // Nothing can be taken away from what holds nothing.
    if value == nil, object == nil, array == nil { return }
    switch step {
    case .attribute(let name):
      var object = self.object ?? JSONObject()
      object.set(name, rest, value)
      self = .object(object)
    case .element(let attribute, let wanted):
      var elements = self.array ?? []
      if let place = elements.firstIndex(where: { $0.has(attribute, wanted) }) {
        if let changed = JSONValue.changed(elements[place], rest, value) {
          elements[place] = changed
        } else {
          elements.remove(at: place)
        }
      } else if value != nil {
        // `primary` is a boolean (RFC 7643 section 2.4).
        let isBoolean = attribute.lowercased() == "primary"
        var element = JSONObject([
          JSONObject.Member(
            key: attribute,
            value: isBoolean ? .boolean(wanted == "true") : .string(wanted)
          )
        ])
        if let changed = JSONValue.changed(.object(element), rest, value)?.object {
          element = changed
        }
        elements.append(.object(element))
      }
      self = .array(elements)
    case .index(let index):
      guard var elements = array, elements.indices.contains(index) else { return }
      if let changed = JSONValue.changed(elements[index], rest, value) {
        elements[index] = changed
      } else {
        elements.remove(at: index)
      }
      self = .array(elements)
    }
  }

  /// What stands at a place after the change; nil where nothing is left.
  fileprivate static func changed(
    _ old: JSONValue?,
    _ rest: ArraySlice<SCIMPath.Step>,
    _ value: JSONValue?
  ) -> JSONValue? {
    if rest.isEmpty { return value }
    if old == nil, value == nil { return nil }
    var changed: JSONValue
    if let old {
      changed = old
    } else if case .element = rest.first {
      changed = .array([])
    } else {
      changed = .object(JSONObject())
    }
    changed.set(rest, value)
    return changed
  }
}
