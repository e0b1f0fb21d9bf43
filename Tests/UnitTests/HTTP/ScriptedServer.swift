import Loop
import Synchronization

@testable import HTTP

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A server that knows no HTTP: on each connection it plays a script, byte for byte.
final class ScriptedServer: ReadinessObserver, @unchecked Sendable {
  enum Step: Sendable {
    /// Reads one whole request.
    case takeRequest
    /// Reads until the other side closes.
    case takeAll
    case send(String)
    case sendBytes([UInt8])
    case wait(Duration)
    /// Closes with a reset instead of a farewell.
    case reset
    /// Goes on when as many connections have come.
    case awaitConnection(Int)
  }

  let port: Int
  private let loop: EventLoop
  private let listener: Int32
  private let scripts: [[Step]]
  private(set) var requests: [(head: MessageHead, body: [UInt8])] = []
  private(set) var connectionCount = 0
  /// Connections whose script is over, or whose client went away.
  private(set) var endedCount = 0

  /// The last script is played on all further connections; a connection is closed at its end.
  init(on loop: EventLoop, _ scripts: [[Step]]) throws {
    self.loop = loop
    self.scripts = scripts
    (listener, port) = try Sys.listenOnLoopback(port: 0)
    try loop.watch(listener, self)
  }

  /// One that listens at a path instead.
  init(on loop: EventLoop, _ scripts: [[Step]], path: String, backlog: Int32) throws {
    self.loop = loop
    self.scripts = scripts
    port = 0
    listener = try Sys.streamSocket(AF_UNIX)
    let isBound = SocketAddress(path: path)?.withPointer { bind(listener, $0, $1) }
    guard isBound == 0, listen(listener, backlog) == 0 else {
      throw SystemError(code: errno, call: "bind")
    }
    try loop.watch(listener, self)
  }

  func stop() {
    loop.forget(listener)
    Sys.close(listener)
  }

  var url: HTTPURL {
    HTTPURL(origin: Origin(scheme: .http, host: "127.0.0.1", port: port), target: "/")
  }

  func becameReady(_ readiness: Readiness) {
    while let descriptor = try? Sys.accept(listener) {
      let script = scripts[min(connectionCount, scripts.count - 1)]
      connectionCount += 1
      guard let stream = try? SocketStream(descriptor: descriptor, loop: loop) else { continue }
      Task(executorPreference: loop) {
        try? await self.play(script, on: stream)
        stream.close()
        self.endedCount += 1
      }
    }
  }

  private func play(_ script: [Step], on stream: SocketStream) async throws {
    for step in script {
      switch step {
      case .takeRequest:
        var parser = MessageParser(.request)
        while try !parser.advance(&stream.input) {
          guard try await stream.fill() else { return }
        }
        requests.append((parser.head, parser.body))
      case .takeAll:
        while try await stream.fill() { stream.input.consume(stream.input.count) }
      case .send(let text): try await stream.write(Array(text.utf8))
      case .sendBytes(let bytes): try await stream.write(bytes)
      case .wait(let duration): try await loop.sleep(for: duration)
      case .reset:
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
          stream.descriptor,
          SOL_SOCKET,
          SO_LINGER,
          &linger,
          socklen_t(MemoryLayout<linger>.size)
        )
      case .awaitConnection(let count):
        while connectionCount < count { try await loop.sleep(for: .milliseconds(1)) }
      }
    }
  }
}
