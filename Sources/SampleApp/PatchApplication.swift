import JSON

/// One operation of a PATCH request (RFC 7644 section 3.5.2).
struct PatchOperation: Sendable, Equatable {
  enum Kind: String, Sendable {
    case add
    case remove
    case replace
  }

  var kind: Kind
  var path: String?
  var value: JSONValue?

  /// Reads a PATCH body; names and operations in whatever case.
  static func read(_ body: JSONObject) throws(SCIMRefusal) -> [PatchOperation] {
    guard let operations = body[ignoringCase: "Operations"]?.array, !operations.isEmpty else {
      throw .init(400, scimType: "invalidSyntax", "Operations is missing or empty")
    }
    var read: [PatchOperation] = []
    for operation in operations {
      guard let operation = operation.object, let word = operation[ignoringCase: "op"]?.string,
        let kind = Kind(rawValue: word.lowercased())
      else {
        throw .init(400, scimType: "invalidSyntax", "op has to be add, remove or replace")
      }
      let path = operation[ignoringCase: "path"]
      if let path, path.string == nil, !path.isNull {
        throw .init(400, scimType: "invalidPath", "path has to be a text")
      }
      let value = operation[ignoringCase: "value"]
      if kind != .remove, value == nil {
        throw .invalidValue("an operation '\(kind.rawValue)' needs a value")
      }
      read.append(PatchOperation(kind: kind, path: path?.string, value: value))
    }
    return read
  }
}

/// What a PATCH path names: `attribute`, `attribute.sub`, `attribute[sub eq "x"].sub`, each
/// perhaps after a schema.
struct PatchPath: Sendable {
  struct Selection: Sendable {
    var attribute: String
    var value: JSONValue

    func accepts(_ element: JSONValue) -> Bool {
      guard let found = element.object?[ignoringCase: attribute] else { return false }
      guard let left = found.string, let right = value.string else { return found == value }
      // Ids are exact; `type` and the like are not (RFC 7643 section 2.4).
      return attribute.lowercased() == "value"
        ? left == right : left.lowercased() == right.lowercased()
    }
  }

  /// The extension's URN; nil for the core schema.
  var schema: String?
  /// nil where the path names the extension as a whole.
  var attribute: String?
  var selection: Selection?
  var subAttribute: String?

  /// - Parameter extensions: The schemas that the path may start with, besides those that the app
  ///   knows by itself.
  init(
    _ text: String,
    _ kind: ResourceKind,
    extensions: [String]
  ) throws(SCIMRefusal) {
    var rest = text.trimmingSpaces[...]
    if rest.lowercased().hasPrefix("urn:") {
      let schemas = [kind.schema, ResourceKind.enterpriseExtension] + extensions
      if let schema = schemas.first(where: { $0.lowercased() == rest.lowercased() }) {
        if schema != kind.schema { self.schema = schema }
        return
      }
      let known = schemas.first { rest.lowercased().hasPrefix($0.lowercased() + ":") }
      guard
        let end = known.map({ rest.index(rest.startIndex, offsetBy: $0.count) })
          ?? rest.prefix(while: { $0 != "[" }).lastIndex(of: ":")
      else { throw Self.invalid(text) }
      let schema = known ?? String(rest[..<end])
      if schema != kind.schema { self.schema = schema }
      rest = rest[rest.index(after: end)...]
    }
    let name = rest.prefix { $0 != "[" && $0 != "." }
    guard !name.isEmpty, !name.contains(where: \.isWhitespace) else { throw Self.invalid(text) }
    attribute = schema == nil ? kind.canonicalName(String(name)) : String(name)
    rest = rest[name.endIndex...]
    if rest.first == "[" {
      guard let close = rest.lastIndex(of: "]") else { throw Self.invalid(text) }
      selection = try Self.selection(rest[rest.index(after: rest.startIndex)..<close], in: text)
      rest = rest[rest.index(after: close)...]
    }
    if rest.isEmpty { return }
    guard rest.first == ".", rest.count > 1, !rest.contains(where: \.isWhitespace) else {
      throw Self.invalid(text)
    }
    subAttribute = String(rest.dropFirst())
  }

  private static func selection(
    _ text: Substring,
    in path: String
  ) throws(SCIMRefusal) -> Selection {
    let words = String(text).trimmingSpaces.split(separator: " ", maxSplits: 2)
    guard words.count == 3, words[1].lowercased() == "eq",
      let value = try? JSONReader.read(String(words[2]))
    else {
      throw .init(
        400,
        scimType: "invalidFilter",
        "the filter in '\(path)' has to be: attribute eq \"value\""
      )
    }
    return Selection(attribute: String(words[0]), value: value)
  }

  private static func invalid(_ path: String) -> SCIMRefusal {
    SCIMRefusal(400, scimType: "invalidPath", "'\(path)' is no path")
  }
}

/// Applies one operation to the attributes of a resource.
///
/// The resource is checked as a whole afterwards, so a refused request changes nothing.
struct PatchApplication {
  var kind: ResourceKind
  var operation: PatchOperation

  func apply(to attributes: inout JSONObject) throws(SCIMRefusal) {
    guard let text = operation.path else { return try applyWithoutPath(to: &attributes) }
    let path = try PatchPath(text, kind, extensions: extensions(of: attributes))
    if path.schema == nil, let attribute = path.attribute,
      kind.readOnlyAttributes.contains(attribute)
    {
      throw .init(400, scimType: "mutability", "\(attribute) is read-only")
    }
    try apply(path, to: &attributes)
  }

  private func applyWithoutPath(to attributes: inout JSONObject) throws(SCIMRefusal) {
    if operation.kind == .remove {
      throw .init(400, scimType: "noTarget", "an operation 'remove' needs a path")
    }
    guard let value = operation.value?.object else {
      throw .invalidValue("without a path, value has to be an object of attributes")
    }
    for member in value.members {
      // Okta, "SCIM 2.0 reference", Update a specific group name: the value repeats the id.
      if kind.readOnlyAttributes.contains(kind.canonicalName(member.key)) { continue }
      var extensions = extensions(of: attributes)
      if member.value.object != nil, isNewExtension(member.key, besides: extensions) {
        extensions.append(member.key)
      }
      let path = try PatchPath(member.key, kind, extensions: extensions)
      try PatchApplication(
        kind: kind,
        operation: PatchOperation(kind: operation.kind, path: member.key, value: member.value)
      ).apply(path, to: &attributes)
    }
  }

  private func extensions(of attributes: JSONObject) -> [String] {
    attributes.keys.filter { $0.lowercased().hasPrefix("urn:") }
  }

  private func isNewExtension(_ key: String, besides extensions: [String]) -> Bool {
    let key = key.lowercased()
    let known = [kind.schema, ResourceKind.enterpriseExtension] + extensions
    return key.hasPrefix("urn:") && !known.contains { key.hasPrefix($0.lowercased() + ":") }
  }

  private func apply(_ path: PatchPath, to attributes: inout JSONObject) throws(SCIMRefusal) {
    guard let schema = path.schema else {
      guard let attribute = path.attribute else {
        // The core schema's URN alone: its attributes stand in the value.
        return try PatchApplication(
          kind: kind,
          operation: PatchOperation(kind: operation.kind, path: nil, value: operation.value)
        ).applyWithoutPath(to: &attributes)
      }
      return try apply(path, attribute, to: &attributes)
    }
    guard let attribute = path.attribute else {
      attributes[ignoringCase: schema] = changed(attributes[ignoringCase: schema])
      return
    }
    var inner = attributes[ignoringCase: schema]?.object ?? [:]
    try apply(path, attribute, to: &inner)
    attributes[ignoringCase: schema] = .object(inner)
  }

  private func apply(
    _ path: PatchPath,
    _ attribute: String,
    to object: inout JSONObject
  ) throws(SCIMRefusal) {
    let name = object.spelling(of: attribute) ?? attribute
    if let selection = path.selection {
      object[name] = try select(selection, path, in: object[name]?.array ?? [])
    } else if let sub = path.subAttribute {
      if let elements = object[name]?.array {
        object[name] = .array(elements.map { changing(sub, of: $0) })
      } else {
        object[name] = changing(sub, of: object[name] ?? [:])
      }
    } else if kind.multiValuedAttributes.contains(name) {
      object[name] = changedElements(object[name]?.array ?? [])
    } else {
      object[name] = changed(object[name])
    }
  }

  /// Changes the elements that the filter of the path selects.
  private func select(
    _ selection: PatchPath.Selection,
    _ path: PatchPath,
    in elements: [JSONValue]
  ) throws(SCIMRefusal) -> JSONValue? {
    let places = elements.indices.filter { selection.accepts(elements[$0]) }
    if places.isEmpty, operation.kind != .remove {
      // Section 3.5.2.3.
      throw .init(400, scimType: "noTarget", "'\(operation.path ?? "")' selects nothing")
    }
    var changed: [JSONValue] = []
    for (place, element) in elements.enumerated() {
      if !places.contains(place) {
        changed.append(element)
      } else if let sub = path.subAttribute {
        changed.append(changing(sub, of: element))
      } else if let value = self.changed(element) {
        changed.append(value)
      }
    }
    return changed.isEmpty ? nil : .array(withOnePrimary(changed, newest: places))
  }

  private func changing(_ sub: String, of value: JSONValue) -> JSONValue {
    var object = value.object ?? [:]
    object[ignoringCase: sub] = changed(object[ignoringCase: sub])
    return .object(object)
  }

  /// The value after the operation; nil for none.
  private func changed(_ old: JSONValue?) -> JSONValue? {
    guard operation.kind != .remove, let new = operation.value else { return nil }
    // Of a complex attribute only the sub-attributes that are sent change (3.5.2.1, 3.5.2.3).
    guard var merged = old?.object, let sent = new.object else { return new }
    for member in sent.members {
      merged[ignoringCase: member.key] = member.value
    }
    return .object(merged)
  }

  /// The elements of a multi-valued attribute after an operation on all of it.
  private func changedElements(_ old: [JSONValue]) -> JSONValue? {
    guard operation.kind != .remove, let value = operation.value else { return nil }
    guard let sent = value.array ?? value.object.map({ [.object($0)] }) else { return value }
    if operation.kind == .replace { return .array(sent) }
    // Section 3.5.2.1: what is there already is not added again.
    var known = Set(old.map(identity))
    let new = sent.filter { known.insert(identity($0)).inserted }
    return .array(withOnePrimary(old + new, newest: Array(old.count..<old.count + new.count)))
  }

  private func identity(_ element: JSONValue) -> String {
    if kind == .group, let member = element["value"]?.string { return member }
    return element.compactText
  }

  /// A new primary element takes the place of the old one (RFC 7644 section 3.5.2).
  private func withOnePrimary(_ elements: [JSONValue], newest: [Int]) -> [JSONValue] {
    guard newest.contains(where: { elements.indices.contains($0) && isPrimary(elements[$0]) })
    else { return elements }
    return elements.enumerated().map { place, element in
      guard !newest.contains(place), isPrimary(element), var object = element.object else {
        return element
      }
      object["primary"] = false
      return .object(object)
    }
  }

  private func isPrimary(_ element: JSONValue) -> Bool { element["primary"]?.boolean == true }
}
