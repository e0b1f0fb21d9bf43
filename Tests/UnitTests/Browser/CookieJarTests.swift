import Browser
import HTTP
import Testing
import World

@Suite struct CookieJarTests {
  /// 2023-11-14T22:13:20Z.
  private static let startedAt = 1_700_000_000

  private func url(_ text: String) throws -> HTTPURL { try #require(HTTPURL(text)) }

  private func jar(
    _ setCookies: String...,
    from place: String = "https://app.test/a/b/page",
    aliases: SecretAliases = SecretAliases()
  ) throws -> CookieJar {
    var jar = CookieJar(startedAtUnixSeconds: CookieJarTests.startedAt, aliases: aliases)
    jar.store(setCookies, from: try url(place), at: .zero)
    return jar
  }

  @Test(
    arguments: [
      // Host-only against Domain (section 5.1.3).
      ("s=1", "https://app.test/a/b/", "s=1"),
      ("s=1", "https://sub.app.test/a/b/", nil),
      ("s=1; Domain=app.test", "https://sub.app.test/a/b/", "s=1"),
      ("s=1; Domain=.APP.test", "https://sub.app.test/a/b/", "s=1"),
      ("s=1; Domain=app.test", "https://other-app.test/a/b/", nil),
      ("s=1; Domain=other.test", "https://app.test/a/b/", nil),
      ("s=1; Domain=sub.app.test", "https://app.test/a/b/", nil),
      ("s=1; Domain=test", "https://app.test/a/b/", nil),
      ("s=1; Domain=", "https://app.test/a/b/", "s=1"),
      // Default path and path match (section 5.1.4).
      ("s=1", "https://app.test/a/b", "s=1"),
      ("s=1", "https://app.test/a/bc", nil),
      ("s=1", "https://app.test/a", nil),
      ("s=1; Path=/", "https://app.test/x", "s=1"),
      ("s=1; Path=/a", "https://app.test/a/x", "s=1"),
      ("s=1; Path=/a/", "https://app.test/a", nil),
      ("s=1; Path=relative", "https://app.test/a/b/c", "s=1"),
      ("s=1; Path=/x; Path=/", "https://app.test/y", "s=1"),
      // Secure.
      ("s=1; Secure", "http://app.test/a/b/", nil),
      ("s=1; secure; HttpOnly; SameSite=None", "https://app.test/a/b/", "s=1"),
      // Forms of the pair (section 5.2).
      ("  s  =  1  ;Path=/", "https://app.test/", "s=1"),
      ("s=a=b; Path=/", "https://app.test/", "s=a=b"),
      ("s=\"q\"; Path=/", "https://app.test/", "s=\"q\""),
      ("s=; Path=/", "https://app.test/", "s="),
      ("novalue; Path=/", "https://app.test/", nil),
      ("=1; Path=/", "https://app.test/", nil),
      ("s=1; Path=/; Expires=nonsense; Max-Age=later", "https://app.test/", "s=1"),
      ("s=1; Path=/; Max-Age=0", "https://app.test/", nil),
      ("s=1; Path=/; Max-Age=-5", "https://app.test/", nil),
      ("s=1; Path=/; Expires=Tue, 14 Nov 2023 22:13:20 GMT", "https://app.test/", nil),
      ("s=1; Path=/; Expires=Tue, 14 Nov 2023 22:13:21 GMT", "https://app.test/", "s=1"),
      ("s=1; Path=/; Max-Age=9; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "https://app.test/", "s=1"),
    ] as [(String, String, String?)]
  )
  func `a cookie goes where it belongs`(set: String, place: String, sent: String?) throws {
    #expect(try jar(set).field(for: url(place), at: .zero) == sent)
  }

  @Test(arguments: ["localhost", "127.0.0.1", "[::1]", "app.localhost"])
  func `a secure cookie goes to a loopback host without encryption`(host: String) throws {
    let jar = try jar("s=1; Secure; Path=/", from: "http://\(host):8080/")
    #expect(jar.field(for: try url("http://\(host):8080/x"), at: .zero) == "s=1")
  }

  @Test func `an address and a name without a dot have no subdomains`() throws {
    let address = try jar("s=1; Domain=127.0.0.1; Path=/", from: "http://127.0.0.1/")
    #expect(address.field(for: try url("http://127.0.0.1/"), at: .zero) == "s=1")
    #expect(address.field(for: try url("http://9.127.0.0.1/"), at: .zero) == nil)
    let name = try jar("s=1; Domain=localhost; Path=/", from: "http://localhost/")
    #expect(name.field(for: try url("http://localhost/"), at: .zero) == "s=1")
    #expect(name.field(for: try url("http://a.localhost/"), at: .zero) == nil)
  }

  @Test(arguments: [(9, "s=1"), (10, nil), (11, nil)] as [(Int, String?)])
  func `a cookie of 10 s is gone in its tenth second`(second: Int, sent: String?) throws {
    let jar = try jar("s=1; Max-Age=10; Path=/")
    #expect(jar.field(for: try url("https://app.test/"), at: .seconds(second)) == sent)
  }

  @Test func `longer paths come first, then older cookies, and a new value keeps its place`() throws
  {
    let jar = try jar(
      "a=1; Path=/",
      "b=2; Path=/a/b",
      "c=3; Path=/",
      "d=4; Path=/a",
      "a=5; Path=/"
    )
    #expect(
      jar.field(for: try url("https://app.test/a/b/c"), at: .zero) == "b=2; d=4; a=5; c=3"
    )
  }

  @Test func `a cookie is taken back by an expired one`() throws {
    let jar = try jar("a=1; Path=/", "a=; Path=/; Expires=Thu, 01-Jan-1970 00:00:00 GMT")
    #expect(jar.count == 0)
  }

  @Test func `a domain keeps 50 cookies, the newest, of at most 4096 bytes`() throws {
    var jar = CookieJar(startedAtUnixSeconds: 0, aliases: SecretAliases())
    let app = try url("https://app.test/")
    jar.store((0..<51).map { "c\($0)=v" }, from: app, at: .zero)
    #expect(jar.count == 50)
    #expect(jar.field(for: app, at: .zero)?.hasPrefix("c1=v; ") == true)
    let full = "n=" + String(repeating: "x", count: 4095)
    jar.store([full, full + "x"], from: try url("https://b.test/"), at: .zero)
    #expect(jar.count == 51)
  }

  /// An answer of thousands of cookies: the jar looks at so many, and only they are secrets.
  @Test(arguments: [5_000, 20_000])
  func `an answer's cookies are taken up to a number`(count: Int) throws {
    let aliases = SecretAliases()
    var jar = CookieJar(startedAtUnixSeconds: 0, aliases: aliases)
    let values = (0..<count).map { "value-\($0)-of-many" }
    let url = try #require(HTTPURL("https://app.test/"))
    jar.store(values.enumerated().map { "c\($0.offset)=\($0.element)" }, from: url, at: .zero)
    #expect(values.count { aliases.alias(of: $0) != nil } == 500)
  }

  @Test func `each value is a secret, however short`() throws {
    let aliases = SecretAliases()
    _ = try jar("a=session-value", "b=true", aliases: aliases)
    #expect(aliases.alias(of: "session-value") == "cookie#1")
    #expect(aliases.alias(of: "true") == "cookie#2")
  }

  // 784111777 is the date of RFC 9110 section 5.6.7 in all three forms that it names.
  @Test(
    arguments: [
      ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
      ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
      ("Sun Nov  6 08:49:37 1994", 784_111_777),
      ("1994 nOVEMBER 6th 8:49:37x", 784_111_777),
      ("Thu, 01 Jan 1970 00:00:01 GMT", 1),
      ("01 Jan 69 00:00:00", 3_124_224_000),
      ("29 Feb 2024 00:00:00", 1_709_164_800),
      ("29 Feb 2023 00:00:00", nil),
      ("31 Apr 2024 00:00:00", nil),
      ("01 Jan 1600 00:00:00", nil),
      ("01 Jan 2024 24:00:00", nil),
      ("01 Jan 2024 00:60:00", nil),
      ("01 Jan 2024 00:00", nil),
      ("01 2024 00:00:00", nil),
      ("", nil),
    ] as [(String, Int?)]
  )
  func `dates are read as tolerantly as section 5.1.1 asks`(text: String, seconds: Int?) throws {
    // Seen from outside: alive one second before, gone at the second itself.
    var jar = CookieJar(startedAtUnixSeconds: (seconds ?? 1) - 1, aliases: SecretAliases())
    let app = try url("https://app.test/")
    jar.store(["s=1; Expires=\(text)"], from: app, at: .zero)
    #expect(jar.field(for: app, at: .zero) == "s=1")
    #expect(jar.field(for: app, at: .seconds(1)) == (seconds == nil ? "s=1" : nil))
  }
}
