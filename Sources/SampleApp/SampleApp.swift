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
  let seams: Seams
  var grants: Grants
  var sessions: Sessions
  /// What each tenant holds, by its admin; nil for the first.
  private var directories: [String?: Directory] = [:]
  /// Whose request is answered.
  var tenant: String?
  /// What that tenant holds.
  var directory: Directory {
    get { directories[tenant] ?? Directory(seed: settings.seed &+ 1) }
    _modify {
      var directory = directories.removeValue(forKey: tenant) ?? Directory(seed: settings.seed &+ 1)
      defer { directories[tenant] = directory }
      yield &directory
    }
  }
  /// When users were created within the last second, and whether those were ever too many; kept only
  /// where there is a fault.
  var creates: [Duration] = []
  var hasMetLimit = false
  var crowd = Crowd()
  /// Until when its lock is held: whatever needs the lock waits; behind the clock where there is no fault.
  private var lockedUntil = Duration.zero
  var shownAssertions = ShownAssertions()
  /// Groups before their last PATCH, and when that came; kept only where there is a fault.
  var patchedGroups: [String: (before: Directory.Resource, at: Duration)] = [:]
  /// How far its clock was moved on.
  var clockOffset = Duration.zero
  var hooks = HookState()
  private var traits = TraitState()

  /// The time on its clock.
  var now: Duration { loop.now + clockOffset }

  /// - Parameter met: Learns which of the faults have shown.
  package init(settings: SampleAppSettings, loop: EventLoop, met: FaultsMet = FaultsMet()) {
    seams = Seams(settings.faults, met: met)
    var settings = settings
    seams.policy(&settings, ())
    self.settings = settings
    self.loop = loop
    grants = Grants(policy: settings, seams: seams)
    sessions = Sessions(seed: settings.seed)
    var directory = Directory(seed: settings.seed)
    var people = Directory.madeUpUsers(settings.users)
    seams.people(&people, settings)
    let stamp = Directory.Stamp(instant: loop.now, timestamp: settings.timestamp(loop.now))
    for attributes in people { _ = directory.create(attributes, .user, stamp) }
    for attributes in Directory.madeUpGroups(settings.groups) {
      _ = directory.create(attributes, .group, stamp)
    }
    directories[nil] = directory
  }

  /// Says where the app is to be found, once its port is known.
  ///
  /// - Parameter baseURL: Scheme, host and port, without a final slash.
  package func setBaseURL(_ baseURL: String) {
    settings.baseURL = baseURL
    grants.issuer = baseURL
  }

  package func respond(to request: HTTPRequest) async -> HTTPResponse {
    var door = FrontDoor(request: request)
    seams.front(&door, ())
    let answer =
      door.answer ?? settings.traits.refusal(door.request, &traits, at: now) ?? route(door.request)
    let begun = loop.now
    var pace = Pace(delay: door.delay, freeIn: max(.zero, lockedUntil - begun))
    seams.pace(&pace, PacedRequest(request: door.request, users: directory.ids(.user).count))
    lockedUntil = max(lockedUntil, begun + pace.freeIn)
    if settings.traits != SampleAppTraits() {
      pace.delay += settings.traits.delay(door.request, &traits, at: begun)
    }
    // What is done is done, whether anybody waits for the answer or not.
    if pace.delay > .zero { try? await loop.sleep(for: pace.delay) }
    return answer
  }

  private func route(_ request: HTTPRequest) -> HTTPResponse {
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
    case "/oauth/logout":
      return only(["POST"], request) { logOut(request) }
    case "/oauth/token":
      return only(["POST"], request) { token(request) }
    case "/oauth/revoke":
      return only(["POST"], request) { revoke(request) }
    case _ where path.hasPrefix(SampleApp.hookPath):
      return only(["POST"], request) { hook(request) }
    case AuthorizationServerMetadata.path:
      return only(["GET"], request) { AuthorizationServerMetadata.answer(settings) }
    default:
      let segments = path.split(separator: "/").map(String.init)
      if segments.starts(with: ["scim", "v1"]) {
        let renewed = SCIM11.renewed(request)
        let segments = renewed.url.path.split(separator: "/").map(String.init)
        var answer = SCIM11.aged(scim(renewed, segments: segments), to: request)
        seams.oldAnswer(&answer, request)
        return answer
      }
      if segments.first == "scim" { return scim(request, segments: segments) }
      return Pages.failure(status: 404, title: "Not found", "There is no page at \(path).")
    }
  }

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

/// How late an answer is.
struct Pace: Sendable, Equatable {
  var delay: Duration
  /// When the app's lock is free, from now on.
  var freeIn: Duration

  /// Waits for the lock, and holds it so long.
  mutating func lock(for time: Duration) {
    freeIn += time
    delay += freeIn
  }
}

/// What may make an answer late.
struct PacedRequest: Sendable {
  var request: HTTPRequest
  /// How many there are, of the tenant that was asked last.
  var users: Int
}

/// A request at the app's door.
struct FrontDoor: Sendable, Equatable {
  var request: HTTPRequest
  /// What is answered before the app itself sees the request; nil to let it in.
  var answer: HTTPResponse?
  /// How late the answer is.
  var delay = Duration.zero
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
