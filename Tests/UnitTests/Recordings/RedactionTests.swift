import HTTP
import Recordings
import TestSupport
import Testing
import World

@Suite struct RedactionTests {
  private let aliases = SecretAliases()
  private var redaction: Redaction { Redaction(aliases: aliases) }

  init() {
    aliases.secret("tok+en/va=lue 1~", kind: .accessToken)
    aliases.secret("tok+en/va", kind: .code)
    aliases.secret("hunter2", kind: .password)
    aliases.secret("dark-mode", kind: .cookie)
    aliases.secret("0123456789abcdef", kind: .cookie)
  }

  @Test(arguments: [
    ("x tok+en/va=lue 1~ y", "x access_token#1 y"),
    // The longer secret is found before the one that it holds.
    ("tok+en/va=x", "code#1=x"),
    // application/x-www-form-urlencoded, RFC 3986, JavaScript's encodeURIComponent, lower case.
    ("a=tok%2Ben%2Fva%3Dlue+1%7E&b", "a=access_token#1&b"),
    ("a=tok%2Ben%2Fva%3Dlue%201~&b", "a=access_token#1&b"),
    ("a=tok%2ben%2fva%3dlue%201~&b", "a=access_token#1&b"),
    ("a=tok%2Ben/va=lue%201~&b", "a=access_token#1&b"),
    // JSON: PHP escapes the slash, .NET the plus sign.
    (#"{"t":"tok+en\/va=lue 1~"}"#, #"{"t":"access_token#1"}"#),
    (#"{"t":"tok\u002Ben/va=lue 1~"}"#, #"{"t":"access_token#1"}"#),
    (#"{"t":"tok\u002ben\/va\u003dlue\u00201~","n":"\n"}"#, #"{"t":"access_token#1","n":"\n"}"#),
    // HTML: Go's templates write the plus sign by its number.
    (#"<input value="tok&#43;en/va=lue 1~">"#, #"<input value="access_token#1">"#),
    ("tok&plus;en&sol;va&#x3D;lue&#32;1~ &amp; &#xZ; &", "access_token#1 &amp; &#xZ; &"),
    // A short one as well, and a cookie's.
    (#"{"p":"hunter2","q":"hunter20"}"#, #"{"p":"password#1","q":"password#10"}"#),
    (#"{"theme":"dark-mode"} 0123456789abcdef"#, #"{"theme":"cookie#1"} cookie#2"#),
    ("100% \\ nothing %zz \\u12", "100% \\ nothing %zz \\u12"),
  ])
  func `a secret is found in each of its spellings`(text: String, redacted: String) {
    #expect(redaction.redact(text) == redacted)
  }

  @Test(arguments: [
    (
      "https://a.test/cb?code=hunter2&state=hunter2x",
      "https://a.test/cb?code=password#1&state=password#1x"
    ),
    ("/cb#access_token=tok%2Ben%2Fva%3Dlue%201~&x", "/cb#access_token=access_token#1&x"),
    ("/cb?theme=dark-mode", "/cb?theme=cookie#1"),
    ("/plain", "/plain"),
  ])
  func `in a URL a field that is a secret is found, however short`(url: String, redacted: String) {
    #expect(redaction.redactURL(url) == redacted)
  }

  @Test(arguments: [
    ("Authorization", "Bearer hunter2", "Bearer password#1"),
    ("Authorization", "hunter2", "password#1"),
    ("Cookie", "a=dark-mode; b=hunter2;c=x", "a=cookie#1; b=password#1;c=cookie"),
    ("Set-Cookie", "a=dark-mode; Path=/; HttpOnly", "a=cookie#1; Path=/; HttpOnly"),
    ("Location", "/cb?code=hunter2", "/cb?code=password#1"),
    ("X-Trace", "id tok+en/va=lue 1~", "id access_token#1"),
  ])
  func `a field is redacted by its own form`(name: String, value: String, redacted: String) {
    #expect(redaction.redactField(name, value) == redacted)
  }

  @Test func `a form is redacted field by field`() {
    #expect(
      redaction.redactForm("user=ada&pin=hunter2&token=tok%2Ben%2Fva%3Dlue+1%7E")
        == "user=ada&pin=password#1&token=access_token#1"
    )
  }

  @Test func `an exchange teaches its secrets in the order of their sight`() {
    let aliases = SecretAliases()
    let redaction = Redaction(aliases: aliases)
    let body = "grant_type=authorization_code&code=c-first&client_secret=very-secret"
    let answer = #"{"access_token":"a1","refresh_token":"r1","id_token":"i1","expires_in":3}"#
    redaction.learn(
      from: Exchange(
        request: HTTPRequest(
          method: "POST",
          url: TokenServer.endpoint,
          fields: [
            "Content-Type": "application/x-www-form-urlencoded", "Authorization": "Basic b2s6cw==",
            "Cookie": "sid=s-1; empty=",
          ],
          body: Array(body.utf8)
        ),
        result: .success(
          .json(
            answer,
            fields: [
              "Set-Cookie": "sid=s-2; Path=/", "Location": "/cb?x=1&code=c%2F2&state=s#code=c3",
            ]
          )
        ),
        due: .zero,
        sent: .zero,
        received: .zero,
        intent: Intent(.exchangeCode),
        document: JSONBody(Array(answer.utf8))
      )
    )
    #expect(aliases.alias(of: "b2s6cw==") == "credentials#1")
    #expect(aliases.alias(of: "s-1") == "cookie#1")
    #expect(aliases.alias(of: "s-2") == "cookie#2")
    #expect(aliases.alias(of: "c-first") == "code#1")
    #expect(aliases.alias(of: "very-secret") == "client_secret#1")
    #expect(aliases.alias(of: "c/2") == "code#2")
    #expect(aliases.alias(of: "c3") == "code#3")
    #expect(aliases.alias(of: "a1") == "access_token#1")
    #expect(aliases.alias(of: "r1") == "refresh_token#1")
    #expect(aliases.alias(of: "i1") == "id_token#1")
    #expect(aliases.alias(of: "") == nil)
  }

  @Test(arguments: [Intent.Act.create, .exchangeCode])
  func `passwords are learned from what was sent and, of the service provider, what it answered`(
    act: Intent.Act
  ) {
    let aliases = SecretAliases()
    Redaction(aliases: aliases).learn(
      from: Exchange(
        request: HTTPRequest(
          method: "POST",
          url: TokenServer.endpoint,
          fields: ["Content-Type": "application/scim+json"],
          document: ["userName": "ada", "password": "sent-1"]
        ),
        result: .success(.scim("")),
        due: .zero,
        sent: .zero,
        received: .zero,
        intent: Intent(act),
        document: .value(["userName": "ada", "password": "answered-1"])
      )
    )
    #expect(aliases.alias(of: "sent-1") == "password#1")
    #expect(aliases.alias(of: "answered-1") == "password#2")
    #expect(aliases.alias(of: "ada") == nil)
  }
}
