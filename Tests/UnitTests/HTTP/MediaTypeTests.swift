import HTTP
import Testing

@Suite struct MediaTypeTests {
  @Test(arguments: [
    ("application/json", "application/json", nil),
    ("Application/JSON;charset=UTF-8", "application/json", "utf-8"),
    ("text/html ; Charset=\"ISO-8859-1\"", "text/html", "iso-8859-1"),
    ("text/html; charset=windows-1252 ; x=y", "text/html", "windows-1252"),
    ("text/plain; format=flowed; charset=utf-8", "text/plain", "utf-8"),
    (" application/scim+json ", "application/scim+json", nil),
    ("text/html;\tcharset=utf-8", "text/html", "utf-8"),
    ("text/html;xcharset=utf-8", "text/html", nil),
    ("text/html; charset=", "text/html", ""),
    ("text/html; charset=\"", "text/html", "\""),
    ("", "", nil),
    (";", "", nil),
    (";charset=utf-8", "", "utf-8"),
  ])
  func `a media type is read`(field: String, essence: String, charset: String?) {
    let type = MediaType(field)
    #expect(type.essence == essence)
    #expect(type.charset == charset)
  }

  @Test(arguments: [
    ("application/json", true, false),
    ("text/json", true, false),
    ("application/scim+json; charset=utf-8", true, false),
    ("application/problem+JSON", true, false),
    ("application/jsonp", false, false),
    ("text/html", false, true),
    ("application/xhtml+xml", false, true),
    ("text/plain", false, false),
  ])
  func `JSON and HTML are told by their type`(field: String, isJSON: Bool, isHTML: Bool) {
    #expect(MediaType(field).isJSON == isJSON)
    #expect(MediaType(field).isHTML == isHTML)
  }
}
