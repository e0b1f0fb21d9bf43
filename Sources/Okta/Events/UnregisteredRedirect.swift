import HTTP
import OAuth
import Profiles

extension UnregisteredRedirect: OktaSteps {
  /// Right is that the app tells the person and sends the browser nowhere, before the sign-in or after
  /// it (RFC 6749 section 3.1.2.4, section 4.1.2.1).
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    guard let authorization = okta.authorization,
      case .authorizationCode(let settings) = okta.profile.authentication
    else { return }
    guard let redirectURI = settings.unregisteredRedirectURI else {
      throw NotMade(
        "the profile's redirect URI is on the very host that Okta's test takes as one that is not "
          + "registered",
        .pointless
      )
    }
    do throws(GrantFailure) {
      try await authorization.ask(
        forCodeAt: redirectURI,
        random: okta.authorizationRandom(cause),
        cause
      )
    } catch {
      if error.isRefusal(error.exchange.flatMap { okta.log[$0] }) { return }
      var failure = error
      if case .browser(let reason) = failure.stage, reason != .wrongRedirectURI {
        failure.message = "with a redirect URI that is not registered, \(failure.message)"
      }
      failure.leavesGrant = true
      throw failure
    }
  }
}

extension GrantFailure {
  /// Whether the app has said something to the person and sent the browser nowhere.
  ///
  /// - Parameter exchange: The last one of the browser's.
  fileprivate func isRefusal(_ exchange: Exchange?) -> Bool {
    guard case .browser(let reason) = stage, let answer = exchange?.response else { return false }
    return switch reason {
    // An outage and a limit say nothing about the redirect URI.
    case .refused: (400..<500).contains(answer.status) && ![408, 429].contains(answer.status)
    case .noWayOn: true
    // Text or JSON in the place of a page.
    case .unreadable:
      answer.status < 300 && !answer.body.isEmpty && answer.mediaType?.isHTML != true
        && !answer.fields.contains("Content-Encoding")
    default: false
    }
  }
}

extension AuthorizationCodeSettings {
  /// Okta, SCIM test plan (v2), C21902: the callback of a host that is not registered, which is one of
  /// Okta's own for tests.
  private static let unregisteredHost = "ct1-bootstrap.clouditude.com"

  /// The profile's redirect URI at that host; nil where it is there already.
  var unregisteredRedirectURI: String? {
    guard var url = HTTPURL(redirectURI), url.origin.host != Self.unregisteredHost else {
      return nil
    }
    if let app = url.path.firstMatch(of: /\/cpc\/([^\/]+)\/oauth\//) {
      return "https://\(Self.unregisteredHost)/admin/app/cpc/\(app.1)/oauth/callback"
    }
    url.origin.host = Self.unregisteredHost
    return "\(url)"
  }
}
