import Foundation
import Loop
import TestSupport
import Testing

@testable import HTTP

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A private authority and certificates of it, made by the openssl command in a folder of their
/// own.
private final class Certificates: Sendable {
  /// Nil where the openssl command is missing.
  static let shared: Certificates? = try? Certificates()

  private struct Failed: Error {}

  private let folder: String

  private init() throws {
    // As the program does at its start: OpenSSL answers a peer that is gone with an alert.
    signal(SIGPIPE, SIG_IGN)
    folder = FileManager.default.temporaryDirectory.path + "/oktasim-tls-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let script = """
      set -e
      cat > req.cnf <<END
      [req]
      distinguished_name = dn
      prompt = no
      [dn]
      CN = test
      [authority]
      basicConstraints = critical, CA:TRUE
      keyUsage = critical, keyCertSign, cRLSign
      subjectKeyIdentifier = hash
      END
      key="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -config req.cnf"
      for name in authority stranger; do
        openssl req -x509 $key -extensions authority -subj /CN=$name -days 2 \\
          -keyout $name.key -out $name.pem
      done
      issue() {
        echo "subjectAltName = $2" > $1.ext
        openssl req -new $key -subj /CN=$1 -keyout $1.key -out $1.csr
        openssl x509 -req -in $1.csr -CA authority.pem -CAkey authority.key -set_serial $3 \\
          -days $4 -extfile $1.ext -out $1.pem
      }
      issue name DNS:localhost,DNS:app.test 1 2
      issue address IP:127.0.0.1,IP:::1 2 2
      issue expired DNS:localhost 3 -1
      """
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", script]
    process.currentDirectoryURL = URL(filePath: folder)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failed() }
    // The folder goes when the process ends; a static is never deinitialised.
    atexit {
      if let folder = Certificates.shared?.folder {
        try? FileManager.default.removeItem(atPath: folder)
      }
    }
  }

  func file(_ name: String) -> String { folder + "/" + name }

  func identity(_ name: String) -> TLSIdentity {
    TLSIdentity(certificateFile: file(name + ".pem"), keyFile: file(name + ".key"))
  }

  var trust: TLSTrust { TLSTrust(certificateFile: file("authority.pem")) }
}

/// Both ends of a connection, worked in turns on one thread.
private final class Pair {
  let client: any TLSSession
  let server: any TLSSession
  private(set) var clientDescriptor: Int32
  private(set) var serverDescriptor: Int32

  init(
    host: String,
    trust: TLSTrust,
    identity: TLSIdentity,
    serverVersion: OpenSSLProvider.NewestVersion = .any
  ) throws {
    (clientDescriptor, serverDescriptor) = try SocketPair.open()
    do {
      client = try OpenSSLProvider().makeClientSession(
        descriptor: clientDescriptor,
        host: host,
        trust: trust
      )
      server = try OpenSSLProvider(newestVersion: serverVersion).makeServerSession(
        descriptor: serverDescriptor,
        identity: identity
      )
    } catch {
      [clientDescriptor, serverDescriptor].forEach(Sys.close)
      throw error
    }
  }

  deinit {
    if clientDescriptor >= 0 { Sys.close(clientDescriptor) }
    if serverDescriptor >= 0 { Sys.close(serverDescriptor) }
  }

  func cutServer() {
    SocketPair.end(serverDescriptor)
    serverDescriptor = -1
  }

  /// Gives the number of turns that it took.
  @discardableResult
  func handshake() throws -> Int {
    var progress: (client: TLSProgress, server: TLSProgress) = (.wantsRead, .wantsRead)
    for turn in 1...20 {
      if progress.client != .done(0) { progress.client = try client.handshake() }
      if progress.server != .done(0) { progress.server = try server.handshake() }
      if progress == (.done(0), .done(0)) { return turn }
    }
    throw TLSError.handshakeFailed("it does not end")
  }

  /// Sends `bytes` from one end to the other and gives what came.
  static func send(
    _ bytes: [UInt8],
    from sender: any TLSSession,
    to receiver: any TLSSession
  ) throws -> [UInt8] {
    var received: [UInt8] = []
    var sent = 0
    var waits = 0
    while received.count < bytes.count, waits < 10_000 {
      if sent < bytes.count {
        let rest = Array(bytes[sent...])
        if case .done(let count) = try rest.withUnsafeBytes({ try sender.write($0) }) {
          sent += count
        }
      }
      if case .done(let some) = try read(receiver) { received += some } else { waits += 1 }
    }
    return received
  }

  enum Read: Equatable {
    case done([UInt8])
    case nothing(TLSProgress)
  }

  static func read(_ session: any TLSSession, upTo count: Int = 16384) throws -> Read {
    var buffer = [UInt8](repeating: 0, count: count)
    let progress = try buffer.withUnsafeMutableBytes { try session.read(into: $0) }
    if case .done(let count) = progress { return .done(Array(buffer[..<count])) }
    return .nothing(progress)
  }
}

/// Answers with what it was sent.
private struct Echo: RequestHandler {
  func respond(to request: HTTPRequest) async -> HTTPResponse {
    HTTPResponse(
      status: 200,
      fields: ["Content-Length": "\(request.body.count)"],
      body: request.body
    )
  }
}

@Suite(.enabled(if: Certificates.shared != nil, "the openssl command makes the certificates"))
struct OpenSSLProviderTests {
  private let certificates: Certificates

  init() throws {
    certificates = try #require(Certificates.shared)
  }

  private func refusal(
    host: String,
    trust: TLSTrust? = nil,
    identity: String
  ) throws -> TLSError? {
    let pair = try Pair(
      host: host,
      trust: trust ?? certificates.trust,
      identity: certificates.identity(identity)
    )
    return #expect(throws: TLSError.self) { try pair.handshake() }
  }

  @Test(arguments: [
    (OpenSSLProvider.NewestVersion.any, "TLSv1.3"), (.version12, "TLSv1.2"),
  ])
  func `bytes go both ways`(newest: OpenSSLProvider.NewestVersion, version: String) throws {
    let pair = try Pair(
      host: "localhost",
      trust: certificates.trust,
      identity: certificates.identity("name"),
      serverVersion: newest
    )
    #expect(try pair.handshake() <= 4)
    #expect(pair.client.version == version)
    #expect(pair.server.version == version)

    // More than a record, and more than a socket's buffer.
    let large = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
    for bytes in [[1], Array("GET / HTTP/1.1\r\n\r\n".utf8), large] {
      #expect(try Pair.send(bytes, from: pair.client, to: pair.server) == bytes)
      #expect(try Pair.send(bytes, from: pair.server, to: pair.client) == bytes)
    }
    #expect(try Pair.read(pair.client) == .nothing(.wantsRead))
    #expect(try Pair.read(pair.server) == .nothing(.wantsRead))
  }

  @Test func `bytes that were decrypted and not read are pending`() throws {
    let pair = try Pair(
      host: "app.test",
      trust: certificates.trust,
      identity: certificates.identity("name")
    )
    try pair.handshake()
    let text = Array("hello".utf8)
    let sent = try text.withUnsafeBytes { try pair.server.write($0) }
    #expect(sent == .done(5))
    #expect(try Pair.read(pair.client, upTo: 2) == .done(Array("he".utf8)))
    #expect(pair.client.hasPendingBytes)
    #expect(try Pair.read(pair.client) == .done(Array("llo".utf8)))
    #expect(!pair.client.hasPendingBytes)
    #expect(try pair.client.read(into: .init(start: nil, count: 0)) == .done(0))
    #expect(try pair.client.write(.init(start: nil, count: 0)) == .done(0))
  }

  @Test func `a record that has come in part is not pending`() throws {
    // Two pairs of sockets, so that the test decides how many bytes go on.
    let (client, far) = try SocketPair.open()
    let (server, near) = try SocketPair.open()
    defer { [client, far, server, near].forEach(Sys.close) }
    let provider = try OpenSSLProvider()
    let caller = try provider.makeClientSession(
      descriptor: client,
      host: "localhost",
      trust: certificates.trust
    )
    let answerer = try provider.makeServerSession(
      descriptor: server,
      identity: certificates.identity("name")
    )
    func take(_ source: Int32) throws -> [UInt8] {
      var buffer = [UInt8](repeating: 0, count: 65536)
      let outcome = try buffer.withUnsafeMutableBytes { try Sys.read(source, $0) }
      guard case .done(let count) = outcome else { return [] }
      return Array(buffer[..<count])
    }
    func give(_ bytes: some Collection<UInt8>, to target: Int32) throws {
      _ = try Array(bytes).withUnsafeBytes { try Sys.write(target, $0) }
    }
    for _ in 0..<4 {
      _ = try caller.handshake()
      try give(take(far), to: near)
      _ = try answerer.handshake()
      try give(take(near), to: far)
    }
    #expect(try caller.handshake() == .done(0))
    #expect(try Pair.read(caller) == .nothing(.wantsRead))

    let text = Array("hello".utf8)
    _ = try text.withUnsafeBytes { try answerer.write($0) }
    let record = try take(near)
    for count in 1..<record.count {
      try give(record[(count - 1)..<count], to: far)
      #expect(try Pair.read(caller) == .nothing(.wantsRead))
      #expect(!caller.hasPendingBytes)
    }
    try give(record.suffix(1), to: far)
    #expect(try Pair.read(caller) == .done(text))
  }

  @Test(arguments: [
    ("localhost", "name"), ("LOCALHOST", "name"), ("app.test", "name"), ("127.0.0.1", "address"),
    ("::1", "address"),
  ])
  func `a host that the certificate names is believed`(host: String, identity: String) throws {
    let pair = try Pair(
      host: host,
      trust: certificates.trust,
      identity: certificates.identity(identity)
    )
    try pair.handshake()
  }

  @Test(arguments: [
    ("other.test", "name", "hostname mismatch"),
    ("127.0.0.2", "address", "IP address mismatch"),
    ("127.0.0.1", "name", "IP address mismatch"),
    ("localhost", "address", "hostname mismatch"),
    ("localhost", "expired", "certificate has expired"),
  ])
  func `a certificate that does not fit is refused`(
    host: String,
    identity: String,
    reason: String
  ) throws {
    let error = try refusal(host: host, identity: identity)
    // OpenSSL 1.1.1 writes "Hostname mismatch".
    let text = error?.description.lowercased() ?? ""
    #expect(
      text.hasPrefix("the certificate of \(host) does not fit: \(reason); ".lowercased())
    )
    #expect(text.hasSuffix(reason.hasSuffix("mismatch") ? "it has to name \(host)" : "renew it"))
  }

  @Test func `an authority that is not known is refused, and the server hears of it`() throws {
    let stranger = TLSTrust(certificateFile: certificates.file("stranger.pem"))
    for trust in [TLSTrust(), stranger] {
      let pair = try Pair(
        host: "localhost",
        trust: trust,
        identity: certificates.identity("name")
      )
      let error = #expect(throws: TLSError.self) { try pair.handshake() }
      #expect(
        error
          == .untrusted(host: "localhost", reason: "unable to get local issuer certificate")
      )
      let heard = #expect(throws: TLSError.self) { try pair.server.handshake() }
      #expect(heard?.description.contains("unknown ca") == true)
      // What failed fails again, and does nothing worse.
      #expect(throws: TLSError.self) { try pair.client.handshake() }
      #expect(throws: TLSError.self) { try Pair.read(pair.client) }
      pair.client.sendCloseNotify()
    }
  }

  @Test func `a certificate of its own making is refused until its file is given`() throws {
    let error = try refusal(host: "localhost", trust: TLSTrust(), identity: "authority")
    // 1.1.1 writes "self signed".
    #expect(
      error?.description.replacing("-", with: " ")
        == "the certificate of localhost does not fit: self signed certificate; "
        + "  ca file FILE trusts an authority of your own"
    )
  }

  @Test(arguments: ["localhost", "app.localhost", "127.0.0.1", "127.9.9.9", "::1"])
  func `on loopback any certificate will do where that was asked for`(host: String) throws {
    let pair = try Pair(
      host: host,
      trust: TLSTrust(verification: .none),
      identity: certificates.identity("expired")
    )
    try pair.handshake()
  }

  @Test(arguments: ["app.test", "128.0.0.1", "localhost.test", "127.0.0.1.test", "::2"])
  func `off loopback certificates are always checked`(host: String) {
    let error = #expect(throws: TLSError.self) {
      try Pair(
        host: host,
        trust: TLSTrust(verification: .none),
        identity: certificates.identity("name")
      )
    }
    #expect(error == .verificationRequired(host: host))
  }

  @Test(arguments: [OpenSSLProvider.NewestVersion.any, .version12])
  func `a farewell is told from a cut`(newest: OpenSSLProvider.NewestVersion) throws {
    for saysFarewell in [true, false] {
      let pair = try Pair(
        host: "localhost",
        trust: certificates.trust,
        identity: certificates.identity("name"),
        serverVersion: newest
      )
      try pair.handshake()
      #expect(try Pair.send([1, 2], from: pair.client, to: pair.server) == [1, 2])
      let sent = try [UInt8]([3]).withUnsafeBytes { try pair.server.write($0) }
      #expect(sent == .done(1))
      if saysFarewell { pair.server.sendCloseNotify() }
      pair.cutServer()

      #expect(try Pair.read(pair.client) == .done([3]))
      #expect(!pair.client.wasCut)
      for _ in 0..<2 {
        #expect(try Pair.read(pair.client) == .nothing(.closed))
        #expect(pair.client.wasCut == !saysFarewell)
      }
    }
  }

  @Test func `a peer that is gone during the handshake is named`() throws {
    let pair = try Pair(
      host: "localhost",
      trust: certificates.trust,
      identity: certificates.identity("name")
    )
    #expect(try pair.client.handshake() == .wantsRead)
    var greeting = [UInt8](repeating: 0, count: 4096)
    _ = try greeting.withUnsafeMutableBytes { try Sys.read(pair.serverDescriptor, $0) }
    pair.cutServer()
    for _ in 0..<2 { #expect(try pair.client.handshake() == .closed) }
    #expect(pair.client.wasCut)
  }

  @Test func `a server without TLS is told by its answer`() throws {
    let pair = try Pair(
      host: "localhost",
      trust: certificates.trust,
      identity: certificates.identity("name")
    )
    _ = try pair.client.handshake()
    _ = try Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8).withUnsafeBytes {
      try Sys.write(pair.serverDescriptor, $0)
    }
    let error = #expect(throws: TLSError.self) { try pair.client.handshake() }
    #expect(error == .handshakeFailed("wrong version number"))
  }

  @Test func `the name of the host is in the greeting, an address is not`() throws {
    for (host, isNamed) in [("app.test", true), ("127.0.0.1", false)] {
      let pair = try Pair(
        host: host,
        trust: certificates.trust,
        identity: certificates.identity("name")
      )
      _ = try pair.client.handshake()
      var greeting = [UInt8](repeating: 0, count: 4096)
      _ = try greeting.withUnsafeMutableBytes { try Sys.read(pair.serverDescriptor, $0) }
      #expect(String(decoding: greeting, as: UTF8.self).contains(host) == isNamed)
    }
  }

  @Test func `requests go over https to a server of our own`() async throws {
    let certificates = self.certificates
    try await onLoop(clock: .real) { loop in
      let provider = try OpenSSLProvider()
      let server = try LoopbackServer(
        loop: loop,
        port: 0,
        handler: Echo(),
        secured: (provider: provider, identity: certificates.identity("address"))
      )
      let serving = Task(executorPreference: loop) { await server.run() }
      let url = try #require(HTTPURL(server.baseURL + "/echo"))
      func send(_ body: [UInt8], trust: TLSTrust, over kept: SocketTransport? = nil) async
        -> Exchange
      {
        let transport =
          kept
          ?? SocketTransport(
            loop: loop,
            secured: SecureTransportSettings(provider: provider, trust: trust)
          )
        let exchange = await transport.send(
          HTTPRequest(
            method: "POST",
            url: url,
            fields: ["Host": url.origin.hostField, "Content-Length": "\(body.count)"],
            body: body
          ),
          due: nil,
          intent: Intent(.page)
        )
        if kept == nil { transport.close() }
        return exchange
      }

      let transport = SocketTransport(
        loop: loop,
        secured: SecureTransportSettings(provider: provider, trust: certificates.trust)
      )
      for count in [0, 1, 300_000, 5] {
        let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 / 3) }
        let exchange = await send(body, trust: certificates.trust, over: transport)
        #expect(exchange.failure == nil)
        #expect(exchange.response?.body == body)
      }
      transport.close()

      let refused = await send([1], trust: TLSTrust())
      #expect(
        refused.failure
          == .secureConnection(
            "the certificate of 127.0.0.1 does not fit: unable to get local issuer certificate; "
              + "--ca-file FILE trusts an authority of your own"
          )
      )
      server.stop()
      await serving.value
    }
  }

  @Test func `a file that cannot be used is named before the first session`() throws {
    let provider = try OpenSSLProvider()
    try provider.prepare(certificates.trust)
    #expect(throws: TLSError.self) {
      try provider.prepare(TLSTrust(certificateFile: certificates.file("missing.pem")))
    }
  }

  @Test func `a file that cannot be used is named`() throws {
    let missing = certificates.file("missing.pem")
    let noCertificate = certificates.file("req.cnf")
    let name = certificates.identity("name")
    let address = certificates.identity("address")
    func error(_ trust: TLSTrust, _ identity: TLSIdentity) -> String? {
      let error = #expect(throws: TLSError.self) {
        try Pair(host: "localhost", trust: trust, identity: identity)
      }
      return error?.description
    }

    #expect(
      error(TLSTrust(certificateFile: missing), name)
        == "'\(missing)' cannot be used: no such file or directory"
    )
    #expect(
      error(TLSTrust(certificateFile: noCertificate), name)
        == "'\(noCertificate)' cannot be used: it holds no certificate in PEM form"
    )
    #expect(
      error(TLSTrust(), TLSIdentity(certificateFile: noCertificate, keyFile: name.keyFile))?
        .hasPrefix("'\(noCertificate)' cannot be used: it holds no certificate") == true
    )
    #expect(
      error(
        TLSTrust(),
        TLSIdentity(certificateFile: name.certificateFile, keyFile: address.keyFile)
      )?.hasPrefix("'\(address.keyFile)' cannot be used: it holds no key for that certificate")
        == true
    )
  }

  @Test func `a machine without OpenSSL is told what to install`() {
    let error = #expect(throws: TLSError.self) { try OpenSSLLibrary.load(suffixes: [".so.0"]) }
    #expect(
      error?.description
        == "https needs OpenSSL 3 (libssl.so.3), which was not found on this machine; "
        + "on Debian: apt-get install libssl3"
    )
  }
}
