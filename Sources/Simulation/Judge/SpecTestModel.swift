import HTTP
import JSON
import Okta
import Profiles
import SCIM
import World

/// Holds each answer against what Okta's own SPEC test asserts of it.
struct SpecTestModel: Sendable {
  /// What the create has sent.
  private var created: JSONObject?
  /// Whether the app has acknowledged somebody.
  private var hasSomebody = false

  mutating func take(_ reading: Reading, _ observations: inout Observations) {
    defer {
      if reading.intent.act == .create, reading.intent.resource == .user, reading.isSuccess {
        hasSomebody = true
      }
    }
    guard let request = reading.specRequest,
      let kind = FindingKind.spec(request, reading.version.inProfiles)
    else { return }
    let test =
      kind.specPlace.map { "Okta's SPEC test, request \($0.number)" }
      ?? "Okta's test of entitlements"
    let words = "\(test) (\(request.rawValue)): "
    if request == .create { created = reading.sent ?? created }
    guard reading.isSound, let status = reading.status else { return }
    if request != .findWithBadToken {
      // Other findings tell of a credential that the app does not take; a limit is for a pause.
      if reading.isDead || status == 401 || status == 429 { return }
    } else if status == 429 {
      return
    }
    let failures = failures(of: request, reading)
    if !failures.isEmpty {
      var message = words + failures.joined(separator: "; ")
      if SpecTestModel.bringsID(request), SpecTestModel.id(request, reading) == nil {
        message += "; so a later request has nobody to name"
      }
      // Okta's file calls them optional: an app may do without.
      let isLeftOut = request.isOfDiscovery && [404, 501].contains(status)
      observations.add(
        Observation(kind, message, [reading.number], level: isLeftOut ? .may : nil)
      )
    }
    let time = reading.exchange.received - reading.exchange.sent
    if let limit = SpecAssertion.limit(of: request, reading.version).map(Duration.milliseconds),
      time >= limit
    {
      observations.add(
        Observation(
          .specResponseTime,
          words + "the answer took \(time.inSeconds), not less than \(limit.inSeconds)",
          [reading.number]
        )
      )
    }
  }

  private static func bringsID(_ request: SpecRequest) -> Bool {
    SpecRequest.allCases.contains { $0.source == request }
  }

  /// The id that later requests name.
  private static func id(_ request: SpecRequest, _ reading: Reading) -> JSONValue? {
    guard reading.isSuccess, let object = reading.object else { return nil }
    return value(at: request == .listUsers ? "Resources[0].id" : "id", in: object)
  }

  /// What the answer fails, in words; of one with another status only that.
  private func failures(of request: SpecRequest, _ reading: Reading) -> [String] {
    var failures: [String] = []
    // Why nobody could be made is told of the create.
    let isExcused =
      request == .listUsers && !hasSomebody && SpecTestModel.listsNobody(reading)
    var missing = isExcused ? ["Resources"] : []
    for assertion in SpecAssertion.all(of: request, reading.version) {
      if let path = assertion.path, missing.contains(where: path.hasPrefix) { continue }
      guard let failure = failure(of: assertion, reading), !failures.contains(failure) else {
        continue
      }
      failures.append(failure)
      if case .status = assertion { break }
      guard reading.object != nil else { return ["the answer is no JSON object"] }
      if let parent = assertion.parent { missing.append(parent) }
    }
    return failures
  }

  private func failure(of assertion: SpecAssertion, _ reading: Reading) -> String? {
    if case .status(let wanted) = assertion {
      return reading.status == wanted
        ? nil : "HTTP \(reading.status ?? 0), not \(wanted)\(reading.saying)"
    }
    let object = reading.object ?? [:]
    func value(_ path: String) -> JSONValue? { SpecTestModel.value(at: path, in: object) }
    switch assertion {
    case .status: return nil
    case .notEmpty(let path):
      guard let found = value(path) else { return "\(path) is missing" }
      return SpecTestModel.isEmpty(found) ? "\(path) is empty" : nil
    case .isNumber(let path):
      guard let found = value(path) else { return "\(path) is missing" }
      if case .number = found { return nil }
      return "\(path) is \(found.kindInWords), not a number"
    case .schema(let schema):
      let schemas = value("schemas")?.array ?? []
      return schemas.contains(.string(schema)) ? nil : "schemas lacks \(schema)"
    case .equals(let path, let wanted): return difference(path, value(path), wanted)
    case .isAsCreated(let path):
      let wanted = created.flatMap { SpecTestModel.value(at: path, in: $0) }
      return difference(path, value(path), wanted?.textForComparison ?? "")
    case .isAskedID: return difference("id", value("id"), reading.intent.id ?? "")
    case .listsSomebody:
      guard value("totalResults")?.integer ?? 0 >= 1, value("Resources")?.array == nil else {
        return nil
      }
      return "Resources is no list"
    }
  }

  private func difference(_ path: String, _ found: JSONValue?, _ wanted: String) -> String? {
    guard let found else { return "\(path) is missing" }
    if found.textForComparison == wanted { return nil }
    return "\(path) is \"\(Quotation(found.textForComparison, upTo: 80))\", not "
      + "\"\(Quotation(wanted, upTo: 80))\""
  }

  /// Whether the app says that it has nobody.
  private static func listsNobody(_ reading: Reading) -> Bool {
    guard let object = reading.object, value(at: "totalResults", in: object)?.integer == 0 else {
      return false
    }
    return value(at: "Resources", in: object)?.array?.isEmpty ?? true
  }

  private static func isEmpty(_ value: JSONValue) -> Bool {
    switch value {
    case .null: true
    case .string(let text): text.isEmpty
    case .array(let elements): elements.isEmpty
    case .object(let object): object.members.isEmpty
    case .number, .boolean: false
    }
  }

  /// What stands at a path as Okta's test writes it: `Resources[0].name.familyName`.
  ///
  /// Keys count with their case, as in the test runner.
  private static func value(at path: String, in object: JSONObject) -> JSONValue? {
    path.split(separator: ".").reduce(JSONValue.object(object)) { found, step in
      let key = step.prefix { $0 != "[" }
      let member = found?.object?[String(key)]
      return key.count == step.count ? member : member?.array?.first
    }
  }
}
