import HTTP
import JSON
import Profiles
import Simulation

/// What a run of one scenario showed: its findings, and its exchanges without what differs anyway.
package struct ScenarioTrace: Sendable {
  package var findings: [Finding]
  package var exchanges: [Step]
  /// The events' places by their lines.
  private var events: [Int: Int]

  /// One exchange as two runs of a scenario can be compared by it.
  package struct Step: Sendable, Hashable {
    /// What it was sent for: the same in each run that came so far.
    package struct Slot: Sendable, Hashable {
      var event: Int?
      var act: Intent.Act
      var attempt: Int
      var subject: String?
      var occasion: Cause.Occasion
    }

    package var slot: Slot
    /// nil where no answer came.
    package var status: Int?
    package var form: Form
    // Apart from what is compared.
    var grant: Int?
    /// The person of its event, whom it is for.
    var person: String?
    /// Of all that was answered.
    var answer: Int

    package static func == (left: Step, right: Step) -> Bool {
      left.slot == right.slot && left.status == right.status && left.form == right.form
    }

    package func hash(into hasher: inout Hasher) {
      hasher.combine(slot)
      hasher.combine(status)
      hasher.combine(form)
    }
  }

  /// What sort of answer it was.
  package enum Form: Sendable, Hashable {
    case empty
    /// With the keys of its root, sorted, and what sort of refusal or list it is.
    case object([String], Sort)
    case json
    /// Of this media type.
    case other(String)
    /// No answer: the failure's name.
    case failure(String)
  }

  package enum Sort: Sendable, Hashable {
    case usual
    /// By its error code: `invalid_scope`, `uniqueness`.
    case refusal(String)
    /// A list response with so many resources.
    case list(Int)
  }

  init(_ result: ScenarioResult) {
    findings = result.findings
    exchanges = result.record.exchanges.map { exchange in
      let event = exchange.intent.event.flatMap { result.record.event($0) }
      return Step(exchange, person: exchange.intent.subject ?? event?.event.person)
    }
    events = Dictionary(
      result.record.events.map { ($0.line, $0.index) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  /// Ids of the findings.
  package var ids: Set<String> { Set(findings.map(\.id)) }

  /// Ids of the findings and of all that followed from them.
  var namedIDs: Set<String> {
    findings.reduce(into: ids) { $0.formUnion($1.consequences.map(\.id)) }
  }

  /// - Parameter number: From 1, as findings name it.
  func exchange(_ number: Int) -> Step? {
    exchanges.indices.contains(number - 1) ? exchanges[number - 1] : nil
  }

  /// Whether each exchange was, byte for byte, what it is in another run.
  func isSame(as other: ScenarioTrace) -> Bool {
    exchanges.count == other.exchanges.count
      && zip(exchanges, other.exchanges).allSatisfy { $0 == $1 && $0.answer == $1.answer }
  }

  /// Whether a finding is about an event: stands on its line, or names an exchange of it.
  func tells(of finding: Finding) -> Bool {
    findings.contains { other in
      other.line == finding.line || other.consequences.contains { $0.line == finding.line }
        || other.exchanges.contains { number in
          guard let event = events[finding.line] else { return false }
          return exchange(number)?.slot.event == event
        }
    }
  }
}

extension ScenarioTrace.Step {
  fileprivate init(_ exchange: Exchange, person: String?) {
    let intent = exchange.intent
    self.person = person
    slot = Slot(
      event: intent.event,
      act: intent.act,
      attempt: intent.attempt,
      subject: intent.subject,
      occasion: intent.occasion
    )
    status = exchange.status
    form = ScenarioTrace.Form(exchange)
    grant = intent.grant
    var hasher = Hasher()
    hasher.combine(exchange.request.url.target)
    hasher.combine(exchange.request.body)
    if let response = exchange.response {
      hasher.combine(response.status)
      hasher.combine(response.body)
      for field in response.fields {
        hasher.combine(field.name.lowercased())
        hasher.combine(field.value)
      }
    }
    answer = hasher.finalize()
  }
}

extension ScenarioTrace.Form {
  fileprivate init(_ exchange: Exchange) {
    switch exchange.result {
    case .failure(let failure):
      // The name of the case, without what it carries.
      self = .failure(
        String("\(Mirror(reflecting: failure).children.first?.label ?? "\(failure)")")
      )
    case .success(let response):
      if response.body.isEmpty {
        self = .empty
      } else if case .value(let value) = exchange.document {
        self =
          value.object.map { object in
            .object(object.members.map(\.key).sorted(), ScenarioTrace.Sort(object))
          } ?? .json
      } else {
        self = .other(response.mediaType?.essence ?? "")
      }
    }
  }
}

extension ScenarioTrace.Sort {
  fileprivate init(_ object: JSONObject) {
    if let code = object["error"]?.string ?? object["scimType"]?.string {
      self = .refusal(code)
    } else if let resources = object["Resources"]?.array {
      self = .list(resources.count)
    } else {
      self = .usual
    }
  }
}
