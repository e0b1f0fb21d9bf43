import HTTP
import Testing

/// RFC 9110 section 10.2.3: an HTTP date or a number of seconds.
@Suite struct RetryAfterTests {
  @Test(arguments: [
    ("0", RetryAfter.seconds(.zero)), ("120", .seconds(.seconds(120))),
    ("  7 ", .seconds(.seconds(7))),
    ("99999999999999999999", .seconds(.seconds(3_153_600_000))),
    ("Fri, 31 Dec 1999 23:59:59 GMT", .date("Fri, 31 Dec 1999 23:59:59 GMT")),
    ("Friday, 31-Dec-99 23:59:59 GMT", .date("Friday, 31-Dec-99 23:59:59 GMT")),
    ("Fri Dec 31 23:59:59 1999", .date("Fri Dec 31 23:59:59 1999")),
    ("1.5", .other("1.5")), ("-1", .other("-1")), ("+1", .other("+1")), ("60s", .other("60s")),
    ("soon", .other("soon")), ("2024-01-01T00:00:00Z", .other("2024-01-01T00:00:00Z")),
    ("٣", .other("٣")), ("", .missing),
  ])
  func `a field is read as its two forms allow`(text: String, expected: RetryAfter) {
    #expect(RetryAfter(HTTPResponse(status: 429, fields: ["Retry-After": text])) == expected)
  }

  @Test func `no field is missing`() {
    #expect(RetryAfter(HTTPResponse(status: 429)) == .missing)
  }
}
