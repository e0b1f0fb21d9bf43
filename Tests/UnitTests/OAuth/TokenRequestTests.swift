import Foundation
import HTTP
import JSON
import OAuth
import TestSupport
import Testing
import World

@Suite struct TokenRequestTests {
  @Test func `a code is exchanged with the client's secret in the form`() {
    let request = TokenRequest(
      grant: .authorizationCode(
        Secret("c/1", alias: "code#1"),
        redirectURI: "https://okta.test/cb?a=b",
        codeVerifier: Secret("v-1", alias: "code_verifier#1")
      ),
      client: .make()
    ).httpRequest(to: TokenServer.endpoint, userAgent: nil)

    let body =
      "grant_type=authorization_code&code=c%2F1&redirect_uri=https%3A%2F%2Fokta.test%2Fcb%3Fa%3Db"
      + "&code_verifier=v-1&client_id=okta&client_secret=s3cret"
    #expect(request.line == "POST /token")
    #expect(request.text == body)
    #expect(
      request.head == [
        "Accept: application/json",
        "Content-Type: application/x-www-form-urlencoded",
        "Content-Length: \(body.utf8.count)",
        "Host: app.test",
        "Connection: Keep-Alive",
        "Accept-Encoding: gzip,deflate",
      ]
    )
  }

  @Test func `a refresh repeats neither scope nor redirect URI`() {
    let request = TokenRequest(
      grant: .refreshToken(Secret("r 1+", alias: "refresh_token#1")),
      client: .make()
    )
    let message = request.httpRequest(to: TokenServer.endpoint, userAgent: "Okta SCIM Client 1.0.0")

    #expect(
      message.text
        == "grant_type=refresh_token&refresh_token=r+1%2B&client_id=okta&client_secret=s3cret"
    )
    #expect(message.head[2] == "User-Agent: Okta SCIM Client 1.0.0")
    #expect(request.spends == "refresh_token#1")
  }

  @Test func `a client of its own right names its scopes`() {
    let request = TokenRequest(
      grant: .clientCredentials(scopes: ["scim", "b"]),
      client: .make(.basic)
    )
    #expect(
      request.form() == [
        FormField("grant_type", "client_credentials"), FormField("scope", "scim b"),
      ]
    )
    #expect(request.spends == nil)
  }

  /// RFC 6749 section 2.3.1: each part is form-encoded before the two are joined.
  @Test func `Basic encodes both parts before it joins them`() throws {
    let client = ClientAuthentication.make(.basic, id: "ok:ta", secret: "a+b/c:d%e=f g")
    let request = TokenRequest(
      grant: .refreshToken(Secret("r1", alias: "refresh_token#1")),
      client: client
    ).httpRequest(to: TokenServer.endpoint, userAgent: nil)

    // printf 'ok%%3Ata:a%%2Bb%%2Fc%%3Ad%%25e%%3Df+g' | base64
    #expect(request.fields["Authorization"] == "Basic b2slM0F0YTphJTJCYiUyRmMlM0FkJTI1ZSUzRGYrZw==")
    #expect(request.text == "grant_type=refresh_token&refresh_token=r1")
  }

  /// RFC 7523 sections 2.2 and 3.
  @Test func `a client with a key signs another assertion for each request`() throws {
    let key = try SigningKey(privateKey: PublishedKey.privateKey)
    let aliases = SecretAliases()
    let client = ClientAuthentication(
      clientID: "okta",
      assertions: ClientAssertions(
        key: key,
        tokenEndpoint: try #require(HTTPURL("https://app.test/token?scope=a")),
        random: SeededRandom(seed: 1),
        aliases: aliases,
        second: { 1_767_225_600 }
      )
    )
    let request = TokenRequest(
      grant: .refreshToken(Secret("r1", alias: "refresh_token#1")),
      client: client
    )
    let assertions = try (0..<2).map { _ in
      let form = request.form()
      #expect(
        form.map(\.name) == [
          "grant_type", "refresh_token", "client_id", "client_assertion_type", "client_assertion",
        ]
      )
      #expect(
        form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
      )
      return try #require(form["client_assertion"])
    }
    #expect(aliases.alias(of: assertions[1]) == "client_assertion#2")
    var identifiers: Set<String> = []
    for assertion in assertions {
      let parts = assertion.split(separator: ".").map { String($0) }
      try #require(parts.count == 3)
      #expect(
        String(decoding: try bytes(parts[0]), as: UTF8.self) == #"{"alg":"RS256","typ":"JWT"}"#
      )
      let claims = try JSONReader.read(bytes(parts[1]))
      #expect(claims.object?.keys == ["iss", "sub", "aud", "jti", "iat", "exp"])
      #expect(claims["iss"] == "okta")
      #expect(claims["sub"] == "okta")
      #expect(claims["aud"] == "https://app.test/token")
      #expect(claims["iat"] == 1_767_225_600)
      #expect(claims["exp"] == 1_767_225_660)
      identifiers.insert(try #require(claims["jti"]?.string))
      #expect(key.isSignature(try bytes(parts[2]), of: Array((parts[0] + "." + parts[1]).utf8)))
    }
    #expect(identifiers.count == 2)
    #expect(client.authorizationField == nil)

    let wrong = try #require(
      TokenRequest(grant: request.grant, client: client.withWrongProof(aliases))
        .form()["client_assertion"]
    )
    let parts = wrong.split(separator: ".").map { String($0) }
    #expect(!key.isSignature(try bytes(parts[2]), of: Array((parts[0] + "." + parts[1]).utf8)))
    #expect(aliases.alias(of: wrong) == "client_assertion#3 altered")
  }

  private func bytes(_ base64URL: String) throws -> [UInt8] {
    let plain = base64URL.replacing("-", with: "+").replacing("_", with: "/")
    let padded = plain + String(repeating: "=", count: (4 - plain.count % 4) % 4)
    return [UInt8](try #require(Data(base64Encoded: padded)))
  }
}
