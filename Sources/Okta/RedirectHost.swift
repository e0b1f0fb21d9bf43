import Profiles

/// The callback hosts of Okta's cells (Okta, guide to preparing for SCIM): an app that is in the
/// catalogue accepts all of them.
private enum RedirectHost: String {
  case production = "https://system-admin.okta.com"
  case emea = "https://system-admin.okta-emea.com"
  case preview = "https://system-admin.oktapreview.com"
  case trex = "https://system-admin.trexcloud.com"
  case okta1 = "http://system-admin.okta1.com:1802"

  init?(named name: String) {
    switch name {
    case "production": self = .production
    case "emea": self = .emea
    case "preview": self = .preview
    case "trex": self = .trex
    case "okta1": self = .okta1
    default: return nil
    }
  }
}

extension AuthorizationCodeSettings {
  /// The redirect URI of the profile, at the host of the cell that is chosen.
  package func redirectURI(_ switches: Switches) -> String {
    guard let host = RedirectHost(named: switches[.redirectHost]),
      let scheme = redirectURI.firstRange(of: "://"),
      let slash = redirectURI[scheme.upperBound...].firstIndex(of: "/")
    else { return redirectURI }
    return host.rawValue + redirectURI[slash...]
  }
}
