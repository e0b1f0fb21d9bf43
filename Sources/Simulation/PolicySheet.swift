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

  package init(_ results: [ScenarioResult], _ probe: ProbeResult? = nil) {
    rows = [
      PolicySheet.lifetime(results.map(\.record)),
      PolicySheet.rotation(results.map(\.policy)),
      PolicySheet.idleness(results.map(\.policy)),
      PolicySheet.reuse(results.map(\.policy)),
      PolicySheet.oldAccess(results.map(\.policy)),
      probe?.isOneGrantAtATime == true
        ? Row(
          key: "grants",
          value: "one-at-a-time",
          words: "a new grant ends the one before"
        ) : nil,
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
  private static func rotation(_ facts: [PolicyFacts]) -> Row? {
    let kinds = facts.reduce(into: Set<Rotation>()) { $0.formUnion($1.rotations) }
    guard let kind = kinds.first else { return nil }
    guard kinds.count == 1 else {
      return Row(
        key: "refreshTokenRotation",
        value: kinds.map(\.rawValue).sorted().joined(separator: ", "),
        words: "refreshes answer now with, now without a new refresh token"
      )
    }
    let words =
      switch kind {
      case .omitted: "a refresh gives no refresh token"
      case .repeated: "a refresh repeats the refresh token"
      case .rotated: "a refresh gives a new refresh token"
      }
    return Row(key: "refreshTokenRotation", value: kind.rawValue, words: words)
  }

  /// What becomes of an access token that was replaced before its end.
  private static func oldAccess(_ facts: [PolicyFacts]) -> Row? {
    let seen = facts.reduce(into: Set<PolicyFacts.Reuse>()) { $0.formUnion($1.oldAccess) }
    guard let one = seen.first else { return nil }
    let value =
      seen.count > 1 ? "served or refused" : one == .granted ? "served" : "refused"
    return Row(
      key: "replacedAccessToken",
      value: value,
      words: "an access token that a refresh replaced is \(value) until its end"
    )
  }

  /// What becomes of a refresh token that was replaced.
  private static func reuse(_ facts: [PolicyFacts]) -> Row? {
    let granted = facts.compactMap(\.longestReuse).max()
    let refused = facts.compactMap(\.earliestRefusal).min()
    guard granted != nil || refused != nil else { return nil }
    let value = [
      granted.map { "granted after \($0.inSeconds)" },
      refused.map { "refused after \($0.inSeconds)" },
    ].compactMap(\.self).joined(separator: ", ")
    return Row(
      key: "spentRefreshToken",
      value: value,
      words: "a spent refresh token was \(value)"
    )
  }

  /// The longest time for which a refresh token lay unused and was still good.
  private static func idleness(_ facts: [PolicyFacts]) -> Row? {
    let longest = facts.compactMap(\.longestIdle).max()
    guard let longest, longest >= .seconds(1) else { return nil }
    let whole = Duration.seconds(longest.components.seconds)
    return Row(
      key: "refreshTokenIdleAtLeast",
      value: whole.inSeconds,
      words: "a refresh token is good after \(whole.inSeconds) unused"
    )
  }
}
