import HTTP
import JSON
@testable import OAuth
import Okta
import Profiles
import SampleApp
import TestSupport
import Testing
import World

@testable import Simulation

/// Each check on records made by hand: what it says, and that it keeps silent where all is well.
@Suite struct PassiveCheckTests {
  private let list = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
  private let error = "urn:ietf:params:scim:api:messages:2.0:Error"

  // MARK: The service provider

  typealias Challenge = (field: String?, ids: [String])

  @Test(
    arguments: [
      (#"Bearer error="invalid_token""#, []),
      (#"bearer realm="app", error = "invalid_token", error_description="x""#, []),
      (#"Basic realm="x", Bearer error=invalid_token"#, []),
      (nil, ["F-03.challenge-missing"]),
      (#"Basic realm="x""#, ["F-03.challenge-scheme"]),
      (#"Basic realm="no bearer token here""#, ["F-03.challenge-scheme"]),
      ("Bearer", ["F-03.error-missing"]),
      (#"Bearer error="invalid_request""#, ["F-03.error-missing"]),
    ] as [Challenge]
  )
  func `a 401 has a bearer challenge that names invalid_token`(challenge: Challenge) throws {
    var response = HTTPResponse.scimError(401, "expired")
    if let field = challenge.field { response.fields.append("WWW-Authenticate", field) }
    let record = try ScenarioRecord.make([.scim("GET", "/Users/1", response)])
    #expect(ChallengeCheck.observe(record).map(\.id) == challenge.ids)
  }

  @Test(arguments: ["", "no", "[]", #"{"status":401}"#])
  func `a 401 without a SCIM error is worth a warning`(body: String) throws {
    var response = HTTPResponse.scim(body, status: 401)
    response.fields.append("WWW-Authenticate", #"Bearer error="invalid_token""#)
    let record = try ScenarioRecord.make([.scim("GET", "/Users/1", response)])
    let observations = ChallengeCheck.observe(record)
    #expect(observations.map(\.id) == ["F-03.body"])
    #expect(observations.map(\.level) == [.should])
  }

  @Test func `a profile without bearer tokens asks for no challenge`() throws {
    let record = try ScenarioRecord.make(
      [.scim("GET", "/Users/1", HTTPResponse(status: 401))],
      profile: .make(
        authentication: .basic(username: "u", password: Secret("p", alias: "password#1"))
      )
    )
    #expect(ChallengeCheck.observe(record).map(\.id) == [])
  }

  typealias Row = (exchange: Exchange, ids: [String])

  private static let ada =
    #"{"userName":"ada","name":{"givenName":"A","familyName":"L"},"active":true,"password":"pw"}"#
  private static let made =
    #"{"id":"1","userName":"ADA","name":{"givenName":"A","familyName":"L"},"active":true}"#

  private static func create(
    _ body: String,
    status: Int = 201,
    location: String? = "/Users/1"
  ) -> Exchange {
    var response = HTTPResponse.scim(body, status: status)
    if let location { response.fields.append("Location", location) }
    return .scim("POST", "/Users", response, sent: ada)
  }

  @Test(
    arguments: [
      (create(made), []), (create(made, status: 200), ["SCIM.create-status"]),
      (create(made, location: nil), ["SCIM.create-location"]), (create(""), ["SCIM.create-body"]),
      (create(made.replacing(#""id":"1","#, with: "")), ["SCIM.create-id"]),
      (
        create(made.replacing(#""id":"1""#, with: #""id":"1","password":"pw""#)),
        ["SCIM.password-returned"]
      ),
      (create(made.replacing("true", with: "false")), ["SCIM.create-lost-attribute"]),
      // An address of the app's own may stand first.
      (
        .scim(
          "POST",
          "/Users",
          .scim(#"{"id":"1","emails":[{"value":"alias@app"},{"value":"A@X"}]}"#, status: 201),
          sent: #"{"emails":[{"value":"a@x","primary":true}]}"#
        ), ["SCIM.create-location"]
      ),
      (
        .scim(
          "POST",
          "/Users",
          .scim(#"{"id":"1","emails":[{"value":"alias@app"}]}"#, status: 201),
          sent: #"{"emails":[{"value":"a@x","primary":true}]}"#
        ), ["SCIM.create-location", "SCIM.create-lost-attribute"]
      ),
      (create(#"{"schemas":[]}"#, status: 409), []),
    ] as [Row]
  )
  func `a create is answered by RFC 7644, section 3_3`(row: Row) throws {
    let record = try ScenarioRecord.make([row.exchange])
    #expect(CreateCheck.observe(record).map(\.id) == row.ids)
  }

  @Test(
    arguments: [
      (Exchange.scim("GET", "/Users?startIndex=1&count=2", .nobody), []),
      (.scim("GET", "/Users?startIndex=1&count=2", .scim("x")), ["SCIM.list-unreadable"]),
      (
        .scim("GET", "/Users?filter=a", .scim(#"{"totalResults":"1"}"#)),
        ["SCIM.list-schemas", "SCIM.list-number", "SCIM.list-resources"]
      ),
      (
        .scim(
          "GET",
          "/Users?filter=a",
          .scim(#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"]}"#)
        ), ["SCIM.list-total"]
      ),
      (.scim("GET", "/Users?filter=a", .scimError(404, "none")), []),
      (.scim("GET", "/Users/1", .scim("{}")), []),
    ] as [Row]
  )
  func `a list is a ListResponse`(row: Row) throws {
    let record = try ScenarioRecord.make([row.exchange])
    #expect(ListResponseCheck.observe(record).map(\.id) == row.ids)
  }

  @Test(
    arguments: [
      (#"{"userName":"ADA"}"#, []), (#"{"userName":"bob"}"#, ["SCIM.filter-ignored"]),
      ("{}", ["SCIM.filter-ignored"]),
    ] as [(String, [String])]
  )
  func `a look-up lists what the filter asks for`(resource: String, ids: [String]) throws {
    let record = try ScenarioRecord.make([
      .scim("GET", "/Users?filter=userName%20eq%20%22ada%22&count=100", .list(resource))
    ])
    #expect(LookUpCheck.observe(record).map(\.id) == ids)
  }

  @Test(
    arguments: [
      ("PUT", #"{"active":false}"#, #"{"active":false}"#, []),
      ("PUT", #"{"active":false}"#, #"{"active":true}"#, ["F-49.active-ignored"]),
      ("PUT", #"{"active":true}"#, "{}", []),
      (
        "PATCH", #"{"Operations":[{"op":"replace","value":{"active":false}}]}"#,
        #"{"active":true}"#, ["F-49.active-ignored"]
      ),
      (
        "PATCH", #"{"Operations":[{"op":"replace","path":"active","value":false}]}"#,
        #"{"Active":true}"#, ["F-49.active-ignored"]
      ),
      ("PATCH", #"{"Operations":[{"op":"replace","value":{"active":false}}]}"#, "", []),
    ] as [(String, String, String, [String])]
  )
  func `what the app is told about active it does`(
    method: String,
    sent: String,
    answer: String,
    ids: [String]
  ) throws {
    let record = try ScenarioRecord.make([.scim(method, "/Users/1", .scim(answer), sent: sent)])
    #expect(ActivationCheck.observe(record).map(\.id) == ids)
  }

  @Test(
    arguments: [
      (#"{"roles":[1],"seat":7,"y":null,"meta":{"v":2}}"#, 200, []),
      (#"{"ROLES":[1.0],"seat":7,"z":"new"}"#, 200, []),
      (#"{"roles":[],"seat":7}"#, 200, ["SCIM.put-lost-attribute"]),
      // It may be the app's own, readOnly, as a licence that goes with the deactivation.
      (#"{"roles":[1]}"#, 200, ["SCIM.put-dropped-attribute"]),
      (#"{}"#, 200, ["SCIM.put-lost-attribute", "SCIM.put-dropped-attribute"]),
      ("", 200, ["SCIM.put-body"]), ("", 204, ["SCIM.put-body"]), ("", 500, []),
    ] as [(String, Int, [String])]
  )
  func `a PUT keeps what it carries`(answer: String, status: Int, ids: [String]) throws {
    let held =
      #"{"id":"1","roles":[1],"seat":7,"y":null,"changed":"a","meta":{"v":1},"groups":[1]}"#
    let record = try ScenarioRecord.make([
      .scim("GET", "/Users/1", .scim(held)),
      .scim(
        "PUT",
        "/Users/1",
        .scim(answer, status: status),
        sent: held.replacing(#""a""#, with: #""b""#)
      ),
    ])
    let observations = ReplaceCheck.observe(record)
    #expect(observations.map(\.id) == ids)
    #expect(
      observations.map(\.level)
        == ids.map { status == 204 ? .should : $0 == "SCIM.put-dropped-attribute" ? .may : .must }
    )
  }

  @Test(
    arguments: [
      (Exchange.scim("GET", "/Users/1", .scimError(404, "none")), []),
      (.scim("GET", "/Users/1", .scim("{}", status: 404)), ["SCIM.error-body"]),
      (.scim("GET", "/Users/1", HTTPResponse(status: 502, body: [60])), ["SCIM.error-body"]),
      (.scim("GET", "/Users/1", HTTPResponse(status: 401)), []),
      (.scim("POST", "/Users", .scimError(409, "taken"), sent: "{}"), ["F-46.uniqueness"]),
      (
        .scim(
          "POST",
          "/Users",
          .scim(
            #"{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"409","scimType":"uniqueness"}"#,
            status: 409
          ),
          sent: "{}"
        ), []
      ),
    ] as [Row]
  )
  func `an error is a SCIM error`(row: Row) throws {
    let record = try ScenarioRecord.make([row.exchange])
    #expect(SCIMErrorCheck.observe(record).map(\.id) == row.ids)
  }

  // MARK: Tokens at the service provider

  typealias Dead = (method: String, second: Int, status: Int, altered: Bool, ids: [String])

  /// A 60 s token that came at 0 s; the leeway is 10 % of it.
  @Test(
    arguments: [
      ("GET", 65, 200, false, []), ("GET", 66, 200, false, ["F-01.accepted"]),
      ("GET", 66, 401, false, []), ("GET", 66, 403, false, ["F-02.wrong-status"]),
      ("GET", 66, 302, false, ["F-02.wrong-status"]),
      ("PUT", 66, 200, false, ["F-01.accepted-on-write"]),
      ("PUT", 66, 500, false, ["F-02.wrong-status-on-write"]),
      ("GET", 1, 200, true, ["F-01.altered-accepted"]), ("GET", 1, 401, true, []),
      ("GET", 1, 403, true, ["F-02.wrong-status"]),
      // A limit or an outage in front says nothing about the token.
      ("GET", 66, 429, false, []), ("GET", 66, 503, false, []),
    ] as [Dead]
  )
  func `a dead token is refused with 401`(dead: Dead) throws {
    let exchange = Exchange.scim(
      dead.method,
      "/Users/1",
      HTTPResponse(status: dead.status),
      at: .seconds(dead.second),
      token: dead.altered ? "access_token#1 altered" : "access_token#1"
    )
    let record = try ScenarioRecord.make([exchange], tokens: [.make()])
    #expect(ExpiredTokenCheck.observe(record).map(\.id) == dead.ids)
  }

  /// What the app answers whatever the token says nothing of how it treats dead ones.
  @Test(arguments: [
    (404, 404, []), (404, 200, ["F-02.wrong-status"]), (405, 405, []),
    (403, 404, []), (500, 200, ["F-02.wrong-status"]),
  ])
  func `a status that is the same for a living token is not about the token`(
    dead: Int,
    living: Int,
    ids: [String]
  ) throws {
    let record = try ScenarioRecord.make(
      [
        .scim("GET", "/Users/1", .scim("{}", status: living), at: .seconds(1)),
        .scim(
          "GET",
          "/Users/1",
          .scim("", status: dead),
          at: .seconds(66),
          token: "access_token#1"
        ),
      ],
      tokens: [.make()]
    )
    #expect(ExpiredTokenCheck.observe(record).map(\.id) == ids)
  }

  /// `status: 200, body: "your session has expired"` is a refusal (F-02 of the catalogue), and what
  /// such an answer holds is judged by no other check.
  @Test(arguments: [
    ("GET", "/Users", #"{"totalResults":0}"#, "F-01.accepted"),
    ("GET", "/Users", #"{"error":"invalid_token"}"#, "F-02.wrong-status"),
    ("GET", "/Users", "<html>sign in</html>", "F-02.wrong-status"),
    ("GET", "/Users/1", #"{"id":"1"}"#, "F-01.accepted"),
    ("GET", "/Users/1", #"{"detail":"expired"}"#, "F-02.wrong-status"),
    ("PUT", "/Users/1", #"{"ID":"1"}"#, "F-01.accepted-on-write"),
    ("PUT", "/Users/1", "your session has expired", "F-02.wrong-status-on-write"),
    ("POST", "/Users", "", "F-01.accepted-on-write"),
  ])
  func `a dead token is served only by what was asked for`(
    method: String,
    path: String,
    body: String,
    id: String
  ) throws {
    let exchange = Exchange.scim(
      method,
      path,
      .scim(body, status: 200),
      at: .seconds(66),
      token: "access_token#1"
    )
    let record = try ScenarioRecord.make([exchange], tokens: [.make()])
    #expect(PassiveChecks.all.flatMap { $0(record) }.map(\.id) == [id])
  }

  // MARK: Refused writes

  /// RFC 9110 section 15.5.2: what is answered 401 "has not been applied".
  @Test(arguments: [
    // Before, the refused write, after.
    (#"{"id":"1","title":"a"}"#, #"{"id":"1","title":"b"}"#, #"{"id":"1","title":"a"}"#, false),
    (#"{"id":"1","title":"a"}"#, #"{"id":"1","title":"b"}"#, #"{"id":"1","title":"b"}"#, true),
    // The app's own change, of what the write carried unchanged.
    (#"{"id":"1","title":"a"}"#, #"{"id":"1","title":"a"}"#, #"{"id":"1","title":"c"}"#, false),
    (#"{"id":"1"}"#, #"{"id":"1","name":{"givenName":"x"}}"#, #"{"id":"1"}"#, false),
    (
      #"{"id":"1","name":{"givenName":"y"}}"#, #"{"id":"1","name":{"givenName":"x"}}"#,
      #"{"id":"1","name":{"formatted":"x","givenName":"x"}}"#, true
    ),
  ])
  func `a PUT that is refused changes nothing`(
    before: String,
    sent: String,
    after: String,
    isApplied: Bool
  ) throws {
    let record = try ScenarioRecord.make([
      .scim("GET", "/Users/1", .scim(before, status: 200)),
      .scim("PUT", "/Users/1", HTTPResponse(status: 401), sent: sent),
      .scim("GET", "/Users/1", .scim(after, status: 200)),
    ])
    let observations = RefusedWriteCheck.observe(record)
    #expect(observations.map(\.id) == (isApplied ? ["F-45.refused-write-applied"] : []))
    #expect(observations.first?.exchanges == (isApplied ? [2, 3] : nil))
  }

  @Test func `a PUT that is repeated proves nothing of the refused one`() throws {
    let sent = #"{"id":"1","title":"b"}"#
    let record = try ScenarioRecord.make([
      .scim("GET", "/Users/1", .scim(#"{"id":"1","title":"a"}"#, status: 200)),
      .scim("PUT", "/Users/1", HTTPResponse(status: 401), sent: sent),
      .scim("PUT", "/Users/1", .scim(sent, status: 200), sent: sent, attempt: 2),
      .scim("GET", "/Users/1", .scim(sent, status: 200)),
    ])
    #expect(RefusedWriteCheck.observe(record).map(\.id) == [])
  }

  @Test(arguments: [
    ("00u1", 409, false, true), ("00u2", 201, false, false), ("00u1", 201, false, true),
    ("00u2", 409, false, true), ("00u1", 201, true, false),
  ])
  func `a create that is refused makes nobody`(
    listed: String,
    repeated: Int,
    isNamespaceGiven: Bool,
    isApplied: Bool
  ) throws {
    let sent = #"{"userName":"ada@example.com","externalId":"00u1"}"#
    let list =
      #"{"schemas":["\#(list)"],"totalResults":1,"Resources":[{"externalId":"\#(listed)"}]}"#
    var record = try ScenarioRecord.make([
      .scim("POST", "/Users", HTTPResponse(status: 401), sent: sent),
      .scim("GET", "/Users?filter=x", .scim(list, status: 200)),
      .scim("POST", "/Users", .scim("{}", status: repeated), sent: sent, attempt: 2),
    ])
    record.isNamespaceGiven = isNamespaceGiven
    let ids = RefusedWriteCheck.observe(record).map(\.id)
    #expect(ids == (isApplied ? ["F-45.refused-write-applied"] : []))
  }

  typealias Early = (second: Int, attempt: Int, lifetime: Int?, ids: [String])

  @Test(
    arguments: [
      (58, 1, 60, ["F-04.refused-early"]), (59, 1, 60, []), (60, 1, 60, []),
      (58, 2, 60, ["F-38.fresh-token-refused"]), (1000, 1, nil, ["F-04.refused-early"]),
    ] as [Early]
  )
  func `a good token is not refused before its end`(early: Early) throws {
    let record = try ScenarioRecord.make(
      [
        .scim(
          "GET",
          "/Users/1",
          HTTPResponse(status: 401),
          at: .seconds(early.second),
          attempt: early.attempt,
          token: "access_token#1"
        )
      ],
      tokens: [.make(lifetime: early.lifetime)]
    )
    #expect(EarlyRejectionCheck.observe(record).map(\.id) == early.ids)
  }

  /// An app that lets one grant live retires the old one when it answers, before the client knows.
  @Test(arguments: [(21, []), (20, ["F-04.refused-early"]), (19, ["F-04.refused-early"])])
  func `a token that is being replaced may be refused`(received: Int, ids: [String]) throws {
    var refused = Exchange.scim(
      "GET",
      "/Users/1",
      HTTPResponse(status: 401),
      at: .seconds(18),
      token: "access_token#1"
    )
    refused.received = .seconds(received)
    let record = try ScenarioRecord.make(
      [
        .token(.codeExchange, nil), refused,
        .token(.codeExchange, nil, at: .seconds(20), takes: .seconds(5)),
      ],
      tokens: [.make(), .make(exchange: 3)]
    )
    #expect(EarlyRejectionCheck.observe(record).map(\.id) == ids)
  }

  @Test func `a token that was replaced may be refused`() throws {
    let record = try ScenarioRecord.make(
      [
        .scim(
          "GET",
          "/Users/1",
          HTTPResponse(status: 401),
          at: .seconds(30),
          token: "access_token#1"
        )
      ],
      tokens: [.make(endedAt: .seconds(20), ending: .replaced)]
    )
    #expect(EarlyRejectionCheck.observe(record).map(\.id) == [])
  }

  // MARK: The authorization server

  typealias Answer = (response: HTTPResponse, ids: [String])

  @Test(
    arguments: [
      (.tokens(access: "a", refresh: "r"), []),
      (.tokens(access: "a", refresh: "r", expiresIn: nil), ["F-11.expires-in-missing"]),
      (.tokens(access: "a", refresh: "r", expiresIn: "\"60\""), ["F-12.expires-in-type"]),
      (.tokens(access: "a", refresh: "r", expiresIn: "0"), ["F-10.expires-in-not-positive"]),
      (.tokens(access: "a", refresh: "r", expiresIn: "99999999"), ["F-12.expires-in-huge"]),
      (.tokens(access: "a", refresh: "r", expiresIn: "{}"), ["F-12.expires-in-unusable"]),
      (.tokens(access: "a", refresh: nil), ["F-17.no-refresh-token"]),
      (
        .json(#"{"access_token":"a","token_type":"Bearer","expires_in":9,"refresh_token":"r"}"#),
        ["F-16.cacheable"]
      ),
      (.refusal("invalid_grant", status: 200), ["F-15.error-with-success"]),
      (.refusal("invalid_grant"), []),
    ] as [Answer]
  )
  func `a token response is that of RFC 6749, section 5_1`(answer: Answer) throws {
    let record = try ScenarioRecord.make([.token(.codeExchange, answer.response)])
    #expect(TokenResponseCheck.observe(record).map(\.id) == answer.ids)
  }

  @Test(
    arguments: [
      (.refusal("invalid_grant"), []), (.refusal("invalid_client", status: 401), []),
      (.refusal("invalid_grant", status: 401), ["F-15.wrong-status"]),
      (.refusal("invalid_grant", status: 500), ["F-15.wrong-status"]),
      (HTTPResponse(status: 400), ["F-15.no-error"]), (.json("[]", status: 400), ["F-15.no-error"]),
      (HTTPResponse(status: 500), []), (HTTPResponse(status: 429), []),
      (HTTPResponse(status: 408), []),
    ] as [Answer]
  )
  func `a refusal is that of RFC 6749, section 5_2`(answer: Answer) throws {
    let record = try ScenarioRecord.make([.token(.refresh, answer.response, spends: "r1")])
    #expect(TokenErrorCheck.observe(record).map(\.id) == answer.ids)
  }

  typealias Story = (name: String, exchanges: [Exchange], ids: [String])

  private static let code = Exchange.token(.codeExchange, .tokens(access: "a1", refresh: "r1"))

  private static func refresh(
    _ spends: String,
    _ response: HTTPResponse?,
    at second: Int,
    takes: Duration = .milliseconds(10)
  ) -> Exchange {
    .token(.refresh, response, spends: spends, at: .seconds(second), takes: takes)
  }

  @Test(
    arguments: [
      (
        "after its access token expired", [code, refresh("r1", .refusal("invalid_grant"), at: 61)],
        ["F-27.refused-after-expiry"]
      ),
      (
        "before that", [code, refresh("r1", .refusal("invalid_grant"), at: 30)], ["refresh.refused"]
      ),
      // Five lifetimes of quiet may be a limit of the app's: a policy.
      (
        "after a long quiet time", [code, refresh("r1", .refusal("invalid_grant"), at: 301)],
        ["F-28.refresh-token-ended"]
      ),
      (
        "rotated",
        [
          code, refresh("r1", .tokens(access: "a2", refresh: "r2"), at: 61),
          refresh("r2", .refusal("invalid_grant"), at: 122),
        ], ["F-14.rotated-token-refused"]
      ),
      (
        "repeated",
        [
          code, refresh("r1", .tokens(access: "a2", refresh: "r1"), at: 61),
          refresh("r1", .refusal("invalid_grant"), at: 122),
        ], ["F-14.repeated-token-refused"]
      ),
      (
        "left out",
        [
          code, refresh("r1", .tokens(access: "a2", refresh: nil), at: 61),
          refresh("r1", .refusal("invalid_grant"), at: 122),
        ], ["F-13.kept-token-refused"]
      ),
      (
        "by an outage", [code, refresh("r1", HTTPResponse(status: 500), at: 61)],
        ["F-30.refresh-failed"]
      ),
      (
        "after an outage",
        [
          code, refresh("r1", HTTPResponse(status: 500), at: 61),
          refresh("r1", .refusal("invalid_grant"), at: 62),
        ], ["F-30.refresh-failed", "F-27.refused-after-expiry"]
      ),
      (
        "by its client", [code, refresh("r1", .refusal("invalid_client", status: 401), at: 61)],
        ["F-32.invalid-client"]
      ),
      // What a careless client does is no fault of the app's.
      (
        "spent by an earlier refresh",
        [
          code, refresh("r1", .tokens(access: "a2", refresh: "r2"), at: 61),
          refresh("r1", .refusal("invalid_grant"), at: 122),
        ], ["F-43.spent-token-refused"]
      ),
      (
        "spent by a parallel refresh that ended before",
        [
          code, refresh("r1", .tokens(access: "a2", refresh: "r2"), at: 61),
          refresh("r1", .refusal("invalid_grant"), at: 61, takes: .milliseconds(20)),
        ], ["F-19.spent-token-refused"]
      ),
      (
        "spent by a parallel refresh that ended after",
        [
          code, refresh("r1", .refusal("invalid_grant"), at: 61),
          refresh("r1", .tokens(access: "a2", refresh: "r2"), at: 61, takes: .milliseconds(20)),
        ], ["F-19.spent-token-refused"]
      ),
      // The answer that was lost may have rotated it.
      (
        "after a lost answer",
        [code, refresh("r1", nil, at: 61), refresh("r1", .refusal("invalid_grant"), at: 122)],
        ["F-18.spent-token-refused"]
      ),
    ] as [Story]
  )
  func `a refresh that is refused names why`(story: Story) throws {
    let record = try ScenarioRecord.make(story.exchanges)
    let observations = RefreshCheck.observe(record)
    #expect(observations.map(\.id) == story.ids, "\(story.name)")
    for observation in observations where observation.id.hasSuffix("spent-token-refused") {
      #expect(observation.level == .may)
    }
  }
}

extension ScenarioRecord {
  /// A record with these exchanges, numbered.
  static func make(
    _ exchanges: [Exchange],
    tokens: [TokenRecord] = [],
    profile: IntegrationProfile = .sampleApp(SampleAppSettings(baseURL: "https://app.test"))
  ) throws -> ScenarioRecord {
    var profile = profile
    profile.scim.baseURL = "https://app.test/scim"
    var record = ScenarioRecord(
      scenario: try .make("authorize\n"),
      profile: profile,
      leeway: .standard,
      started: .zero,
      ended: .seconds(1000)
    )
    record.tokens = tokens
    record.exchanges = exchanges.enumerated().map { index, exchange in
      var exchange = exchange
      exchange.number = index + 1
      return exchange
    }
    return record
  }
}

extension TokenRecord {
  static func make(
    lifetime: Int? = 60,
    endedAt: Duration? = nil,
    ending: Ending? = nil,
    exchange: Int = 1
  ) -> TokenRecord {
    TokenRecord(
      token: AccessToken(
        value: Secret("a1", alias: "access_token#1"),
        receivedAt: .zero,
        expiresIn: lifetime.map { .seconds($0) }
      ),
      grant: 1,
      receivedAt: .zero,
      exchange: exchange,
      endedAt: endedAt,
      ending: ending
    )
  }
}

extension Exchange {
  /// A request to the service provider at `https://app.test/scim`.
  static func scim(
    _ method: String,
    _ path: String,
    _ response: HTTPResponse,
    sent body: String = "",
    at instant: Duration = .zero,
    attempt: Int = 1,
    token: String? = nil
  ) -> Exchange {
    Exchange(
      request: HTTPRequest(
        method: method,
        url: HTTPURL(
          origin: Origin(scheme: .https, host: "app.test", port: 443),
          target: "/scim" + path
        ),
        body: Array(body.utf8)
      ),
      result: .success(response),
      due: instant,
      sent: instant,
      received: instant,
      context: ExchangeContext(event: 0, attempt: attempt, token: token)
    )
  }

  /// A request to the token endpoint.
  ///
  /// - Parameters:
  ///   - response: nil for an answer that was lost.
  ///   - spends: The refresh token.
  static func token(
    _ purpose: ExchangeContext.Purpose,
    _ response: HTTPResponse?,
    spends: String = "",
    at instant: Duration = .zero,
    takes: Duration = .zero
  ) -> Exchange {
    let form =
      purpose == .codeExchange
      ? "grant_type=authorization_code&code=c1"
      : "grant_type=refresh_token&refresh_token=\(spends)"
    return Exchange(
      request: HTTPRequest(method: "POST", url: TokenServer.endpoint, body: Array(form.utf8)),
      result: response.map { .success($0) } ?? .failure(.closedBeforeAnswer),
      due: instant,
      sent: instant,
      received: instant + takes,
      context: ExchangeContext(purpose: purpose, event: 0)
    )
  }
}
