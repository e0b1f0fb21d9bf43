import JSON
import TestSupport
import Testing

@testable import HTTP

private func exchange(_ target: String, body: [UInt8] = []) -> Exchange {
  let origin = Origin(scheme: .http, host: "127.0.0.1", port: 1)
  return Exchange(
    request: HTTPRequest(method: "GET", url: HTTPURL(origin: origin, target: target)),
    result: .success(HTTPResponse(status: 200, body: body)),
    due: .zero,
    sent: .zero,
    received: .milliseconds(1),
    intent: Intent(.page)
  )
}

private struct EchoHandler: RequestHandler {
  func respond(to request: HTTPRequest) async -> HTTPResponse {
    HTTPResponse(status: 200, body: Array(request.url.target.utf8))
  }
}

@Suite struct ExchangeLogTests {
  @Test func `what is changed in a copy of an exchange stays as it was in the other`() {
    let first = exchange("/a", body: [1])
    var copy = first
    copy.number = 7
    copy.intent.cause.event = 3
    copy.request.body = [2]
    copy.result = .failure(.cancelled)
    copy.dropDocument()
    #expect(first.number == 0)
    #expect(first.intent.event == nil)
    #expect(first.request.body == [])
    #expect(first.status == 200)
    #expect(copy.number == 7)
    #expect(copy.failure == .cancelled)
  }

  @Test func `exchanges are numbered from 1 in the order in which they are appended`() {
    let log = ExchangeLog()
    #expect(log.count == 0)
    #expect(log.append(exchange("/a")).number == 1)
    #expect(log.append(exchange("/b")).number == 2)
    #expect(log.exchanges.map(\.request.url.target) == ["/a", "/b"])
    #expect(log.exchanges.map(\.number) == [1, 2])
    #expect(log[0] == nil)
    #expect(log[1]?.request.url.target == "/a")
    #expect(log[2]?.request.url.target == "/b")
    #expect(log[3] == nil)
  }

  @Test(arguments: [1, 2, 3, 7])
  func `a log that keeps a few has the last ones in order, and none that were forgotten`(kept: Int)
  {
    let log = ExchangeLog(keeping: kept)
    var forgotten = 0
    for number in 1...20 {
      _ = log.append(exchange("/\(number)"))
      let first = max(forgotten + 1, number - kept + 1)
      #expect(log.count == number)
      #expect(log.exchanges.map(\.number) == Array(first...number))
      for other in 0...21 {
        #expect(log[other]?.number == ((first...number).contains(other) ? other : nil))
      }
      if [4, 9, 10].contains(number) {
        log.forgetExchanges()
        forgotten = number
        #expect(log.exchanges.isEmpty)
      }
    }
  }

  @Test func `whoever follows sees what is appended from then on, until the end`() async {
    let log = ExchangeLog()
    _ = log.append(exchange("/before"))
    let stream = log.follow()
    let other = log.follow()
    for number in 1...3 { _ = log.append(exchange("/\(number)")) }
    log.close()
    var seen: [Int] = []
    for await exchange in stream { seen.append(exchange.number) }
    #expect(seen == [2, 3, 4])
    var count = 0
    for await _ in other { count += 1 }
    #expect(count == 3)
  }

  @Test func `bodies beyond a run's room are kept by length, digest and beginning`() {
    func spaces(_ count: Int) -> Exchange {
      var spaces = exchange("/", body: [UInt8](repeating: 0x20, count: count))
      spaces.document = .value(.object(JSONObject()))
      return spaces
    }
    let log = ExchangeLog(bodies: BodyBudget(400_000))
    let sizes = [300_000, 200_000, 90_000, 20_000, 65_536, 65_537]
    for size in sizes {
      // Whole for whoever sent it.
      #expect(log.append(spaces(size)).response?.body.count == size)
    }
    let kept = log.exchanges.map(\.response)
    #expect(kept.map { $0?.cut?.count } == [nil, 200_000, nil, nil, nil, 65_537])
    #expect(kept.map { $0?.body.count } == [300_000, 200_000, 90_000, 20_000, 65_536, 65_537])
    #expect(log.exchanges.map(\.isCut) == kept.map { $0?.cut != nil })
    // sha256sum of 200,000 spaces.
    #expect(
      kept[1]?.cut?.digest == "4be18bdb9e2869a68b8ed73b0327fb01c9b920082d7b9d4dd6b6287b4c1947b8"
    )
    // A tree is held of small ones only; a large one is read again.
    #expect(log[1]?.document.object == nil)
    #expect(log[3]?.document == .value(.object(JSONObject())))
    #expect(log[2]?.document == .unreadable("the run kept only its beginning"))
  }

  @Test func `exchanges appended at once from many threads each have their number`() async {
    let log = ExchangeLog()
    let numbers = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<100 { group.addTask { log.append(exchange("/")).number } }
      return await group.reduce(into: Set<Int>()) { $0.insert($1) }
    }
    #expect(numbers == Set(1...100))
    #expect(log.exchanges.map(\.number) == Array(1...100))
  }

  @Test func `what goes through a logged transport is in the log when it is back`() async throws {
    try await onLoop { loop in
      let log = ExchangeLog()
      let transport = LoggedTransport(
        InProcessTransport(handler: EchoHandler(), loop: loop),
        log: log
      )
      let request = exchange("/a").request
      let first = await transport.send(
        request,
        due: .seconds(1),
        intent: Intent(.refresh)
      )
      #expect(first.number == 1)
      #expect(first.due == .seconds(1))
      #expect(log[1]?.response?.text == "/a")
      #expect(log[1]?.intent.act == .refresh)
    }
  }
}
