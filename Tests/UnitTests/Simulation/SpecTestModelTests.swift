import HTTP
import JSON
import Okta
import Profiles
import TestSupport
import Testing
import World

@testable import Simulation

/// What Okta's SPEC test asserts, each against an answer that fails it; the assertions are those of
/// okta-behaviour section 11.
@Suite struct SpecTestModelTests {
  private static let list = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
  private static let error = "urn:ietf:params:scim:api:messages:2.0:Error"
  private static let core = "urn:ietf:params:scim:schemas:core:2.0:User"
  private static let sent = #"""
    {"schemas":["\#(core)"],"userName":"r@x","name":{"givenName":"R","familyName":"S"},\#
    "emails":[{"primary":true,"value":"r@x","type":"work"}],"displayName":"R S","active":true}
    """#
  private static let user = #"""
    {"schemas":["\#(core)"],"id":"7","userName":"r@x","name":{"givenName":"R","familyName":"S"},\#
    "emails":[{"value":"r@x"}],"active":true}
    """#
  private static let page = #"""
    {"schemas":["\#(list)"],"totalResults":3,"startIndex":1,"itemsPerPage":1,"Resources":[\#(user)]}
    """#
  private static let nobody = #"{"schemas":["\#(list)"],"totalResults":0,"Resources":[]}"#

  private static func refusal(_ status: Int) -> String {
    #"{"schemas":["\#(error)"],"status":"\#(status)","detail":"no"}"#
  }

  /// Status and body of an answer that passes.
  private static let right: [(status: Int, body: String)] = [
    (200, page), (200, user), (200, nobody), (404, refusal(404)), (200, nobody), (201, user),
    (200, user), (409, refusal(409)), (200, nobody), (200, nobody), (401, refusal(401)),
    (404, refusal(404)),
  ]

  private func exchange(_ number: Int, _ status: Int, _ body: String, for time: Duration = .zero)
    -> Exchange
  {
    let isCreate = number == 6 || number == 8
    var exchange = Exchange.scim(
      isCreate ? "POST" : "GET",
      number == 10 ? "/Groups" : [2, 7].contains(number) ? "/Users/7" : "/Users",
      .scim(body, status: status),
      sent: isCreate ? Self.sent : ""
    )
    exchange.received = time
    exchange.intent.cause.occasion = .probe
    exchange.intent.deviation = .spec(SpecRequest.all(of: .v2)[number - 1].rawValue)
    return exchange
  }

  /// The twelve requests with right answers but for some.
  private func observed(_ others: Exchange..., besides numbers: [Int]) -> [Observation] {
    var model = SpecTestModel()
    var observations = Observations()
    for number in 1...12 {
      var exchange =
        numbers.firstIndex(of: number).map { others[$0] }
        ?? exchange(number, Self.right[number - 1].status, Self.right[number - 1].body)
      exchange.number = number
      model.take(Reading(exchange, life: nil, leeway: .standard), &observations)
    }
    return observations.all
  }

  @Test func `right answers pass all twelve`() {
    #expect(SpecRequest.all(of: .v2).count == 12)
    #expect(observed(besides: []).map(\.message) == [])
  }

  @Test(arguments: [
    (1, 500, "{}", "HTTP 500, not 200; so a later request has nobody to name"),
    (1, 200, #"["7"]"#, "the answer is no JSON object; so a later request has nobody to name"),
    (
      1, 200, page.replacing("\"Resources\":[\(user)]", with: #""Resources":[]"#),
      "Resources is empty; so a later request has nobody to name"
    ),
    (1, 200, page.replacing(list, with: "x"), "schemas lacks \(list)"),
    (1, 200, page.replacing(#""itemsPerPage":1,"#, with: ""), "itemsPerPage is missing"),
    (
      1, 200, page.replacing(#""startIndex":1"#, with: #""startIndex":"1""#),
      "startIndex is a string, not a number"
    ),
    (1, 200, page.replacing(#""totalResults":3,"#, with: ""), "totalResults is missing"),
    (
      1, 200, page.replacing(#""id":"7","#, with: ""),
      "Resources[0].id is missing; so a later request has nobody to name"
    ),
    (
      1, 200, page.replacing(#","familyName":"S""#, with: ""),
      "Resources[0].name.familyName is missing"
    ),
    (
      1, 200, page.replacing(#""givenName":"R""#, with: #""givenName":"""#),
      "Resources[0].name.givenName is empty"
    ),
    (1, 200, page.replacing(#""userName":"r@x","#, with: ""), "Resources[0].userName is missing"),
    (1, 200, page.replacing(#","active":true"#, with: ""), "Resources[0].active is missing"),
    (
      1, 200, page.replacing(#"{"value":"r@x"}"#, with: ""),
      "Resources[0].emails[0].value is missing"
    ),
    (2, 404, refusal(404), #"HTTP 404, not 200; it says "no""#),
    (2, 200, user.replacing(#""id":"7""#, with: #""id":"8""#), "id is \"8\", not \"7\""),
    (2, 200, user.replacing(#","active":true"#, with: ""), "active is missing"),
    (3, 404, refusal(404), #"HTTP 404, not 200; it says "no""#),
    (3, 200, page, "totalResults is \"3\", not \"0\""),
    (3, 200, nobody.replacing(list, with: "x"), "schemas lacks \(list)"),
    (4, 400, refusal(400), #"HTTP 400, not 404; it says "no""#),
    (4, 404, refusal(404).replacing("no", with: ""), "detail is empty"),
    (4, 404, refusal(404).replacing(error, with: "x"), "schemas lacks \(error)"),
    (5, 200, page, "totalResults is \"3\", not \"0\""),
    (6, 200, user, "HTTP 200, not 201"),
    (6, 201, user.replacing("true", with: "false"), "active is \"false\", not \"true\""),
    (
      6, 201, user.replacing(#""id":"7","#, with: ""),
      "id is missing; so a later request has nobody to name"
    ),
    (
      6, 201, user.replacing(#""familyName":"S""#, with: #""familyName":"T""#),
      "name.familyName is \"T\", not \"S\""
    ),
    (6, 201, user.replacing(core, with: "x"), "schemas lacks \(core)"),
    (6, 201, user.replacing(#""userName":"r@x","#, with: ""), "userName is missing"),
    (7, 200, user.replacing(#""givenName":"R","#, with: ""), "name.givenName is missing"),
    (
      7, 200, user.replacing(#""userName":"r@x""#, with: #""userName":"R@x""#),
      "userName is \"R@x\", not \"r@x\""
    ),
    (8, 201, user, "HTTP 201, not 409"),
    (8, 400, refusal(400), #"HTTP 400, not 409; it says "no""#),
    (9, 400, refusal(400), #"HTTP 400, not 200; it says "no""#),
    (10, 404, refusal(404), #"HTTP 404, not 200; it says "no""#),
    (10, 200, #"{"totalResults":1}"#, "Resources is no list"),
    (11, 200, page, "HTTP 200, not 401"),
    (11, 401, "{}", "detail is missing; status is missing; schemas lacks \(error)"),
    (12, 404, refusal(404).replacing("404", with: "40"), "status is \"40\", not \"404\""),
  ])
  func `an answer that fails an assertion is told with it`(
    number: Int,
    status: Int,
    body: String,
    words: String
  ) throws {
    let found = observed(exchange(number, status, body), besides: [number])
    let request = SpecRequest.all(of: .v2)[number - 1]
    #expect(found.map(\.kind.id) == ["okta-spec.R\(number)"])
    #expect(found.first?.verdict == .failed)
    #expect(found.first?.exchanges == [number])
    #expect(
      found.first.map { Quotation.cut(in: $0.message) }
        == "Okta's SPEC test, request \(number) (\(request.rawValue)): \(words)"
    )
  }

  /// Okta's test runner compares texts, and takes an inactive user for one.
  @Test(arguments: [
    (1, 200, page.replacing(#""active":true"#, with: #""active":false"#)),
    (3, 200, nobody.replacing(":0", with: #":"0""#)),
    (6, 201, user.replacing("true", with: #""true""#)),
    (12, 404, refusal(404).replacing(#""404""#, with: "404")),
    (10, 200, #"{"totalResults":0}"#),
  ])
  func `what Okta's test lets pass passes`(number: Int, status: Int, body: String) {
    #expect(observed(exchange(number, status, body), besides: [number]).map(\.message) == [])
  }

  /// Okta's test wants an app with a user in it, and ours makes one first.
  @Test(arguments: [(201, ["okta-spec.R1"]), (400, [])])
  func `an empty list is right where nobody could be made`(status: Int, ids: [String]) {
    var model = SpecTestModel()
    var observations = Observations()
    let empty = Self.nobody.replacing("]}", with: #"],"startIndex":1,"itemsPerPage":0}"#)
    let create = Exchange.scim("POST", "/Users", .scim(Self.user, status: status), sent: Self.sent)
    for exchange in [create, exchange(1, 200, empty)] {
      model.take(Reading(exchange, life: nil, leeway: .standard), &observations)
    }
    #expect(observations.all.map(\.kind.id) == ids)
  }

  /// Other findings tell of these.
  @Test(arguments: [(1, 401), (1, 429), (11, 429)])
  func `a refused credential and a limit say nothing of the test`(number: Int, status: Int) {
    let found = observed(exchange(number, status, Self.refusal(status)), besides: [number])
    #expect(found.map(\.message) == [])
  }

  @Test(arguments: [(599, []), (600, ["okta-spec.response-time"])])
  func `a slow list of groups is observed`(milliseconds: Int, ids: [String]) {
    let found = observed(
      exchange(10, 200, Self.nobody, for: .milliseconds(milliseconds)),
      besides: [10]
    )
    #expect(found.map(\.kind.id) == ids)
    #expect(found.allSatisfy { $0.verdict == .observed })
  }

  @Test(arguments: [(SCIMSettings.Version.v1, 16), (.v2, 12)])
  func `each request has a number, a kind of finding and a deviation of its own`(
    version: SCIMSettings.Version,
    count: Int
  ) {
    let requests = SpecRequest.all(of: version)
    #expect(requests.map { $0.number(in: version) } == Array(1...count))
    let kinds = requests.compactMap { FindingKind.spec($0, version) }
    #expect(kinds.count == count)
    #expect(kinds.map { $0.specPlace?.request } == requests)
    #expect(kinds.allSatisfy { $0.specPlace?.version == version })
    for request in requests {
      #expect(Intent.Deviation.spec(request.rawValue)?.specName == request.rawValue)
    }
  }

  @Test func `what the other version does not ask has no kind`() {
    #expect(FindingKind.spec(.listSchemas, .v2) == nil)
    #expect(FindingKind.spec(.readMissingID, .v1) == nil)
    #expect(FindingKind.specResponseTime.specPlace == nil)
    #expect(FindingKind.spec(.listEntitlements, .v2) == .specEntitlements)
    #expect(FindingKind.specEntitlements.specRequest == .listEntitlements)
    #expect(Intent.Deviation.spec("list nobody") == nil)
  }

  // MARK: The test of entitlements

  private static let role = #"{"id":"r","displayName":"R"}"#
  private static let roles = page.replacing(user, with: role)

  /// Okta, entitlements test: 200, Resources, ListResponse, numbers, itemsPerPage 1.
  @Test(
    arguments: [
      (200, roles, []),
      (404, refusal(404), [#"HTTP 404, not 200; it says "no""#]),
      (200, roles.replacing(list, with: "x"), ["schemas lacks \(list)"]),
      (
        200, roles.replacing(#""Resources":[\#(role)]"#, with: #""Resources":[]"#),
        ["Resources is empty"]
      ),
      (200, roles.replacing(#""itemsPerPage":1,"#, with: ""), ["itemsPerPage is missing"]),
      (
        200, roles.replacing(#""itemsPerPage":1"#, with: #""itemsPerPage":3"#),
        ["itemsPerPage is \"3\", not \"1\""]
      ),
      (
        200, roles.replacing(#""totalResults":3"#, with: #""totalResults":"3""#),
        ["totalResults is a string, not a number"]
      ),
      (200, "[]", ["the answer is no JSON object"]),
    ] as [(Int, String, [String])]
  )
  func `an answer that fails Okta's test of entitlements is told with why`(
    status: Int,
    body: String,
    words: [String]
  ) {
    var exchange = exchange(1, status, body)
    exchange.intent.resource = .role
    exchange.intent.deviation = .entitlementTest
    var model = SpecTestModel()
    var observations = Observations()
    model.take(Reading(exchange, life: nil, leeway: .standard), &observations)
    #expect(
      observations.all.map { Quotation.cut(in: $0.message) }
        == words.map { "Okta's test of entitlements (list entitlements): \($0)" }
    )
    #expect(observations.all.allSatisfy { $0.kind == .specEntitlements && $0.verdict == .failed })
  }
}

/// The same for SCIM 1.1, against what Okta's file of 2016 asserts.
@Suite struct OldSpecTestModelTests {
  private static let core = "urn:scim:schemas:core:1.0"
  private static let sent =
    #"{"schemas":["\#(core)"],"userName":"r@x","name":{"givenName":"R","familyName":"S"}}"#
  private static let user = #"""
    {"schemas":["\#(core)"],"id":"7","userName":"r@x","name":{"givenName":"R","familyName":"S"},\#
    "emails":[{"value":"r@x"}],"active":true}
    """#
  private static let nobody = #"{"schemas":["\#(core)"],"totalResults":0,"Resources":[]}"#
  private static let error = #"{"Errors":[{"description":"no","code":"404"}],"detail":"no"}"#
  private static let configuration = #"""
    {"schemas":["\#(core)"],"patch":{"supported":false},\#
    "bulk":{"supported":false,"maxOperations":0,"maxPayloadSize":0},\#
    "filter":{"supported":true,"maxResults":200},"changePassword":{"supported":true},\#
    "sort":{"supported":false},"etag":{"supported":false},\#
    "authenticationSchemes":[{"type":"oauthbearertoken","description":"a token"}]}
    """#
  private static let types =
    #"{"schemas":["\#(core)"],"Resources":[{"name":"User","endpoint":"/Users","schema":"\#(core)"}]}"#
  private static let schemas =
    #"{"schemas":["\#(core):ListResponse"],"Resources":[{"id":"\#(core)","attributes":[{}]}]}"#
  private static let page = #"""
    {"schemas":["\#(core)"],"totalResults":3,"startIndex":1,"itemsPerPage":1,"Resources":[\#(user)]}
    """#

  private static let right: [(status: Int, body: String)] = [
    (200, configuration), (405, error), (200, types), (405, error), (200, schemas), (405, error),
    (200, page), (200, user), (200, nobody), (404, error), (200, nobody), (201, user),
    (200, user), (409, error), (400, error), (200, nobody),
  ]

  private func observed(
    _ number: Int,
    _ status: Int,
    _ body: String,
    for time: Duration = .zero
  ) -> [Observation] {
    var model = SpecTestModel()
    var observations = Observations()
    for (place, request) in SpecRequest.all(of: .v1).enumerated() {
      let isOther = place + 1 == number
      let answer = isOther ? (status, body) : Self.right[place]
      let isCreate = request == .create || request == .createAgain
      var exchange = Exchange.scim(
        isCreate || Self.right[place].status == 405 ? "POST" : "GET",
        "/Users/7",
        .scim(answer.1, status: answer.0),
        sent: isCreate ? Self.sent : ""
      )
      if isOther { exchange.received = exchange.sent + time }
      exchange.number = place + 1
      exchange.intent.id = "7"
      exchange.intent.cause.occasion = .probe
      exchange.intent.deviation = .spec(request.rawValue)
      model.take(
        Reading(exchange, life: nil, leeway: .standard, version: .v1),
        &observations
      )
    }
    return observations.all
  }

  @Test func `right answers pass all sixteen`() {
    #expect(observed(0, 200, "").map(\.message) == [])
  }

  @Test(arguments: [
    (1, 500, "{}", "HTTP 500, not 200"),
    (1, 200, configuration.replacing(core, with: "x"), "schemas lacks \(core)"),
    (
      1, 200, configuration.replacing(#","etag":{"supported":false}"#, with: ""),
      "etag.supported is missing"
    ),
    (
      1, 200, configuration.replacing(#","maxOperations":0"#, with: ""),
      "bulk.maxOperations is missing"
    ),
    (
      1, 200,
      configuration.replacing(#"{"type":"oauthbearertoken","description":"a token"}"#, with: ""),
      "authenticationSchemes is empty"
    ),
    (
      1, 200, configuration.replacing(#""a token""#, with: #""""#),
      "authenticationSchemes[0].description is empty"
    ),
    (2, 200, configuration, "HTTP 200, not 405"),
    (
      3, 200, types.replacing(#","endpoint":"/Users""#, with: ""),
      "Resources[0].endpoint is missing"
    ),
    (3, 200, #"{"schemas":["\#(core)"],"Resources":[]}"#, "Resources is empty"),
    (4, 400, error, #"HTTP 400, not 405; it says "no""#),
    (5, 200, schemas.replacing(":ListResponse", with: ""), "schemas lacks \(core):ListResponse"),
    (5, 200, schemas.replacing("[{}]", with: "[]"), "Resources[0].attributes is empty"),
    (6, 201, schemas, "HTTP 201, not 405"),
    (
      7, 200, page.replacing(#"["\#(core)"],"totalResults"#, with: #"[],"totalResults"#),
      "schemas lacks \(core)"
    ),
    (9, 200, nobody.replacing(core, with: "x"), "schemas lacks \(core)"),
    (10, 404, error.replacing(#","detail":"no""#, with: ""), "detail is missing"),
    (12, 201, user.replacing(core, with: "x"), "schemas lacks \(core)"),
    (14, 400, error, #"HTTP 400, not 409; it says "no""#),
    (15, 200, nobody, "HTTP 200, not 400"),
    (16, 500, "{}", "HTTP 500, not 200"),
  ])
  func `an answer that fails an assertion is told with it`(
    number: Int,
    status: Int,
    body: String,
    words: String
  ) {
    let found = observed(number, status, body)
    let request = SpecRequest.all(of: .v1)[number - 1]
    #expect(found.map(\.kind.id) == ["okta-spec-11.R\(number)"])
    #expect(found.first?.verdict == .failed)
    #expect(
      found.first.map { Quotation.cut(in: $0.message) }
        == "Okta's SPEC test, request \(number) (\(request.rawValue)): \(words)"
    )
    #expect(found.first?.kind.row.source == "Okta, SCIM 1.1 SPEC test, request \(number)")
  }

  /// Okta's file calls these requests optional.
  @Test(arguments: [(1, 404), (2, 404), (3, 501), (6, 404)])
  func `an app may do without what it says of itself`(number: Int, status: Int) {
    let found = observed(number, status, Self.error)
    #expect(found.map(\.kind.id) == ["okta-spec-11.R\(number)"])
    #expect(found.map(\.verdict) == [.observed])
  }

  @Test(arguments: [
    (1, 399, false), (1, 400, true), (2, 5_000, false), (5, 400, true), (8, 599, false),
    (8, 600, true), (9, 399, false), (9, 400, true), (14, 600, true), (15, 600, true),
  ])
  func `a slow answer is observed`(number: Int, milliseconds: Int, isTold: Bool) {
    let right = Self.right[number - 1]
    let found = observed(number, right.status, right.body, for: .milliseconds(milliseconds))
    #expect(found.map(\.kind.id) == (isTold ? ["okta-spec.response-time"] : []))
    #expect(found.allSatisfy { $0.verdict == .observed })
  }
}
