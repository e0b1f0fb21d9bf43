import HTTP
import Loop
import TestSupport
import Testing

/// Okta offers gzip and deflate, so an app may answer so.
@Suite struct PackedAnswerTests {
  // gzip.compress(b'{"totalResults":0}', mtime=0) of Python.
  private static let packed: [UInt8] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 42, 201, 47, 73, 204, 9, 74, 45, 46, 205, 41, 41, 86,
    178, 50, 168, 5, 0, 87, 233, 68, 51, 18, 0, 0, 0,
  ]

  private struct App: RequestHandler {
    var body: [UInt8]
    func respond(to request: HTTPRequest) async -> HTTPResponse {
      HTTPResponse(status: 200, fields: ["Content-Encoding": "gzip"], body: body)
    }
  }

  private func exchange(_ body: [UInt8], limits: MessageLimits = MessageLimits()) async throws
    -> Exchange
  {
    try await onLoop(clock: .real) { loop in
      let server = try LoopbackServer(loop: loop, port: 0, handler: App(body: body))
      async let serving: Void = server.run()
      let url = try #require(HTTPURL(server.baseURL + "/"))
      let transport = SocketTransport(loop: loop, limits: limits)
      let request = HTTPRequest(
        method: "GET",
        url: url,
        fields: ["Host": url.origin.hostField]
      )
      let exchange = await transport.send(request, due: nil, intent: Intent(.page))
      transport.close()
      server.stop()
      await serving
      return exchange
    }
  }

  @Test func `a packed answer is unpacked, and its length on the wire kept`() async throws {
    let response = try await exchange(Self.packed).response
    #expect(response?.text == #"{"totalResults":0}"#)
    #expect(response?.packedBodyBytes == Self.packed.count)
  }

  @Test func `a packed answer that is damaged is no answer`() async throws {
    let failure = try await exchange(Array(Self.packed.dropLast(9))).failure
    #expect(failure == .malformedAnswer("the gzip body ends in the middle"))
  }

  @Test func `a packed answer that unpacks to too much is refused`() async throws {
    // 100 zeros in 24 bytes (gzip.compress(bytes(100), mtime=0)).
    let zeros: [UInt8] = [
      31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 99, 96, 160, 61, 0, 0, 202, 198, 136, 153, 100, 0, 0, 0,
    ]
    let failure = try await exchange(zeros, limits: MessageLimits(bodyBytes: 99)).failure
    #expect(failure == .answerTooLarge("a body", limit: 99))
    let response = try await exchange(zeros, limits: MessageLimits(bodyBytes: 100)).response
    #expect(response?.body == [UInt8](repeating: 0, count: 100))
  }
}
