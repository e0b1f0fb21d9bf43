import HTTP
import Testing

@Suite struct HTTPURLTests {
  @Test(arguments: [
    ("http://a", "http://a/", "a", 80),
    ("http://a/", "http://a/", "a", 80),
    ("HTTP://Example.COM/Path", "http://example.com/Path", "example.com", 80),
    ("https://a/b?c=d", "https://a/b?c=d", "a", 443),
    ("http://a?b=c", "http://a/?b=c", "a", 80),
    ("http://a/b?", "http://a/b?", "a", 80),
    ("http://a#f", "http://a/", "a", 80),
    ("http://a/b?c#d?e", "http://a/b?c", "a", 80),
    ("http://a:8080/x", "http://a:8080/x", "a", 8080),
    ("http://a:80/x", "http://a/x", "a", 80),
    ("https://a:443", "https://a/", "a", 443),
    ("https://a:80", "https://a:80/", "a", 80),
    ("http://a:/x", "http://a/x", "a", 80),
    ("http://a:1", "http://a:1/", "a", 1),
    ("http://a:65535", "http://a:65535/", "a", 65535),
    ("http://127.0.0.1:8080/cb", "http://127.0.0.1:8080/cb", "127.0.0.1", 8080),
    ("http://[::1]:8080/cb", "http://[::1]:8080/cb", "::1", 8080),
    ("http://[2001:DB8::1]/", "http://[2001:db8::1]/", "2001:db8::1", 80),
    ("http://a/b/../c", "http://a/b/../c", "a", 80),
    ("http://a//b//", "http://a//b//", "a", 80),
    ("http://a/b?scope=users read", "http://a/b?scope=users%20read", "a", 80),
    ("http://a/b c", "http://a/b%20c", "a", 80),
    ("http://a/%7Eb%2Fc?d=%20+e", "http://a/%7Eb%2Fc?d=%20+e", "a", 80),
    ("http://a/é?é", "http://a/%C3%A9?%C3%A9", "a", 80),
    ("http://a/b?c=\"d\"", "http://a/b?c=%22d%22", "a", 80),
    ("http://a/b\r\nX: 1", "http://a/b%0D%0AX:%201", "a", 80),
    (
      "http://a/b?filter=userName eq \"x@y\"", "http://a/b?filter=userName%20eq%20%22x@y%22", "a",
      80
    ),
    ("http://a/b@c:d", "http://a/b@c:d", "a", 80),
  ])
  func `an absolute URL is read`(text: String, written: String, host: String, port: Int) {
    let url = HTTPURL(text)
    #expect(url?.description == written)
    #expect(url?.origin.host == host)
    #expect(url?.origin.port == port)
  }

  @Test(arguments: [
    "", " ", "a", "/a", "//a/b", "a/b", "?a", "#a", "http:", "http:/", "http://", "http:///a",
    "http:a",
    "http://?a", "http://:80/", "ftp://a/", "myapp://a", "mailto:a@b", "javascript:alert(1)",
    "data:text/html,a", "://a", "http//a", "http://user@a/", "http://user:secret@a/", "http://:@a/",
    "http://@a/", "http://a:0/", "http://a:65536/", "http://a:99999999999999999999/", "http://a:b/",
    "http://a:-1/", "http://a:+1/", "http://a: 80/", "http://[::1/", "http://::1/",
    "http://[::1]x/",
    "http://[x]/", "http://a b/", "http://a\n/",
  ])
  func `what is no http URL, or holds user information, is refused`(text: String) {
    #expect(HTTPURL(text) == nil)
  }

  /// RFC 3986 section 5.4.1, normal examples.
  static let normal = [
    ("g", "http://a/b/c/g"),
    ("./g", "http://a/b/c/g"),
    ("g/", "http://a/b/c/g/"),
    ("/g", "http://a/g"),
    ("//g", "http://g/"),  // an empty path goes out as /
    ("?y", "http://a/b/c/d;p?y"),
    ("g?y", "http://a/b/c/g?y"),
    ("#s", "http://a/b/c/d;p?q"),
    ("g#s", "http://a/b/c/g"),
    ("g?y#s", "http://a/b/c/g?y"),
    (";x", "http://a/b/c/;x"),
    ("g;x", "http://a/b/c/g;x"),
    ("g;x?y#s", "http://a/b/c/g;x?y"),
    ("", "http://a/b/c/d;p?q"),
    (".", "http://a/b/c/"),
    ("./", "http://a/b/c/"),
    ("..", "http://a/b/"),
    ("../", "http://a/b/"),
    ("../g", "http://a/b/g"),
    ("../..", "http://a/"),
    ("../../", "http://a/"),
    ("../../g", "http://a/g"),
  ]

  /// RFC 3986 section 5.4.2, abnormal examples.
  static let abnormal = [
    ("../../../g", "http://a/g"),
    ("../../../../g", "http://a/g"),
    ("/./g", "http://a/g"),
    ("/../g", "http://a/g"),
    ("g.", "http://a/b/c/g."),
    (".g", "http://a/b/c/.g"),
    ("g..", "http://a/b/c/g.."),
    ("..g", "http://a/b/c/..g"),
    ("./../g", "http://a/b/g"),
    ("./g/.", "http://a/b/c/g/"),
    ("g/./h", "http://a/b/c/g/h"),
    ("g/../h", "http://a/b/c/h"),
    ("g;x=1/./y", "http://a/b/c/g;x=1/y"),
    ("g;x=1/../y", "http://a/b/c/y"),
    ("g?y/./x", "http://a/b/c/g?y/./x"),
    ("g?y/../x", "http://a/b/c/g?y/../x"),
    ("g#s/./x", "http://a/b/c/g"),
  ]

  static let more = [
    ("https://b:1/c/../d?e#f", "https://b:1/d?e"),
    ("HTTP://B", "http://b/"),
    (" /g \n", "http://a/g"),
    ("/login?next=/a b", "http://a/login?next=/a%20b"),
    ("?", "http://a/b/c/d;p?"),
    ("g/a:b", "http://a/b/c/g/a:b"),
    ("/x?u=http://c/d", "http://a/x?u=http://c/d"),
    ("x?u=http://c/d", "http://a/b/c/x?u=http://c/d"),
    ("/é", "http://a/%C3%A9"),
    ("//[::1]:81/x", "http://[::1]:81/x"),
  ]

  @Test(arguments: normal + abnormal + more)
  func `a reference is resolved as RFC 3986 has it`(reference: String, resolved: String) throws {
    let base = try #require(HTTPURL("http://a/b/c/d;p?q"))
    #expect(base.resolving(reference)?.description == resolved)
  }

  @Test(arguments: [
    "g:h", "mailto:a@b", "javascript:void(0)", "myapp://callback", "about:blank", "//user@b/", "//",
    "http:g", "http://",
  ])
  func `a reference to another scheme, or to nobody, leads nowhere`(reference: String) throws {
    let base = try #require(HTTPURL("http://a/b/c/d;p?q"))
    #expect(base.resolving(reference) == nil)
  }

  @Test(arguments: [
    ("http://a:8080", "g", "http://a:8080/g"),
    ("http://a", "?x", "http://a/?x"),
    ("http://[::1]:8080/a/b", "../c", "http://[::1]:8080/c"),
    ("https://a/b?c=d/e", "f", "https://a/f"),
    ("https://a/b", "//c:81/d", "https://c:81/d"),
  ])
  func `a reference keeps what it does not say`(base: String, reference: String, resolved: String)
    throws
  {
    let base = try #require(HTTPURL(base))
    #expect(base.resolving(reference)?.description == resolved)
  }

  @Test func `a URL has a path, a query and its fields`() throws {
    let url = try #require(HTTPURL("http://a/cb%2F?code=a%2Bb+c&state=&x&y=1=2#f"))
    #expect(url.path == "/cb%2F")
    #expect(url.query == "code=a%2Bb+c&state=&x&y=1=2")
    #expect(
      url.queryFields == [
        FormField("code", "a+b c"), FormField("state", ""), FormField("x", ""),
        FormField("y", "1=2"),
      ]
    )
    let bare = try #require(HTTPURL("http://a"))
    #expect(bare.path == "/")
    #expect(bare.query == nil)
    #expect(bare.queryFields == [])
    #expect(HTTPURL(origin: bare.origin, target: "x").target == "/x")
  }

  @Test(arguments: [
    (Origin(scheme: .http, host: "a", port: 80), "a"),
    (Origin(scheme: .https, host: "a", port: 443), "a"),
    (Origin(scheme: .http, host: "a", port: 443), "a:443"),
    (Origin(scheme: .http, host: "::1", port: 8080), "[::1]:8080"),
  ])
  func `the Host field leaves out the scheme's own port`(origin: Origin, field: String) {
    #expect(origin.hostField == field)
  }
}
