import HTTP
import JSON
@testable import SCIM
import Testing

@Suite struct SCIMMessageTests {
  private let schema = "urn:ietf:params:scim:api:messages:2.0:ListResponse"

  typealias List = (body: String, count: Int, total: Int?, problems: [ListResponse.Problem])

  /// RFC 7644 section 3.4.2; lower-case keys: Okta's SCIM guide of 2018.
  @Test(
    arguments: [
      (#"{"schemas":["@"],"totalResults":0,"Resources":[]}"#, 0, 0, []),
      (#"{"schemas":["@"],"totalResults":0}"#, 0, 0, []),
      (#"{"schemas":["@"],"totalresults":1,"resources":[{"id":"1"}]}"#, 1, 1, []),
      (#"{"schemas":["@"],"totalResults":1.0,"Resources":[{}]}"#, 1, 1, []),
      (#"{"totalResults":0}"#, 0, 0, [.schemaMissing]),
      (#"{"schemas":["@"],"Resources":[]}"#, 0, nil, [.totalResultsMissing]),
      (
        #"{"schemas":["@"],"totalResults":"1","startIndex":"1","itemsPerPage":null,"Resources":[{}]}"#,
        1, 1,
        [
          .notANumber("totalResults", "a string"), .notANumber("startIndex", "a string"),
          .notANumber("itemsPerPage", "null"),
        ]
      ),
      (
        #"{"schemas":["@"],"totalResults":2,"Resources":null}"#, 0, 2,
        [.resourcesMissing(totalResults: 2)]
      ),
    ] as [List]
  )
  func `a list response is read as Okta reads it, and judged`(list: List) throws {
    let response = try ListResponse.read(
      JSONBody(Array(list.body.replacing("@", with: schema).utf8))
    )
    #expect(response.resources.count == list.count)
    #expect(response.totalResults == list.total)
    #expect(response.problems == list.problems)
  }

  @Test func `a body that is no object says what it is`() {
    #expect(throws: ResourceError.empty) { try ListResponse.read(.empty) }
    #expect(throws: ResourceError.notAnObject("an array")) {
      try ListResponse.read(.value([]))
    }
    let error = #expect(throws: ResourceError.self) {
      try ListResponse.read(JSONBody(Array("error".utf8)))
    }
    #expect(error?.description.hasPrefix("Invalid JSON: ") == true)
  }

  @Test(arguments: [
    (
      #"{"schemas":["@"],"status":"404","detail":"not found"}"#,
      SCIMError(detail: "not found", status: "404", scimType: nil, problems: [])
    ),
    (
      #"{"schemas":["@"],"status":404,"scimType":"uniqueness"}"#,
      SCIMError(
        detail: nil,
        status: "404",
        scimType: "uniqueness",
        problems: [.statusNotAString("a number"), .detailMissing]
      )
    ),
    (
      #"{"status":"400","detail":""}"#,
      SCIMError(
        detail: "",
        status: "400",
        scimType: nil,
        problems: [.schemaMissing, .statusDiffers("400")]
      )
    ),
    (
      "{}",
      SCIMError(
        detail: nil,
        status: nil,
        scimType: nil,
        problems: [.schemaMissing, .statusMissing, .detailMissing]
      )
    ),
  ])
  func `an error message is read and judged`(body: String, error: SCIMError) throws {
    let text = body.replacing("@", with: "urn:ietf:params:scim:api:messages:2.0:Error")
    #expect(try SCIMError.read(JSONBody(Array(text.utf8)), status: 404) == error)
  }

  /// Okta, SCIM 2.0 reference: `op` in lower case, no path.
  @Test func `patch operations are written as Okta writes them`() {
    let document = PatchOperation.document([
      PatchOperation(.replace, value: ["active": false]),
      PatchOperation(.remove, path: #"members[value eq "1"]"#),
      PatchOperation(.add, path: "members", value: []),
    ])
    #expect(
      document.compactText
        == #"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":["#
        + #"{"op":"replace","value":{"active":false}},"#
        + #"{"op":"remove","path":"members[value eq \"1\"]"},"#
        + #"{"op":"add","path":"members","value":[]}]}"#
    )
  }
}

@Suite struct SCIMRequestTests {
  // RFC 3986 section 5.2.4: dot segments are removed on the way.
  @Test(arguments: [
    ("1", true), ("a/b", true), ("...", true), ("é", true), ("", false), (".", false),
    ("..", false),
    ("a\nb", false), ("\u{7F}", false),
  ])
  func `an id that no path can name is none`(id: String, isUsable: Bool) {
    #expect(id.isUsableID == isUsable)
  }

  private func find(_ value: String, space: String = "%20") -> String {
    SCIMRequest.find(.user, where: "userName", equals: value, space: space, count: 100).path
  }

  @Test func `a look-up is encoded as in Okta's reference`() {
    // Okta, SCIM 2.0 reference.
    #expect(
      find("user@example.com")
        == "/Users?filter=userName%20eq%20%22user%40example.com%22&startIndex=1&count=100"
    )
    // Okta, SCIM guide of 2018.
    #expect(
      find("user@example.com", space: "+")
        == "/Users?filter=userName+eq+%22user%40example.com%22&startIndex=1&count=100"
    )
  }

  @Test(arguments: [
    // RFC 7644 section 3.4.2.2: a JSON string.
    (#"a"b"#, "a%5C%22b"), (#"a\b"#, "a%5C%5Cb"), ("a+b&c=d#e", "a%2Bb%26c%3Dd%23e"),
    ("jö", "j%C3%B6"), ("a b", "a%20b"), ("100%20", "100%2520"),
  ])
  func `a value of odd characters stays what it is`(value: String, encoded: String) {
    #expect(find(value) == "/Users?filter=userName%20eq%20%22\(encoded)%22&startIndex=1&count=100")
  }

  @Test func `requests have the method and the place of RFC 7644`() {
    let list = SCIMRequest.list(.group, startIndex: 1, count: 2)
    #expect(list.line == "GET /Groups?startIndex=1&count=2")
    #expect(list.query == Intent.Query(startIndex: 1, count: 2))
    #expect(SCIMRequest.retrieve(.user, id: "a/b ?").path == "/Users/a%2Fb%20%3F")
    let create = SCIMRequest.create(.user, ["a": 1])
    #expect(create.line == "POST /Users")
    #expect(create.body == ["a": 1])
    #expect(SCIMRequest.replace(.user, id: "1", with: ["a": 1]).line == "PUT /Users/1")
    #expect(SCIMRequest.modify(.user, id: "1", []).line == "PATCH /Users/1")
    #expect(SCIMRequest.delete(.group, id: "1").line == "DELETE /Groups/1")
  }
}

extension SCIMRequest {
  fileprivate var line: String { "\(method) \(path)" }
}
