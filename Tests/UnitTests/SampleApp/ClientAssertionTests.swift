import Foundation
import HTTP
import JSON
import Loop
import SampleApp
import TestSupport
import Testing

extension SampleAppTests {
  /// RFC 7523 section 3, number by number.
  @Suite struct ClientAssertionTests {
    private static let key = Result { try SigningKey(privateKey: PublishedKey.privateKey) }
    /// 2026-01-01T00:00:00Z, where the app's calendar starts.
    private static let start = 1_767_225_600

    private static let claims: JSONObject = [
      "iss": "okta", "sub": "okta", "aud": "http://127.0.0.1:8080/oauth/token", "jti": "1",
      "iat": .number(JSONNumber(start)), "exp": .number(JSONNumber(start + 60)),
    ]

    @Test(arguments: [
      claims,
      changed("aud", "http://127.0.0.1:8080"),
      changed("aud", ["http://a.test", "http://127.0.0.1:8080/oauth/token"]),
      changed("iat", nil),
      changed("iat", .number(JSONNumber(start + 5))),
      changed("exp", .number(JSONNumber(start + 300))),
    ])
    func `a good one proves who the client is`(claims: JSONObject) async throws {
      #expect(try await error(claims) == nil)
    }

    @Test(arguments: [
      changed("iss", "other"), changed("iss", nil), changed("sub", "other"), changed("sub", nil),
      changed("aud", "http://127.0.0.1:8080/oauth/token?a=b"), changed("aud", nil),
      changed("exp", .number(JSONNumber(start))), changed("exp", nil),
      changed("exp", .number(JSONNumber(start + 3600))),
      changed("iat", .number(JSONNumber(start + 60))), changed("jti", nil),
    ])
    func `one that says something else is refused`(claims: JSONObject) async throws {
      #expect(try await error(claims) == "invalid_client")
    }

    @Test func `one that another key has signed is refused, and so is one that nobody has`()
      async throws
    {
      #expect(try await error(Self.claims, key: try SigningKey()) == "invalid_client")
      #expect(try await error(Self.claims, algorithm: "none") == "invalid_client")
      let form = [
        ("client_assertion_type", Self.type), ("client_assertion", "a.b"), ("client_id", "okta"),
      ]
      #expect(try await error(of: form) == "invalid_client")
    }

    @Test func `one is good for one request`() async throws {
      let form = try form(Self.claims)
      try await onLoop { loop in
        let visitor = AppVisitor(try Self.settings(), loop: loop)
        #expect(await visitor.post("/oauth/token", form).status == 200)
        #expect(await visitor.post("/oauth/token", form).error == "invalid_client")
      }
    }

    @Test func `a client with a key has no secret, and shows one proof at a time`() async throws {
      let secret = ("client_secret", "sample-client-secret")
      #expect(try await error(of: [("client_id", "okta"), secret]) == "invalid_client")
      #expect(try await error(of: try form(Self.claims) + [secret]) == "invalid_request")
      var form = try form(Self.claims)
      form.removeAll { $0.0 == "client_assertion_type" }
      #expect(try await error(of: form) == "invalid_request")
    }

    @Test func `a client with a secret has no key`() async throws {
      let form = try form(Self.claims)
      try await onLoop { loop in
        let visitor = AppVisitor(loop: loop)
        #expect(await visitor.post("/oauth/token", form).error == "invalid_client")
      }
    }

    // MARK: Steps

    private static let type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

    private static func changed(_ name: String, _ value: JSONValue?) -> JSONObject {
      var claims = claims
      claims[name] = value
      return claims
    }

    private static func settings() throws -> SampleAppSettings {
      var settings = SampleAppSettings()
      settings.clientKey = try SigningKey(publicKey: PublishedKey.publicKey)
      return settings
    }

    private func form(
      _ claims: JSONObject,
      key: SigningKey? = nil,
      algorithm: String = "RS256"
    ) throws -> [(String, String)] {
      let header: JSONValue = ["alg": .string(algorithm), "typ": "JWT"]
      let signed = [header, .object(claims)].map { base64URL($0.compactBytes) }
        .joined(separator: ".")
      let signature = try (key ?? Self.key.get()).signature(of: Array(signed.utf8))
      return [
        ("grant_type", "client_credentials"), ("client_id", "okta"),
        ("client_assertion_type", Self.type),
        ("client_assertion", signed + "." + base64URL(signature)),
      ]
    }

    private func error(
      _ claims: JSONObject,
      key: SigningKey? = nil,
      algorithm: String = "RS256"
    ) async throws -> String? {
      try await error(of: try form(claims, key: key, algorithm: algorithm))
    }

    private func error(of form: [(String, String)]) async throws -> String? {
      try await onLoop { loop in
        let visitor = AppVisitor(try Self.settings(), loop: loop)
        return await visitor.post("/oauth/token", form).error
      }
    }

    private func base64URL(_ bytes: [UInt8]) -> String {
      Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
        .replacing("=", with: "")
    }
  }
}
