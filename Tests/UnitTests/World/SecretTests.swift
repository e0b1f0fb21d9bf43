import Testing
import World

@Suite struct SecretTests {
  private static let value = "s3cr3t-v4lue"

  private struct Holder {
    var name = "grant"
    var token = Secret(SecretTests.value, alias: "access_token#1")
    var list = [Secret(SecretTests.value, alias: "access_token#1")]
    var table = ["token": Secret(SecretTests.value, alias: "access_token#1")]
    var maybe: Secret? = Secret(SecretTests.value, alias: "access_token#1")
  }

  private enum Failure: Error {
    case refused(Secret)
  }

  @Test func `a secret shows its alias wherever it is printed`() {
    let secret = Secret(SecretTests.value, alias: "access_token#1")
    var dumped = ""
    dump(secret, to: &dumped)
    dump(Holder(), to: &dumped)
    let printed = [
      "\(secret)", String(describing: secret), String(reflecting: secret), secret.debugDescription,
      "\(Holder())", String(reflecting: Holder()), "\([secret])", "\(Optional(secret) as Any)",
      "\(Failure.refused(secret))", String(reflecting: Failure.refused(secret)),
      "\(Mirror(reflecting: secret).children.map { "\($0)" })", "\(Set([secret]))", dumped,
    ]
    for text in printed {
      #expect(text.contains("access_token#1"))
      #expect(!text.contains(SecretTests.value))
    }
    #expect("\(secret)" == "access_token#1")
  }

  @Test func `nothing inside a secret can be walked to its value`() {
    func values(_ mirror: Mirror) -> [String] {
      mirror.children.flatMap { ["\($0.value)"] + values(Mirror(reflecting: $0.value)) }
    }
    let found = values(Mirror(reflecting: Holder()))
    #expect(found.contains("access_token#1"))
    #expect(!found.contains { $0.contains(SecretTests.value) })
  }

  @Test func `a secret is no Encodable, so no encoder writes it`() {
    #expect(!((Secret("a", alias: "b") as Any) is any Encodable))
  }

  @Test func `a secret gives its value to whoever asks for it by name`() {
    #expect(Secret(SecretTests.value, alias: "x").exposed() == SecretTests.value)
  }

  @Test func `secrets are the same by their value`() {
    #expect(Secret("a", alias: "x") == Secret("a", alias: "y"))
    #expect(Secret("a", alias: "x") != Secret("b", alias: "x"))
    #expect(Set([Secret("a", alias: "x"), Secret("a", alias: "y")]).count == 1)
  }

  @Test func `aliases are numbered by kind in the order of first sight`() {
    let aliases = SecretAliases()
    let met = [
      aliases.secret("first-token", kind: .accessToken),
      aliases.secret("a-refresh-token", kind: .refreshToken),
      aliases.secret("second-token", kind: .accessToken),
      aliases.secret("first-token", kind: .accessToken),
      // The kind of a value is the one under which it was met first.
      aliases.secret("a-refresh-token", kind: .accessToken),
      aliases.secret("third-token", kind: .accessToken),
    ]
    #expect(
      met.map(\.alias) == [
        "access_token#1", "refresh_token#1", "access_token#2", "access_token#1",
        "refresh_token#1", "access_token#3",
      ]
    )
    #expect(aliases.alias(of: "second-token") == "access_token#2")
    #expect(aliases.alias(of: "unknown") == nil)
  }

  @Test func `a secret of one scenario is found in what another is told`() {
    let run = RunSecrets()
    let (first, second) = (SecretAliases(run: run), SecretAliases(run: run))
    first.secret("hush-hush-1", kind: .accessToken)
    let text = Array("is hush-hush-1 yours?".utf8)

    let finds = text.withUnsafeBytes { second.index.search($0).finds }
    #expect(finds.map(second.index.value) == ["hush-hush-1"])
    #expect(first.replacement(for: "hush-hush-1") == "access_token#1")
    #expect(second.replacement(for: "hush-hush-1") == "secret-of-another-scenario")
    #expect(second.secret("hush-hush-1", kind: .cookie).alias == "cookie#1")
    #expect(second.replacement(for: "hush-hush-1") == "cookie#1")
  }
}
