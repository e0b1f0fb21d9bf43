import Foundation
import JSON
import Profiles
import Testing
import World

/// The table of keys is what the reader reads, and what the schema says.
@Suite struct ProfileKeyTests {
  private static let environment = Environment(["S": "secret", "ACME_TOKEN": "t"])

  /// A profile that has nothing but what each must have, for a mode.
  private static func smallest(_ mode: String) throws -> JSONValue {
    let rest =
      switch mode {
      case "oauth2":
        """
        "authorizationEndpoint": "http://a.test/a", "tokenEndpoint": "http://a.test/t",
        "redirectURI": "http://r.test", "clientID": "c", "clientSecret": { "environment": "S" },
        "login": { "username": "u", "password": { "environment": "S" } }
        """
      case "oauth2-client-credentials":
        """
        "tokenEndpoint": "http://a.test/t", "clientID": "c", "clientSecret": { "environment": "S" }
        """
      case "bearer": #""token": { "environment": "S" }"#
      case "header": #""value": { "environment": "S" }"#
      case "none": #""comment": "nothing besides""#
      default: #""username": "u", "password": { "environment": "S" }"#
      }
    return try JSONReader.read(
      """
      { "family": "\(["header", "none"].contains(mode) ? "on-prem" : "aiw")",
        "scim": { "baseURL": "http://a.test" },
        "authentication": { "mode": "\(mode)", \(rest) } }
      """
    )
  }

  private static let embedded: JSONValue = ["family": "aiw", "embeddedSampleApp": [:]]

  private func mistakes(_ profile: JSONValue) -> [String] {
    do throws(Mistakes) {
      _ = try ProfileReader.read(
        SourceText(file: "profile.json", text: profile.prettyText),
        environment: Self.environment,
        variables: .leaveOpen
      )
      return []
    } catch {
      return error.all.map(\.problem)
    }
  }

  private func isValid(_ profile: JSONValue) -> Bool {
    SchemaCheck(ProfileSchema.json).accepts(profile)
  }

  /// Lays `value` at a key; of a list of objects its only entry.
  private func laid(_ value: JSONValue, at key: ProfileKey, over root: JSONValue) -> JSONValue {
    func laid(_ node: JSONValue?, _ steps: ArraySlice<String>) -> JSONValue {
      guard let step = steps.first else { return value }
      var object = node?.object ?? JSONObject()
      object[step] = laid(object[step], steps.dropFirst())
      return .object(object)
    }
    let steps = key.path.split(separator: ".").map(String.init)
    guard steps.first == "attributeMappings", steps.count == 2 else {
      return laid(root, steps[...])
    }
    var entry: JSONObject = ["from": "title", "to": "title"]
    entry[steps[1]] = value
    return laid(root, ["attributeMappings"]).object.map { object in
      var object = object
      // A constant comes from nowhere.
      if steps[1] == "value" { entry["from"] = nil }
      object["attributeMappings"] = .array([.object(entry)])
      return .object(object)
    } ?? root
  }

  private func base(of key: ProfileKey) throws -> JSONValue {
    if key.path.hasPrefix("embeddedSampleApp") { return Self.embedded }
    if key.path == "authentication.login.command" {
      return try JSONReader.read(
        try Self.smallest("oauth2").compactText.replacing(
          #""login":{"username":"u","password":{"environment":"S"}}"#,
          with: #""login":{}"#
        )
      )
    }
    let smallest = try Self.smallest(key.modes?.first ?? "oauth2")
    guard var object = smallest.object else { return smallest }
    if key.path.hasPrefix("secondClient.") {
      object["secondClient"] = ["clientID": "d", "clientSecret": ["environment": "S"]]
    }
    // A key stands in the place of a secret.
    if key.name == "clientKey" {
      let owner = key.path.hasPrefix("secondClient.") ? "secondClient" : "authentication"
      var client = object[owner]?.object ?? [:]
      client["clientSecret"] = nil
      client["clientAuthentication"] = "private_key_jwt"
      object[owner] = .object(client)
    }
    if key.path.hasPrefix("secondLogin.") {
      object["secondLogin"] = key.name == "command" ? [:] : ["username": "u"]
    }
    return .object(object)
  }

  @Test(arguments: ["oauth2", "oauth2-client-credentials", "bearer", "header", "basic", "none"])
  func `the smallest profile of each mode is read and valid, and without any key neither`(
    mode: String
  ) throws {
    let profile = try Self.smallest(mode)
    #expect(mistakes(profile) == [])
    #expect(isValid(profile))
    for key in ProfileKey.all where key.isRequired && key.modes?.contains(mode) == true {
      var object = try #require(profile.object)
      var authentication = try #require(object["authentication"]?.object)
      authentication[key.name] = nil
      object["authentication"] = .object(authentication)
      #expect(mistakes(.object(object)) == ["'authentication' has no '\(key.name)'"])
      #expect(!isValid(.object(object)))
    }
  }

  @Test(arguments: [
    (#""clientSecret": { "environment": "S" }"#, true),
    (#""clientKey": { "environment": "K" }, "clientAuthentication": "private_key_jwt""#, true),
    ("", false),
    (#""clientAuthentication": "private_key_jwt""#, false),
    (#""clientKey": { "environment": "K" }"#, false),
    (#""clientSecret": { "environment": "S" }, "clientAuthentication": "private_key_jwt""#, false),
    (#""clientSecret": { "environment": "S" }, "clientKey": { "environment": "K" }"#, false),
  ])
  func `a client has a secret or a key, at the reader and by the schema`(
    proof: String,
    isRight: Bool
  ) throws {
    let proof = proof.isEmpty ? "" : ", " + proof
    let profile = try JSONReader.read(
      """
      { "family": "aiw", "scim": { "baseURL": "http://a.test" },
        "authentication": { "mode": "oauth2-client-credentials", "tokenEndpoint": "http://a.test/t",
          "clientID": "c"\(proof) },
        "secondClient": { "clientID": "d"\(proof) } }
      """
    )
    #expect(mistakes(profile).isEmpty == isRight)
    #expect(isValid(profile) == isRight)
  }

  @Test func `the example of each key is read, and valid by the schema`() throws {
    for key in ProfileKey.all where !key.example.contains("…") {
      let profile = laid(try JSONReader.read(key.example), at: key, over: try base(of: key))
      #expect(mistakes(profile) == [], "\(key.path)")
      #expect(isValid(profile), "\(key.path)")
    }
  }

  /// A value of no kind at all; `comment` and `$schema` may be anything.
  @Test func `what no key may have is a mistake at the reader and by the schema`() throws {
    for key in ProfileKey.all where !["comment", "$schema"].contains(key.name) {
      let profile = laid([[[]]], at: key, over: try base(of: key))
      #expect(!mistakes(profile).isEmpty, "\(key.path)")
      #expect(!isValid(profile), "\(key.path)")
    }
  }

  @Test func `a key that is none is a mistake at each object`() throws {
    for key in ProfileKey.all where key.values == "an object" || key.values == "a list of objects" {
      let stray: JSONValue = ["no such key": 1]
      let value = key.values == "an object" ? stray : [stray]
      let profile = laid(value, at: key, over: try base(of: key))
      #expect(mistakes(profile).contains { $0.hasPrefix("'no such key' is not a key") })
      #expect(!isValid(profile), "\(key.path)")
    }
  }

  /// Where the default is a value that may be written, writing it changes nothing.
  @Test func `the defaults are what holds without them`() throws {
    for key in ProfileKey.all {
      guard let standard = key.standard else { continue }
      let isWord = key.example.hasPrefix("\"")
      guard let value = try? JSONReader.read(isWord ? "\"\(standard)\"" : standard) else {
        continue
      }
      let base = try base(of: key)
      let written = laid(value, at: key, over: base)
      // What is said in words, such as the folder's name, is none.
      guard mistakes(written) == [] else {
        #expect(standard.contains(" "), "\(key.path)")
        continue
      }
      func read(_ profile: JSONValue) throws -> IntegrationProfile {
        try ProfileReader.read(
          SourceText(file: "profile.json", text: profile.compactText),
          environment: Self.environment,
          variables: .leaveOpen
        )
      }
      var (first, second) = (try read(base), try read(written))
      // A switch that is written out counts as set.
      if key.path.hasPrefix("okta.") {
        (first.switches, second.switches) = (Switches(), Switches())
      }
      // Where it stands in the file is no setting.
      (first.endpointPlaces, second.endpointPlaces) = (.init(), .init())
      #expect("\(first)" == "\(second)", "\(key.path)")
    }
  }

  @Test func `variables may stand for texts, and secrets only by them`() throws {
    let variable: JSONValue = ["environment": "A", "default": "aiw"]
    var profile = try #require(Self.embedded.object)
    profile["family"] = variable
    #expect(mistakes(.object(profile)) == [] && isValid(.object(profile)))
    let literal = try JSONReader.read(
      """
      { "family": "aiw", "scim": { "baseURL": "http://a.test" },
        "authentication": { "mode": "bearer", "token": "t" } }
      """
    )
    #expect(!mistakes(literal).isEmpty && !isValid(literal))
  }
}

/// What the profile's schema uses of JSON Schema, draft 7.
private struct SchemaCheck {
  let root: JSONValue

  init(_ root: JSONValue) { self.root = root }

  func accepts(_ value: JSONValue) -> Bool { accepts(value, root) }

  private func accepts(_ value: JSONValue, _ schema: JSONValue) -> Bool {
    guard let schema = schema.object else { return true }
    return schema.members.allSatisfy { holds($0.key, $0.value, value, schema) }
  }

  private func holds(
    _ keyword: String,
    _ argument: JSONValue,
    _ value: JSONValue,
    _ schema: JSONObject
  ) -> Bool {
    let list = argument.array ?? []
    switch keyword {
    case "$schema", "title", "description", "definitions", "then": return true
    case "$ref":
      let name = argument.string?.split(separator: "/").last.map(String.init) ?? ""
      return accepts(value, root["definitions"]?[name] ?? false)
    case "type":
      let types = argument.string.map { [$0] } ?? list.compactMap(\.string)
      return types.contains { isOf($0, value) }
    case "enum": return list.contains { $0.isEquivalent(to: value) }
    case "const": return argument.isEquivalent(to: value)
    case "anyOf": return list.contains { accepts(value, $0) }
    case "allOf": return list.allSatisfy { accepts(value, $0) }
    case "not": return !accepts(value, argument)
    case "if": return !accepts(value, argument) || accepts(value, schema["then"] ?? [:])
    case "required":
      return list.compactMap(\.string).allSatisfy {
        value.object?[$0] != nil || value.object == nil
      }
    case "properties":
      return (argument.object?.members ?? []).allSatisfy { member in
        value.object?[member.key].map { accepts($0, member.value) } ?? true
      }
    case "additionalProperties":
      let known = schema["properties"]?.object?.keys ?? []
      return (value.object?.members ?? []).filter { !known.contains($0.key) }
        .allSatisfy { argument.boolean ?? accepts($0.value, argument) }
    case "items": return (value.array ?? []).allSatisfy { accepts($0, argument) }
    case "minLength": return value.string.map { $0.count >= argument.integer ?? 0 } ?? true
    case "pattern":
      guard let text = value.string, let pattern = try? Regex(argument.string ?? "") else {
        return true
      }
      return text.contains(pattern)
    case "minimum": return value.integer.map { $0 >= argument.integer ?? 0 } ?? true
    case "maximum": return value.integer.map { $0 <= argument.integer ?? 0 } ?? true
    case "exclusiveMinimum": return value.number?.double.map { $0 > 0 } ?? true
    default:
      Issue.record("the schema has '\(keyword)', which this check does not know")
      return false
    }
  }

  private func isOf(_ type: String, _ value: JSONValue) -> Bool {
    switch type {
    case "object": value.object != nil
    case "array": value.array != nil
    case "string": value.string != nil
    case "boolean": value.boolean != nil
    case "integer": value.integer != nil
    case "number": value.number != nil
    case "null": value.isNull
    default: false
    }
  }
}
