import Synchronization
import World

/// Whoever reads exchanges as they end, and may drop them at once.
package protocol ExchangeSink: Sendable {
  /// Exchanges come one after the other, in the order in which they ended.
  func take(_ exchange: Exchange)
}

/// Every finished exchange of a scenario, numbered from 1 in the order in which they ended.
///
/// Append only; a load keeps the last ones alone. Reports, recordings and checks all read it, so they cannot disagree.
package final class ExchangeLog: Sendable {
  fileprivate struct State {
    /// The last ones: a ring.
    var exchanges: [Exchange] = []
    var count = 0
    /// The number of the last one that was forgotten with all before it.
    var forgotten = 0

    /// Where in a ring of so many an exchange stands.
    func place(of number: Int, in kept: Int) -> Int { (number - 1 - forgotten) % kept }
    /// The numbers of what was sent for each event, looks aside.
    var byEvent: [Int: [Int]] = [:]
    var followers: [AsyncStream<Exchange>.Continuation] = []
  }

  private let state = Mutex(State())
  private let sink: (any ExchangeSink)?
  private let bodies: BodyBudget
  /// How many of the last exchanges are kept.
  private let kept: Int

  /// - Parameters:
  ///   - bodies: What may be kept of bodies, shared by the scenarios of a run.
  ///   - kept: How many of the last exchanges are there to be read, at least one.
  package init(
    _ sink: (any ExchangeSink)? = nil,
    bodies: BodyBudget = BodyBudget(),
    keeping kept: Int = .max
  ) {
    self.sink = sink
    self.bodies = bodies
    self.kept = kept
  }

  /// Appends the exchange, or what is kept of it, and gives it back whole with its number.
  package func append(_ exchange: consuming Exchange) -> Exchange {
    var numbered = exchange
    state.withLock { state in
      state.count += 1
      numbered.number = state.count
      if state.exchanges.count < kept {
        state.exchanges.append(bodies.kept(numbered))
      } else {
        state.exchanges[state.place(of: state.count, in: kept)] = bodies.kept(numbered)
      }
      if [.okta, .probe].contains(numbered.intent.occasion), let event = numbered.intent.event {
        state.byEvent[event, default: []].append(numbered.number)
      }
      sink?.take(numbered)
      for follower in state.followers { follower.yield(numbered) }
    }
    return numbered
  }

  /// Those that are kept, in order.
  package var exchanges: [Exchange] {
    state.withLock { state in
      guard state.count - state.forgotten > state.exchanges.count else { return state.exchanges }
      let oldest = state.place(of: state.count + 1, in: kept)
      return Array(state.exchanges[oldest...] + state.exchanges[..<oldest])
    }
  }

  package var count: Int { state.withLock(\.count) }

  /// The numbers of what was sent for an event of the plan, looks aside, in order.
  package func numbers(ofEvent event: Int) -> [Int] {
    state.withLock { $0.byEvent[event] ?? [] }
  }

  /// An event of the plan has ended, and nobody asks for its numbers again.
  package func forget(event: Int) { state.withLock { _ = $0.byEvent.removeValue(forKey: event) } }

  /// Nobody reads those any more that have ended so far.
  package func forgetExchanges() {
    state.withLock { state in
      state.exchanges = []
      state.forgotten = state.count
    }
  }

  package subscript(number: Int) -> Exchange? {
    state.withLock { state in
      guard number <= state.count, number > state.count - state.exchanges.count else { return nil }
      return state.exchanges[state.place(of: number, in: kept)]
    }
  }

  /// Each exchange as it is appended, from now until `close`.
  ///
  /// The stream holds what its reader has not yet taken; a scenario's exchanges are its bound.
  package func follow() -> AsyncStream<Exchange> {
    let (stream, continuation) = AsyncStream.makeStream(of: Exchange.self)
    state.withLock { $0.followers.append(continuation) }
    return stream
  }

  /// Ends the streams; nothing is appended after it.
  package func close() {
    state.withLock { state in
      for follower in state.followers { follower.finish() }
      state.followers = []
    }
  }
}

/// A transport that appends what comes to a log, each body to be read as JSON once.
package struct LoggedTransport: Transport {
  private let transport: any Transport
  private let log: ExchangeLog

  package init(_ transport: any Transport, log: ExchangeLog) {
    self.transport = transport
    self.log = log
  }

  package func send(
    _ request: HTTPRequest,
    due: Duration?,
    intent: Intent
  ) async -> Exchange {
    log.append(read(await transport.send(request, due: due, intent: intent), intent))
  }

  /// Apart from `send`: what a function that waits has in its frame is held for each request under way.
  @inline(never)
  private func read(_ exchange: consuming Exchange, _ intent: Intent) -> Exchange {
    var exchange = exchange
    if intent.party != .browserPages { exchange.deferDocument() }
    // What stands where no HTTP message begins may be the body with the tokens.
    if intent.party != .serviceProvider, case .malformedAnswer(let problem) = exchange.failure {
      let isPage = intent.party == .browserPages
      let shape = Quotation.changing(in: problem) { words in
        // A greeting of another protocol has neither names nor values.
        isPage && !words.contains { "=\"'".contains($0) } ? words : TextShape.of(words)
      }
      exchange.result = .failure(.malformedAnswer(shape))
    }
    return exchange
  }
}
