import HTTP
import Okta
import Profiles
import SampleApp
import TestSupport
import Testing
import World

@testable import Simulation

/// What each token may do now, and how much of it is kept.
@Suite struct GrantModelTests {
  /// The model alone, after these exchanges.
  private func model(
    _ exchanges: [Exchange]
  ) -> (model: GrantModel, observations: Observations) {
    var model = GrantModel(
      client: JudgedClient(.sampleApp(SampleAppSettings(baseURL: "https://app.test"))),
      leeway: .standard,
      aliases: SecretAliases()
    )
    var observations = Observations()
    for (index, exchange) in exchanges.enumerated() {
      var exchange = exchange
      exchange.number = index + 1
      let reading = Reading(exchange, life: model.life(of: exchange), leeway: .standard)
      if exchange.intent.party == .tokenEndpoint {
        observations.add(TokenDress.observe(reading))
        model.takeToken(reading, &observations)
      } else {
        model.takeAccess(reading, &observations)
      }
    }
    return (model, observations)
  }

  private func code(_ access: String = "a0", refresh: String? = "r0") -> Exchange {
    .token(.exchangeCode, .tokens(access: access, refresh: refresh))
  }

  private func refresh(_ number: Int, gives refresh: String? = nil) -> Exchange {
    .token(
      .refresh,
      .tokens(access: "a\(number)", refresh: refresh ?? "r\(number)"),
      spends: "refresh_token#\(number)",
      at: .seconds(61 * number)
    )
  }

  private func use(_ alias: String, at second: Int) -> Exchange {
    .scim(
      "GET",
      "/Users/1",
      .scim(#"{"id":"1"}"#),
      at: .seconds(second),
      token: alias
    )
  }

  @Test func `a token lives from its response to its stated end`() throws {
    let model = model([code()]).model
    let life = try #require(model.life(of: use("access_token#1", at: 30)))
    #expect(life.end == .seconds(60))
    #expect(life.grant == 1 && life.exchange == 1 && !life.isRefreshed)
    #expect(model.life(of: use("access_token#2", at: 30)) == nil)
    var altered = use("access_token#1", at: 30)
    altered.intent.deviation = .alteredToken
    #expect(model.life(of: altered) == nil)
  }

  /// The living ones and the last eight dead are kept whole, older ones as digests.
  @Test(arguments: [5, 50, 500])
  func `what is kept does not grow with the refreshes`(count: Int) {
    let model = model([code()] + (1...count).map { refresh($0) }).model
    #expect(model.heldTokens == min(count + 1, 9))
    #expect(model.heldDigests == max(0, count + 1 - 9))
    #expect(model.grants[1]?.refreshTokens.count ?? 0 <= 9)
  }

  /// What waits for the end of the run: nothing of a right app, and of a wrong one a bounded number.
  @Test(arguments: [(401, [0, 0]), (403, [100, 256])])
  func `what waits to be judged does not grow with the answers to dead tokens`(
    status: Int,
    held: [Int]
  ) {
    for (count, held) in zip([100, 2000], held) {
      let dead = (0..<count).map { number in
        Exchange.scim(
          "GET",
          "/Users/1",
          .scim("", status: status),
          at: .seconds(100 + number),
          token: "access_token#1"
        )
      }
      #expect(model([code()] + dead).model.heldRefusals == held)
    }
  }

  @Test(arguments: [
    ("r1", Rotation.rotated), ("r0", Rotation.repeated),
  ])
  func `how refresh tokens rotate is learned`(gives: String, rotation: Rotation) {
    let model = model([code(), refresh(1, gives: gives)]).model
    #expect(Array(model.policy.rotations.keys) == [rotation])
    #expect(model.policy.longestIdle?.length == .seconds(61))
    #expect(model.policy.grantAge?.length == .seconds(61))
  }

  @Test func `the exchange that ended a grant is known, and what lacked a refresh token`() {
    let refused = Exchange.token(
      .refresh,
      .refusal("invalid_grant"),
      spends: "refresh_token#1",
      at: .seconds(61)
    )
    let ended = model([code(), refused]).model
    #expect(ended.ending(before: .seconds(100)) == 2)
    #expect(ended.ending(before: .seconds(60)) == nil)
    #expect(model([code(refresh: nil)]).model.lackingResponse == 1)
    #expect(ended.lackingResponse == nil)
  }

  /// A look at another way to authenticate brings no grant.
  @Test func `tokens that are thrown away are no grant's`() {
    var look = code("a9", refresh: "r9")
    look.intent.deviation = .otherClientAuthentication
    let model = model([look]).model
    #expect(model.grants.isEmpty && model.heldTokens == 0)
  }

  // Field case 15: a page at the first refresh, none at the next.
  @Test func `a page in front that lets the next request by is told as passing`() throws {
    let page = Exchange.token(
      .refresh,
      HTTPResponse(status: 403, fields: ["Content-Type": "text/html"], body: Array("<h1>no".utf8)),
      spends: "refresh_token#1",
      at: .seconds(61)
    )
    let passing = model([code(), page, refresh(1)]).observations
    let lasting = model([code(), page]).observations
    let words = try #require(passing[.tokenEndpointFiltered]).message
    #expect(
      words.hasSuffix("; the same request went through in exchange 3, so that it was passing")
    )
    #expect(lasting[.tokenEndpointFiltered].map { words.hasPrefix($0.message) } == true)
  }
}
