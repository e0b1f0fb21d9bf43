import Loop
import TestSupport
import Testing

@testable import HTTP

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// As curl(1) describes `--connect-to HOST1:PORT1:HOST2:PORT2`.
@Suite struct ConnectToTests {
  @Test(arguments: [
    ("app.test:443:127.0.0.1:8443", true), (":::", true), ("::127.0.0.1:", true),
    ("app.test::[::1]:8443", true), ("[::1]:80:localhost:8080", true),
    ("", false), ("app.test:443:127.0.0.1", false), ("app.test:443:127.0.0.1:8443:1", false),
    ("app.test:0:127.0.0.1:80", false), ("app.test:80:127.0.0.1:65536", false),
    ("::1:80:127.0.0.1:80", false), ("http://app.test:80:127.0.0.1:80", false),
    ("app test:80:127.0.0.1:80", false), ("[::1:80:localhost:80", false),
    ("app.test:80:unix:/run/app.sock", true), ("::unix:/a:b", true), ("::unix:80", true),
    ("::unix:run/app.sock", false), ("app.test:80:unix:", true),
    ("::unix:/" + String(repeating: "a", count: 106), true),
    ("::unix:/" + String(repeating: "a", count: 107), false),
  ])
  func `it has two hosts and two ports`(text: String, isRoute: Bool) {
    #expect((ConnectTo(text) != nil) == isRoute)
  }

  @Test(arguments: [
    ("app.test:443:127.0.0.1:8443", "127.0.0.1:8443"),
    ("APP.test.:443:localhost:", "localhost:443"),
    (":443::8443", "app.test:8443"), ("::127.0.0.1:", "127.0.0.1:443"), (":::", "app.test:443"),
    ("app.test::[::1]:1", "::1:1"), ("other.test:443:127.0.0.1:1", "app.test:443"),
    ("app.test:80:127.0.0.1:1", "app.test:443"), ("app.test:443:unix:/a.sock", "unix:/a.sock"),
  ])
  func `what is empty means any, or the same`(text: String, place: String) throws {
    let origin = Origin(scheme: .https, host: "app.test", port: 443)
    let found = ConnectTo.place(of: origin, by: [try #require(ConnectTo(text))])
    #expect(found.description == place)
  }

  @Test func `the first that means a host counts`() throws {
    let routes = ["a.test:80:127.0.0.1:1", ":80:127.0.0.1:2", "::127.0.0.1:3"].compactMap {
      ConnectTo($0)
    }
    let places = ["a.test", "b.test"].map { host in
      ConnectTo.place(of: Origin(scheme: .http, host: host, port: 80), by: routes)
    }
    #expect(places == [.host("127.0.0.1", port: 1), .host("127.0.0.1", port: 2)])
  }

  private let ok = ScriptedServer.Step.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

  /// Sends a request by a route that ends where the server listens.
  private func send(
    _ url: String,
    by route: String,
    hosts: HostPolicy = HostPolicy()
  ) async throws -> (exchange: Exchange, hosts: [String], port: Int) {
    try await onLoop(clock: .real) { [ok] loop in
      let server = try ScriptedServer(on: loop, [[.takeRequest, ok, .takeAll]])
      defer { server.stop() }
      let transport = SocketTransport(
        loop: loop,
        hosts: hosts,
        routes: [try #require(ConnectTo(route.replacing("PORT", with: String(server.port))))]
      )
      defer { transport.close() }
      let url = try #require(HTTPURL(url))
      let request = HTTPRequest(method: "GET", url: url, fields: ["Host": url.origin.hostField])
      let exchange = await transport.send(request, due: nil, intent: Intent(.page))
      return (exchange, server.requests.compactMap { $0.head.fields["Host"] }, server.port)
    }
  }

  @Test func `only the connection goes elsewhere`() async throws {
    // A name that nobody may look up.
    let url = "http://app.example.com:8080/scim"
    let sent = try await send(url, by: "app.example.com:8080:127.0.0.1:PORT")
    #expect(sent.exchange.status == 200)
    #expect(sent.exchange.request.url.description == url)
    #expect(sent.exchange.timings.serverAddress == "127.0.0.1")
    #expect(sent.hosts == ["app.example.com:8080"])
  }

  @Test(arguments: ["93.184.216.34", "app.example.com"])
  func `where it goes has to be near, wherever the URL points`(host: String) async throws {
    let sent = try await send("http://127.0.0.1:1/", by: "127.0.0.1:1:\(host):80")
    #expect(sent.exchange.failure == .foreignHost(host, address: nil))
    // Owning the host of the URL is not owning that.
    let owned = try await send(
      "http://mine.example.com/",
      by: "mine.example.com:80:\(host):80",
      hosts: HostPolicy(owned: ["mine.example.com"])
    )
    #expect(owned.exchange.failure == .foreignHost(host, address: nil))
  }

  @Test func `a failure says where it went`() async throws {
    let sent = try await send("http://app.test/", by: "app.test:80:127.0.0.1:1")
    let words = try #require(sent.exchange.failure).description
    #expect(words.hasPrefix("could not reach http://app.test: "))
    #expect(words.contains(" at 127.0.0.1:1 (--connect-to); "), "\(words)")
  }

  // MARK: Sockets of this machine

  /// Asks so many times at once by a server that listens at a path.
  private func send(
    _ url: String,
    by path: String,
    times: Int,
    backlog: Int32
  ) async throws -> [Exchange] {
    try await onLoop(clock: .real) { [ok] loop in
      let server = try ScriptedServer(
        on: loop,
        [[.takeRequest, ok, .takeAll]],
        path: path,
        backlog: backlog
      )
      defer {
        server.stop()
        unlink(path)
      }
      let transport = SocketTransport(
        loop: loop,
        routes: [try #require(ConnectTo("::unix:\(path)"))]
      )
      defer { transport.close() }
      let url = try #require(HTTPURL(url))
      let request = HTTPRequest(method: "GET", url: url, fields: ["Host": url.origin.hostField])
      return await withTaskGroup(of: Exchange.self) { group in
        for _ in 0..<times {
          group.addTask(executorPreference: loop) {
            await transport.send(request, due: nil, intent: Intent(.page))
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
    }
  }

  private var freshPath: String { "/tmp/oktasim-\(UInt64.random(in: 0..<UInt64.max)).sock" }

  @Test(arguments: ["http://app.test/scim", "http://app.example.com/scim"])
  func `a socket of this machine is reached whatever the URL's host`(url: String) async throws {
    let path = freshPath
    let exchange = try #require(try await send(url, by: path, times: 1, backlog: 16).first)
    #expect(exchange.status == 200)
    #expect(exchange.timings.serverAddress == "unix:\(path)")
    #expect(exchange.request.url.description == url)
  }

  /// connect(2): EAGAIN, where the socket's backlog is full; nothing tells when it has room.
  @Test func `where many come at once, all are let in in the end`() async throws {
    let exchanges = try await send("http://app.test/", by: freshPath, times: 32, backlog: 0)
    #expect(exchanges.compactMap(\.failure) == [])
  }

  @Test func `a socket that is not there is told`() async throws {
    let exchange = try await onLoop(clock: .real) { loop in
      let transport = SocketTransport(
        loop: loop,
        routes: [try #require(ConnectTo("::unix:/tmp/oktasim-no-such.sock"))]
      )
      defer { transport.close() }
      let url = try #require(HTTPURL("http://app.test/"))
      return await transport.send(
        HTTPRequest(method: "GET", url: url, fields: ["Host": "app.test"]),
        due: nil,
        intent: Intent(.page)
      )
    }
    let words = try #require(exchange.failure).description
    #expect(words.contains("at unix:/tmp/oktasim-no-such.sock (--connect-to)"), "\(words)")
  }
}
