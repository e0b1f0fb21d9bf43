import JSON
import Okta
import Profiles
import SampleApp
import SelfCheck
import Simulation
import TestSupport
import Testing
import World

/// Every fault of the sample app is caught by the finding that names it, and by no other but those
/// that its row gives a reason for.
@Suite(.serialized) struct FaultDetectionTests {
  @Test(arguments: DetectedFault.all)
  func `a fault gives its finding and no other`(expected: DetectedFault) async throws {
    let findings = try await expected.run()

    #expect(Set(findings.map(\.id)) == Set(expected.also.keys).union([expected.id]))
    let own = findings.filter { $0.id == expected.id }
    #expect(Set(own.map(\.verdict)) == [expected.verdict])
    #expect(Set(own.map(\.party)) == [expected.party])
    #expect(Set(own.map(\.source)) == [expected.source])

    let named = try #require(
      own.first { $0.scenario == expected.scenario },
      "\(expected.scenario) does not see it; it shows in \(findings.map(\.inOneLine))"
    )
    #expect(try text(ofLine: named.line, in: expected.scenario) == expected.line)
    #expect(named.failureModes == expected.failureModes)
    #expect(!named.exchanges.isEmpty)
    #expect(!named.message.isEmpty && !named.advice.isEmpty)
    #expect(named.rerun.contains(" \(expected.scenario) "))
  }

  /// What a fault means does not depend on how Okta writes: another family, which gets other requests,
  /// sees it or does not.
  ///
  /// In a third of the scenarios, another one for each fault; all of them take as long as all else.
  @Test(arguments: DetectedFault.all, ["aiw", "oin-patch"])
  func `a fault gives no other finding in another family`(
    expected: DetectedFault,
    family: String
  ) async throws {
    let own = try #require(AppFamily(rawValue: expected.family))
    let other = try #require(AppFamily(rawValue: family))
    if other.sendsLike(own) { return }
    var chance = SeededRandom(seed: 1).stream(named: expected.fault.rawValue)
    let scenarios = try Shipped.everyApp().shuffled(using: &chance)
    let results = try await SampleAppRun(
      Array(scenarios.prefix(scenarios.count / 3)),
      settings: ["family=\(family)"],
      faults: [expected.fault]
    ).perform()

    let others = results.flatMap(\.findings).filter {
      $0.verdict >= .warning && $0.id != expected.id && expected.also[$0.id] == nil
    }
    #expect(others.map(\.inOneLine) == [])
  }

  @Test func `each fault is in the table`() {
    let faults = DetectedFault.all.map(\.fault)

    #expect(faults.map(\.rawValue).sorted() == Fault.functional.map(\.rawValue).sorted())
  }

  // MARK: A race

  /// Okta looks a user up before it creates it and links to what is there, so its own creates meet a
  /// duplicate only in a race of two, which the real clock does not repeat.
  @Test func `a duplicate answered 500 is told from one answered 409`() async throws {
    let sound = try await DuplicateCreate.run(faults: [])
    let faulty = try await DuplicateCreate.run(faults: [DuplicateCreate.fault])

    #expect(sound.map(\.inOneLine) == [])
    let finding = try #require(faulty.first)
    #expect(faulty.count == 1)
    #expect(finding.verdict == .failed)
    #expect(finding.party == .serviceProvider)
    #expect(finding.id == "expectation.task")
    #expect(finding.line == 9)
    #expect(finding.message.contains("Internal Server Error"))
  }

  private func text(ofLine line: Int, in scenario: String) throws -> String {
    let source = try #require(
      try Shipped.forSampleApp().first { $0.name == scenario }
    ).source
    let lines = String(decoding: source.bytes, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    return try #require(lines.indices.contains(line - 1) ? String(lines[line - 1]) : nil)
  }
}

/// A create that meets a user of the same name.
private enum DuplicateCreate {
  static let fault = Fault.createDuplicate500

  static func run(faults: [Fault]) async throws -> [Finding] {
    let text = """
      Scenario: two people with one user name
      Covers: F-46
      Level: must

      authorize
      at once
      assign ada  login twin@example.com
      assign bob  login twin@example.com
        expect task "Conflict"
      """
    let scenario = try ScenarioReader.read(
      SourceText(file: "twins.scenario", bytes: Array(text.utf8)),
      name: "twins"
    )
    return try await SampleAppRun([scenario], faults: faults).perform().flatMap(\.findings)
  }
}

/// What a fault of the sample app must be found as.
struct DetectedFault: Sendable, CustomTestStringConvertible {
  var fault: Fault
  var id: String
  var verdict: Verdict
  var party: Finding.Party
  var failureModes: [String]
  var source: String
  /// One of the scenarios that see it.
  var scenario: String
  /// The line of that scenario which the finding is about.
  var line: String
  /// The family in which it shows.
  var family: String
  /// Ids of what else is found of it in some scenario, with the reason.
  var also: [String: String]

  init(
    _ fault: Fault,
    _ id: String,
    as verdict: Verdict = .failed,
    _ party: Finding.Party,
    _ failureModes: [String] = [],
    source: String,
    at scenario: String,
    _ line: String,
    family: String = "aiw",
    also: [String: String] = [:]
  ) {
    self.fault = fault
    self.id = id
    self.verdict = verdict
    self.party = party
    self.failureModes = failureModes
    self.source = source
    self.scenario = scenario
    self.line = line
    self.family = family
    self.also = also
  }

  var testDescription: String { fault.rawValue }

  /// The findings of all shipped scenarios, with this fault: warnings and failures, and what is only
  /// observed where the row says that it is.
  func run() async throws -> [Finding] {
    try await SampleAppRun(
      family == "aiw" ? Shipped.forSampleApp() : Shipped.everyApp(),
      settings: ["family=\(family)"],
      faults: [fault]
    ).perform().flatMap(\.findings).filter { $0.verdict >= min(.warning, verdict) }
  }
}
