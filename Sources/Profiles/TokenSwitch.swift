import OAuth

/// A setting of the link, not of `okta`, that Okta's public record leaves open (okta-behaviour, section
/// 2.5, 2.7 and its final table).
package struct TokenSwitch: Sendable {
  /// Its path in a profile.
  package var name: String
  package var mark: Switch.Mark
  package var evidence: String
  /// What a profile says; nil where its mode has no tokens.
  private var read: @Sendable (Settings) -> String

  private typealias Settings = (client: Authentication.ClientAuthentication, refresh: RefreshPolicy)

  package var defaultValue: String { read((.post, RefreshPolicy())) }

  /// - Returns: nil where the mode has no such setting.
  package func value(in authentication: Authentication) -> String? {
    switch authentication {
    case .authorizationCode(let settings): read((settings.client.authentication, settings.refresh))
    case .clientCredentials(let settings): read((settings.client.authentication, settings.refresh))
    case .bearer, .header, .basic, .unauthenticated: nil
    }
  }

  /// In the order in which `oktasim switches` prints them.
  package static let all: [TokenSwitch] = [
    TokenSwitch(
      name: "authentication.clientAuthentication",
      mark: .reported,
      evidence:
        "an app in production with Okta reads the form alone; Basic is not evidenced; whether "
        + "private_key_jwt is ever used for SCIM is unknown",
      read: { $0.client.rawValue }
    ),
    TokenSwitch(
      name: "authentication.refresh.trigger",
      mark: .unknown,
      evidence:
        "Okta refreshes when a SCIM request is due; by stored expiry, by a 401 or both is open",
      read: { $0.refresh.trigger.rawValue }
    ),
    TokenSwitch(
      name: "authentication.refresh.margin",
      mark: .unknown,
      evidence: "whether a token is refreshed some time before its end is not published",
      read: { DurationText.format($0.refresh.margin) }
    ),
    TokenSwitch(
      name: "authentication.refresh.concurrency",
      mark: .unknown,
      evidence: "whether parallel jobs share one refresh is not published",
      read: { $0.refresh.concurrency.rawValue }
    ),
    TokenSwitch(
      name: "authentication.refresh.keepOldRefreshToken",
      mark: .reported,
      evidence:
        "an app that rotates works with Okta; its old tokens stay good, so it proves little",
      read: { $0.refresh.keepOldRefreshToken.rawValue }
    ),
    TokenSwitch(
      name: "authentication.refresh.missingExpiresIn",
      mark: .unknown,
      evidence: "what Okta makes of an answer without expires_in is not published",
      read: { $0.refresh.missingExpiresIn.rawValue }
    ),
  ]
}
