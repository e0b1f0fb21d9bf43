import Foundation
import HTTP
import Loop
import World

/// A small app to test against: an authorization server and a SCIM service provider in memory,
/// right unless told to be wrong.
///
/// It shares no protocol code with the modules that play Okta: one misreading of an RFC must not
/// hide on both sides.
package actor SampleApp: RequestHandler {
  var settings: SampleAppSettings
  let loop: EventLoop
  var grants: Grants
  var sessions: Sessions
  var directory: Directory

  package init(settings: SampleAppSettings, loop: EventLoop) {
    self.settings = settings
    self.loop = loop
    grants = Grants(policy: settings)
    sessions = Sessions(seed: settings.seed)
    directory = Directory(seed: settings.seed)
    directory.addMadeUpUsers(settings.users, at: settings.timestamp(loop.now))
  }

  /// Says where the app is to be found, once its port is known.
  ///
  /// - Parameter baseURL: Scheme, host and port, without a final slash.
  package func setBaseURL(_ baseURL: String) {
    settings.baseURL = baseURL
    grants.issuer = baseURL
  }

  package func respond(to request: HTTPRequest) async -> HTTPResponse {
    let path = request.url.path
    switch path {
    case "/":
      return only(["GET"], request) { Pages.home(settings) }
    case "/oauth/authorize":
      return only(["GET"], request) { authorize(request) }
    case "/oauth/login":
      return only(["GET", "POST"], request) {
        request.method == "GET" ? Pages.loginWithoutRequest : logIn(request)
      }
    case "/oauth/consent":
      return only(["GET", "POST"], request) {
        request.method == "GET" ? askConsent(request) : takeConsent(request)
      }
    case "/oauth/token":
      return only(["POST"], request) { token(request) }
    case "/oauth/revoke":
      return only(["POST"], request) { revoke(request) }
    default:
      let segments = path.split(separator: "/").map(String.init)
      if segments.first == "scim" { return scim(request, segments: segments) }
      return Pages.failure(status: 404, title: "Not found", "There is no page at \(path).")
    }
  }

  func has(_ fault: Fault) -> Bool { settings.faults.contains(fault) }

  private func only(
    _ methods: [String],
    _ request: HTTPRequest,
    answer: () -> HTTPResponse
  ) -> HTTPResponse {
    if methods.contains(request.method) { return answer() }
    var refusal = Pages.failure(
      status: 405,
      title: "Method not allowed",
      "This page takes \(methods.joined(separator: " and "))."
    )
    refusal.fields.append("Allow", methods.joined(separator: ", "))
    return refusal
  }
}

extension SampleAppSettings {
  /// The date and time at `instant` of the loop's clock, as SCIM writes it (RFC 7643 2.3.5).
  func timestamp(_ instant: Duration) -> String {
    Date(timeIntervalSince1970: TimeInterval(unixTime(instant))).formatted(.iso8601)
  }

  /// Seconds since 1970 at `instant` of the loop's clock.
  func unixTime(_ instant: Duration) -> Int {
    calendarStart + Int(instant.components.seconds)
  }
}
