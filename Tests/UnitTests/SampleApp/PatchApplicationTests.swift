import HTTP
import JSON
import Loop
import SampleApp
import TestSupport
import Testing

extension SampleAppTests {
  @Suite struct PatchApplicationTests {
    private static let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

    /// Applies operations to a user with two addresses, and gives the answer.
    private func patch(_ operations: String) async throws -> AppAnswer {
      try await onLoop { loop in
        let visitor = AppVisitor(loop: loop)
        let app = LinkedVisitor(visitor: visitor, token: await visitor.tokens().access)
        let id = try await app.create(
          """
          {"userName":"ada@example.com","name":{"givenName":"Ada","familyName":"Lovelace"},
          "title":"Countess","emails":[{"value":"a@example.com","type":"work","primary":true},
          {"value":"b@example.com","type":"home"}]}
          """
        )
        let answer = await app.patch("/Users/\(id)", operations)
        // What was answered is what is stored; a refused request changes nothing.
        let stored = await app.get("/Users/\(id)")
        if answer.status == 200 {
          #expect(stored.json == answer.json)
        } else {
          #expect(stored.json["title"] == "Countess")
          #expect(stored.json["emails"]?.array?.count == 2)
        }
        return answer
      }
    }

    @Test(
      arguments: [
        // Okta's own form: no path.
        ("{\"op\":\"replace\",\"value\":{\"active\":false}}", "active", false),
        ("{\"op\":\"Replace\",\"path\":\"active\",\"value\":false}", "active", false),
        ("{\"op\":\"replace\",\"value\":{\"password\":\"x\"}}", "password", nil),
        ("{\"op\":\"add\",\"path\":\"nickName\",\"value\":\"A\"}", "nickName", "A"),
        ("{\"op\":\"add\",\"path\":\"NICKNAME\",\"value\":\"A\"}", "nickName", "A"),
        ("{\"op\":\"remove\",\"path\":\"title\"}", "title", nil),
        (
          "{\"op\":\"replace\",\"path\":\"name.familyName\",\"value\":\"King\"}", "name",
          ["givenName": "Ada", "familyName": "King"]
        ),
        (
          "{\"op\":\"replace\",\"path\":\"name\",\"value\":{\"familyName\":\"King\"}}", "name",
          ["givenName": "Ada", "familyName": "King"]
        ),
        (
          "{\"op\":\"replace\",\"value\":{\"name.familyName\":\"King\"}}", "name",
          ["givenName": "Ada", "familyName": "King"]
        ),
        ("{\"op\":\"remove\",\"path\":\"name.familyName\"}", "name", ["givenName": "Ada"]),
        (
          "{\"op\":\"replace\",\"path\":\"emails[type eq \\\"work\\\"].value\",\"value\":\"c@d\"}",
          "emails",
          [
            ["value": "c@d", "type": "work", "primary": true],
            ["value": "b@example.com", "type": "home"],
          ]
        ),
        (
          "{\"op\":\"remove\",\"path\":\"emails[type eq \\\"work\\\"]\"}", "emails",
          [["value": "b@example.com", "type": "home"]]
        ),
        // RFC 7644 section 3.5.2: a new primary takes the place of the old one.
        (
          "{\"op\":\"add\",\"path\":\"emails\",\"value\":[{\"value\":\"c@d\",\"primary\":true}]}",
          "emails",
          [
            ["value": "a@example.com", "type": "work", "primary": false],
            ["value": "b@example.com", "type": "home"], ["value": "c@d", "primary": true],
          ]
        ),
        (
          "{\"op\":\"replace\",\"path\":\"emails\",\"value\":[{\"value\":\"c@d\"}]}", "emails",
          [["value": "c@d"]]
        ),
        (
          "{\"op\":\"add\",\"path\":\"\(enterprise):department\",\"value\":\"E\"}", enterprise,
          ["department": "E"]
        ),
        (
          "{\"op\":\"add\",\"value\":{\"\(enterprise)\":{\"manager\":{\"value\":\"1\"}}}}",
          enterprise,
          ["manager": ["value": "1"]]
        ),
        (
          "{\"op\":\"add\",\"value\":{\"urn:example:1.0:User\":{\"a\":\"b\"}}}",
          "urn:example:1.0:User",
          ["a": "b"]
        ),
        (
          "{\"op\":\"add\",\"path\":\"urn:example:1.0:User:a\",\"value\":\"b\"}",
          "urn:example:1.0:User", ["a": "b"]
        ),
        (
          "{\"op\":\"replace\",\"path\":\"urn:ietf:params:scim:schemas:core:2.0:User:title\","
            + "\"value\":\"Lady\"}", "title", "Lady"
        ),
        // Removing what is not there is done already.
        ("{\"op\":\"remove\",\"path\":\"emails[type eq \\\"x\\\"]\"}", "title", "Countess"),
      ] as [(String, String, JSONValue?)]
    )
    func `an operation changes what it names`(
      operation: String,
      attribute: String,
      value: JSONValue?
    ) async throws {
      let answer = try await patch(operation)
      #expect(answer.status == 200)
      #expect(answer.json[attribute] == value)
    }

    @Test(arguments: [
      ("{\"op\":\"move\",\"path\":\"title\"}", "invalidSyntax"),
      ("{\"op\":\"replace\",\"path\":\"title\"}", "invalidValue"),
      ("{\"op\":\"replace\",\"value\":\"x\"}", "invalidValue"),
      ("{\"op\":\"remove\"}", "noTarget"),
      ("{\"op\":\"replace\",\"path\":\"emails[type eq \\\"x\\\"].value\",\"value\":1}", "noTarget"),
      ("{\"op\":\"replace\",\"path\":\"emails[type sw \\\"w\\\"]\",\"value\":{}}", "invalidFilter"),
      ("{\"op\":\"replace\",\"path\":\"a b\",\"value\":1}", "invalidPath"),
      ("{\"op\":\"replace\",\"path\":\"id\",\"value\":\"1\"}", "mutability"),
      ("{\"op\":\"remove\",\"path\":\"userName\"}", "invalidValue"),
      // The second operation is refused, so the first one does not count.
      (
        "{\"op\":\"remove\",\"path\":\"title\"},"
          + "{\"op\":\"replace\",\"path\":\"active\",\"value\":\"no\"}", "invalidValue"
      ),
    ])
    func `an operation that cannot be done is refused`(
      operations: String,
      scimType: String
    ) async throws {
      let answer = try await patch(operations)
      #expect(answer.status == 400)
      #expect(answer.json["scimType"] == .string(scimType))
    }
  }
}
