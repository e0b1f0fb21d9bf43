import HTTP
import Okta
import World

@testable import Simulation

/// Requests to an app that does right, several on their way at once: what each does it does in one
/// instant between its being sent and its being answered, or given up.
struct SideBySide<State> {
  private struct Request {
    var exchange: Exchange
    var done: Duration
    /// nil for a read.
    var change: ((inout State) -> Void)?
  }

  private var state: State
  private var requests: [Request] = []

  init(_ state: State) { self.state = state }

  /// One more, sent 10 ms after the one before and answered when chance wants it.
  mutating func add(
    _ exchange: Exchange,
    _ random: inout SeededRandom,
    _ change: ((inout State) -> Void)? = nil
  ) {
    var exchange = exchange
    let took = Int.random(in: 2..<40, using: &random)
    exchange.sent = .milliseconds(requests.count * 10)
    exchange.received = exchange.sent + .milliseconds(took)
    let done = exchange.sent + .milliseconds(Int.random(in: 1..<took, using: &random))
    requests.append(Request(exchange: exchange, done: done, change: change))
  }

  /// The exchanges in the order of their answers.
  ///
  /// A write is answered with what is there then or with nothing, or fails, done or not.
  func played(_ random: inout SeededRandom, _ show: (State) -> String) -> [Exchange] {
    var state = state
    var exchanges: [Exchange] = []
    for request in requests.sorted(by: { $0.done < $1.done }) {
      var exchange = request.exchange
      let fails = request.change != nil && Int.random(in: 0..<4, using: &random) == 0
      if !fails || Bool.random(using: &random) { request.change?(&state) }
      let isTerse = request.change != nil && Bool.random(using: &random)
      let answer: HTTPResponse =
        if fails {
          .scimError(503, "busy")
        } else if isTerse {
          HTTPResponse(status: 204)
        } else {
          .scim(show(state))
        }
      exchange.result = .success(answer)
      exchange.document = JSONBody(answer.body)
      exchanges.append(exchange)
    }
    return exchanges.sorted { $0.received < $1.received }
  }

  /// As a run numbers them.
  static func numbered(_ exchanges: [Exchange]) -> [Exchange] {
    exchanges.enumerated().map { index, exchange in
      var exchange = exchange
      exchange.number = index + 1
      return exchange
    }
  }
}

extension [Exchange] {
  /// A line each, for whoever reads why a test failed.
  var listing: String {
    map { exchange in
      let sent = String(decoding: exchange.request.body, as: UTF8.self)
      let answer = exchange.response.map { response in
        "\(response.status) \(String(decoding: response.body, as: UTF8.self))"
      }
      return "\n\(exchange.sent) to \(exchange.received): \(exchange.request.method) \(sent) -> "
        + (answer ?? "nothing")
    }.joined()
  }
}
