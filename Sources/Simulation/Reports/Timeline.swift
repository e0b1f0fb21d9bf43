import HTTP
import OAuth
import Okta
import Profiles
import World

/// A scenario as it went: each event, the exchanges that it caused, which token, what was decided.
struct Timeline {
  let record: ScenarioRecord
  private let tokens: TokenIndex
  private let refreshesInParallel: Bool

  init(record: ScenarioRecord) {
    self.record = record
    tokens = TokenIndex(record.tokens)
    refreshesInParallel = JudgedClient(record.profile).refreshesInParallel
  }

  var rows: [TimelineRow] {
    var rows: [TimelineRow] = []
    let byEvent = Dictionary(grouping: record.exchanges, by: \.intent.event)
    var groups: [(event: Int?, exchanges: [Exchange])] =
      record.outcomes.map { ($0.event, byEvent[$0.event] ?? []) }
    groups.sort { ($0.event ?? .max) < ($1.event ?? .max) }
    if let rest = byEvent[nil] { groups.append((nil, rest)) }
    for (event, exchanges) in groups {
      let name = event.flatMap { record.event($0)?.event }.map(short) ?? "clean-up"
      let outcome = event.flatMap { record.outcome(of: $0) }
      if exchanges.isEmpty, let outcome {
        rows.append(
          TimelineRow(
            instant: outcome.started - record.started,
            event: name,
            method: "",
            place: "",
            status: "",
            note: isOrgSwitch(event) ? "" : record.shown(nothingSent(outcome))
          )
        )
      }
      let words = outcome.flatMap { sentence($0) ?? leftOut($0) }
      // Behind what Okta sent, before looks at what became of it.
      let last = outcome?.exchanges.last ?? exchanges.last?.number
      for (index, exchange) in exchanges.enumerated() {
        rows.append(row(exchange, index == 0 ? name : ""))
        if exchange.number == last, let outcome, let words {
          rows.append(row(words, outcome))
        }
      }
    }
    return rows
  }

  private func isOrgSwitch(_ event: Int?) -> Bool {
    event.flatMap { record.event($0)?.event.described } is OrgSwitch
  }

  private func short(_ event: LifecycleEvent) -> String {
    (event.person ?? event.group).map { "\(event.name) \($0)" } ?? "\(event)"
  }

  /// What a customer's admin reads of an event that failed, and where: support starts there.
  private func sentence(_ outcome: Outcome) -> String? {
    guard case .task(let task) = outcome.ending else { return nil }
    let logged = task.logEvent.map { " (\($0.rawValue))" } ?? ""
    return record.shown("Okta: \"\(task.message)\"\(logged)")
  }

  /// Whom Okta did not push, which an admin reads in the System Log alone.
  private func leftOut(_ outcome: Outcome) -> String? {
    guard !outcome.leftOut.isEmpty else { return nil }
    let names = outcome.leftOut.prefix(5).joined(separator: ", ")
    let more = outcome.leftOut.count > 5 ? " and \(outcome.leftOut.count - 5) more" : ""
    return record.shown("Okta leaves out \(names)\(more): not at the app, or inactive there")
  }

  private func nothingSent(_ outcome: Outcome) -> String {
    switch outcome.ending {
    case .success:
      return (outcome.silence ?? leftOut(outcome)).map { "nothing to send: \($0)" }
        ?? "nothing to send"
    case .task: return sentence(outcome) ?? ""
    case .noGrant(let failure): return failure.message
    case .notMade(let failure): return failure.reason
    }
  }

  private func row(_ sentence: String, _ outcome: Outcome) -> TimelineRow {
    TimelineRow(
      instant: outcome.ended - record.started,
      event: "",
      method: "",
      place: "",
      status: "",
      note: sentence
    )
  }

  private func specTest(_ exchange: Exchange) -> String? {
    if exchange.intent.deviation == .entitlementTest { return "Okta's test of entitlements" }
    let request = exchange.intent.deviation?.specName.flatMap(SpecRequest.init(rawValue:))
    return request?.number(in: record.profile.scim.version)
      .map { "request \($0) of Okta's SPEC test" }
  }

  private func row(_ exchange: Exchange, _ event: String) -> TimelineRow {
    let isSCIM = exchange.intent.party == .serviceProvider
    let path = isSCIM ? record.path(of: exchange) : exchange.request.url.path
    var notes = [note(exchange)]
    notes.append(decision(exchange))
    let special =
      specTest(exchange) ?? TimelineRow.note(of: exchange.intent.occasion, exchange.intent.act)
    if let special { notes.append(special) }
    return TimelineRow(
      exchange: exchange.number,
      instant: exchange.sent - record.started,
      event: event,
      method: exchange.request.method,
      place: record.shown(isSCIM ? TimelineRow.place(path) : String(path.prefix { $0 != "?" })),
      status: exchange.status.map(String.init) ?? "—",
      note: record.shown(notes.filter { !$0.isEmpty }.joined(separator: "; "))
    )
  }

  // MARK: Notes

  /// What the answer brought.
  private func note(_ exchange: Exchange) -> String {
    if exchange.intent.deviation == .cutAnswer {
      return "the scenario has the connection closed when it is written"
    }
    if exchange.intent.deviation == .lostAnswer {
      return "answered; the scenario has the answer lost"
    }
    guard let response = exchange.response else { return exchange.failure?.description ?? "" }
    switch exchange.intent.party {
    case .browserPages:
      let query = response.fields["Location"]?.split(separator: "?").last.map(String.init) ?? ""
      return FormURLEncoding.decode(query)["code"] == nil ? "" : "code"
    case .metadata, .revocationEndpoint, .hook: return ""
    case .tokenEndpoint:
      let record = record.tokens.first { $0.exchange == exchange.number }
      return AnswerNote.tokens(
        response,
        exchange.document,
        spent: exchange.intent.token,
        access: record?.token.value.alias,
        refresh: record?.refreshToken
      )
    case .serviceProvider:
      let note = AnswerNote.resource(exchange.intent.act, response.status, exchange.document)
      guard response.status == 429 else { return note }
      let limit: String =
        switch RetryAfter(response) {
        case .missing: "no Retry-After"
        case .seconds(let seconds): "Retry-After: \(seconds.components.seconds)"
        case .date(let text), .other(let text): "Retry-After: \(text)"
        }
      return note.isEmpty ? limit : "\(note), \(limit)"
    }
  }

  /// Which token it carried, how old that was, and what was done about it.
  private func decision(_ exchange: Exchange) -> String {
    if exchange.intent.act == .refresh { return whyRefreshed(exchange) }
    if case .rateLimit(let pause) = exchange.intent.repetition {
      return "again, \(pause.inSeconds) after a 429"
    }
    guard exchange.intent.party == .serviceProvider, let alias = exchange.intent.token else {
      return ""
    }
    let isNoteworthy =
      exchange.status == 401 || exchange.intent.repetition == .rejection
      || exchange.intent.occasion == .look
    guard isNoteworthy else { return "" }
    guard let token = tokens.of(exchange) else { return "with \(alias)" }
    let age = exchange.sent - token.receivedAt
    let life = token.token.expiresIn.map { ", lives \($0.inSeconds)" } ?? ""
    return "with \(alias), \(age.inSeconds) old\(life)"
  }

  private func whyRefreshed(_ exchange: Exchange) -> String {
    // Where several refresh at once, the one that is over, not the one that just came.
    let over = tokens.recent(before: exchange).first { token in
      token.token.expiresIn.map { token.receivedAt + $0 <= exchange.sent } ?? false
    }
    guard let before = (refreshesInParallel ? over : nil) ?? tokens.last(before: exchange)
    else { return "" }
    let age = exchange.sent - before.receivedAt
    switch before.ending {
    case .expired:
      // After a skip it is so by the org's clock alone.
      if let lifetime = before.token.expiresIn, age < lifetime {
        return "since \(before.token.value.alias) had expired by Okta's clock"
      }
      let life = before.token.expiresIn.map { " and lives \($0.inSeconds)" } ?? ""
      return "since \(before.token.value.alias) was \(age.inSeconds) old\(life)"
    default:
      // It may have been an altered copy that was rejected, which is no end of the token's own.
      let rejected = record.exchanges[before.exchange..<exchange.number].last {
        $0.intent.party == .serviceProvider && $0.status == 401 && $0.fault == nil
          && $0.intent.occasion == .okta
      }
      return rejected?.intent.token.map { "since the app rejected \($0)" } ?? ""
    }
  }

  private static let rowsBefore = 3
  private static let rowsAfter = 1

  /// The rows around the first of some exchanges; nothing where it is none of them.
  func text(style: TextStyle, around exchanges: [Int]) -> String {
    let rows = self.rows
    guard
      let place = rows.firstIndex(where: { $0.exchange == exchanges.first && $0.exchange != nil })
    else { return "" }
    let first = max(0, place - Timeline.rowsBefore)
    var last = min(rows.count - 1, place + Timeline.rowsAfter)
    // What the admin reads of it is beside.
    if rows[last].exchange == nil, last < rows.count - 1 { last += 1 }
    var part = Array(rows[first...last])
    // The event that the first of them belongs to.
    if let event = rows[...first].last(where: { !$0.event.isEmpty }), part[0].event.isEmpty {
      part[0].event = event.event
    }
    return TimelineRow.text(part, style: style)
  }

  /// The rows in columns.
  func text(style: TextStyle) -> String { TimelineRow.text(rows, style: style) }
}
