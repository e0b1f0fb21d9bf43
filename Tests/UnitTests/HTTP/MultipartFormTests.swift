import HTTP
import Testing

/// RFC 7578, as browsers send it.
@Suite struct MultipartFormTests {
  @Test func `parts are what a browser sends`() {
    let body = MultipartForm.encode(
      [FormField("a\"\r\nb", "1"), FormField("c", "x\r\ny")],
      boundary: "----B"
    )
    #expect(
      String(decoding: body, as: UTF8.self)
        == "------B\r\nContent-Disposition: form-data; name=\"a%22%0D%0Ab\"\r\n\r\n1\r\n"
        + "------B\r\nContent-Disposition: form-data; name=\"c\"\r\n\r\nx\r\ny\r\n------B--\r\n"
    )
  }

  @Test(arguments: [
    [FormField("a", ""), FormField("b", "x=1&y"), FormField("c", "é\r\n--")],
    [FormField("a", "----oktasim-form-0")], [],
  ])
  func `what was encoded is decoded`(fields: [FormField]) {
    let boundary = MultipartForm.boundary(for: fields)
    #expect(!fields.contains { $0.value.contains(boundary) })
    #expect(
      MultipartForm.decode(
        MultipartForm.encode(fields, boundary: boundary),
        contentType: "multipart/form-data; boundary=\(boundary)"
      ) == fields
    )
    #expect(MultipartForm.decode([], contentType: "text/plain; boundary=x") == nil)
  }
}
