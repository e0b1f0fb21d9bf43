import Profiles

/// What is known of Okta's requests was read there; the key is what an explanation prints.
package enum OktaSource: String, Sendable, CaseIterable {
  case adrian = "ADRIAN"
  case apiConn = "APICONN"
  case beta = "BETA"
  case coder = "CODER"
  case concept = "CONCEPT"
  case devforum1230 = "F-1230"
  case devforum3389 = "F-3389"
  case devforum6711 = "F-6711"
  case devforum22746 = "F-22746"
  case devforum23347 = "F-23347"
  case devforum27262 = "F-27262"
  case eventTypes = "EVT"
  case firezone = "FZ"
  case fleet = "FLEET53446"
  case fusion = "FUSION3212"
  case gitLab = "GL25649"
  case growthbook = "GB1680"
  case guide = "GUIDE18"
  case kbAccept = "KB-ACCEPT"
  case kbNamespace = "KB-NS"
  case kbPassword = "KB-PWD"
  case kbRefresh = "KB-REFRESH"
  case kbScope = "KB-SCOPE"
  case kbSpring = "KB-SPRING"
  case labAIW = "LAB-AIW"
  case labOIN = "LAB-OIN"
  case management = "MGMT"
  case metabase = "MB81407"
  case oinAuth = "OINW-auth"
  case oldFAQ = "OLDFAQ"
  case openReplay = "OPENREPLAY"
  case oro = "ORO"
  case patchTrial = "PR1956"
  case prepare = "PREP"
  case requirements = "REQ"
  case releaseNotes = "RN"
  case scim11 = "S11"
  case scim20 = "S20"
  case agentConnector = "OPP-CONN"
  case agentMessages = "OPP-MSG"
  case sentry = "SENTRY"
  case serverLog = "T-0D54"
  case testPlan = "PLAN"
  case rfc6749 = "RFC 6749"
  case rfc7636 = "RFC 7636"
  case rfc9110 = "RFC 9110"

  package var title: String {
    switch self {
    case .adrian: "README of okta-scim-python-flask, by an Okta employee"
    case .apiConn: "Okta, guide \"App provisioning connection\": two sample authorization URLs"
    case .beta: "Okta, README and tests of okta-scim-beta (2016)"
    case .coder: "coder/coder issue 15828, a user of the on-prem agent"
    case .concept: "Okta, \"SCIM\" concept page (2026)"
    case .devforum1230: "Okta developer forum 1230, answer of Okta's staff"
    case .devforum3389: "Okta developer forum 3389, answer of Okta's staff"
    case .devforum6711: "Okta developer forum 6711: a user confirms the refresh"
    case .devforum22746: "Okta developer forum 22746, answer of Okta's staff"
    case .devforum23347: "Okta developer forum 23347, answer of Okta's staff"
    case .devforum27262: "Okta developer forum 27262: requests of an AIW app"
    case .eventTypes: "Okta, catalogue of event types (2026.07)"
    case .firezone: "a capture: README of a Firezone developer's SCIM probe server"
    case .fleet: "fleetdm/fleet issue 53446"
    case .fusion: "FusionAuth/fusionauth-issues 3212 (2025)"
    case .gitLab: "GitLab merge request 25649"
    case .growthbook: "growthbook/growthbook issue 1680"
    case .guide: "Okta, SCIM guide of 2018, with whole requests"
    case .kbAccept: "Okta support article on FAILURE of \"Sync user in external application\""
    case .kbNamespace: "Okta support article on custom attributes and their namespace"
    case .kbPassword: "Okta support article on passwords in custom SCIM integrations"
    case .kbRefresh: "Okta support article \"SCIM integration: use OAuth 2.0 with refresh token\""
    case .kbScope: "Okta support article \"Adding a custom scope to SCIM OAuth flow\""
    case .kbSpring: "Okta support article on SpringCM's provisioning error"
    case .labAIW: "a capture: okta-iam-lifecycle-lab, a real org with an AIW app (October 2026)"
    case .labOIN: "lab-okta-scim-server, a real org with a template app (July 2026)"
    case .management: "Okta, management API specification (2026-06)"
    case .metabase: "metabase/metabase issue 81407"
    case .oinAuth: "Okta, \"Submit an OIN app\": SCIM authentication settings"
    case .oldFAQ: "Okta, SCIM FAQs as they were until March 2026"
    case .openReplay: "openreplay/openreplay, an app in production with Okta (2025, 2026)"
    case .oro: "OroCommerce, Okta SCIM guide"
    case .patchTrial: "okta-blog-archive pull request 1956: a trial by an Okta engineer (2018)"
    case .prepare: "Okta, \"Prepare your SCIM API service\""
    case .requirements: "Okta, SCIM FAQs (2026)"
    case .releaseNotes: "Okta, release notes 2024 to 2026"
    case .scim11: "Okta, SCIM 1.1 reference"
    case .scim20: "Okta, SCIM 2.0 reference"
    case .agentConnector: "Okta, \"Connect to a SCIM connector\" (on-prem agent)"
    case .agentMessages: "Okta, \"SCIM messages\" (on-prem agent)"
    case .sentry: "getsentry/sentry pull request 27199"
    case .serverLog: "Okta support question 0D54z0000A4i091CQA, a server's log (2024)"
    case .testPlan: "Okta, manual test plan for OIN apps"
    case .rfc6749: "the OAuth 2.0 Authorization Framework"
    case .rfc7636: "Proof Key for Code Exchange"
    case .rfc9110: "HTTP Semantics"
    }
  }
}

extension Switch.Mark {
  /// As okta-behaviour, Marks, has it.
  package var letter: String {
    switch self {
    case .confirmed: "C"
    case .reported: "R"
    case .inferred: "I"
    case .unknown: "U"
    }
  }

  package static let all: [Switch.Mark] = [.confirmed, .reported, .inferred, .unknown]

  package var meaning: String {
    switch self {
    case .confirmed: "confirmed by an Okta document, an Okta test file, or traffic of a real org"
    case .reported: "reported: a forum, an issue, a vendor's guide, code that works with Okta"
    case .inferred: "inferred from what is confirmed and reported"
    case .unknown: "unknown: nothing was found; what is shown is what oktasim does by default"
    }
  }
}
