import Foundation
import Synchronization

/// An app that remembers users, and does right until a load is under way.
final class CrowdApp: Sendable {
  /// What happens to it.
  enum Trouble: CaseIterable {
    case none
    /// It ends: its connections close, and nobody listens any more.
    case ends
    /// It answers whom it knows, and takes no new connection.
    case refusesConnections
    /// Each request has to wait for a third of a second.
    case slowsDown
    /// 429, and to come back in ten minutes.
    case limits
    /// Whoever is to be deactivated waits.
    case holdsLeavers
  }

  /// So many users are asked for before it happens.
  private static let patience = 60

  private struct State {
    var users: [String: String] = [:]
    var requests = 0
    var tokens = 0
    var trouble: Trouble
    var mayEnd = false
  }

  private let state: Mutex<State>
  private let held = DispatchSemaphore(value: 0)
  /// Set once, before the first request.
  private let app = Mutex<BadApp?>(nil)

  init(_ trouble: Trouble) throws {
    state = Mutex(State(trouble: trouble))
    let app = try BadApp { [weak self] request, connection in
      self?.answer(request, connection)
    }
    self.app.withLock { $0 = app }
  }

  /// Names of the users who may sign in.
  var active: Set<String> {
    state.withLock { state in
      Set(state.users.values.filter { !$0.contains("\"active\":false") }.compactMap(Self.name))
    }
  }

  /// How many were for users.
  var requests: Int { state.withLock { $0.requests } }

  var isInTrouble: Bool { state.withLock { $0.requests >= CrowdApp.patience } }

  /// It is as it was; who was held may go on.
  func recover() {
    state.withLock { $0.trouble = .none }
    for _ in 0..<1000 { held.signal() }
  }

  func writeProfile(in folder: URL) throws {
    try app.withLock { try $0?.writeProfile(in: folder, scenarios: [:]) }
  }

  private static func name(_ user: String) -> String? {
    guard let start = user.firstRange(of: "\"userName\":\"")?.upperBound else { return nil }
    return String(user[start...].prefix { $0 != "\"" })
  }

  private func answer(_ request: BadApp.Request, _ connection: BadApp.Connection) {
    guard request.path.hasPrefix("/scim/Users") else { return sign(request, connection) }
    let trouble = state.withLock { state in
      state.requests += 1
      return state.requests > CrowdApp.patience ? state.trouble : .none
    }
    switch trouble {
    case .none: break
    case .ends:
      app.withLock { $0?.refuseConnections() }
      return connection.end()
    case .refusesConnections: app.withLock { $0?.refuseConnections() }
    case .slowsDown: Thread.sleep(forTimeInterval: 0.3)
    case .limits: return connection.answer(429, ["Retry-After: 600"])
    case .holdsLeavers where request.body.contains("\"active\":false"): held.wait()
    case .holdsLeavers: break
    }
    serve(request, connection)
  }

  private func sign(_ request: BadApp.Request, _ connection: BadApp.Connection) {
    guard request.path == "/token" else { return Misbehaviour.sound.answer(request, connection) }
    let number = state.withLock { state in
      state.tokens += 1
      return state.tokens
    }
    connection.answer(
      json: """
        {"access_token":"at-secret-\(number)","token_type":"Bearer","expires_in":3600,\
        "refresh_token":"rt-secret-\(number)"}
        """
    )
  }

  private func serve(_ request: BadApp.Request, _ connection: BadApp.Connection) {
    let id = request.path.split(separator: "/").dropFirst(2).first.map(String.init)
    let (status, body) = state.withLock { state in
      switch (request.method, id) {
      case ("POST", nil):
        let id = "u\(state.users.count + 1)"
        let own = "\"id\":\"\(id)\",\"meta\":{\"resourceType\":\"User\"},"
        let user = "{" + own + request.body.dropFirst()
        state.users[id] = user
        return (201, user)
      case ("PUT", let id?) where state.users[id] != nil:
        state.users[id] = request.body
        return (200, request.body)
      case ("GET", let id?): return state.users[id].map { (200, $0) } ?? (404, "")
      case ("GET", nil):
        let name = request.parameter("filter")?.removingPercentEncoding?
          .split(separator: "\"").dropFirst().first.map(String.init)
        let found = state.users.values.filter { Self.name($0) == name }
        return (
          200,
          """
          {"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],\
          "totalResults":\(found.count),"Resources":[\(found.joined(separator: ","))]}
          """
        )
      default: return (404, "")
      }
    }
    connection.answer(status, ["Content-Type: application/scim+json"], body)
  }
}
