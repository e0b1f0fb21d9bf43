import HTTP
import Testing

@Suite struct FormURLEncodingTests {
  // RFC 6749 appendix B: U+0020, U+0025, U+0026, U+002B, U+00A3, U+20AC.
  @Test func `the example of RFC 6749 is encoded as it says`() {
    #expect(FormURLEncoding.encode(" %&+£€") == "+%25%26%2B%C2%A3%E2%82%AC")
    #expect(
      FormURLEncoding.decode("a=+%25%26%2B%C2%A3%E2%82%AC") == [FormField("a", " %&+£€")]
    )
  }

  // WHATWG URL section 5.2: letters, digits and *-._ stay.
  @Test func `what need not be encoded stays`() {
    #expect(FormURLEncoding.encode("azAZ09*-._~!'()/:@") == "azAZ09*-._%7E%21%27%28%29%2F%3A%40")
  }

  // RFC 3986 section 2.3: letters, digits and -._~ are unreserved.
  @Test func `a value for a query is percent-encoded`() {
    #expect(FormURLEncoding.percentEncode("a b+c~d*é") == "a%20b%2Bc~d%2A%C3%A9")
  }

  @Test func `fields keep their order and repetitions`() {
    let fields = [
      FormField("b", "1"), FormField("a", ""), FormField("b", "x y"), FormField("", "&="),
    ]
    let text = "b=1&a=&b=x+y&=%26%3D"
    #expect(FormURLEncoding.encode(fields) == text)
    #expect(FormURLEncoding.decode(text) == fields)
    #expect(fields["b"] == "1")
    #expect(fields["c"] == nil)
    #expect(FormURLEncoding.encode([]) == "")
  }

  @Test(arguments: [
    ("", []),
    ("&&", []),
    ("a", [FormField("a", "")]),
    ("a&b=1&", [FormField("a", ""), FormField("b", "1")]),
    ("a=b=c", [FormField("a", "b=c")]),
    ("=", [FormField("", "")]),
    ("a=%", [FormField("a", "%")]),
    ("a=%4", [FormField("a", "%4")]),
    ("a=%41", [FormField("a", "A")]),
    ("a=%zz%41", [FormField("a", "%zzA")]),
    ("a=%c3%A9", [FormField("a", "é")]),
    ("a=%FF", [FormField("a", "\u{FFFD}")]),
    ("a+b=c+d", [FormField("a b", "c d")]),
    ("a=é&\u{301}=1", [FormField("a", "é"), FormField("\u{301}", "1")]),
  ])
  func `what is no escape stays as it is`(text: String, fields: [FormField]) {
    #expect(FormURLEncoding.decode(text) == fields)
  }
}
