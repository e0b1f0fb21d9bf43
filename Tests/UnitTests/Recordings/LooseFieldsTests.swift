import HTTP
import Testing
import World

@testable import Recordings

/// What stands where a token could stand, in an answer that nobody can read.
@Suite struct LooseFieldsTests {
  @Test(arguments: [
    // A form in the place of JSON, as some servers answer (RFC 6749 section 5.1 asks for JSON).
    "access_token=S1&token_type=bearer&refresh_token=S2",
    "\u{FEFF}{\"access_token\": \"S1\", \"refresh_token\": \"S2\"}",
    "{\"access_token\": \"S1\", \"refresh_token\": \"S2\",}",
    "{'access_token': 'S1', 'refresh_token': 'S2'}",
    "{access_token: S1, refresh_token: S2}",
    "{\"access_token\": \"S1\", \"refresh_token\": \"S2",
    "{\"access_token\":\n  \"S1\"\n \"refresh_token\"\t: [\"S2\", \"S3\"",
    "{\"data\": {\"accessToken\": \"S1\", \"refresh-token\": \"S2\"}",
    "<r><access_token>S1</access_token><refresh_token>S2</refresh_token></r>",
    "array(\"access_token\" => \"S1\", \"refresh_token\" => \"S2\")",
    "{\\\"access_token\\\": \\\"S1\\\", \\\"refresh_token\\\": \\\"S2\\\"}",
  ])
  func `a value behind a token's name is one`(text: String) {
    let found = LooseFields.secrets(in: Array(text.utf8), .authorization)
    let values = found.map { $0.value.replacing("\\", with: "") }
    #expect(values.starts(with: ["S1", "S2"]), "\(values)")
    #expect(values.count == (text.contains("S3") ? 3 : 2))
    #expect(found.map(\.kind).starts(with: [.accessToken, .refreshToken]))
  }

  @Test(arguments: [
    ("<input type=hidden name=code value=S1>", ["S1"]),
    (
      "<INPUT value='S1' type=\"hidden\" name='code'/><input name=\"state\" value=\"S2\">",
      ["S1", "S2"]
    ),
    ("<a href=\"/cb?code=S1&amp;state=S2\">on</a>", ["S1", "S2"]),
    (
      "<meta http-equiv=refresh content=\"0;url=/cb?x=1&access_token=S1#id_token=S2\">",
      ["S1", "S2"]
    ),
    (
      "<input name=username value=ada><p>state: of the art, code = poetry, password: forgotten?", []
    ),
    ("<input name=response_type value=code> <select name=state><option value=CA>", []),
  ])
  func `of a page its inputs and its links are read`(page: String, values: [String]) {
    #expect(LooseFields.secrets(inPage: Array(page.utf8)).map(\.value) == values)
  }

  @Test func `a body that cannot be read is told by its shape`() {
    #expect(
      TextShape.of("{\"access_token\": \"AbC-1.2_3\", \"expires_in\": 3600,}")
        == "{\"access_token\": \"…9\", \"expires_in\": …4,}"
    )
    #expect(TextShape.of("access_token=a+b/c&x=é") == "access_token=…5&…1=…2")
    let long = TextShape.of(String(repeating: "ab ", count: 10_000))
    #expect(long.hasSuffix("bytes more") && long.utf8.count < 2_200)
  }

  @Test(arguments: [
    ("access_token", SecretAliases.Kind.accessToken), ("AccessToken", .accessToken),
    ("refresh-token", .refreshToken), ("client_secret", .clientSecret), ("code", .code),
    ("state", .state), ("my_token", .secret), ("jwt", .secret), ("token_type", nil),
    ("token_endpoint", nil), ("postal_code", nil), ("expires_in", nil), ("passwordPolicy", nil),
    ("refresh_token_expires_in", nil), ("token_ttl", nil), ("token_id", nil),
    ("jwt_issued_at", nil),
  ])
  func `a name says what stands under it`(name: String, kind: SecretAliases.Kind?) {
    #expect(SecretNames.kind(of: name, in: .authorization) == kind)
    let isOfOAuth = kind == .code || kind == .state
    #expect(SecretNames.kind(of: name, in: .resource) == (isOfOAuth ? nil : kind))
  }
}
