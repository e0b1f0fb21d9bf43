/// One way in which provisioning with short-lived tokens goes wrong, as the catalogue has it.
///
/// `F-` is for tokens and grants, `S-` for SCIM. A kind of finding names those that it shows, a
/// scenario's `Covers:` those that it would meet.
package struct FailureMode: Sendable, Equatable {
  /// `F-01`.
  package var id: String
  package var title: String

  /// The kinds of finding that show it, in the order of their table.
  package var kinds: [FindingKind] { FindingKind.allCases.filter { $0.row.modes.contains(id) } }

  /// Why no shipped scenario provokes it; nil where one does, or for SCIM's own.
  package var reason: String? { FailureMode.reasons[id] }

  private static let client =
    "a habit of the client's: tests of oktasim's own client prove it right"

  /// Only section D of the catalogue, what needs load, and what comes with Okta's SCIM side.
  private static let reasons = [
    "F-33": "it shows under load alone",
    "F-34": client, "F-35": "a habit of many clients at once, which shows under load alone",
    "F-36": client, "F-37": client, "F-39": client, "F-41": client, "F-42": client,
  ]

  /// - Parameter id: `F-01`.
  package static func named(_ id: String) -> FailureMode? { all.first { $0.id == id } }

  package static let all: [FailureMode] = titles.map { FailureMode(id: $0.0, title: $0.1) }

  private static let titles = [
    ("F-01", "Expired access token still accepted"),
    ("F-02", "Expired token answered with the wrong status"),
    ("F-03", "401 without a usable challenge"),
    ("F-04", "Stated lifetime differs from the enforced one"),
    ("F-05", "Token revoked before its time"),
    ("F-06", "Fresh token not yet usable"),
    ("F-07", "Validation cache outlives the token"),
    ("F-08", "Old access token after a refresh"),
    ("F-09", "Token too long or with awkward characters"),
    ("F-10", "Extreme lifetimes"),
    ("F-11", "expires_in missing"),
    ("F-12", "expires_in of the wrong type or unit"),
    ("F-13", "Refresh answer omits the refresh token"),
    ("F-14", "Same refresh token returned, yet revoked"),
    ("F-15", "Error in the wrong dress"),
    ("F-16", "Token answer may be cached"),
    ("F-17", "No refresh token although asked"),
    ("F-18", "Answer lost after rotation"),
    ("F-19", "Concurrent refresh read as theft"),
    ("F-20", "Race mints several valid pairs"),
    ("F-21", "Grace window built wrongly"),
    ("F-22", "Reuse after the window not detected, or not followed through"),
    ("F-23", "Failed request burns the refresh token"),
    ("F-24", "Refresh token not bound to the client, or no authentication asked"),
    ("F-25", "Unknown refresh token accepted"),
    ("F-26", "Scope changes on refresh"),
    ("F-27", "Refresh fails once the access token has expired"),
    ("F-28", "Refresh token dies of age or of idleness"),
    ("F-29", "Restart, redeploy or second replica loses grants"),
    ("F-30", "Outage inside the server spoils the grant"),
    ("F-31", "Revocation does not reach the grant"),
    ("F-32", "Client secret rotated or Basic credentials mis-encoded"),
    ("F-33", "Token tables grow, or the sweeper removes the wrong rows"),
    ("F-34", "Margin at least as long as the lifetime"),
    ("F-35", "Refresh storm"),
    ("F-36", "Transient failure taken as final"),
    ("F-37", "Dead grant retried for ever"),
    ("F-38", "401 → refresh → 401 loop"),
    ("F-39", "Retry after 401 changes the request"),
    ("F-40", "No refresh on 401 at all"),
    ("F-41", "Clock skew, either sign"),
    ("F-42", "Local time or naive date in the expiry"),
    ("F-43", "Rotated token not kept"),
    ("F-44", "Expiry in the middle of an import"),
    ("F-45", "Expiry between look-up and write"),
    ("F-46", "POST repeated after an unclear outcome"),
    ("F-47", "Rate limit meets refresh"),
    ("F-48", "Quiet link dies unnoticed"),
    ("F-49", "Deactivation lost behind a token failure"),
    ("F-50", "Tenants mixed up"),
    ("F-51", "Answer later than the client waits"),
    ("F-52", "Code used twice, or by two at once"),
    ("F-53", "Code lives too long, or too short"),
    ("F-54", "Redirect URI, state, PKCE or client not bound to the code"),
    ("F-55", "Authorization refused or abandoned"),
    ("F-56", "Token endpoint redirects"),
    ("F-57", "Grant tied to the approver's browser session"),
    ("F-58", "Another grant of the same person and client is killed"),
    ("F-59", "A filter in front of the machine endpoints"),
    ("F-60", "Revocation does nothing once the access token is dead"),
    ("F-61", "Grant older than its parts"),
    ("F-62", "Refresh gated by an unrelated sign-in policy"),
    ("F-63", "Product of a refresh dead on arrival, or its successor withheld"),
    ("S-01", "Acknowledged, not done"),
    ("S-02", "The look-up misses what is there"),
    ("S-03", "The look-up finds too much"),
    ("S-04", "Refused, yet done"),
    ("S-05", "active works one way"),
    ("S-06", "The echo is refused"),
    ("S-07", "The PUT loses"),
    ("S-08", "A repeated create"),
    ("S-09", "Paging arithmetic"),
    ("S-10", "Group push in Okta's order"),
    ("S-11", "Set arithmetic"),
    ("S-12", "Stale ids"),
    ("S-13", "Media type"),
    ("S-14", "The connection test's body"),
    ("S-15", "The placeholder password"),
    ("S-16", "Required by the look-up"),
    ("S-17", "The link kills itself"),
    ("S-18", "Errors in another dress"),
    ("S-19", "One bucket for all"),
    ("S-20", "Slow list"),
  ]
}
