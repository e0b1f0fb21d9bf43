import Foundation
import HTTP
import JSON
import Profiles
import SelfCheck
import Simulation
import TestSupport
import Testing

/// Okta asks an app what it is alone where the app has entitlements or has its schema imported
/// (okta-behaviour sections 8 and 9).
@Suite(.serialized) struct DiscoveryTests {
  @Test(arguments: Shipped.profilesWithSampleApp)
  func `an app is asked what it is only where Okta's record has it`(name: String) async throws {
    let saving = try ScenarioReader.read(
      SourceText(
        file: "t.scenario",
        text: "Scenario: t\nauthorize\nsave connection\nsave to app\nimport\n"
      ),
      name: "saving"
    )
    var run = SampleAppRun(try Shipped.everyApp() + [saving])
    run.profile = try Shipped.profile(name)
    let results = try await run.perform()
    let profile = try #require(results.first).record.profile
    let asked = Set(
      // Okta's own SPEC test for SCIM 1.1 asks as well.
      results.flatMap(\.record.exchanges)
        .filter { $0.intent.party == .serviceProvider && $0.intent.occasion == .okta }
        .map { exchange in
          let path = exchange.request.url.description.dropFirst(profile.scim.baseURL.count)
          return String(path.prefix { $0 != "?" })
        }
    )
    let ofItself = asked.filter { !$0.hasPrefix("/Users") && !$0.hasPrefix("/Groups") }
    let wanted: Set<String> =
      switch name {
      case "oin-patch-entitlements": ["/ResourceTypes", "/Schemas", "/Roles", "/Licenses"]
      case "oin-put-user-schema": ["/ResourceTypes", "/Schemas"]
      case "on-prem-basic", "on-prem-none": ["/ServiceProviderConfigs"]
      case "on-prem-header": ["/ServiceProviderConfig"]
      default: []
      }
    #expect(ofItself == wanted)
  }
}
