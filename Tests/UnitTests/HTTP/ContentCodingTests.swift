import HTTP
import Testing

/// Vectors made by Python's gzip and zlib.
@Suite struct ContentCodingTests {
  static let text = "Grace Hopper, Grace Hopper, Grace Hopper\n"

  static let gzip: [UInt8] = [
    0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x73, 0x2F, 0x4A, 0x4C,
    0x4E, 0x55, 0xF0, 0xC8, 0x2F, 0x28, 0x48, 0x2D, 0xD2, 0x51, 0x70, 0xC7, 0xC9, 0xE3,
    0x02, 0x00, 0xDF, 0x34, 0x84, 0x69, 0x29, 0x00, 0x00, 0x00,
  ]

  static let gzipOfSecond: [UInt8] = [
    0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x2B, 0x4E, 0x4D, 0xCE,
    0xCF, 0x4B, 0x01, 0x00, 0x69, 0x11, 0x1F, 0xB6, 0x06, 0x00, 0x00, 0x00,
  ]

  static let zlib: [UInt8] = [
    0x78, 0x9C, 0x73, 0x2F, 0x4A, 0x4C, 0x4E, 0x55, 0xF0, 0xC8, 0x2F, 0x28, 0x48, 0x2D,
    0xD2, 0x51, 0x70, 0xC7, 0xC9, 0xE3, 0x02, 0x00, 0x27, 0xCC, 0x0D, 0xF3,
  ]

  static let raw: [UInt8] = [
    0x73, 0x2F, 0x4A, 0x4C, 0x4E, 0x55, 0xF0, 0xC8, 0x2F, 0x28, 0x48, 0x2D, 0xD2, 0x51,
    0x70, 0xC7, 0xC9, 0xE3, 0x02, 0x00,
  ]

  /// A million zeros, packed twice.
  static let bomb: [UInt8] = [
    0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x93, 0xEF, 0xE6, 0x60,
    0x00, 0x01, 0x26, 0xE6, 0xB7, 0x07, 0x19, 0x19, 0x81, 0x8C, 0x26, 0x85, 0xFF, 0xEB,
    0xF3, 0x3C, 0x1C, 0x18, 0x19, 0x46, 0xC1, 0x28, 0x18, 0x05, 0x43, 0x1E, 0xAC, 0x67,
    0x9B, 0x77, 0xBA, 0x52, 0xC8, 0xC1, 0x89, 0x9F, 0x01, 0x00, 0x8C, 0x79, 0xC3, 0x18,
    0xEB, 0x03, 0x00, 0x00,
  ]

  private static func decode(
    _ body: [UInt8],
    _ coding: String,
    limit: Int = 1000
  ) throws(ContentCodingError) -> String {
    String(
      decoding: try ContentCoding.decode(body, coding: coding, limit: limit),
      as: UTF8.self
    )
  }

  @Test(arguments: [
    (gzip, "gzip"), (gzip, "x-gzip"), (gzip, "GZip"), (gzip, " identity , gzip"),
    (zlib, "deflate"), (raw, "deflate"), (Array(text.utf8), "identity"), (Array(text.utf8), ""),
  ])
  func `a body is unpacked`(body: [UInt8], coding: String) throws {
    #expect(try ContentCodingTests.decode(body, coding) == ContentCodingTests.text)
  }

  @Test func `the members of a gzip body are joined`() throws {
    let joined = ContentCodingTests.gzip + ContentCodingTests.gzipOfSecond + ContentCodingTests.gzip
    #expect(
      try ContentCodingTests.decode(joined, "gzip")
        == ContentCodingTests.text + "second" + ContentCodingTests.text
    )
  }

  @Test func `a body that was packed twice is unpacked twice`() throws {
    let zeros = try ContentCoding.decode(
      ContentCodingTests.bomb,
      coding: "gzip, gzip",
      limit: 1_000_000
    )
    #expect(zeros == [UInt8](repeating: 0, count: 1_000_000))
  }

  @Test func `an empty body stays empty, whatever its coding`() throws {
    #expect(try ContentCoding.decode([], coding: "gzip", limit: 0) == [])
  }

  // The text has 41 bytes.
  @Test(arguments: [(40, false), (41, true), (42, true)])
  func `no more comes out than the limit allows`(limit: Int, isRead: Bool) {
    for (body, coding) in [
      (ContentCodingTests.gzip, "gzip"), (ContentCodingTests.raw, "deflate"),
      (Array(ContentCodingTests.text.utf8), "identity"),
    ] {
      let found = Result { try ContentCodingTests.decode(body, coding, limit: limit) }
      #expect(((try? found.get()) != nil) == isRead)
    }
  }

  @Test func `a bomb is told by its limit`() {
    let error = #expect(throws: ContentCodingError.self) {
      try ContentCoding.decode(ContentCodingTests.bomb, coding: "gzip, gzip", limit: 65536)
    }
    #expect(error == .tooLarge(limit: 65536))
    #expect(error.map { "\($0)" } == "the body unpacks to more than 65536 bytes")
  }

  @Test(arguments: [(gzip, "gzip"), (zlib, "deflate"), (raw, "deflate")])
  func `a body that is cut short is refused wherever it was cut`(body: [UInt8], coding: String) {
    for count in 1..<body.count {
      let error = #expect(throws: ContentCodingError.self) {
        try ContentCodingTests.decode(Array(body[..<count]), coding)
      }
      #expect(error == .cutShort(coding: coding), "\(count) bytes")
    }
  }

  @Test func `a damaged body is refused with zlib's words`() {
    var wrong = ContentCodingTests.gzip
    wrong[wrong.count - 8] ^= 1
    #expect(throws: ContentCodingError.damaged(coding: "gzip", reason: "incorrect data check")) {
      try ContentCodingTests.decode(wrong, "gzip")
    }
    #expect(throws: ContentCodingError.damaged(coding: "gzip", reason: "incorrect header check")) {
      try ContentCodingTests.decode(Array("{\"a\":1}".utf8), "gzip")
    }
    #expect(
      throws: ContentCodingError.damaged(coding: "deflate", reason: "bytes follow after its end")
    ) {
      try ContentCodingTests.decode(ContentCodingTests.zlib + [0], "deflate")
    }
    #expect(throws: ContentCodingError.damaged(coding: "gzip", reason: "incorrect header check")) {
      try ContentCodingTests.decode(ContentCodingTests.gzip + Array("more".utf8), "gzip")
    }
  }

  @Test func `a coding that is not known is named`() {
    for coding in ["br", "gzip, zstd", "Compress"] {
      #expect(throws: ContentCodingError.self) {
        try ContentCodingTests.decode(ContentCodingTests.gzip, coding)
      }
    }
    #expect("\(ContentCodingError.unknown("br"))" == "the body's coding 'br' is not known")
  }

  @Test func `a body went through four codings at most`() {
    #expect(throws: ContentCodingError.tooManyCodings(limit: 4)) {
      try ContentCodingTests.decode([1], "gzip,gzip,gzip,gzip,gzip")
    }
  }
}
