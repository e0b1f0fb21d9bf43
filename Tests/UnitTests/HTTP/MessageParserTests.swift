import Testing
import World

@testable import HTTP

/// What a parser made of some bytes.
private struct Parsed: Equatable, CustomStringConvertible {
  var status = 0
  var reason = ""
  var method = ""
  var target = ""
  var fields: [String] = []
  var body = ""
  var trailers: [String] = []
  var keepsConnection = true
  var rest = ""
  var failure: MessageParser.Failure?
  var isComplete = false

  var description: String {
    "\(failure.map { "\($0)" } ?? "\(status) \(method) \(fields) '\(body)' rest '\(rest)'")"
  }
}

private func parse(
  _ bytes: [UInt8],
  _ kind: MessageParser.Kind,
  limits: MessageLimits = MessageLimits(),
  pieces: Int = .max,
  endsThere: Bool = true
) -> Parsed {
  var parser = MessageParser(kind, limits: limits)
  var input = InputBuffer()
  var parsed = Parsed()
  var position = 0
  do throws(MessageParser.Failure) {
    while !parsed.isComplete, position < bytes.count {
      let end = position + min(pieces, bytes.count - position)
      input.append(Array(bytes[position..<end]))
      position = end
      parsed.isComplete = try parser.advance(&input)
    }
    if !parsed.isComplete, endsThere {
      parsed.isComplete = try parser.advance(&input, atEnd: true)
    }
  } catch {
    return Parsed(failure: error)
  }
  parsed.status = parser.head.status
  parsed.reason = parser.head.reason
  parsed.method = parser.head.method
  parsed.target = parser.head.target
  parsed.fields = parser.head.fields.map { "\($0.name)=\($0.value)" }
  parsed.body = String(decoding: parser.body, as: UTF8.self)
  parsed.trailers = parser.trailers.map { "\($0.name)=\($0.value)" }
  parsed.keepsConnection = parser.keepsConnection
  let left = input.unconsumed + bytes[position...]
  parsed.rest = String(decoding: left, as: UTF8.self)
  return parsed
}

private func answer(_ text: String, to method: String = "GET") -> Parsed {
  parse(Array(text.utf8), .response(toMethod: method))
}

private func request(_ text: String) -> Parsed { parse(Array(text.utf8), .request) }

@Suite struct MessageParserTests {
  /// Answers of every framing, each whole.
  static let answers = [
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: a\r\n\r\nhello",
    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n"
      + "5;a=\"b\"\r\nhello\r\n00A \r\n0123456789\r\n0;x\r\nEtag: \"1\"\r\nB:2\r\n\r\n",
    "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n",
    "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n"
      + "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok",
    "\r\n\r\nHTTP/1.0 404 Not here\nContent-Length:3\n\nabc",
    "HTTP/1.1 200 OK\r\nA: b\r\n  c\r\n\td \r\n\r\nuntil the end",
  ]

  @Test(arguments: answers)
  func `bytes give the same one by one, in pieces and at once`(text: String) {
    let whole = answer(text)
    #expect(whole.isComplete)
    #expect(whole.failure == nil)
    for pieces in 1...7 {
      #expect(parse(Array(text.utf8), .response(toMethod: "GET"), pieces: pieces) == whole)
    }
  }

  @Test(arguments: answers.dropLast())
  func `an answer cut at any byte has ended early`(text: String) {
    for length in 0..<text.utf8.count {
      let cut = Array(text.utf8.prefix(length))
      #expect(
        parse(cut, .response(toMethod: "GET"), pieces: 1).failure == .endedEarly,
        "after \(length) bytes"
      )
      let waiting = parse(cut, .response(toMethod: "GET"), endsThere: false)
      #expect(!waiting.isComplete)
    }
  }

  @Test func `an answer with a length ends there`() {
    let parsed = answer(MessageParserTests.answers[0] + "HTTP/1.1 201")
    #expect(parsed.status == 200)
    #expect(parsed.reason == "OK")
    #expect(parsed.fields == ["Content-Length=5", "X=a"])
    #expect(parsed.body == "hello")
    #expect(parsed.rest == "HTTP/1.1 201")
    #expect(parsed.keepsConnection)
  }

  @Test func `a chunked answer has its extensions passed over and its trailers kept`() {
    let parsed = answer(MessageParserTests.answers[3] + "next")
    #expect(parsed.body == "hello0123456789")
    #expect(parsed.trailers == ["Etag=\"1\"", "B=2"])
    #expect(parsed.rest == "next")
    #expect(parsed.keepsConnection)
  }

  @Test(arguments: [
    ("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", "GET"),
    ("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "GET"),
    ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "HEAD"),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HEAD"),
    ("HTTP/1.1 200 OK\r\n\r\n", "HEAD"),
  ])
  func `no body comes after 204 and 304 and to HEAD`(text: String, method: String) {
    let parsed = answer(text + "rest", to: method)
    #expect(parsed.isComplete)
    #expect(parsed.body == "")
    #expect(parsed.rest == "rest")
    #expect(parsed.keepsConnection)
  }

  @Test func `interim answers are passed over`() {
    let parsed = answer(MessageParserTests.answers[6])
    #expect(parsed.status == 200)
    #expect(parsed.reason == "")
    #expect(parsed.fields == ["Content-Length=2"])
    #expect(parsed.body == "ok")
  }

  @Test func `an answer that switches protocols unasked is refused`() {
    #expect(
      answer("HTTP/1.1 101 Switching Protocols\r\n\r\n").failure
        == .malformed("it switches protocols, unasked")
    )
  }

  @Test func `line feeds alone, no space after a colon and no reason are understood`() {
    let parsed = answer("HTTP/1.1 200\nA:b\nc: \nContent-Length:2\n\nokrest")
    #expect(parsed.status == 200)
    #expect(parsed.reason == "")
    #expect(parsed.fields == ["A=b", "c=", "Content-Length=2"])
    #expect(parsed.body == "ok")
    #expect(parsed.rest == "rest")
  }

  @Test func `a folded line belongs to the value before it`() {
    let parsed = answer(
      "HTTP/1.1 200 OK\r\nA: b\r\n  c\r\n\td \r\nE: f\r\n \r\nContent-Length: 0\r\n\r\n"
    )
    // RFC 9112 section 5.2: the line end and the space before it become spaces.
    #expect(parsed.fields == ["A=b    c   d", "E=f", "Content-Length=0"])
    #expect(
      answer("HTTP/1.1 200 OK\r\n A: b\r\n\r\n").failure
        == .malformed("its first field has no name")
    )
  }

  @Test func `fields that came can be added to`() {
    let text = "HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 0\r\n\r\n"
    var parser = MessageParser(.response(toMethod: "GET"))
    var input = InputBuffer(Array(text.utf8))
    #expect(throws: Never.self) { try parser.advance(&input) }
    var fields = parser.head.fields
    fields.append("C", "d")
    #expect(
      String(decoding: fields.bytes, as: UTF8.self) == "A: b\r\nContent-Length: 0\r\nC: d\r\n"
    )
  }

  // RFC 9112 section 9.3.
  @Test(arguments: [
    ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true),
    ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: Upgrade, Close\r\n\r\n", false),
    (
      "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
      false
    ),
    ("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", false),
    ("HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: Keep-Alive\r\n\r\n", true),
    ("HTTP/1.1 200 OK\r\n\r\n", false),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", false),
  ])
  func `a connection is kept when version and fields say so`(text: String, isKept: Bool) {
    let parsed = answer(text)
    #expect(parsed.isComplete)
    #expect(parsed.keepsConnection == isKept)
  }

  @Test(arguments: [
    ("5", true), ("5, 5", true), ("5\r\nContent-Length: 5", true), ("05", true),
    ("5, 6", false), ("5\r\nContent-Length: 6", false), ("-5", false), ("+5", false), ("", false),
    ("0x5", false), ("5 5", false), ("9999999999999999", false), ("5,", false),
  ])
  func `a Content-Length is one number`(value: String, isUsable: Bool) {
    let parsed = answer("HTTP/1.1 200 OK\r\nContent-Length: \(value)\r\n\r\nhello")
    #expect(parsed.isComplete == isUsable)
    if isUsable {
      #expect(parsed.body == "hello")
    } else {
      let given = value.replacing("\r\nContent-Length:", with: ",")
      #expect(parsed.failure == .malformed("its Content-Length is '\(Quotation(given, upTo: 40))'"))
    }
  }

  @Test(arguments: [
    "", "hello\r\n\r\n", "HTTP/2 200\r\n\r\n", "http/1.1 200 OK\r\n\r\n",
    "HTTP/1.1 2000 OK\r\n\r\n",
    "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 099 OK\r\n\r\n", "HTTP/1.1  200 OK\r\n\r\n",
    "HTTP/1.1 +20 OK\r\n\r\n", "HTTP/1.x 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nno field\r\n\r\n",
    "HTTP/1.1 200 OK\r\n: no name\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n;\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1000000000000\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nno field\r\n\r\n",
  ])
  func `what is no answer is refused, whole or byte by byte`(text: String) throws {
    let whole = answer(text)
    let failure = try #require(whole.failure)
    if text.isEmpty {
      #expect(failure == .endedEarly)
    } else {
      let isMalformed = if case .malformed = failure { true } else { false }
      #expect(isMalformed)
    }
    #expect(parse(Array(text.utf8), .response(toMethod: "GET"), pieces: 1) == whole)
  }

  /// Its secrets are replaced and it is cut where it is shown, not here.
  @Test func `a message quotes the whole line that came`() {
    let line = String(repeating: "hello \u{1B}", count: 20)
    #expect(
      answer("\(line)\r\n\r\n").failure
        == .malformed("it starts with '\(Quotation(line, upTo: 40))', not with a status line")
    )
  }

  // MARK: Requests

  @Test func `a request is read, the next one is left`() {
    let parsed = request(
      "\r\nPOST /a?b HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhiGET / HTTP/1.1\r\n\r\n"
    )
    #expect(parsed.method == "POST")
    #expect(parsed.target == "/a?b")
    #expect(parsed.fields == ["Host=x", "Content-Length=2"])
    #expect(parsed.body == "hi")
    #expect(parsed.rest == "GET / HTTP/1.1\r\n\r\n")
    #expect(request(parsed.rest).method == "GET")
  }

  @Test(arguments: [
    "GET /\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1 x\r\n\r\n", " / HTTP/1.1\r\n\r\n",
    "GET / HTTP/2.0\r\n\r\n", "GET / http/1.1\r\n\r\n", "GET /\r\nHost: x\r\n\r\n",
    "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked, gzip\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
  ])
  func `a request that can be read in two ways is refused`(text: String) {
    let whole = request(text)
    let isMalformed = if case .malformed = whole.failure { true } else { false }
    #expect(isMalformed)
    #expect(parse(Array(text.utf8), .request, pieces: 1) == whole)
  }

  @Test func `an answer with both lengths is chunked`() {
    // RFC 9112 section 6.3: Transfer-Encoding overrides.
    let parsed = answer(
      "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"
    )
    #expect(parsed.body == "a")
  }

  // MARK: Limits

  private static func limited(
    _ text: String,
    head: Int = 100,
    body: Int = 10,
    pieces: Int
  ) -> Parsed {
    parse(
      Array(text.utf8),
      .response(toMethod: "GET"),
      limits: MessageLimits(headBytes: head, bodyBytes: body),
      pieces: pieces
    )
  }

  @Test(arguments: [1, .max])
  func `a head has a limit`(pieces: Int) {
    // 19 bytes of status line and length, 2 of the empty line.
    func text(_ filler: Int) -> String {
      "HTTP/1.1 204\r\nA: " + String(repeating: "x", count: filler) + "\r\n\r\n"
    }
    #expect(MessageParserTests.limited(text(79), pieces: pieces).isComplete)
    #expect(
      MessageParserTests.limited(text(80), pieces: pieces).failure
        == .tooLarge("a head", limit: 100)
    )
    let endless = "HTTP/1.1 200 OK\r\nA: " + String(repeating: "x", count: 1000)
    #expect(
      MessageParserTests.limited(endless, pieces: pieces).failure
        == .tooLarge("a head", limit: 100)
    )
  }

  @Test(arguments: [1, .max])
  func `a body has a limit, however it is framed`(pieces: Int) {
    func isRead(_ head: String, _ body: String) -> Bool {
      let parsed = MessageParserTests.limited(
        "HTTP/1.1 200 OK\r\n\(head)\r\n\(body)",
        pieces: pieces
      )
      #expect(parsed.isComplete || parsed.failure == .tooLarge("a body", limit: 10))
      return parsed.isComplete
    }
    let chunked = "Transfer-Encoding: chunked\r\n"
    #expect(isRead("Content-Length: 10\r\n", "0123456789"))
    #expect(!isRead("Content-Length: 11\r\n", "0123456789x"))
    #expect(isRead("", "0123456789"))
    #expect(!isRead("", "0123456789x"))
    #expect(isRead(chunked, "5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n"))
    #expect(!isRead(chunked, "5\r\n01234\r\n6\r\n56789x\r\n0\r\n\r\n"))
    #expect(!isRead(chunked, "ffffffffffff\r\n"))
  }

  @Test(arguments: [1, .max])
  func `lines of a chunked body, and fields after it, have limits`(pieces: Int) {
    let start = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    let long = String(repeating: "x", count: 5000)
    #expect(
      MessageParserTests.limited("\(start)1;\(long)\r\n", pieces: pieces).failure
        == .malformed("a line of its chunked body is too long")
    )
    #expect(
      MessageParserTests.limited("\(start)1;\(long)", pieces: pieces).failure
        == .malformed("a line of its chunked body is too long")
    )
    let trailers = (0..<20).map { "T\($0): 1\r\n" }.joined()
    #expect(
      MessageParserTests.limited("\(start)0\r\n\(trailers)\r\n", pieces: pieces).failure
        == .tooLarge("fields after its body", limit: 100)
    )
  }

  @Test(arguments: ["\r\n", "HTTP/1.1 100 Continue\r\n\r\n"])
  func `what comes before an answer has a limit`(prelude: String) {
    let few = String(repeating: prelude, count: 4) + "HTTP/1.1 204\r\n\r\n"
    #expect(MessageParserTests.limited(few, pieces: 1).isComplete)
    let many = String(repeating: prelude, count: 60)
    #expect(
      MessageParserTests.limited(many, pieces: 1).failure == .tooLarge("a prelude", limit: 100)
    )
  }

  @Test(.timeLimit(.minutes(1)))
  func `a message that drips is read in linear time`() {
    // If each byte were searched again for the end, this would be 10^11 steps.
    let long = String(repeating: "x", count: 200_000)
    let text =
      "HTTP/1.1 200 OK\r\nA: \(long)\r\nTransfer-Encoding: chunked\r\n\r\n"
      + "0\r\nT: \(long)\r\n\r\n"
    #expect(parse(Array(text.utf8), .response(toMethod: "GET"), pieces: 1).isComplete)
  }
}
