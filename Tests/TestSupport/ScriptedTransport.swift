import HTTP
import Loop
import Synchronization

/// An app whose answers a closure gives, on the loop's clock, and the requests that it got.
package final class ScriptedTransport: Transport {
  package typealias Answer = @Sendable (HTTPRequest, Int) -> Result<HTTPResponse, TransportFailure>

  private let loop: EventLoop
  private let latency: Duration
  private let answer: Answer
  private let requests = Mutex<[HTTPRequest]>([])

  /// - Parameters:
  ///   - latency: How long an exchange takes.
  ///   - answer: Gets the request and its number, from 1.
  package init(
    loop: EventLoop,
    latency: Duration = .milliseconds(2),
    answer: @escaping Answer
  ) {
    self.loop = loop
    self.latency = latency
    self.answer = answer
  }

  /// Answers one request after the other; one more than there are answers is not reached.
  package convenience init(
    loop: EventLoop,
    latency: Duration = .milliseconds(2),
    answers: [HTTPResponse]
  ) {
    self.init(loop: loop, latency: latency) { request, number in
      answers.indices.contains(number - 1)
        ? .success(answers[number - 1])
        : .failure(.unreachable(request.url.origin, reason: "nothing is scripted"))
    }
  }

  package var received: [HTTPRequest] { requests.withLock { $0 } }

  package func send(
    _ request: HTTPRequest,
    due: Duration?,
    intent: Intent
  ) async -> Exchange {
    let sent = loop.now
    let number = requests.withLock { requests in
      requests.append(request)
      return requests.count
    }
    var result: Result<HTTPResponse, TransportFailure>
    do {
      try await loop.sleep(for: latency)
      result = answer(request, number)
    } catch {
      result = .failure(.cancelled)
    }
    return Exchange(
      request: request,
      result: result,
      due: due ?? sent,
      sent: sent,
      received: loop.now,
      intent: intent
    )
  }
}

extension HTTPResponse {
  /// An answer with a JSON body.
  package static func json(
    _ text: String,
    status: Int = 200,
    type: String = "application/json",
    fields: HTTPFields = [:]
  ) -> HTTPResponse {
    var all: HTTPFields = ["Content-Type": type]
    for field in fields { all.append(field.name, field.value) }
    return HTTPResponse(status: status, fields: all, body: Array(text.utf8))
  }

  /// A SCIM answer.
  package static func scim(_ text: String, status: Int = 200) -> HTTPResponse {
    .json(text, status: status, type: "application/scim+json")
  }
}

extension HTTPRequest {
  /// `GET /scim/v2/Users?startIndex=1`.
  package var line: String { "\(method) \(url.target)" }
  package var text: String { String(decoding: body, as: UTF8.self) }
  /// The fields, a line each.
  package var head: [String] { fields.map { "\($0.name): \($0.value)" } }
}
