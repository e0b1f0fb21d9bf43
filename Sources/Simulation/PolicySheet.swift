import JSON
import OAuth
import Profiles

/// What the run saw of the app's token policy: things that the standards leave to the app.
package struct PolicySheet: Sendable, Equatable {
  package struct Evidence: Sendable, Equatable {
    package var scenario: String
    package var exchange: Int
  }

  package struct Row: Sendable, Equatable {
    /// For programs: `rotation`.
    package var name: String
    package var value: String
    /// For people: `a refresh gives a new refresh token`.
    package var words: String
    package var evidence: [Evidence] = []
  }

  package private(set) var rows: [Row] = []
  private let results: [ScenarioResult]

  package static func == (left: PolicySheet, right: PolicySheet) -> Bool { left.rows == right.rows }

  package init(_ results: [ScenarioResult], _ probe: ProbeResult? = nil) {
    self.results = results
    rows = [
      lifetime(), accessTokenEnd(), rotation(), idleness(), grantAge(), reuse(), oldAccess(),
      grants(probe), client(),
    ].compactMap(\.self)
  }

  package var json: JSONValue {
    .array(
      rows.map { row in
        [
          "name": .string(row.name),
          "value": .string(row.value),
          "evidence": .array(
            row.evidence.map { evidence in
              [
                "scenario": .string(evidence.scenario),
                "exchange": .number(JSONNumber(evidence.exchange)),
              ]
            }
          ),
        ]
      }
    )
  }

  /// `policy: access tokens live 2 s`, and below it a line for each other row; empty where nothing was
  /// seen.
  package var inWords: String {
    let title = "policy: "
    let margin = String(repeating: " ", count: title.count)
    return rows.isEmpty ? "" : title + rows.map(\.words).joined(separator: "\n" + margin)
  }

  // MARK: What was seen

  private func exchanges(_ fact: KeyPath<PolicyFacts, Int?>) -> [Evidence] {
    results.compactMap { result in
      result.policy[keyPath: fact].map { evidence($0, of: result) }
    }
  }

  private func evidence(_ exchange: Int, of result: ScenarioResult) -> Evidence {
    Evidence(scenario: result.record.scenario.name, exchange: exchange)
  }

  /// The longest of a span in all scenarios, or the shortest, and where it shows.
  private func span(
    _ fact: KeyPath<PolicyFacts, PolicyFacts.Span?>,
    isLongest: Bool
  ) -> (length: Duration, evidence: Evidence)? {
    let spans = results.compactMap { result in
      result.policy[keyPath: fact].map { ($0.length, evidence($0.exchange, of: result)) }
    }
    return isLongest ? spans.max { $0.0 < $1.0 } : spans.min { $0.0 < $1.0 }
  }

  // MARK: Rows

  private func lifetime() -> Row? {
    var evidence: [Duration?: Evidence] = [:]
    for result in results {
      for token in result.record.tokens where evidence[token.token.expiresIn] == nil {
        evidence[token.token.expiresIn] = self.evidence(token.exchange, of: result)
      }
    }
    guard !evidence.isEmpty else { return nil }
    let lifetimes = evidence.keys.sorted { ($0 ?? .zero) < ($1 ?? .zero) }
    let texts = lifetimes.map { $0?.inSeconds ?? "no stated time" }
    return Row(
      name: "accessTokenLifetime",
      value: texts.joined(separator: ", "),
      words: "access tokens live \(texts.joined(separator: " or "))",
      evidence: lifetimes.compactMap { evidence[$0] }
    )
  }

  /// The true end of access tokens beside the stated one, as far as they were shown after it.
  private func accessTokenEnd() -> Row? {
    let served = span(\.servedPastEnd, isLongest: true)
    let refused = span(\.refusedPastEnd, isLongest: false)
    guard served != nil || refused != nil else { return nil }
    let value = [
      served.map { "served \($0.length.inSeconds) after" },
      refused.map { "refused \($0.length.inSeconds) after" },
    ].compactMap(\.self).joined(separator: ", ")
    return Row(
      name: "accessTokenEnd",
      value: value,
      words: "an access token is \(value) its stated end",
      evidence: [served?.evidence, refused?.evidence].compactMap(\.self)
    )
  }

  /// What successful refreshes answered with.
  private func rotation() -> Row? {
    var evidence: [Rotation: Evidence] = [:]
    for result in results {
      for (rotation, exchange) in result.policy.rotations where evidence[rotation] == nil {
        evidence[rotation] = self.evidence(exchange, of: result)
      }
    }
    let kinds = evidence.keys.sorted { $0.rawValue < $1.rawValue }
    guard let kind = kinds.first else { return nil }
    let words =
      switch kind {
      case _ where kinds.count > 1:
        "refreshes answer now with, now without a new refresh token"
      case .omitted: "a refresh gives no refresh token"
      case .repeated: "a refresh repeats the refresh token"
      case .rotated: "a refresh gives a new refresh token"
      }
    return Row(
      name: "rotation",
      value: kinds.map(\.rawValue).joined(separator: ", "),
      words: words,
      evidence: kinds.compactMap { evidence[$0] }
    )
  }

  /// What becomes of an access token that was replaced before its end.
  private func oldAccess() -> Row? {
    let seen = PolicyFacts.Reuse.allCases.compactMap { reuse -> (PolicyFacts.Reuse, Evidence)? in
      results.lazy.compactMap { result in
        result.policy.oldAccess[reuse].map { (reuse, evidence($0, of: result)) }
      }.first
    }
    guard let one = seen.first else { return nil }
    let value =
      seen.count > 1 ? "served or refused" : one.0 == .granted ? "served" : "refused"
    return Row(
      name: "replacedAccessToken",
      value: value,
      words: "an access token that a refresh replaced is \(value) until its end",
      evidence: seen.map(\.1)
    )
  }

  /// What becomes of a refresh token that was replaced.
  private func reuse() -> Row? {
    let granted = span(\.longestReuse, isLongest: true)
    let refused = span(\.earliestRefusal, isLongest: false)
    guard granted != nil || refused != nil else { return nil }
    let value = [
      granted.map { "granted after \($0.length.inSeconds)" },
      refused.map { "refused after \($0.length.inSeconds)" },
    ].compactMap(\.self).joined(separator: ", ")
    return Row(
      name: "spentRefreshToken",
      value: value,
      words: "a spent refresh token was \(value)",
      evidence: [granted?.evidence, refused?.evidence].compactMap(\.self)
    )
  }

  /// The longest time for which a refresh token lay unused and was still good.
  private func idleness() -> Row? {
    atLeast(\.longestIdle, "refreshTokenIdleAtLeast") {
      "a refresh token is good after \($0) unused"
    }
  }

  /// How old a grant was that was still refreshed.
  private func grantAge() -> Row? {
    atLeast(\.grantAge, "grantAgeAtLeast") { "a grant \($0) after its authorization" }
  }

  private func atLeast(
    _ fact: KeyPath<PolicyFacts, PolicyFacts.Span?>,
    _ name: String,
    _ words: (String) -> String
  ) -> Row? {
    guard let span = span(fact, isLongest: true), span.length >= .seconds(1) else { return nil }
    let whole = Duration.seconds(span.length.components.seconds).inSeconds
    return Row(name: name, value: whole, words: words(whole), evidence: [span.evidence])
  }

  /// Whether two grants of one admin live side by side.
  private func grants(_ probe: ProbeResult?) -> Row? {
    if probe?.isOneGrantAtATime == true {
      return Row(
        name: "grants",
        value: "one-at-a-time",
        words: "a new grant ends the one before"
      )
    }
    let evidence = exchanges(\.besideNewer)
    guard let first = evidence.first else { return nil }
    return Row(
      name: "grants",
      value: "side-by-side",
      words: "two grants of one admin live side by side",
      evidence: [first]
    )
  }

  /// How the client was authenticated that got tokens.
  private func client() -> Row? {
    guard let result = results.first(where: { !$0.record.tokens.isEmpty }),
      let token = result.record.tokens.first,
      let method = result.record.profile.authentication.client?.authentication
    else { return nil }
    return Row(
      name: "clientAuthentication",
      value: method.rawValue,
      words: "the client authenticates by \(method.rawValue)",
      evidence: [evidence(token.exchange, of: result)]
    )
  }
}
