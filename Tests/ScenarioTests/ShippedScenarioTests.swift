import Foundation
import JSON
import Profiles
import SelfCheck
import Simulation
import TestSupport
import Testing
import World

/// A correct app of any policy passes what is shipped.
@Suite(.serialized) struct ShippedScenarioTests {
  @Test(arguments: SoundApp.all)
  func `a sound app passes every shipped scenario without a finding`(
    app: SoundApp
  ) async throws {
    let results = try await app.run()

    #expect(results.count >= 9)
    for result in results {
      // A token that lives until its successor is used is a policy, and told.
      var findings = result.findings.filter {
        $0.verdict != .observed || $0.id != "F-22.spent-token-accepted"
      }
      if app.settings.contains("embeddedSampleApp.graceWindow=0s") {
        findings.removeAll(where: \.isOfLostAnswer)
      }
      #expect(findings.map(\.inOneLine) == [], "\(result.record.scenario.name)")
      let waitsOut = result.record.scenario.needs.contains(.windowAtMost(.seconds(10)))
      let isLeftOut = waitsOut && app.settings.contains("embeddedSampleApp.graceWindow=30s")
      let worst: Verdict =
        isLeftOut
        ? .skipped
        : findings == result.findings ? .passed : result.findings.map(\.verdict).max() ?? .passed
      #expect(result.verdict == worst, "\(result.record.scenario.name): \(result.reason ?? "")")
      #expect(result.warnings == [], "\(result.record.scenario.name)")
      #expect(result.cleanUp.left == [], "\(result.record.scenario.name)")
    }
  }

  /// What README shows first is run with `--set family=…` by whoever reads it.
  @Test(arguments: ["aiw", "oin-patch", "oin-put"])
  func `the sample app passes its own scenarios in every family`(family: String) async throws {
    let results = try await SampleAppRun(
      Shipped.forSampleApp(),
      settings: ["family=\(family)"]
    ).perform()
    #expect(results.flatMap(\.findings).map(\.inOneLine) == [])
  }

  /// What most apps are not, and may be.
  @Test(arguments: [
    ["family=oin-patch", "embeddedSampleApp.tokenFormat=large"],
    ["family=oin-patch", "authentication.mode=oauth2-client-credentials"],
    ["family=oin-put", "authentication.mode=oauth2-client-credentials"],
    [
      "family=oin-patch", "authentication.mode=oauth2-client-credentials",
      "authentication.clientAuthentication=client_secret_basic",
    ],
    ["family=aiw", "authentication.clientAuthentication=private_key_jwt"],
    [
      "family=oin-patch", "authentication.mode=oauth2-client-credentials",
      "authentication.clientAuthentication=private_key_jwt",
    ],
    ["family=aiw", "scim.version=1.1"],
    ["family=oin-patch", "scim.version=1.1"],
    ["family=oin-patch", "authentication.grants=one-at-a-time"],
    [
      "family=oin-patch", "authentication.grants=one-at-a-time", "embeddedSampleApp.rotation=fixed",
    ],
  ])
  func `a sound app of rarer habits has no finding`(settings: [String]) async throws {
    let results = try await SoundApp(settings: settings).run()
    #expect(results.flatMap(\.findings).map(\.inOneLine) == [])
    #expect(results.count { $0.verdict == .passed } > 10)
    #expect(results.flatMap(\.warnings) == [])
  }

  /// F-11, and what is judged of expiry all the same.
  @Test func `without a lifetime an altered token stands for a dead one`() async throws {
    let results = try await SoundApp(
      settings: ["family=oin-patch", #"embeddedSampleApp.faults=["expires-in-missing"]"#]
    ).run()
    #expect(Set(results.flatMap(\.findings).map(\.id)) == ["F-11.expires-in-missing"])
    #expect(results.count { $0.record.variant == .spoil } == 14)
    #expect(results.count { $0.verdict == .skipped } == 5)
  }

  @Test(arguments: SoundApp.withShortLinks)
  func `an app whose refresh tokens end has a policy, not a failure`(
    app: SoundApp
  ) async throws {
    let results = try await app.run()

    let idle = try #require(results.first { $0.record.scenario.name == "idle-ten-lifetimes" })
    #expect(idle.findings.map(\.id) == ["F-28.refresh-token-ended"])
    for result in results {
      let failures = result.findings.filter { $0.verdict > .observed }
      #expect(failures.map(\.inOneLine) == [], "\(result.record.scenario.name)")
    }
  }
}

/// The profiles that start the sample app, one for each family and each authentication mode at least.
@Suite(.serialized) struct ShippedProfileRunTests {
  @Test(arguments: Shipped.profilesWithSampleApp)
  func `a shipped profile is run without a finding`(name: String) async throws {
    var run = SampleAppRun(try Shipped.everyApp())
    run.profile = try Shipped.profile(name)
    let results = try await run.perform()
    let findings = results.flatMap(\.findings)
    let isStrict = results.first?.record.profile.embeddedSampleApp?.graceWindow == .zero
    let expected = isStrict ? findings.filter(\.isOfLostAnswer) : []
    #expect(Set(expected.map(\.scenario)) == (isStrict ? ["lost-refresh", "cut-refresh"] : []))
    #expect(findings.count == expected.count, "\(findings.map(\.inOneLine))")
    #expect(results.flatMap(\.warnings) == [])
    // Those about tokens have nothing to say of a pasted credential.
    #expect(results.count { $0.verdict == .passed } >= 6)
    for result in results where result.findings.isEmpty {
      #expect([.passed, .skipped].contains(result.verdict), "\(result.record.scenario.name)")
    }
  }

  /// Auth0, "Get Access Tokens" and "Get Refresh Tokens": what the query of the authorization URL leaves
  /// out is missing afterwards.
  @Test(arguments: [
    ("scope=offline_access", "F-38.fresh-token-refused"),
    ("audience=https%3A%2F%2Fother.test&scope=offline_access", "F-38.fresh-token-refused"),
    ("audience=https%3A%2F%2Fscim.sample.test", "F-17.no-refresh-token"),
  ])
  func `an Auth0-backed app needs audience and offline_access in the query`(
    query: String,
    id: String
  ) async throws {
    var run = SampleAppRun(
      try Shipped.everyApp().filter { $0.name == "token-expiry" },
      settings: ["embeddedSampleApp.authorizationQuery=\(query)"]
    )
    run.profile = try Shipped.profile("auth0-backed")
    let results = try await run.perform()
    #expect(results.flatMap(\.findings).filter { $0.verdict == .failed }.map(\.id) == [id])
  }

  @Test func `each family and each mode has a shipped profile`() throws {
    let profiles = try Shipped.profilesWithSampleApp.map { name in
      try ProfileReader.read(
        Shipped.profile(name),
        environment: Environment([:]),
        variables: .refuse
      )
    }
    #expect(profiles.map(\.name) == Shipped.profilesWithSampleApp)
    #expect(Set(profiles.map(\.family)) == Set(AppFamily.allCases))
    #expect(Set(profiles.map(\.authentication.mode)) == Set(Authentication.Mode.allCases))
  }
}

/// One way for an app to be right, and for Okta's side to refresh.
struct SoundApp: Sendable, CustomTestStringConvertible {
  /// As behind `--set`.
  var settings: [String]

  var testDescription: String { settings.joined(separator: " ") }

  func run() async throws -> [ScenarioResult] {
    let scenarios =
      settings.contains("family=aiw") ? try Shipped.forSampleApp() : try Shipped.everyApp()
    // SCIM 1.1 has neither.
    let discovered = settings.contains("scim.version=1.1") ? [] : SoundApp.discovered
    return try await SampleAppRun(scenarios, settings: settings + discovered).perform()
  }

  /// What has Okta run the scenarios of entitlements and of an imported schema as well.
  static let discovered = ["scim.entitlements=true", "scim.importUserSchema=true"]

  static let all = families.flatMap { family in
    rotations.flatMap { rotation in
      tokenFormats.flatMap { format in
        triggers.flatMap { trigger in
          concurrencies(rotation).map { concurrency in
            SoundApp(settings: [family] + rotation + [format, trigger, concurrency])
          }
        }
      }
    }
  }

  /// Refresh tokens that end six access tokens' lifetimes after the consent, or two after the last
  /// refresh: what is pushed every hour never meets it, a quiet weekend does.
  static let withShortLinks = families.flatMap { family in
    [
      "embeddedSampleApp.refreshTokenLifetime=\(6 * 3600)s",
      "embeddedSampleApp.refreshTokenIdleLimit=\(2 * 3600)s",
    ].map { SoundApp(settings: [family, $0]) }
  }

  private static let families = ["family=aiw", "family=oin-patch", "family=oin-put"]

  private static let rotations = [
    ["embeddedSampleApp.rotation=rotate", "embeddedSampleApp.graceWindow=30s"],
    ["embeddedSampleApp.rotation=rotate", "embeddedSampleApp.graceWindow=0s"],
    ["embeddedSampleApp.rotation=fixed"],
    ["embeddedSampleApp.rotation=omit"],
    ["embeddedSampleApp.rotation=retire-on-use"],
  ]

  private static let tokenFormats = [
    "embeddedSampleApp.tokenFormat=opaque", "embeddedSampleApp.tokenFormat=jwt-like",
  ]

  private static let triggers = [
    "authentication.refresh.trigger=expiry-and-rejection",
    "authentication.refresh.trigger=rejection",
  ]

  /// Several refreshes with one refresh token need an app that takes it more than once.
  private static func concurrencies(_ rotation: [String]) -> [String] {
    let takesItOnce = rotation.contains("embeddedSampleApp.graceWindow=0s")
    return ["authentication.refresh.concurrency=single-flight"]
      + (takesItOnce ? [] : ["authentication.refresh.concurrency=parallel"])
  }
}

extension Finding {
  /// Without a window of grace a lost answer ends the link, and a right app is told so.
  fileprivate var isOfLostAnswer: Bool {
    verdict == .warning && id == "F-18.lost-answer"
      && ["lost-refresh", "cut-refresh"].contains(scenario)
  }

  /// What a failed comparison of findings shows.
  var inOneLine: String { "\(scenario):\(line) \(verdict.rawValue) \(id): \(message)" }
}
