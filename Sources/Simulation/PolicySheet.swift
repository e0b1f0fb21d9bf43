import HTTP
import JSON
import OAuth

/// What the run saw of the app's token policy: things that the standards leave to the app.
package struct PolicySheet: Sendable, Equatable {
  package struct Row: Sendable, Equatable {
    /// For programs: `refreshTokenRotation`.
    package var key: String
    package var value: String
    /// For people: `a refresh gives a new refresh token`.
    package var words: String
  }

  package var rows: [Row]

  package init(_ results: [ScenarioResult]) {
    let records = results.map(\.record)
    rows = [
      PolicySheet.lifetime(records),
      PolicySheet.rotation(records),
      PolicySheet.idleness(records),
    ].compactMap(\.self)
  }

  package var json: JSONValue {
    .object(JSONObject(rows.map { JSONObject.Member(key: $0.key, value: .string($0.value)) }))
  }

  /// `policy: access tokens live 2 s; a refresh gives a new refresh token`; empty where nothing was
  /// seen.
  package var inWords: String {
    rows.isEmpty ? "" : "policy: " + rows.map(\.words).joined(separator: "; ")
  }

  private static func lifetime(_ records: [ScenarioRecord]) -> Row? {
    let tokens = records.flatMap(\.tokens)
    guard !tokens.isEmpty else { return nil }
    let lifetimes = Set(tokens.map(\.token.expiresIn)).sorted { ($0 ?? .zero) < ($1 ?? .zero) }
    let texts = lifetimes.map { $0?.inSeconds ?? "no stated time" }
    return Row(
      key: "accessTokenLifetime",
      value: texts.joined(separator: ", "),
      words: "access tokens live \(texts.joined(separator: " or "))"
    )
  }

  /// What successful refreshes answered with.
  private static func rotation(_ records: [ScenarioRecord]) -> Row? {
    var kinds: Set<String> = []
    for exchange in records.flatMap(\.tokenExchanges) where exchange.intent.act == .refresh {
      guard let response = exchange.response,
        let token = try? TokenResponse.read(response, exchange.document)
      else {
        continue
      }
      let form = FormURLEncoding.decode(String(decoding: exchange.request.body, as: UTF8.self))
      guard let spent = form["refresh_token"] else { continue }
      kinds.insert(
        token.refreshToken == nil ? "omitted" : token.refreshToken == spent ? "fixed" : "rotated"
      )
    }
    guard let kind = kinds.first else { return nil }
    guard kinds.count == 1 else {
      return Row(
        key: "refreshTokenRotation",
        value: kinds.sorted().joined(separator: ", "),
        words: "refreshes answer now with, now without a new refresh token"
      )
    }
    let words =
      switch kind {
      case "omitted": "a refresh gives no refresh token, the old one stays"
      case "fixed": "a refresh repeats the refresh token"
      default: "a refresh gives a new refresh token"
      }
    return Row(key: "refreshTokenRotation", value: kind, words: words)
  }

  /// The longest time for which a refresh token lay unused and was still good.
  private static func idleness(_ records: [ScenarioRecord]) -> Row? {
    var longest: Duration?
    for record in records {
      let exchanges = record.tokenExchanges
      for (before, exchange) in zip(exchanges, exchanges.dropFirst())
      where exchange.intent.act == .refresh && exchange.response?.isSuccess == true {
        longest = max(longest ?? .zero, exchange.sent - before.received)
      }
    }
    guard let longest, longest >= .seconds(1) else { return nil }
    let whole = Duration.seconds(longest.components.seconds)
    return Row(
      key: "refreshTokenIdleAtLeast",
      value: whole.inSeconds,
      words: "a refresh token is good after \(whole.inSeconds) unused"
    )
  }
}
