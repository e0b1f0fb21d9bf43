import HTTP
import Loop

/// What hooks have changed.
struct HookState: Sendable {
  var hasOtherSecret = false
  var isAdminDeactivated = false
  var hasOtherSignIn = false
}

/// What a change from outside does to grants: nothing, in a right app, but what it is for.
struct HookEffects: Sendable, Equatable {
  /// Whether the grants end that there are.
  var endsGrants = false
  /// Whether their access tokens end alone.
  var endsAccessTokens = false
}

extension SampleApp {
  static let hookPath = "/hooks/"

  /// Where a hook of this name is found.
  package static func hookURL(_ name: String, at baseURL: String) -> String {
    baseURL + hookPath + name + (name == "advance-clock" ? "?seconds={seconds}" : "")
  }

  /// Changes the app from outside, as its operator could: for tests.
  func hook(_ request: HTTPRequest) -> HTTPResponse {
    let name = String(request.url.path.dropFirst(SampleApp.hookPath.count))
    var effects = HookEffects()
    switch name {
    // What it holds is as good as on a disk.
    case "restart-app": break
    case "end-admin-session": sessions.signOutAll()
    case "deactivate-admin":
      hooks.isAdminDeactivated.toggle()
      effects.endsGrants = hooks.isAdminDeactivated
    case "rotate-client-secret": hooks.hasOtherSecret.toggle()
    case "revoke-grant": effects.endsGrants = true
    case "change-sign-in-policy": hooks.hasOtherSignIn.toggle()
    case "advance-clock":
      guard let seconds = request.url.queryFields["seconds"].flatMap({ Int($0) }), seconds >= 0,
        seconds <= 10 * 365 * 86_400
      else { return HTTPResponse(status: 400) }
      clockOffset += .seconds(seconds)
    default: return HTTPResponse(status: 404)
    }
    seams.hook(&effects, name)
    grants.apply(effects)
    return HTTPResponse(status: 204)
  }
}
