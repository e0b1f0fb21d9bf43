import HTTP
import JSON
import Loop
import OAuth
import Okta
import Profiles
import TestSupport
import World

/// Okta's side in front of a scripted app, with a pasted token, so that only SCIM requests go out.
struct OktaSide {
  let app: ScriptedTransport
  let log = ExchangeLog()
  let aliases = SecretAliases()
  let provisioner: Provisioner
  private let counter = Counter()

  /// - Parameter answers: One request after the other.
  init(loop: EventLoop, profile: IntegrationProfile = .make(), answers: [HTTPResponse]) {
    self.init(
      loop: loop,
      profile: profile,
      app: ScriptedTransport(loop: loop, latency: .milliseconds(1), answers: answers)
    )
  }

  init(
    loop: EventLoop,
    profile: IntegrationProfile,
    app: ScriptedTransport,
    budget: WaitBudget = WaitBudget(nil)
  ) {
    self.app = app
    provisioner = Provisioner(
      app: Integration(profile),
      transport: app,
      people: People(seed: 1, namespace: "n1", domain: "example.com", locale: "en-US"),
      random: SeededRandom(seed: 1),
      aliases: aliases,
      log: log,
      loop: loop,
      budget: budget,
      startedAt: 1_767_225_600,
      looks: true
    )
  }

  /// Performs the events one after the other.
  ///
  /// - Returns: How the last one ended: `success`, the task's message, or why there is no grant.
  @discardableResult
  func perform(_ events: LifecycleEvent...) async -> String {
    var last = ""
    for event in events {
      let outcome = await provisioner.perform(event, number: counter.next())
      switch outcome.ending {
      case .success: last = "success"
      case .task(let task): last = task.message
      case .noGrant(let failure): last = "no grant: \(failure.message)"
      case .notMade(let failure): last = failure.reason
      }
    }
    return last
  }

  /// Each request that went out, from number `first` on.
  func lines(from first: Int = 1) -> [String] { app.received.dropFirst(first - 1).map(\.line) }

  /// The bodies of requests that had one.
  func bodies(from first: Int = 1) -> [String] {
    app.received.dropFirst(first - 1).filter { !$0.body.isEmpty }.map(\.text)
  }

  /// Okta's id of a person.
  func oktaID(_ name: String) async -> String {
    provisioner.directory[name]?.user.id ?? "unknown"
  }

  private final class Counter: @unchecked Sendable {
    // Touched by one test's task only.
    private var value = -1
    func next() -> Int {
      value += 1
      return value
    }
  }
}

extension IntegrationProfile {
  /// A profile of the family whose app takes a pasted bearer token at `https://app.test/t1/scim`.
  static func make(
    family: AppFamily = .aiw,
    capabilities: Set<Capability> = [.createUsers, .updateUsers, .deactivateUsers],
    authentication: Authentication = .bearer(Secret("pasted-token-1", alias: "access_token#1")),
    mappings: [AttributeMapping] = AttributeMapping.defaults,
    uniqueIdentifier: String = "userName",
    switches: [String: String] = ["createPassword": "none"]
  ) -> IntegrationProfile {
    IntegrationProfile(
      name: "acme-chat",
      family: family,
      scim: SCIMSettings(
        version: .v2,
        baseURL: "https://app.test/t1/scim",
        uniqueIdentifier: uniqueIdentifier,
        capabilities: capabilities
      ),
      authentication: authentication,
      attributeMappings: mappings,
      switches: Switches(switches),
      peopleDomain: "example.com",
      file: "Profiles/acme-chat/profile.json",
      folder: "Profiles/acme-chat"
    )
  }
}

extension HTTPResponse {
  static let nobody = HTTPResponse.scim(
    #"{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0,"Resources":[]}"#
  )

  /// A list with these resources.
  static func list(_ resources: String...) -> HTTPResponse {
    .scim(
      #"{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"#
        + #""totalResults":\#(resources.count),"Resources":[\#(resources.joined(separator: ","))]}"#
    )
  }

  static func scimError(_ status: Int, _ detail: String) -> HTTPResponse {
    .scim(
      #"{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"#
        + #""status":"\#(status)","detail":"\#(detail)"}"#,
      status: status
    )
  }
}

extension LifecycleEvent {
  /// Ada Lovelace, who needs no attribute made up.
  static let assignAda = LifecycleEvent.assign(
    "ada",
    [
      AttributeChange(name: "firstName", value: "Ada"),
      AttributeChange(name: "lastName", value: "Lovelace"),
    ]
  )

  static func updateAda(_ name: String, _ value: String?) -> LifecycleEvent {
    .update("ada", [AttributeChange(name: name, value: value)])
  }
}
