import Foundation
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

/// The judge on exchanges made by hand: what it says of each theme, and that it keeps silent where all
/// is well.
@Suite struct JudgeTests {
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
      (#"Bearer error_description="error=invalid_token""#, ["F-03.error-missing"]),
    ] as [Challenge]
  )
  func `a 401 has a bearer challenge that names invalid_token`(challenge: Challenge) throws {
    var response = HTTPResponse.scimError(401, "expired")
    if let field = challenge.field { response.fields.append("WWW-Authenticate", field) }
    let record = try ScenarioRecord.make([.scim("GET", "/Users/1", response)])
    #expect(observed(record, .challenge).map(\.kind.id) == challenge.ids)
  }

  @Test(arguments: ["", "no", "[]", #"{"status":401}"#])
  func `a 401 without a SCIM error is worth a warning`(body: String) throws {
    var response = HTTPResponse.scim(body, status: 401)
    response.fields.append("WWW-Authenticate", #"Bearer error="invalid_token""#)
    let record = try ScenarioRecord.make([.scim("GET", "/Users/1", response)])
    let observations = observed(record, .challenge)
    #expect(observations.map(\.kind.id) == ["F-03.body"])
    #expect(observations.map(\.level) == [.should])
  }

  @Test func `a profile without bearer tokens asks for no challenge`() throws {
    let record = try ScenarioRecord.make(
      [.scim("GET", "/Users/1", HTTPResponse(status: 401))],
      profile: .make(
        authentication: .basic(username: "u", password: Secret("p", alias: "password#1"))
      )
    )
    #expect(observed(record, .challenge).map(\.kind.id) == [])
  }

  /// What a person's resource cannot hold is not followed, so that an answer of any size costs the
  /// judge what it takes to read it.
  @Test(arguments: [7_500, 30_000])
  func `a resource of thousands of attributes is judged by its first`(count: Int) throws {
    let extra = (0..<count).map { "\"k\($0)\":\"v\"" }.joined(separator: ",")
    let resource = "{\"id\":\"1\",\"userName\":\"ada\",\"active\":true,\(extra)}"
    let document = try #require(JSONBody(Array(resource.utf8)).object)
    #expect(ResourceValues.entries(of: document).count == 512)
    var judge = Judge(profile: .make(), leeway: .standard, aliases: SecretAliases())
    let record = try ScenarioRecord.make([
      .scim("POST", "/Users", .scim(resource, status: 201), sent: JudgeTests.ada),
      .scim("GET", "/Users/1", .scim(resource)),
      .scim("PUT", "/Users/1", .scim(resource), sent: resource),
    ])
    for exchange in record.exchanges { judge.take(exchange) }
    #expect(judge.bytes < 512 << 10)
  }

  /// As many as an app likes, each of a type of its own.
  @Test func `of thousands of emails the first are judged`() throws {
    let emails = (0..<20_000).map { #"{"value":"a\#($0)@b","type":"t\#($0)"}"# }
    let resource = #"{"id":"1","userName":"ada","emails":[\#(emails.joined(separator: ","))]}"#
    let document = try #require(JSONBody(Array(resource.utf8)).object)
    #expect(ResourceValues.entries(of: document).count == 512)
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
      (create(made.replacing(#""id":"1","#, with: #""id":null,"#)), ["SCIM.create-id"]),
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
    #expect(observed(record, .create).map(\.kind.id) == row.ids)
  }

  @Test(
    arguments: [
      (Exchange.scim("GET", "/Users?startIndex=1&count=2", .nobody), []),
      (.scim("GET", "/Users?startIndex=1&count=2", .scim("x")), ["SCIM.list-unreadable"]),
      (
        .scim("GET", "/Users?startIndex=1&count=2", .scim(#"{"totalResults":"1"}"#)),
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
    #expect(observed(record, .list).map(\.kind.id) == row.ids)
  }

  @Test(
    arguments: [
      (#"{"userName":"ADA"}"#, []), (#"{"userName":"bob"}"#, ["SCIM.filter-ignored"]),
      // That it has none is told of the user.
      ("{}", []),
    ] as [(String, [String])]
  )
  func `a look-up lists what the filter asks for`(resource: String, ids: [String]) throws {
    let record = try ScenarioRecord.make([
      .scim("GET", "/Users?filter=userName%20eq%20%22ada%22&count=100", .list(resource))
    ])
    #expect(observed(record, .lookUp).map(\.kind.id) == ids)
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
    #expect(observed(record, .activation).map(\.kind.id) == ids)
  }

  @Test(
    arguments: [
      (#"{"id":"1","roles":[1],"seat":7,"y":null,"meta":{"v":2}}"#, 200, []),
      (#"{"id":"1","ROLES":[1.0],"seat":7,"z":"new"}"#, 200, []),
      (#"{"id":"1","roles":[],"seat":7}"#, 200, ["SCIM.put-lost-attribute"]),
      // It may be the app's own, readOnly, as a licence that goes with the deactivation.
      (#"{"id":"1","roles":[1]}"#, 200, ["SCIM.put-dropped-attribute"]),
      (#"{"id":"1"}"#, 200, ["SCIM.put-lost-attribute", "SCIM.put-dropped-attribute"]),
      (#"{"detail":"no"}"#, 200, ["SCIM.put-body"]),
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
        .scim(answer.replacing(#"{"id""#, with: #"{"changed":"b","id""#), status: status),
        sent: held.replacing(#""a""#, with: #""b""#)
      ),
    ])
    let observations = observed(record, .replace)
    #expect(observations.map(\.kind.id) == ids)
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
    #expect(observed(record, .error).map(\.kind.id) == row.ids)
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
    #expect(observed(record, .dead).map(\.kind.id) == dead.ids)
  }

  /// What the app answers whatever the token says nothing of how it treats dead ones.
  @Test(arguments: [
    (404, 404, []), (404, 200, ["F-02.wrong-status"]), (405, 405, []),
    (403, 404, []), (500, 200, ["F-02.wrong-status"]),
    // A page in a 200 refuses it, however well the app answers living tokens.
    (200, 200, ["F-02.wrong-status"]),
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
          .scim("-", status: dead),
          at: .seconds(66),
          token: "access_token#1"
        ),
      ],
      tokens: [.make()]
    )
    #expect(observed(record, .dead).map(\.kind.id) == ids)
  }

  /// `status: 200, body: "your session has expired"` is a refusal (F-02 of the catalogue), and what
  /// such an answer holds is judged by no other check.
  @Test(arguments: [
    ("GET", "/Users?startIndex=1&count=2", #"{"totalResults":0}"#, "F-01.accepted"),
    ("GET", "/Users?startIndex=1&count=2", #"{"error":"invalid_token"}"#, "F-02.wrong-status"),
    ("GET", "/Users?startIndex=1&count=2", "<html>sign in</html>", "F-02.wrong-status"),
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
    #expect(observed(record, .everything).map(\.kind.id) == [id])
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
    let observations = observed(record, .refusedWrite)
    #expect(observations.map(\.kind.id) == (isApplied ? ["F-45.refused-write-applied"] : []))
    #expect(observations.first?.exchanges == (isApplied ? [2, 3] : nil))
  }

  @Test func `a write without an answer's body leaves open what was there`() throws {
    let record = try ScenarioRecord.make([
      .scim("GET", "/Users/1", .scim(#"{"id":"1","active":false}"#, status: 200)),
      .scim(
        "PATCH",
        "/Users/1",
        HTTPResponse(status: 204),
        sent: #"{"Operations":[{"op":"replace","value":{"active":true}}]}"#
      ),
      .scim("PUT", "/Users/1", HTTPResponse(status: 401), sent: #"{"id":"1","active":true}"#),
      .scim("GET", "/Users/1", .scim(#"{"id":"1","active":true}"#, status: 200)),
    ])
    #expect(observed(record, .refusedWrite).map(\.kind.id) == [])
  }

  /// Another one's deactivation, or another one's answer, is not what was refused.
  @Test(arguments: [#""meta":{"lastModified":"t1"},"id":"1""#, #""id":"2""#])
  func `what was not written is not taken for it`(members: String) throws {
    let record = try ScenarioRecord.make([
      .scim("GET", "/Users/1", .scim("{\(members),\"active\":true}")),
      .scim(
        "PUT",
        "/Users/1",
        HTTPResponse(status: 401),
        sent: #"{"active":false}"#,
        at: .seconds(5)
      ),
      .scim("GET", "/Users/1", .scim("{\(members),\"active\":false}")),
    ])
    #expect(observed(record, .refusedWrite).map(\.kind.id) == [])
  }

  @Test func `a PUT that is repeated proves nothing of the refused one`() throws {
    let sent = #"{"id":"1","title":"b"}"#
    let record = try ScenarioRecord.make([
      .scim("GET", "/Users/1", .scim(#"{"id":"1","title":"a"}"#, status: 200)),
      .scim("PUT", "/Users/1", HTTPResponse(status: 401), sent: sent),
      .scim("PUT", "/Users/1", .scim(sent, status: 200), sent: sent, attempt: 2),
      .scim("GET", "/Users/1", .scim(sent, status: 200)),
    ])
    #expect(observed(record, .refusedWrite).map(\.kind.id) == [])
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
    let record = try ScenarioRecord.make([
      .scim("POST", "/Users", HTTPResponse(status: 401), sent: sent),
      .scim("GET", "/Users?filter=x", .scim(list, status: 200)),
      .scim("POST", "/Users", .scim("{}", status: repeated), sent: sent, attempt: 2),
    ])
    let ids = observed(record, .refusedWrite, isNamespaceGiven: isNamespaceGiven).map(\.kind.id)
    #expect(ids == (isApplied ? ["F-45.refused-write-applied"] : []))
  }

  // MARK: Users as they are represented

  private static let user =
    #"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"a b","userName":"x","active":true}"#

  /// RFC 7643 sections 3, 3.1, 4.1.1, 7.
  @Test(arguments: [
    ("GET", "/Users/a%20b", 200, user, []),
    ("GET", "/Users/a%20b", 200, user.replacing("true", with: "null"), []),
    ("GET", "/Users/a%20b", 201, user, ["SCIM.success-status"]),
    ("PUT", "/Users/a%20b", 202, user, ["SCIM.success-status"]),
    ("PATCH", "/Users/a%20b", 204, "", []),
    ("PATCH", "/Users/a%20b", 200, "", ["SCIM.patch-body"]),
    ("PATCH", "/Users/a%20b", 200, #"{"detail":"x"}"#, ["SCIM.patch-body"]),
    ("GET", "/Users/a%20b", 200, "<html>", ["SCIM.resource-unreadable"]),
    ("GET", "/Users/a%20b", 200, #"{"User":{}}"#, ["SCIM.resource-unreadable"]),
    ("GET", "/Users/other", 200, user, ["SCIM.resource-id"]),
    (
      "GET", "/Users/a%20b", 200, user.replacing("userName", with: "nickName"),
      ["SCIM.resource-user-name"]
    ),
    (
      "GET", "/Users/7", 200, user.replacing(#""a b""#, with: "7"), ["SCIM.resource-id"]
    ),
    (
      "GET", "/Users/a%20b", 200, user.replacing(#""id":"a b","#, with: ""), ["SCIM.resource-id"]
    ),
    ("GET", "/Users/a%20b", 200, user.replacing("true", with: #""true""#), ["SCIM.active-type"]),
    ("GET", "/Users/a%20b", 200, user.replacing("core:2.0", with: "1"), ["SCIM.resource-schemas"]),
    (
      "GET", "/Users/a%20b", 200,
      user.replacing(#""active""#, with: #""urn:x:y":{"z":1},"active""#),
      ["SCIM.resource-extension"]
    ),
    // Null, and nothing in it, are as good as absent.
    (
      "GET", "/Users/a%20b", 200, user.replacing(#""active""#, with: #""urn:x:y":null,"active""#),
      []
    ),
    (
      "PUT", "/Users/a%20b", 200, user.replacing(#""active""#, with: #""password":"p","active""#),
      ["SCIM.password-returned"]
    ),
    (
      "GET", "/Users?startIndex=1&count=2", 200,
      #"{"totalResults":1,"Resources":[{"userName":"x"}]}"#,
      ["SCIM.resource-schemas", "SCIM.resource-id"]
    ),
    ("GET", "/Groups?startIndex=1&count=2", 200, #"{"totalResults":1,"Resources":[{}]}"#, []),
    ("POST", "/Users", 201, user, []),
  ])
  func `a user is represented by RFC 7643`(
    method: String,
    path: String,
    status: Int,
    body: String,
    ids: [String]
  ) throws {
    let record = try ScenarioRecord.make([.scim(method, path, .scim(body, status: status))])
    #expect(observed(record, .resource).map(\.kind.id) == ids)
  }

  /// What a PUT carries replaces what was there (RFC 7644 section 3.5.1).
  @Test(arguments: [
    (#"{"id":"1","userName":"ADA@x","name":{"familyName":" King"}}"#, true),
    (#"{"id":"1","userName":"ada@x","name":{"familyName":"Lovelace"}}"#, false),
    (#"{"id":"1","userName":"deleted-ada@x","name":{"familyName":"King"}}"#, false),
    (#"{"id":"1","emails":[{"value":"alias@x"},{"value":"a@x"}]}"#, true),
    (#"{"id":"1","emails":[{"value":"a@"}]}"#, false),
    (#"{"id":"1","emails":[{"value":"a@x"},{"value":"a@x"}]}"#, false),
    (#"{"id":"1","emails":[{"value":"a@x","type":"work"},{"value":"a@x","type":"home"}]}"#, true),
    (#"{"id":"1"}"#, true),
  ])
  func `a PUT is answered with what it carried`(answer: String, isRight: Bool) throws {
    let sent =
      #"{"id":"1","userName":"ada@x","name":{"familyName":"King"},"emails":[{"value":"a@x"}]}"#
    let record = try ScenarioRecord.make([
      .scim("PUT", "/Users/1", .scim(answer), sent: sent)
    ])
    #expect(observed(record, .replace).map(\.kind.id) == (isRight ? [] : ["SCIM.put-other-value"]))
  }

  @Test(arguments: [
    (#""totalResults":2,"Resources":[{},{}]"#, []),
    (#""totalResults":1,"Resources":[{},{}]"#, ["SCIM.list-total-differs"]),
    (#""totalResults":-1,"Resources":[]"#, ["SCIM.list-total-differs"]),
    (
      #""totalResults":9,"startIndex":1,"itemsPerPage":3,"Resources":[{},{},{}]"#,
      ["SCIM.list-count"]
    ),
    (#""totalResults":9,"startIndex":1,"Resources":[{},{}]"#, ["SCIM.list-paging"]),
  ])
  func `a list counts what it lists`(members: String, ids: [String]) throws {
    let body = #"{"schemas":["\#(list)"],\#(members)}"#
    let record = try ScenarioRecord.make([
      .scim("GET", "/Users?startIndex=1&count=2", .scim(body))
    ])
    #expect(observed(record, .list).map(\.kind.id) == ids)
  }

  @Test func `a user name is there once`() throws {
    let user = #"{"userName":"ada"}"#
    let body = #"{"schemas":["\#(list)"],"totalResults":2,"Resources":[\#(user),\#(user)]}"#
    let record = try ScenarioRecord.make([
      .scim("GET", "/Users?filter=userName%20eq%20%22ada%22&count=100", .scim(body))
    ])
    #expect(observed(record, .lookUp).map(\.kind.id) == ["F-46.user-twice"])
  }

  // MARK: Refreshed tokens

  @Test func `a token that may do less than the one before is told`() throws {
    let record = try ScenarioRecord.make(
      [
        .token(.exchangeCode, .tokens(access: "a1", refresh: "r1")),
        .scim("PUT", "/Users/1", .scim("{}"), at: .seconds(1), token: "access_token#1"),
        .token(.refresh, .tokens(access: "a2", refresh: "r2"), spends: "r1", at: .seconds(61)),
        .scim(
          "PUT",
          "/Users/1",
          .scimError(403, "scope"),
          at: .seconds(62),
          token: "access_token#2"
        ),
      ],
      tokens: [.make(), .make(number: 2, at: .seconds(61), exchange: 3)]
    )
    #expect(observed(record, .refreshed).map(\.kind.id) == ["F-26.scope-lost"])
  }

  @Test(arguments: [("GET", "", ["F-50.user-gone"]), ("PUT", #"{"active":false}"#, [])])
  func `a refreshed token sees the users of the one before`(
    method: String,
    sent: String,
    ids: [String]
  ) throws {
    let record = try ScenarioRecord.make(
      [
        .token(.exchangeCode, .tokens(access: "a1", refresh: "r1")),
        .scim(method, "/Users/1", .scim(#"{"id":"1"}"#), sent: sent, token: "access_token#1"),
        .token(.refresh, .tokens(access: "a2", refresh: "r2"), spends: "r1", at: .seconds(61)),
        .scim("GET", "/Users/1", .scimError(404, "no"), at: .seconds(62), token: "access_token#2"),
      ],
      tokens: [.make(), .make(number: 2, at: .seconds(61), exchange: 3)]
    )
    #expect(observed(record, .refreshed).map(\.kind.id) == ids)
  }

  /// "no seats left" is no matter of scope.
  @Test func `a token that is good for something is not blamed for a 403`() throws {
    let record = try ScenarioRecord.make(
      [
        .token(.exchangeCode, .tokens(access: "a1", refresh: "r1")),
        .scim("POST", "/Users", .scim("{}", status: 201), at: .seconds(1), token: "access_token#1"),
        .token(.refresh, .tokens(access: "a2", refresh: "r2"), spends: "r1", at: .seconds(61)),
        .scim("GET", "/Users?filter=x", .nobody, at: .seconds(62), token: "access_token#2"),
        .scim(
          "POST",
          "/Users",
          .scimError(403, "no seats left"),
          at: .seconds(63),
          token: "access_token#2"
        ),
      ],
      tokens: [.make(), .make(number: 2, at: .seconds(61), exchange: 3)]
    )
    #expect(observed(record, .refreshed).map(\.kind.id) == [])
  }

  @Test(arguments: [("ADA", []), ("deleted-ada", ["SCIM.patch-other-value"])])
  func `a PATCH of active leaves the user name`(name: String, ids: [String]) throws {
    let user = JudgeTests.user
    let record = try ScenarioRecord.make([
      .scim("POST", "/Users", .scim(user.replacing(#""x""#, with: #""ada""#), status: 201)),
      .scim(
        "PATCH",
        "/Users/a%20b",
        .scim(user.replacing(#""x""#, with: "\"\(name)\""))
      ),
    ])
    #expect(observed(record, .resource).map(\.kind.id) == ids)
  }

  @Test(
    arguments: [("scim", "scim", []), ("scim a", "a scim", [])] as [(String, String, [String])]
  )
  func `a scope that stays is no news`(first: String, then: String, ids: [String]) throws {
    #expect(try scopes(first, then).map(\.kind.id) == ids)
  }

  @Test func `a scope that changes with a refresh is told`() throws {
    #expect(try scopes("a b", "a").map(\.level) == [.should])
    #expect(try scopes("a", "a b").map(\.level) == [.must])
    #expect(try scopes("a", "a b").map(\.kind.id) == ["F-26.scope-changed"])
  }

  private func scopes(_ first: String, _ then: String) throws -> [Observation] {
    func answer(_ scope: String) -> HTTPResponse {
      .json(#"{"access_token":"a","token_type":"Bearer","expires_in":9,"scope":"\#(scope)"}"#)
    }
    return observed(
      try ScenarioRecord.make([
        .token(.exchangeCode, answer(first)), .token(.refresh, answer(then), at: .seconds(10)),
      ]),
      .refreshed
    )
  }

  @Test func `a refresh that gives the dead token again is told where that is refused`() throws {
    func record(_ status: Int) throws -> ScenarioRecord {
      try .make(
        [
          .token(.exchangeCode, .tokens(access: "a1", refresh: "r1")),
          .token(.refresh, .tokens(access: "a1", refresh: "r2"), spends: "r1", at: .seconds(61)),
          .scim(
            "GET",
            "/Users/1",
            .scim("{}", status: status),
            at: .seconds(62),
            token: "access_token#1"
          ),
        ],
        tokens: [.make(), .make(at: .seconds(61), exchange: 2)]
      )
    }
    #expect(observed(try record(401), .refreshed).map(\.kind.id) == ["F-38.same-token"])
    #expect(observed(try record(200), .refreshed).map(\.kind.id) == [])
  }

  /// RFC 7519 section 4.1: `{"iat":100,"exp":102}` in the middle.
  @Test(arguments: [(2, []), (1, []), (2000, ["F-04.jwt-lifetime"])])
  func `a JWT does not live shorter than its response says`(told: Int, ids: [String]) throws {
    let record = try ScenarioRecord.make(
      [],
      tokens: [.make(lifetime: told, value: "e30.eyJpYXQiOjEwMCwiZXhwIjoxMDJ9.x")]
    )
    #expect(observed(record, .refreshed).map(\.kind.id) == ids)
  }

  /// Whatever the response gave in its place.
  @Test(arguments: [("r1", "r2", "had been used before"), ("r2", "r2", "had not been used before")])
  func `a refused refresh says whether its token had been used`(
    spent: String,
    given: String,
    words: String
  ) throws {
    let record = try ScenarioRecord.make([
      .token(.exchangeCode, .tokens(access: "a1", refresh: "r1")),
      .token(.refresh, .tokens(access: "a2", refresh: given), spends: "r1", at: .seconds(61)),
      .token(.refresh, HTTPResponse(status: 503, fields: [:]), spends: spent, at: .seconds(62)),
    ])
    let found = observed(record, .refresh)
    #expect(found.map(\.kind.id) == ["F-30.refresh-failed"])
    #expect(found.allSatisfy { $0.message.hasSuffix(words) }, "\(found.map(\.message))")
  }

  /// `merged` keeps the worst that was said under one id.
  @Test func `a warning does not hide a failure of the same kind`() throws {
    let record = try ScenarioRecord.make([
      .scim("GET", "/Users/1", .scim("<html>", status: 500)),
      .scim("POST", "/Users", .scim(#"{"status":"409","scimType":"uniqueness"}"#, status: 409)),
    ])
    let finding = try #require(observed(record, .error).first { $0.kind == .errorBody })
    #expect(finding.verdict == .failed)
    #expect(finding.exchanges == [2, 1])
  }

  typealias Early = (second: Int, attempt: Int, lifetime: Int?, ids: [String])

  @Test(
    arguments: [
      (58, 1, 60, ["F-04.refused-early"]), (59, 1, 60, ["F-04.refused-in-last-second"]),
      (60, 1, 60, []),
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
    #expect(observed(record, .early).map(\.kind.id) == early.ids)
  }

  /// An app retires the old token when it answers the refresh, before the client knows.
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
        .token(.exchangeCode, .tokens(access: "a1", refresh: "r1")), refused,
        .token(
          .refresh,
          .tokens(access: "a2", refresh: "r2"),
          spends: "r1",
          at: .seconds(20),
          takes: .seconds(5)
        ),
      ]
    )
    #expect(observed(record, .early).map(\.kind.id) == ids)
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
      (.tokens(access: "a b", refresh: "r"), ["F-09.token-characters"]),
      (.tokens(access: "A-z0._~+/==", refresh: "a b"), []),
      (.tokens(access: "a", refresh: "\u{E9}"), ["F-09.token-characters"]),
      (.refusal("invalid_grant", status: 200), ["F-15.error-with-success"]),
      (.refusal("invalid_grant"), []),
    ] as [Answer]
  )
  func `a token response is that of RFC 6749, section 5_1`(answer: Answer) throws {
    let record = try ScenarioRecord.make([.token(.exchangeCode, answer.response)])
    #expect(observed(record, .tokenResponse).map(\.kind.id) == answer.ids)
  }

  @Test(
    arguments: [
      (.refusal("invalid_grant"), []), (.refusal("invalid_client", status: 401), []),
      (.refusal("invalid_grant", status: 401), ["F-15.wrong-status"]),
      (.refusal("invalid_grant", status: 500), ["F-15.wrong-status"]),
      (HTTPResponse(status: 400), ["F-15.no-error"]), (.json("[]", status: 400), ["F-15.no-error"]),
      (.refusal("server_error", status: 500), []),
      (HTTPResponse(status: 500), []), (HTTPResponse(status: 429), []),
      (HTTPResponse(status: 408), []),
    ] as [Answer]
  )
  func `a refusal is that of RFC 6749, section 5_2`(answer: Answer) throws {
    let record = try ScenarioRecord.make([.token(.refresh, answer.response, spends: "r1")])
    #expect(observed(record, .tokenError).map(\.kind.id) == answer.ids)
  }

  typealias Story = (name: String, exchanges: [Exchange], ids: [String])

  private static let code = Exchange.token(.exchangeCode, .tokens(access: "a1", refresh: "r1"))

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
        ], ["F-30.refresh-failed"]
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
      // It was answered, with nothing to go on with: told of the token response.
      (
        "after an answer without an access token",
        [
          code, refresh("r1", .json(#"{"token_type":"Bearer"}"#), at: 61),
          refresh("r1", .refusal("invalid_grant"), at: 122),
        ], []
      ),
      (
        "given again after it had been replaced",
        [
          code, refresh("r1", .tokens(access: "a2", refresh: "r2"), at: 61),
          refresh("r1", .tokens(access: "a3", refresh: "r1"), at: 62),
          refresh("r1", .refusal("invalid_grant"), at: 122),
        ], ["F-21.given-again-refused"]
      ),
      (
        "for another reason", [code, refresh("r1", .refusal("invalid_request"), at: 61)],
        ["F-15.refresh-refused"]
      ),
      (
        "by a limit", [code, refresh("r1", HTTPResponse(status: 429), at: 61)],
        ["F-47.refresh-limited"]
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
    let observations = observed(record, .refresh)
    #expect(observations.map(\.kind.id) == story.ids, "\(story.name)")
    for observation in observations where observation.kind.id.hasSuffix("spent-token-refused") {
      #expect(observation.level == .may)
    }
  }
}

/// Kinds of finding that belong together.
private enum Theme {
  case everything, challenge, create, list, lookUp, activation, replace, error, dead, refusedWrite,
    resource, refreshed, refresh, early, tokenResponse, tokenError

  func includes(_ kind: FindingKind) -> Bool {
    switch self {
    case .everything: true
    case .challenge: kind.id.hasPrefix("F-03.")
    case .create: kind.id.hasPrefix("SCIM.create-")
    case .list: kind.id.hasPrefix("SCIM.list-") || kind == .itemsPerPage
    case .lookUp: [.filterIgnored, .userTwice].contains(kind)
    case .activation: kind == .activeIgnored
    case .replace: kind.id.hasPrefix("SCIM.put-")
    case .error: [.errorBody, .uniqueness].contains(kind)
    case .dead: kind.id.hasPrefix("F-01.") || kind.id.hasPrefix("F-02.")
    case .refusedWrite: kind == .refusedWriteApplied
    case .resource:
      kind.id.hasPrefix("SCIM.resource-")
        || [.successStatus, .patchBody, .activeType, .passwordReturned, .patchOtherValue]
          .contains(kind)
    case .refreshed:
      kind.id.hasPrefix("F-26.") || [.sameTokenAgain, .userGone, .jwtLifetime].contains(kind)
    case .refresh:
      [
        "F-13.", "F-14.", "F-18.", "F-19.", "F-21.", "F-27.", "F-28.", "F-30.", "F-32.", "F-43.",
        "F-47.", "F-61.",
      ].contains { kind.id.hasPrefix($0) }
        || [.refreshRefused, .refreshMisunderstood].contains(kind)
    case .early: kind.id.hasPrefix("F-04.") || kind == .freshTokenRefused
    case .tokenResponse:
      ["F-09.", "F-10.", "F-11.", "F-12.", "F-16.", "F-17.", "token-response."].contains {
        kind.id.hasPrefix($0)
      } || kind == .errorWithSuccess
    case .tokenError: [.tokenErrorMissing, .tokenErrorStatus].contains(kind)
    }
  }
}

/// What the judge says of a record's exchanges, of one theme.
private func observed(
  _ record: ScenarioRecord,
  _ theme: Theme,
  isNamespaceGiven: Bool = false
) -> [Observation] {
  let aliases = SecretAliases()
  var judge = Judge(
    profile: record.profile,
    leeway: record.leeway,
    aliases: aliases,
    isNamespaceGiven: isNamespaceGiven
  )
  let brought = Set(record.exchanges.filter { $0.intent.party == .tokenEndpoint }.map(\.number))
  for token in record.tokens where !brought.contains(token.exchange) { judge.know(token, aliases) }
  for exchange in record.exchanges {
    var exchange = exchange
    if exchange.intent.act == .refresh, let spent = exchange.intent.token {
      exchange.intent.token = aliases.secret(spent, kind: .refreshToken).alias
    }
    judge.take(exchange)
  }
  return judge.finish(record.outcomes).all.filter { theme.includes($0.kind) }
}

extension Judge {
  /// A token of which no exchange tells.
  fileprivate mutating func know(_ token: TokenRecord, _ aliases: SecretAliases) {
    take(
      .token(
        .exchangeCode,
        .tokens(
          access: token.token.value.exposed(),
          refresh: "r",
          expiresIn: token.token.expiresIn.map { "\($0.components.seconds)" }
        ),
        at: token.receivedAt
      )
    )
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
    number: Int = 1,
    value: String? = nil,
    at instant: Duration = .zero,
    exchange: Int = 1
  ) -> TokenRecord {
    TokenRecord(
      token: AccessToken(
        value: Secret(value ?? "a\(number)", alias: "access_token#\(number)"),
        receivedAt: instant,
        expiresIn: lifetime.map { .seconds($0) }
      ),
      grant: 1,
      receivedAt: instant,
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
        body: Array(body.utf8),
        document: try? JSONReader.read(body)
      ),
      result: .success(response),
      due: instant,
      sent: instant,
      received: instant,
      intent: Intent(
        act(method, path),
        cause: Cause(event: 0),
        resource: path.hasPrefix("/Groups") ? .group : .user,
        subject: path.contains("startIndex=1&count=2") ? nil : "ada",
        id: path.split(separator: "/").dropFirst().first?.removingPercentEncoding,
        query: query(path),
        attempt: attempt,
        repetition: attempt > 1 ? .rejection : nil,
        deviation: token?.hasSuffix(" altered") == true ? .alteredToken : nil,
        token: token
      ),
      document: JSONBody(response.body)
    )
  }

  /// What a look-up or a page asks for, as `SCIMRequest` says it.
  private static func query(_ path: String) -> Intent.Query? {
    if path.contains("filter=") {
      return Intent.Query(
        filter: .init(attribute: "userName", value: "ada"),
        startIndex: 1,
        count: 100
      )
    }
    return path.contains("?") ? Intent.Query(startIndex: 1, count: 2) : nil
  }

  private static func act(_ method: String, _ path: String) -> Intent.Act {
    switch method {
    case "POST": .create
    case "PUT": .replace
    case "PATCH": .patch
    default: path.contains("filter=") ? .find : path.contains("?") ? .page : .read
    }
  }

  /// A request to the token endpoint.
  ///
  /// - Parameters:
  ///   - response: nil for an answer that was lost.
  ///   - spends: The refresh token.
  static func token(
    _ act: Intent.Act,
    _ response: HTTPResponse?,
    spends: String = "",
    at instant: Duration = .zero,
    takes: Duration = .zero
  ) -> Exchange {
    let form =
      act == .exchangeCode
      ? "grant_type=authorization_code&code=c1"
      : "grant_type=refresh_token&refresh_token=\(spends)"
    return Exchange(
      request: HTTPRequest(method: "POST", url: TokenServer.endpoint, body: Array(form.utf8)),
      result: response.map { .success($0) } ?? .failure(.closedBeforeAnswer),
      due: instant,
      sent: instant,
      received: instant + takes,
      intent: Intent(act, cause: Cause(event: 0), grant: 1, token: spends),
      document: response.map { JSONBody($0.body) } ?? .empty
    )
  }
}
