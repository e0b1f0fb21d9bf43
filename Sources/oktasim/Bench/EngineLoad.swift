import HTTP
import Loop
import Okta

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Asks with this program's engine: a task a connection, spread over the loops.
struct EngineLoad {
  let loops: [EventLoop]
  let secured: SecureTransportSettings
  let routes: [ConnectTo]

  func run(
    _ load: BenchLoad,
    on server: BenchServer,
    connections: Int,
    seconds: Int
  ) async throws -> BenchResult {
    let url = load.baseURL(of: server)
    let used = Array(loops.prefix(connections))
    let start = rusage.ofThisProcess.processorTime
    let parts = try await withThrowingTaskGroup(of: Part.self) { group in
      for (index, loop) in used.enumerated() {
        let share = connections / used.count + (index < connections % used.count ? 1 : 0)
        group.addTask(executorPreference: loop) {
          try await part(load, url, on: loop, first: index * 10_000_000, share, seconds)
        }
      }
      var parts: [Part] = []
      for try await part in group { parts.append(part) }
      return parts
    }
    let processorTime = rusage.ofThisProcess.processorTime - start
    let requests = parts.reduce(0) { $0 + $1.requests }
    let longest = parts.map(\.elapsed).max() ?? .zero
    return BenchResult(
      requestsPerSecond: Double(requests) / longest.seconds,
      processorTimePerRequest: processorTime / max(1, requests)
    )
  }

  private struct Part: Sendable {
    var requests: Int
    var elapsed: Duration
  }

  /// One loop's share of the connections, with a transport of its own.
  private func part(
    _ load: BenchLoad,
    _ url: HTTPURL,
    on loop: EventLoop,
    first: Int,
    _ connections: Int,
    _ seconds: Int
  ) async throws -> Part {
    let transport = SocketTransport(loop: loop, routes: routes, secured: secured)
    defer { transport.close() }
    let headers = OktaHeaders(baseURL: url)
    let app = try BenchEvents.app(url)
    let begun = loop.now
    let end = begun + .seconds(seconds)
    let requests = try await withThrowingTaskGroup(of: Int.self) { group in
      for connection in 0..<connections {
        if load == .update {
          let events = BenchEvents(app, transport, loop, number: first + connection)
          group.addTask { try await events.perform(until: end) }
          continue
        }
        group.addTask {
          let requests = BenchRequests(load, headers, first: first + connection * 100_000)
          return try await ask(load, requests, transport, until: end)
        }
      }
      return try await group.reduce(0, +)
    }
    return Part(requests: requests, elapsed: loop.now - begun)
  }

  /// One request after the other; gives how many were answered.
  private func ask(
    _ load: BenchLoad,
    _ requests: consuming BenchRequests,
    _ transport: SocketTransport,
    until end: Duration
  ) async throws -> Int {
    var count = 0
    while true {
      let exchange = await transport.send(requests.next(), due: nil, intent: Intent(.page))
      guard exchange.status == 200 else {
        let problem = exchange.failure.map { "\($0)" } ?? "HTTP \(exchange.status ?? 0)"
        throw BenchFailure(description: "the server's answer to a \(load): \(problem)")
      }
      count += 1
      if exchange.received >= end { return count }
    }
  }
}
