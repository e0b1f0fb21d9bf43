import HTTP
import JSON
import OAuth
import Okta
import Profiles
import SCIM
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

  /// A row an exchange; an event that sent nothing has one of its own.
  struct Row: Equatable {
    /// The exchange's number.
    var exchange: Int?
    var instant: Duration
    var event: String
    var method: String
    var place: String
    var status: String
    var note: String
  }

  var rows: [Row] {
    var rows: [Row] = []
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
          Row(
            instant: outcome.started - record.started,
            event: name,
            method: "",
            place: "",
            status: "",
            note: record.shown(nothingSent(outcome))
          )
        )
      }
      for (index, exchange) in exchanges.enumerated() {
        rows.append(row(exchange, index == 0 ? name : ""))
      }
    }
    return rows
  }

  private func short(_ event: LifecycleEvent) -> String {
    event.person.map { "\(event.name) \($0)" } ?? event.name
  }

  private func nothingSent(_ outcome: Outcome) -> String {
    switch outcome.ending {
    case .success: return "nothing to send"
    case .task(let task): return task.message
    case .noGrant(let failure): return failure.message
    }
  }

  private func row(_ exchange: Exchange, _ event: String) -> Row {
    let isSCIM = exchange.intent.party == .serviceProvider
    let path = isSCIM ? record.path(of: exchange) : exchange.request.url.path
    var notes = [note(exchange)]
    notes.append(decision(exchange))
    if exchange.intent.occasion == .look { notes.append("oktasim looks, not Okta") }
    return Row(
      exchange: exchange.number,
      instant: exchange.sent - record.started,
      event: event,
      method: exchange.request.method,
      place: record.shown(isSCIM ? target(exchange, path) : String(path.prefix { $0 != "?" })),
      status: exchange.status.map(String.init) ?? "—",
      note: record.shown(notes.filter { !$0.isEmpty }.joined(separator: "; "))
    )
  }

  /// A look-up with its filter and paging, as a person reads them; the value of the filter by its
  /// beginning, which tells the person.
  private func target(_ exchange: Exchange, _ path: String) -> String {
    guard let mark = path.firstIndex(of: "?") else { return path }
    let query = FormURLEncoding.decode(String(path[path.index(after: mark)...])).map { field in
      var value = field.value
      if field.name == "filter", let open = value.firstIndex(of: "\"") {
        let start = value[value.index(after: open)...].prefix { !"\".@+".contains($0) }
        value = value[...open] + start + "…\""
      }
      return "\(field.name)=\(value)"
    }
    return path[...mark] + query.joined(separator: "&")
  }

  // MARK: Notes

  /// What the answer brought.
  private func note(_ exchange: Exchange) -> String {
    guard let response = exchange.response else { return exchange.failure?.description ?? "" }
    switch exchange.intent.party {
    case .browserPages:
      let query = response.fields["Location"]?.split(separator: "?").last.map(String.init) ?? ""
      return FormURLEncoding.decode(query)["code"] == nil ? "" : "code"
    case .metadata: return ""
    case .tokenEndpoint: return tokens(exchange, response)
    case .serviceProvider: return resource(exchange, response)
    }
  }

  private func tokens(_ exchange: Exchange, _ response: HTTPResponse) -> String {
    let spent = exchange.intent.token.map { "\($0): " } ?? ""
    do throws(TokenResponseError) {
      let token = try TokenResponse.read(response, exchange.document)
      let record = record.tokens.first { $0.exchange == exchange.number }
      let alias = record?.token.value.alias ?? "an access token"
      let life = token.expiresIn.map { "for \($0) s" } ?? "without a stated end"
      let unnamed = token.refreshToken == nil ? "no refresh token" : "a refresh token"
      return "\(spent)\(alias) \(life), \(record?.refreshToken ?? unnamed)"
    } catch {
      if case .refused(_, let code, _) = error { return spent + (code ?? "refused") }
      return "\(spent)\(error)"
    }
  }

  private func resource(_ exchange: Exchange, _ response: HTTPResponse) -> String {
    if !response.isSuccess {
      let error = try? SCIMError.read(exchange.document, status: response.status)
      return error?.detail.map { "\(Quotation($0, upTo: 60))" } ?? ""
    }
    switch exchange.intent.act {
    case .find:
      guard let list = try? ListResponse.read(exchange.document) else { return "" }
      if list.resources.isEmpty { return nothingListed(list) ?? "no match" }
      let id = list.resources.first?.object?[ignoringCase: "id"]?.textForComparison ?? "none"
      let more = list.resources.count - 1
      return "found id \(id)" + (more > 0 ? " and \(more) more" : "")
    case .page:
      guard let list = try? ListResponse.read(exchange.document) else { return "" }
      return nothingListed(list) ?? list.totalResults.map { "\($0) in all" } ?? ""
    case .create:
      let id = exchange.document.object?[ignoringCase: "id"]?.textForComparison
      return id.map { "id \($0)" } ?? "no id"
    default: return ""
    }
  }

  /// That a list counts what it does not list, which is no "no match".
  private func nothingListed(_ list: ListResponse) -> String? {
    guard list.resources.isEmpty, let total = list.totalResults, total > 0 else { return nil }
    return "totalResults \(total), nothing listed"
  }

  /// Which token it carried, how old that was, and what was done about it.
  private func decision(_ exchange: Exchange) -> String {
    if exchange.intent.act == .refresh { return whyRefreshed(exchange) }
    guard exchange.intent.party == .serviceProvider, let alias = exchange.intent.token else {
      return ""
    }
    let isNoteworthy =
      exchange.status == 401 || exchange.intent.attempt > 1
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
    var part = Array(rows[first...min(rows.count - 1, place + Timeline.rowsAfter)])
    // The event that the first of them belongs to.
    if let event = rows[...first].last(where: { !$0.event.isEmpty }), part[0].event.isEmpty {
      part[0].event = event.event
    }
    return text(part, style: style)
  }

  /// The rows in columns, two spaces in front.
  func text(style: TextStyle) -> String { text(rows, style: style) }

  private func text(_ rows: [Row], style: TextStyle) -> String {
    func width(_ column: (Row) -> String) -> Int { rows.map { column($0).count }.max() ?? 0 }
    let event = width(\.event)
    let method = width(\.method)
    // A query stands out: few rows have one.
    let place = min(rows.map { $0.place.prefix { $0 != "?" }.count }.max() ?? 0, 60)
    return rows.map { row in
      let instant = String(format(row.instant)).leftPadded(to: 9)
      let columns = [
        row.event.isEmpty ? String(repeating: " ", count: 9) : instant,
        row.event.padded(to: event),
        row.method.padded(to: method),
        row.place.padded(to: place),
        style.status(row.status.padded(to: 3)),
        row.note,
      ]
      var line = "  " + columns.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }

  private func format(_ duration: Duration) -> String {
    let milliseconds = max(0, duration.nanoseconds / 1_000_000)
    return "\(milliseconds / 1000).\(String(milliseconds % 1000 + 1000).dropFirst())s"
  }
}

extension String {
  func padded(to width: Int) -> String {
    count >= width ? self : self + String(repeating: " ", count: width - count)
  }

  func leftPadded(to width: Int) -> String {
    count >= width ? self : String(repeating: " ", count: width - count) + self
  }
}
