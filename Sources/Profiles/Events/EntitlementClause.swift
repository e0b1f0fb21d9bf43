import JSON

extension Clause {
  /// The keys of roles and entitlements in a plan's line.
  static let entitlementKeys = Entitlement.Kind.allCases.map(\.attribute)

  /// Reads what stands behind `role` or `entitlement`: a `displayName`, `#1`, or `none`.
  static func entitlement(
    _ kind: Entitlement.Kind,
    _ key: Word,
    _ reader: inout WordReader,
    _ clauses: inout Clauses
  ) throws(SourceError) {
    let source = reader.source
    guard let word = reader.take() else {
      throw source.mistake(
        "'\(key.text)' names none",
        at: key.span,
        help: "write its displayName behind it, #1 for the first that the app lists, or none"
      )
    }
    let place = clauses.entitlements.firstIndex { $0.kind == kind }
    let known = place.map { clauses.entitlements[$0].names }
    if word.is("none") {
      guard known == nil else {
        throw source.mistake("'\(key.text) none' stands beside another", at: word.span)
      }
      return clauses.entitlements.append(EntitlementChange(kind: kind, names: []))
    }
    if let known, known.isEmpty {
      throw source.mistake("'\(key.text) none' stands beside another", at: word.span)
    }
    let name = try name(word, source)
    if known?.contains(name) ?? false {
      throw source.mistake("'\(key.text) \(word.text)' stands here twice", at: word.span)
    }
    if let place {
      clauses.entitlements[place].names.append(name)
    } else {
      clauses.entitlements.append(EntitlementChange(kind: kind, names: [name]))
    }
  }

  private static func name(
    _ word: Word,
    _ source: SourceText
  ) throws(SourceError) -> EntitlementChange.Name {
    guard !word.isQuoted, word.text.hasPrefix("#") else { return .named(word.text) }
    guard let number = Int(word.text.dropFirst()), (1...999).contains(number) else {
      throw source.mistake(
        "'\(word.text)' is not a number",
        at: word.span,
        help: "write '#1' for the first that the app lists"
      )
    }
    return .numbered(number)
  }

  /// `"roles": ["Editor", 2]`, or null for none.
  static func member(_ change: EntitlementChange) -> JSONObject.Member {
    let names = change.names.map { name -> JSONValue in
      switch name {
      case .named(let name): .string(name)
      case .numbered(let number): .number(JSONNumber(number))
      }
    }
    return JSONObject.Member(
      key: change.kind.attribute,
      value: change.names.isEmpty ? .null : .array(names)
    )
  }
}

extension PlanLine {
  /// The words of a scenario for the roles, or the entitlements, of a line.
  func entitlements(_ kind: Entitlement.Kind) throws(SourceError) -> [Word] {
    let key = kind.attribute
    guard let value = object[key] else { return [] }
    let span = place(key)
    func words(_ text: String, isQuoted: Bool) -> [Word] {
      [Word(text: kind.rawValue, span: span), Word(text: text, isQuoted: isQuoted, span: span)]
    }
    if value.isNull { return words("none", isQuoted: false) }
    guard let names = value.array, !names.isEmpty else {
      throw source.mistake("'\(key)' is no list with names, nor null", at: span)
    }
    var all: [Word] = []
    for name in names {
      if let text = name.string {
        all += words(text, isQuoted: true)
      } else if let number = name.integer {
        all += words("#\(number)", isQuoted: false)
      } else {
        throw source.mistake("'\(key)' holds \(name.kindInWords)", at: span)
      }
    }
    return all
  }
}
