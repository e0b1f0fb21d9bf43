import HTTP
import Profiles

/// The hosts that a profile names, before anything is sent to them.
///
/// What a name stands for is asked when it is connected to.
struct ProfileHosts {
  private let urls: [(key: String, url: String)]
  private let routes: [ConnectTo]

  /// The redirect URI does not count: the browser stops before it connects there.
  ///
  /// - Parameter routes: Where connections go that do not go where the URL says.
  init(_ profile: IntegrationProfile, routes: [ConnectTo]) {
    self.routes = routes
    // Where the run starts the app itself, it knows where that is.
    guard profile.embeddedSampleApp == nil else {
      urls = []
      return
    }
    var urls = [("scim.baseURL", profile.scim.baseURL)]
    switch profile.authentication {
    case .authorizationCode(let settings):
      urls.append(("authentication.authorizationEndpoint", settings.authorizationEndpoint))
      urls.append(("authentication.tokenEndpoint", settings.tokenEndpoint))
      urls.append(("authentication.revocationEndpoint", settings.revocationEndpoint ?? ""))
    case .clientCredentials(let settings):
      urls.append(("authentication.tokenEndpoint", settings.tokenEndpoint))
    case .bearer, .header, .basic, .unauthenticated:
      break
    }
    for (name, hook) in profile.hooks.sorted(by: { $0.key < $1.key }) {
      if case .url(let url) = hook.filled(seconds: 0) { urls.append(("hooks.\(name)", url)) }
    }
    self.urls = urls
  }

  /// Why nothing is sent; nil where all may be reached.
  func refusal(by policy: HostPolicy) -> UsageError? {
    for (key, text) in urls where !text.isEmpty {
      guard let origin = HTTPURL(text)?.origin else {
        return UsageError("'\(key)' of the profile has no host that can be checked")
      }
      guard let host = ConnectTo.place(of: origin, by: routes).host, !policy.mayReach(host) else {
        continue
      }
      let way = host == origin.host ? "points at" : "is sent by --connect-to to"
      return UsageError(
        "'\(key)' \(way) \(host), which is not on this machine or in a private network, and "
          + "apps send real mail to made-up people",
        help: "if the app is yours, add --i-own \(host)"
      )
    }
    return nil
  }

  /// Why `--insecure` cannot be used; nil where all that speak https are this machine.
  var insecureRefusal: UsageError? {
    for (key, text) in urls {
      guard let origin = HTTPURL(text)?.origin, origin.scheme == .https,
        let host = ConnectTo.place(of: origin, by: routes).host, !HostPolicy.isThisMachine(host)
      else { continue }
      return UsageError(
        "--insecure is for this machine only, and '\(key)' points at \(origin.host)",
        help: "--ca-file FILE trusts an authority of your own"
      )
    }
    return nil
  }

  /// Whether a URL that is sent to is https.
  var includeHTTPS: Bool {
    urls.contains { $0.url.lowercased().hasPrefix("https:") }
  }
}
