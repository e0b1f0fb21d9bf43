import HTTP
import Synchronization

/// A way to the app that may be another one later: a load counts nothing of its set-up.
final class SwitchedTransport: Transport {
  private let transport: Mutex<any Transport>

  init(_ transport: any Transport) { self.transport = Mutex(transport) }

  func turn(to other: any Transport) { transport.withLock { $0 = other } }

  func send(
    _ request: consuming HTTPRequest,
    due: Duration?,
    intent: Intent
  ) async -> Exchange {
    let transport = transport.withLock { $0 }
    return await transport.send(request, due: due, intent: intent)
  }
}
