import JSON
import SCIM
import Testing
import World

@Suite struct SCIMPathTests {
  private let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

  private let user: JSONValue = [
    "userName": "ada",
    "name": ["givenName": "Ada", "formatted": "Ada L"],
    "emails": [
      ["value": "home@x.test", "type": "home"],
      ["value": "work@x.test", "type": "work", "primary": true],
    ],
    "active": true,
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": [
      "department": "Engines", "manager": ["value": "m1"],
    ],
    "urn:acme:2.0:User": ["CostCenter": "c9"],
    "urn:okta:custom:group:1.0": ["description": "d"],
  ]

  typealias Row = (path: String, value: JSONValue?)

  @Test(
    arguments: [
      ("userName", "ada"), ("USERNAME", "ada"), ("name.givenName", "Ada"),
      ("Name.GIVENNAME", "Ada"),
      ("name.familyName", nil), ("active", true), ("active.x", nil),
      // The primary element stands for all of them.
      ("emails.value", "work@x.test"), ("emails.0.value", "home@x.test"), ("emails.2.value", nil),
      ("emails[0].value", "home@x.test"), ("emails[2].value", nil),
      (#"emails[type eq "home"].value"#, "home@x.test"),
      (#"emails[type EQ "home"].value"#, "home@x.test"),
      (#"emails[primary eq true].value"#, "work@x.test"), (#"emails[type eq "other"].value"#, nil),
      ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "Engines"),
      ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value", "m1"),
      ("URN:ietf:params:scim:schemas:extension:enterprise:2.0:user:Department", "Engines"),
      // An attribute may start with a capital letter, too.
      ("urn:acme:2.0:User:CostCenter", "c9"),
      ("urn:okta:custom:group:1.0:description", "d"),
      ("urn:okta:custom:group:1.0", ["description": "d"]),
      ("urn:acme:2.0:User", ["CostCenter": "c9"]),
    ] as [Row]
  )
  func `a value is found at its path`(row: Row) throws {
    let path = try #require(SCIMPath(row.path))
    #expect(user[path] == row.value)
    #expect(path.description == row.path)
  }

  @Test func `a filter's value may hold a bracket, a colon, a dot and a quote`() throws {
    let value: JSONValue = ["urn:a:2.0:User": ["tags": [["name": #"a]:.b"c"#, "value": 7]]]]
    let path = try #require(SCIMPath(#"urn:a:2.0:User:tags[name eq "a]:.b\"c"].value"#))
    #expect(value[path] == 7)
  }

  @Test(arguments: [
    "", ".", "a.", ".a", "a..b", "a[", "a[type eq \"x\"", "a[type]", "a[type eq]",
    "a[type sw \"x\"]",
    "a[type eq \"x\" and primary eq true].value", "a]b", "a[type eq \"x\"]b", "[type eq \"x\"]",
  ])
  func `what is no path, or has a filter that nobody can follow, is refused`(text: String) {
    #expect(SCIMPath(text) == nil)
  }

  typealias Change = (path: String, value: JSONValue?, before: String, after: String)

  @Test(
    arguments: [
      ("title", "Dr", "{}", #"{"title":"Dr"}"#),
      ("TITLE", "Dr", #"{"title":"x","z":1}"#, #"{"title":"Dr","z":1}"#),
      ("name.givenName", "Ada", "{}", #"{"name":{"givenName":"Ada"}}"#),
      ("name.givenName", nil, #"{"name":{"givenName":"A","x":1}}"#, #"{"name":{"x":1}}"#),
      // To take away what is not there changes nothing.
      ("name.givenName", nil, "{}", "{}"),
      ("name.givenName", nil, #"{"name":null}"#, #"{"name":null}"#),
      (#"emails[type eq "work"].value"#, nil, #"{"emails":null}"#, #"{"emails":null}"#),
      (
        #"emails[type eq "work"].value"#, "w", #"{"emails":[{"type":"home","value":"h"}]}"#,
        #"{"emails":[{"type":"home","value":"h"},{"type":"work","value":"w"}]}"#
      ),
      (
        #"emails[type eq "home"]"#, nil, #"{"emails":[{"type":"home","value":"h"},{"type":"x"}]}"#,
        #"{"emails":[{"type":"x"}]}"#
      ),
      ("emails.0.value", "w", #"{"emails":[{"value":"h"}]}"#, #"{"emails":[{"value":"w"}]}"#),
      ("emails.1.value", "w", #"{"emails":[{"value":"h"}]}"#, #"{"emails":[{"value":"h"}]}"#),
      ("urn:a:2.0:User:manager.value", "m", "{}", #"{"urn:a:2.0:User":{"manager":{"value":"m"}}}"#),
    ] as [Change]
  )
  func `a value is put at its path, and taken away`(change: Change) throws {
    let path = try #require(SCIMPath(change.path))
    var object = try #require(try JSONReader.read(Array(change.before.utf8)).object)

    object.set(path, change.value)

    #expect(JSONValue.object(object).compactText == change.after)
  }

  @Test func `no text is too much for the reader, and what it takes it can put and find`() {
    var random = SeededRandom(seed: 7)
    let pieces = [
      "a", "B", ".", "[", "]", " ", "eq", "\"", "\\", "type", "0", "17", ":", "urn:", "é", "{",
      "$ref",
      "[type eq \"w\"]",
    ]
    for _ in 0..<3000 {
      let count = Int.random(in: 0...9, using: &random)
      let text = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
      guard let path = SCIMPath(text) else { continue }
      var object = JSONObject()
      object.set(path, "v")
      let hasIndex = path.steps.contains { if case .index = $0 { true } else { false } }
      // Putting to an index that is not there does nothing.
      if !hasIndex { #expect(JSONValue.object(object)[path] != nil, "\(text)") }
      object.set(path, nil)
    }
  }
}
