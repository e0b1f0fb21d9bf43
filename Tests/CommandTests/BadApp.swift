import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// An app on a socket of 127.0.0.1 that answers with whatever bytes a test wants.
///
/// It shares no code with the program. Each connection has a thread of its own, which may block.
final class BadApp: Sendable {
  /// One request, as far as an answer depends on it.
  struct Request: Sendable {
    var method: String
    /// With its query.
    var target: String
    var body: String

    var path: String { String(target.prefix { $0 != "?" }) }

    /// A parameter of the query, as it stands there.
    func parameter(_ name: String) -> String? {
      target.drop { $0 != "?" }.dropFirst().split(separator: "&")
        .first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
    }
  }

  typealias Answer = @Sendable (Request, Connection) -> Void

  let port: Int
  private let listener: Int32
  private let answer: Answer
  private let requests = Mutex<[Request]>([])

  var baseURL: String { "http://127.0.0.1:\(port)" }
  /// What has been asked so far.
  var received: [Request] { requests.withLock { $0 } }

  init(_ answer: @escaping Answer) throws {
    self.answer = answer
    (listener, port) = try Self.listen()
    Thread { [weak self, listener] in
      while true {
        let descriptor = accept(listener, nil, nil)
        guard descriptor >= 0 else { return }
        Thread { [weak self] in self?.serve(Connection(descriptor: descriptor)) }.start()
      }
    }.start()
  }

  deinit {
    refuseConnections()
    close(listener)
  }

  /// Takes no more connections; those that it has live on.
  func refuseConnections() {
    // Wakes the thread that accepts.
    shutdown(listener, Int32(SHUT_RDWR))
  }

  /// A port on which nobody listens.
  static func freePort() throws -> Int {
    let (listener, port) = try listen()
    close(listener)
    return port
  }

  private func serve(_ connection: Connection) {
    while let request = connection.receive() {
      requests.withLock { $0.append(request) }
      answer(request, connection)
    }
    connection.end()
  }

  private static func listen() throws -> (descriptor: Int32, port: Int) {
    #if canImport(Glibc)
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
    let descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        bind(descriptor, generic, length) == 0 && Self.startListening(descriptor)
          && getsockname(descriptor, generic, &length) == 0
      }
    }
    guard descriptor >= 0, isListening else {
      throw Program.Failure(description: "could not listen: errno \(errno)")
    }
    return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
  }

  private static func startListening(_ descriptor: Int32) -> Bool {
    #if canImport(Glibc)
    Glibc.listen(descriptor, 64) == 0
    #else
    Darwin.listen(descriptor, 64) == 0
    #endif
  }

  /// One connection; used by its own thread only.
  final class Connection {
    private var descriptor: Int32
    private var input: [UInt8] = []

    fileprivate init(descriptor: Int32) { self.descriptor = descriptor }

    /// The next request with its body read; nil at the end.
    fileprivate func receive() -> Request? {
      while true {
        let text = String(decoding: input, as: UTF8.self)
        if let head = text.firstRange(of: "\r\n\r\n") {
          let fields = text[..<head.lowerBound].lowercased()
          let length =
            fields.firstRange(of: "content-length: ").map { range in
              Int(fields[range.upperBound...].prefix { $0.isNumber }) ?? 0
            } ?? 0
          let whole = text[..<head.upperBound].utf8.count + length
          if input.count >= whole {
            let body = String(decoding: input[(whole - length)..<whole], as: UTF8.self)
            input.removeFirst(whole)
            let words = text.prefix { $0 != "\r\n" }.split(separator: " ").map(String.init)
            guard words.count == 3 else { return nil }
            return Request(method: words[0], target: words[1], body: body)
          }
        }
        guard read() else { return nil }
      }
    }

    private func read() -> Bool {
      guard descriptor >= 0 else { return false }
      var bytes = [UInt8](repeating: 0, count: 16 << 10)
      let count = recv(descriptor, &bytes, bytes.count, 0)
      guard count > 0 else { return false }
      input += bytes[..<count]
      return true
    }

    /// Sends bytes as they are; gives false where the other side has gone.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
      #if canImport(Glibc)
      let flags = Int32(MSG_NOSIGNAL)
      #else
      let flags: Int32 = 0
      #endif
      var offset = 0
      while offset < bytes.count {
        let count = bytes.withUnsafeBytes {
          Self.send(descriptor, $0.baseAddress?.advanced(by: offset), $0.count - offset, flags)
        }
        guard count > 0 else { return false }
        offset += count
      }
      return true
    }

    private static func send(
      _ descriptor: Int32,
      _ bytes: UnsafeRawPointer?,
      _ count: Int,
      _ flags: Int32
    ) -> Int {
      #if canImport(Glibc)
      Glibc.send(descriptor, bytes, count, flags)
      #else
      Darwin.send(descriptor, bytes, count, flags)
      #endif
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    /// A whole answer; `fields` are lines without their end.
    func answer(_ status: Int, _ fields: [String] = [], _ body: String = "") {
      let lines = fields + ["Content-Length: \(body.utf8.count)"]
      send("HTTP/1.1 \(status) X\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n" + body)
    }

    func answer(json: String) {
      answer(200, ["Content-Type: application/json", "Cache-Control: no-store"], json)
    }

    /// Blocks until the other side has gone.
    func waitForEnd() {
      while read() {}
    }

    /// Closes the connection.
    func end() {
      guard descriptor >= 0 else { return }
      close(descriptor)
      descriptor = -1
    }
  }
}

extension BadApp {
  /// Writes `Profiles/acme`, whose secrets are the variables `ACME_SECRET` and `ACME_PASSWORD`.
  ///
  /// - Parameters:
  ///   - command: Signs in in the browser's place; nil for the app's own form.
  ///   - scenarios: Their lines below the title, by name.
  func writeProfile(
    in folder: URL,
    login command: [String]? = nil,
    scenarios: [String: String]
  ) throws {
    let profile = folder.appending(path: "Profiles/acme")
    try FileManager.default.createDirectory(at: profile, withIntermediateDirectories: true)
    let login =
      try command.map {
        let words = try JSONEncoder().encode($0)
        return "{ \"command\": \(String(decoding: words, as: UTF8.self)) }"
      } ?? #"{ "username": "admin", "password": { "environment": "ACME_PASSWORD" } }"#
    let text = """
      {
        "family": "aiw",
        "scim": { "version": "2.0", "baseURL": "\(baseURL)/scim",
          "capabilities": ["createUsers", "updateUsers", "deactivateUsers"] },
        "authentication": {
          "mode": "oauth2",
          "authorizationEndpoint": "\(baseURL)/authorize",
          "tokenEndpoint": "\(baseURL)/token",
          "redirectURI": "https://system-admin.okta.com/admin/app/cpc/acme_1/oauth/callback",
          "clientID": "okta",
          "clientSecret": { "environment": "ACME_SECRET" },
          "login": \(login)
        }
      }
      """
    try Data(text.utf8).write(to: profile.appending(path: "profile.json"))
    for (name, lines) in scenarios {
      try Data("Scenario: \(name)\n\(lines)".utf8)
        .write(to: profile.appending(path: "\(name).scenario"))
    }
  }
}
