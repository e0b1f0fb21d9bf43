import Loop
import TestSupport
import Testing

@testable import HTTP

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

private let origin = Origin(scheme: .http, host: "127.0.0.1", port: 1)

/// A connection with its other end.
private struct Pair {
  let connection: ClientConnection
  let stream: SocketStream
  let peer: Int32

  init(on loop: EventLoop, number: Int) throws {
    let (near, peer) = try SocketPair.open()
    self.peer = peer
    stream = try SocketStream(descriptor: near, loop: loop)
    connection = ClientConnection(
      stream: stream,
      number: number,
      address: "",
      limits: MessageLimits(),
      buffers: SharedBuffers()
    )
  }
}

private func withPool(
  clock: EventLoop.ClockKind = .real,
  _ body: @escaping @Sendable (ConnectionPool, EventLoop) async throws -> Void
) async throws {
  try await onLoop(clock: clock) { loop in
    let pool = ConnectionPool(
      loop: loop,
      limits: MessageLimits(),
      connectLimit: .seconds(1),
      secured: nil
    )
    defer { pool.close() }
    try await body(pool, loop)
  }
}

@Suite struct ConnectionPoolTests {
  @Test func `a connection is kept for its origin, the last one first`() async throws {
    try await withPool { pool, loop in
      let pairs = try (1...2).map { try Pair(on: loop, number: $0) }
      defer { for pair in pairs { Sys.close(pair.peer) } }
      for pair in pairs { pool.takeBack(pair.connection, on: pool.shelf(origin)) }

      var other = origin
      other.port = 2
      #expect(pool.keptConnection(on: pool.shelf(other), toBeRepeatable: true) == nil)
      other = origin
      other.scheme = .https
      #expect(pool.keptConnection(on: pool.shelf(other), toBeRepeatable: true) == nil)
      #expect(pool.keptConnection(on: pool.shelf(origin), toBeRepeatable: true)?.number == 2)
      #expect(pool.keptConnection(on: pool.shelf(origin), toBeRepeatable: true)?.number == 1)
      #expect(pool.keptConnection(on: pool.shelf(origin), toBeRepeatable: true) == nil)
      for pair in pairs { pair.connection.close() }
    }
  }

  @Test func `a connection that spoke or ended while it was kept is closed`() async throws {
    try await withPool { pool, loop in
      let pairs = try (1...3).map { try Pair(on: loop, number: $0) }
      for pair in pairs { pool.takeBack(pair.connection, on: pool.shelf(origin)) }
      var byte: UInt8 = 1
      #expect(write(pairs[2].peer, &byte, 1) == 1)
      SocketPair.end(pairs[1].peer)
      try await loop.sleep(for: .milliseconds(5))

      #expect(pool.keptConnection(on: pool.shelf(origin), toBeRepeatable: true)?.number == 1)
      #expect(pairs.map(\.stream.isOpen) == [true, false, false])
      pairs[0].connection.close()
      for index in [0, 2] { Sys.close(pairs[index].peer) }
    }
  }

  /// RFC 9112 section 9.5: the app may close a connection that waits, at any time.
  @Test func `what cannot be sent twice takes no connection that has waited`() async throws {
    try await withPool(clock: .virtual) { pool, loop in
      let pair = try Pair(on: loop, number: 1)
      defer { Sys.close(pair.peer) }
      pool.takeBack(pair.connection, on: pool.shelf(origin))
      try await loop.sleep(for: .milliseconds(1001))
      #expect(pool.keptConnection(on: pool.shelf(origin), toBeRepeatable: false) == nil)
      let kept = pool.keptConnection(on: pool.shelf(origin), toBeRepeatable: true)
      #expect(kept?.number == 1)
      kept?.close()
    }
    try await withPool(clock: .virtual) { pool, loop in
      let pair = try Pair(on: loop, number: 1)
      defer { Sys.close(pair.peer) }
      pool.takeBack(pair.connection, on: pool.shelf(origin))
      try await loop.sleep(for: .milliseconds(999))
      let kept = pool.keptConnection(on: pool.shelf(origin), toBeRepeatable: false)
      #expect(kept?.number == 1)
      kept?.close()
    }
  }

  @Test func `a pool that is closed keeps nothing`() async throws {
    try await withPool { pool, loop in
      let pairs = try (1...2).map { try Pair(on: loop, number: $0) }
      defer { for pair in pairs { Sys.close(pair.peer) } }
      pool.takeBack(pairs[0].connection, on: pool.shelf(origin))
      pool.close()
      #expect(!pairs[0].stream.isOpen)
      pool.takeBack(pairs[1].connection, on: pool.shelf(origin))
      #expect(!pairs[1].stream.isOpen)
      #expect(pool.keptConnection(on: pool.shelf(origin), toBeRepeatable: true) == nil)
    }
  }

  @Test func `a stream that is closed touches its descriptor no more`() async throws {
    try await withPool { _, loop in
      // The number of a closed descriptor is given to the next one that is opened: here, unless a
      // test beside this one was quicker.
      let first = try Pair(on: loop, number: 1)
      first.stream.close()
      Sys.close(first.peer)
      let second = try Pair(on: loop, number: 2)
      defer {
        second.stream.close()
        Sys.close(second.peer)
      }
      await #expect(throws: TransportFailure.cancelled) { try await first.stream.write([1]) }
      await #expect(throws: TransportFailure.cancelled) { try await first.stream.fill() }
      #expect(throws: TransportFailure.cancelled) { try first.stream.readAvailable() }
      first.stream.close()
      try await second.stream.write([2])
      var byte: UInt8 = 0
      #expect(read(second.peer, &byte, 1) == 1)
      #expect(byte == 2)
    }
  }
}
