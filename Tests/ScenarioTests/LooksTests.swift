import HTTP
import JSON
import OAuth
import Profiles
import SelfCheck
import Simulation
import TestSupport
import Testing

/// What Okta sends does not depend on how oktasim looks at the app.
@Suite(.serialized) struct LooksTests {
  struct Client: Sendable, CustomTestStringConvertible {
    var family: String
    var trigger: String

    var settings: [String] {
      ["family=\(family)", "authentication.refresh.trigger=\(trigger)"] + SoundApp.discovered
    }
    var testDescription: String { "\(family), \(trigger)" }

    static let all = ["aiw", "oin-patch", "oin-put"].flatMap { family in
      ["expiry-and-rejection", "expiry", "rejection", "never"].map { trigger in
        Client(family: family, trigger: trigger)
      }
    }
  }

  @Test(arguments: Client.all)
  func `Okta sends the same with looks and without`(client: Client) async throws {
    let scenarios = try Shipped.forSampleApp()
    let deviating = Set(scenarios.filter { $0.isDeviating }.map(\.name))
    let with = try await sent(scenarios, client.settings, .made)
    let without = try await sent(scenarios, client.settings, .left)

    for (name, requests) in without {
      #expect(!requests.isEmpty || deviating.contains(name), "\(name)")
      #expect(with[name] == requests || requests.isEmpty, "\(name)")
    }
    #expect(without.count == scenarios.count)
  }

  /// A user that the app has already, shown to it with a dead token first.
  @Test(arguments: Client.all.filter { $0.trigger != "never" })
  func `an assignment that clears an attribute is not changed by a look before it`(
    client: Client
  ) async throws {
    let scenario = try Scenario.make(
      """
      authorize
      test credentials
      after access token expires
      assign ada  login ada.allen.1@example.com  title none
        expect user ada  active true
      update ada  lastName King
      """
    )
    let settings =
      client.settings + ["embeddedSampleApp.users=1", "okta.clearedAttribute=null"]

    let with = try await sent([scenario], settings, .made)
    let without = try await sent([scenario], settings, .left)

    #expect(with == without)
    #expect(without["story"]?.contains { $0.hasPrefix("PUT ") } == true)
  }

  @Test func `without looks nothing goes out but what Okta sends, and the clean-up`() async throws {
    var run = SampleAppRun(try Shipped.forSampleApp(), settings: SoundApp.discovered)
    run.looks = .left
    let results = try await run.perform()

    for result in results {
      let occasions = Set(result.record.exchanges.map(\.intent.occasion.rawValue))
      #expect(occasions.isSubset(of: ["okta", "clean-up"]), "\(result.record.scenario.name)")
      #expect(result.findings.map(\.inOneLine) == [])
    }
    let skipped = results.filter { $0.verdict == .skipped }
    let deviating = try Shipped.forSampleApp().filter { $0.isDeviating }
    #expect(skipped.map(\.record.scenario.name) == deviating.map(\.name))
    #expect(deviating.count >= 3)
    #expect(skipped.first?.reason == "--no-looks: it makes requests that Okta would not")
  }

  // MARK: What Okta sends

  /// Okta's requests of each scenario, with names for tokens and ids.
  private func sent(
    _ scenarios: [Scenario],
    _ settings: [String],
    _ looks: Looks
  ) async throws -> [String: [String]] {
    var run = SampleAppRun(scenarios, settings: settings)
    run.looks = looks
    var sent: [String: [String]] = [:]
    for result in try await run.perform() {
      let record = result.record
      let names =
        record.tokens.map { ($0.token.value.exposed(), "{\($0.token.value.alias)}") }
        + record.ids.sorted { $0.key < $1.key }.map { ($0.value, "{\($0.key)}") }
      sent[record.scenario.name] = record.exchanges.filter { $0.intent.occasion == .okta }.map {
        exchange in
        let request = exchange.request
        let fields = request.fields.map { "\($0.name): \($0.value)\n" }.joined()
        return names.reduce("\(request.line)\n\(fields)\n\(request.text)") { text, name in
          text.replacing(name.0, with: name.1)
        }
      }
    }
    return sent
  }
}

extension Scenario {
  /// - Parameter text: All below the title.
  fileprivate static func make(_ text: String) throws -> Scenario {
    try ScenarioReader.read(
      SourceText(file: "story.scenario", text: "Scenario: a story\n" + text + "\n"),
      name: "story"
    )
  }
}

extension Scenario {
  /// Whether it makes requests that Okta would not.
  fileprivate var isDeviating: Bool { events.contains { $0.event.isDeviation } }
}
