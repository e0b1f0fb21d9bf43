import HTTP
import JSON
import Loop
import Okta
import Profiles
import World

/// Updates of one user, one after the other, by all that Okta's side of a load is but for its judge.
struct BenchEvents: Sendable {
  private static let person = "ada"
  private let okta: Provisioner
  private let loop: EventLoop

  /// Of an app without OAuth; all connections of a loop have the same, as the orgs of a load do.
  static func app(_ baseURL: HTTPURL) throws -> Integration {
    let profile = try ProfileReader.read(
      SourceText(
        file: "bench",
        text: """
          { "family": "aiw", "scim": { "baseURL": "\(baseURL)", "capabilities": ["updateUsers"] },
            "authentication": { "mode": "bearer", "token": { "environment": "TOKEN" } } }
          """
      ),
      environment: Environment(["TOKEN": "mF_9.B5f-4.1JqM-mF_9.B5f-4.1JqM-mF_9.B5f-4.1JqM"]),
      variables: .refuse
    )
    return Integration(profile)
  }

  /// - Parameter number: Tells its people from those of others.
  init(
    _ app: Integration,
    _ transport: any Transport,
    _ loop: EventLoop,
    number: Int
  ) {
    self.loop = loop
    okta = Provisioner(
      app: app,
      transport: transport,
      people: People(seed: 1, namespace: "n\(number)", domain: "example.com", locale: "en-US"),
      random: SeededRandom(seed: UInt64(number)),
      aliases: SecretAliases(),
      log: ExchangeLog(keeping: 1),
      loop: loop,
      budget: WaitBudget(nil),
      startedAt: 0,
      looks: false
    )
  }

  /// - Returns: How many were done.
  func perform(until end: Duration) async throws -> Int {
    okta.link(BenchEvents.person, id: "1")
    var count = 0
    while true {
      let change = AttributeChange(name: "title", value: "Engineer \(count)")
      let outcome = await okta.perform(.update(BenchEvents.person, [change]), number: count)
      // A GET and a PUT: what sends nothing is fast.
      guard case .success = outcome.ending, okta.log.count == 2 * (count + 1) else {
        throw BenchFailure(description: "an update was not done: \(outcome.ending)")
      }
      okta.log.forget(event: count)
      count += 1
      if loop.now >= end { return count }
    }
  }
}
