import Loop
import Synchronization

/// What can go wrong between client and app, on purpose.
package enum TransportFault: Sendable, Equatable {
  /// Nothing is sent, as with a host that cannot be reached.
  case fail
  /// The request goes out late.
  case delay(Duration)
  /// The connection is cut before the request was written: the app never sees it.
  case cutBeforeWriting
  /// The connection is cut after the request was written: the app acts, its answer is not read.
  case cutAfterWriting
  /// The answer is read whole and thrown away, so that the app surely acted.
  case loseAnswer
  /// The app is not reached; 503 comes in its stead, as from a proxy.
  case serviceUnavailable

  /// What the exchange is marked with.
  package var name: String {
    switch self {
    case .fail: "fail"
    case .delay(let duration): "delay \(duration.inSeconds)"
    case .cutBeforeWriting: "cut before writing"
    case .cutAfterWriting: "cut after writing"
    case .loseAnswer: "lose answer"
    case .serviceUnavailable: "503"
    }
  }
}

/// A transport with which the n-th exchange goes wrong in one way, and all others go through.
///
/// The exchange is marked, so that nobody blames the app for it.
package final class FaultTransport: Transport {
  private let transport: any Transport
  private let fault: TransportFault
  private let number: Int
  private let loop: EventLoop
  private let count = Mutex(0)

  /// - Parameter number: Which exchange, from 1, in the order in which they are begun.
  package init(
    _ transport: any Transport,
    fault: TransportFault,
    at number: Int,
    loop: EventLoop
  ) {
    self.transport = transport
    self.fault = fault
    self.number = number
    self.loop = loop
  }

  /// Whether the fault has come about.
  package var wasMet: Bool { count.withLock { $0 >= number } }

  package func send(
    _ request: HTTPRequest,
    due: Duration?,
    intent: Intent
  ) async -> Exchange {
    let current = count.withLock { count in
      count += 1
      return count
    }
    guard current == number else {
      return await transport.send(request, due: due, intent: intent)
    }
    var exchange = await sendFaultily(request, due, intent)
    // A late exchange is as good as any other.
    if case .delay = fault { return exchange }
    exchange.fault = fault.name
    return exchange
  }

  private func sendFaultily(
    _ request: HTTPRequest,
    _ due: Duration?,
    _ intent: Intent
  ) async -> Exchange {
    switch fault {
    case .fail:
      return ended(
        request,
        due,
        intent,
        .failure(.unreachable(request.url.origin, reason: "a fault that was asked for"))
      )
    case .cutBeforeWriting:
      return ended(request, due, intent, .failure(.closedBeforeAnswer))
    case .serviceUnavailable:
      return ended(request, due, intent, .success(HTTPResponse(status: 503)))
    case .delay(let duration):
      do throws(CancellationError) {
        try await loop.sleep(for: duration)
      } catch {
        return ended(request, due, intent, .failure(.cancelled))
      }
      return await transport.send(request, due: due, intent: intent)
    case .cutAfterWriting:
      var cut = request
      cut.isCutAfterWriting = true
      return await transport.send(cut, due: due, intent: intent)
    case .loseAnswer:
      var exchange = await transport.send(request, due: due, intent: intent)
      if exchange.response != nil { exchange.result = .failure(.closedBeforeAnswer) }
      return exchange
    }
  }

  private func ended(
    _ request: HTTPRequest,
    _ due: Duration?,
    _ intent: Intent,
    _ result: Result<HTTPResponse, TransportFailure>
  ) -> Exchange {
    let now = loop.now
    return Exchange(
      request: request,
      result: result,
      due: due ?? now,
      sent: now,
      received: now,
      intent: intent
    )
  }
}
