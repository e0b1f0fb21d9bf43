import JSON
import Profiles
import World

/// Reads a baseline: a list of `{"scenario", "finding", "event", "status", "reason", "until"}`.
package struct BaselineReader {
  private static let required = ["scenario", "finding", "reason"]
  private static let optional = ["event", "status", "until", "comment"]

  private let document: JSONDocument
  private let scenarios: [String]?
  private var mistakes = Mistakes()

  /// - Parameters:
  ///   - scenarios: The names that an entry may have; nil for any.
  ///   - today: What decides which entries are past.
  package static func read(
    _ path: String,
    scenarios: [String]?,
    today: CalendarDay
  ) throws(Mistakes) -> Baseline {
    let document: JSONDocument
    do throws(SourceError) {
      document = try JSONReader.readDocument(
        TextFile.read(
          path,
          what: "baseline",
          otherwise: "'oktasim baseline add' makes one"
        )
      )
    } catch {
      throw Mistakes([error])
    }
    var reader = BaselineReader(document: document, scenarios: scenarios)
    let entries = reader.entries()
    try reader.mistakes.throwIfAny()
    return Baseline(file: path, entries: entries, today: today)
  }

  private init(document: JSONDocument, scenarios: [String]?) {
    self.document = document
    self.scenarios = scenarios
  }

  private mutating func entries() -> [Baseline.Entry] {
    guard let list = document.value.array else {
      add("a baseline is a list, and this is \(document.value.kindInWords)", help: "write [ … ]")
      return []
    }
    var entries: [Baseline.Entry] = []
    for (index, value) in list.enumerated() {
      let place = JSONPointer.root.appending(index)
      guard let object = value.object else {
        add("an entry is an object, and this is \(value.kindInWords)", at: place)
        continue
      }
      guard let entry = entry(object, place) else { continue }
      if let other = entries.first(where: entry.isSame) {
        add("\(entry.words) is known from line \(other.position.line)", at: place)
        continue
      }
      entries.append(entry)
    }
    return entries
  }

  private mutating func entry(_ object: JSONObject, _ place: JSONPointer) -> Baseline.Entry? {
    let before = mistakes.all.count
    let known = Self.required + Self.optional
    for key in object.keys where !known.contains(key) {
      let mistake = document.keyError(
        "there is no key '\(key)' in an entry",
        at: place.appending(key),
        help: Suggestion.help(
          for: key,
          among: known,
          otherwise: "its keys are \(known.joined(separator: ", "))"
        )
      )
      mistakes.add(mistake)
    }
    for key in Self.required where object[key] == nil {
      add("the entry has no '\(key)'", at: place, help: Self.wanted(key))
    }
    var entry = Baseline.Entry(
      scenario: text(object, "scenario", place) ?? "",
      finding: text(object, "finding", place) ?? "",
      reason: text(object, "reason", place) ?? ""
    )
    entry.event = text(object, "event", place)
    entry.comment = text(object, "comment", place)
    checkFinding(entry.finding, place)
    checkScenario(entry.scenario, place)
    if let value = object["status"] {
      entry.status = value.integer.flatMap { (100...599).contains($0) ? $0 : nil }
      if entry.status == nil {
        let place = place.appending("status")
        add("'status' is no HTTP status", at: place, help: "write a number: 403")
      }
    }
    if let until = text(object, "until", place) {
      entry.until = CalendarDay(until)
      if entry.until == nil {
        add("'\(until)' is no day", at: place.appending("until"), help: "write 2027-01-31")
      }
    }
    if let start = document.valueRange(at: place)?.lowerBound {
      entry.position = document.source.position(ofByte: start)
    }
    return mistakes.all.count == before ? entry : nil
  }

  private static func wanted(_ key: String) -> String {
    switch key {
    case "scenario": "write the scenario's name, such as token-expiry"
    case "finding": "write what stands in brackets behind the finding: F-02.wrong-status"
    default: "write why it is accepted"
    }
  }

  private mutating func text(
    _ object: JSONObject,
    _ key: String,
    _ place: JSONPointer
  ) -> String? {
    guard let value = object[key] else { return nil }
    guard let text = value.string else {
      add("'\(key)' is \(value.kindInWords)", at: place.appending(key), help: "write a string")
      return nil
    }
    guard !text.allSatisfy(\.isWhitespace) else {
      add("'\(key)' is empty", at: place.appending(key), help: Self.wanted(key))
      return nil
    }
    return text
  }

  private mutating func checkFinding(_ id: String, _ place: JSONPointer) {
    guard let mistake = Self.mistake(finding: id) else { return }
    add(mistake.problem, at: place.appending("finding"), help: mistake.help)
  }

  /// What is wrong with the id of a finding; nil where there is such a kind.
  package static func mistake(finding id: String) -> (problem: String, help: String?)? {
    let kinds = FindingKind.allCases.map(\.rawValue)
    guard !id.isEmpty, !kinds.contains(id) else { return nil }
    return (
      "there is no finding '\(id)'",
      Suggestion.help(
        for: id,
        among: kinds,
        otherwise: "'oktasim failure-modes' lists them"
      )
    )
  }

  private mutating func checkScenario(_ name: String, _ place: JSONPointer) {
    guard let scenarios, !name.isEmpty, !scenarios.contains(name), name != ProbeGrant.name else {
      return
    }
    add(
      "there is no scenario '\(name)'",
      at: place.appending("scenario"),
      help: Suggestion.help(
        for: name,
        among: scenarios,
        otherwise: "'oktasim run <profile> --list' lists them"
      )
    )
  }

  private mutating func add(
    _ problem: String,
    at place: JSONPointer = .root,
    help: String? = nil
  ) {
    mistakes.add(document.error(problem, at: place, help: help))
  }
}
