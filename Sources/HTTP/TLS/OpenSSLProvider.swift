import Loop
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// TLS by the system's OpenSSL: version 1.2 and up, the system's authorities and those of a file.
///
/// It writes with write(2): the program ignores SIGPIPE from its start, or a peer that is gone
/// ends it.
package final class OpenSSLProvider: TLSProvider {
  /// The newest version that is offered.
  enum NewestVersion: Sendable {
    case version12
    case any
  }

  private enum Use: Hashable {
    case client(TLSTrust)
    case server(TLSIdentity)
  }

  private let library: OpenSSLLibrary
  private let newestVersion: NewestVersion
  /// Reading certificates takes milliseconds: one context for each use serves all its sessions.
  private let contexts = Mutex<[Use: OpenSSLContext]>([:])

  /// Loads the library if this process has not; throws `TLSError.unavailable` where it is missing.
  package convenience init() throws(TLSError) {
    try self.init(newestVersion: .any)
  }

  init(newestVersion: NewestVersion) throws(TLSError) {
    library = try OpenSSLLibrary.shared.get()
    self.newestVersion = newestVersion
  }

  /// Reads the certificates for `trust` ahead of its first session: the system's authorities take
  /// some 25 ms (measured), so this is called off the loop.
  package func prepare(_ trust: TLSTrust) throws(TLSError) {
    _ = try context(.client(trust))
  }

  /// Reads a server's certificate and key ahead of its first session.
  package func prepare(_ identity: TLSIdentity) throws(TLSError) {
    _ = try context(.server(identity))
  }

  package func makeClientSession(
    descriptor: Int32,
    host: String,
    trust: TLSTrust
  ) throws(TLSError) -> any TLSSession {
    if trust.verification == .none, !HostPolicy.isThisMachine(host) {
      throw .verificationRequired(host: host)
    }
    let context = try context(.client(trust))
    let session = try OpenSSLSession(context: context, descriptor: descriptor, peer: host)
    try session.becomeClient(of: host, verification: trust.verification)
    return session
  }

  package func makeServerSession(
    descriptor: Int32,
    identity: TLSIdentity
  ) throws(TLSError) -> any TLSSession {
    let context = try context(.server(identity))
    let session = try OpenSSLSession(context: context, descriptor: descriptor, peer: nil)
    session.becomeServer()
    return session
  }

  private func context(_ use: Use) throws(TLSError) -> OpenSSLContext {
    if let known = contexts.withLock({ $0[use] }) { return known }
    let made = try makeContext(use)
    return contexts.withLock { contexts in
      let context = contexts[use] ?? made
      contexts[use] = context
      return context
    }
  }

  private func makeContext(_ use: Use) throws(TLSError) -> OpenSSLContext {
    library.clearErrors()
    let method =
      switch use {
      case .client: library.clientMethod()
      case .server: library.serverMethod()
      }
    guard let pointer = library.newContext(method) else {
      throw .unavailable("OpenSSL gave no context: \(library.errorWords)")
    }
    let context = OpenSSLContext(library: library, pointer: pointer)
    let modes =
      OpenSSLConstant.modeEnablePartialWrite | OpenSSLConstant.modeAcceptMovingWriteBuffer
    _ = library.controlContext(pointer, OpenSSLConstant.controlMode, modes, nil)
    let version12 = OpenSSLConstant.version12
    _ = library.controlContext(pointer, OpenSSLConstant.controlMinimumVersion, version12, nil)
    if newestVersion == .version12 {
      _ = library.controlContext(pointer, OpenSSLConstant.controlMaximumVersion, version12, nil)
    }
    switch use {
    case .client(let trust): try context.believe(trust)
    case .server(let identity): try context.present(identity)
    }
    return context
  }
}

/// Whether a host is an address and no name.
private func isAddress(_ host: String) -> Bool {
  var address = in6_addr()
  return inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1
}

/// Settings and certificates for many sessions.
///
/// Unchecked: once set up it is only passed to SSL_new, which OpenSSL allows from all threads.
private final class OpenSSLContext: @unchecked Sendable {
  let library: OpenSSLLibrary
  let pointer: OpenSSLLibrary.Context

  init(library: OpenSSLLibrary, pointer: OpenSSLLibrary.Context) {
    self.library = library
    self.pointer = pointer
  }

  deinit { library.freeContext(pointer) }

  func believe(_ trust: TLSTrust) throws(TLSError) {
    guard trust.verification == .full else {
      return library.setVerify(pointer, OpenSSLConstant.verifyNone, nil)
    }
    library.setVerify(pointer, OpenSSLConstant.verifyPeer, nil)
    // A system without authorities is no mistake: the file may name the one that is needed.
    _ = library.setDefaultVerifyPaths(pointer)
    guard let file = trust.certificateFile else { return }
    try checkReadable(file)
    library.clearErrors()
    guard library.loadVerifyLocations(pointer, file, nil) == 1 else {
      throw .unusableFile(file, reason: "it holds no certificate in PEM form")
    }
  }

  func present(_ identity: TLSIdentity) throws(TLSError) {
    try checkReadable(identity.certificateFile)
    try checkReadable(identity.keyFile)
    library.clearErrors()
    guard library.useCertificateChainFile(pointer, identity.certificateFile) == 1 else {
      throw .unusableFile(
        identity.certificateFile,
        reason: "it holds no certificate in PEM form (\(library.errorWords))"
      )
    }
    // A key of another certificate is refused here already.
    guard
      library.usePrivateKeyFile(pointer, identity.keyFile, OpenSSLConstant.filePEM) == 1,
      library.checkPrivateKey(pointer) == 1
    else {
      throw .unusableFile(
        identity.keyFile,
        reason: "it holds no key for that certificate (\(library.errorWords))"
      )
    }
  }

  private func checkReadable(_ file: String) throws(TLSError) {
    guard access(file, R_OK) == 0 else {
      throw .unusableFile(file, reason: SystemError(code: errno, call: "open").words)
    }
  }
}

private final class OpenSSLSession: TLSSession {
  private enum State {
    case handshaking
    case open
    /// OpenSSL allows no further call, not even SSL_shutdown, after a fatal error.
    case failed
  }

  private let context: OpenSSLContext
  private let library: OpenSSLLibrary
  private let connection: OpenSSLLibrary.Connection
  /// The host that is called; nil on a server's side.
  private let peer: String?
  private var state = State.handshaking
  private var verification = TLSTrust.Verification.none
  private(set) var wasCut = false

  init(context: OpenSSLContext, descriptor: Int32, peer: String?) throws(TLSError) {
    self.context = context
    self.library = context.library
    self.peer = peer
    library.clearErrors()
    guard let connection = library.newConnection(context.pointer) else {
      throw .unavailable("OpenSSL gave no session: \(library.errorWords)")
    }
    self.connection = connection
    guard library.setDescriptor(connection, descriptor) == 1 else {
      throw .unavailable("OpenSSL did not take the socket: \(library.errorWords)")
    }
  }

  deinit { library.freeConnection(connection) }

  func becomeClient(
    of host: String,
    verification: TLSTrust.Verification
  ) throws(TLSError) {
    self.verification = verification
    library.setConnectState(connection)
    if isAddress(host) {
      guard library.setAddress(library.verifyParameters(connection), host) == 1 else {
        throw .handshakeFailed("'\(host)' is no address")
      }
      return
    }
    // The name in the greeting holds names only (RFC 6066 section 3).
    let isSet = host.withCString { name in
      library.setHost(connection, name) == 1
        && library.control(
          connection,
          OpenSSLConstant.controlHostName,
          0,
          UnsafeMutableRawPointer(mutating: name)
        ) == 1
    }
    guard isSet else { throw .handshakeFailed("'\(host)' is no host name") }
  }

  func becomeServer() {
    library.setAcceptState(connection)
  }

  func handshake() throws(TLSError) -> TLSProgress {
    guard state != .failed else { return try closedOr(.handshakeFailed("it failed before")) }
    library.clearErrors()
    let result = library.handshake(connection)
    if result == 1 {
      state = .open
      return .done(0)
    }
    return try progress(after: result)
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(TLSError) -> TLSProgress {
    guard state != .failed else { return try closedOr(.broken("it failed before")) }
    guard !buffer.isEmpty else { return .done(0) }
    library.clearErrors()
    let result = library.read(connection, buffer.baseAddress, Int32(clamping: buffer.count))
    return result > 0 ? .done(Int(result)) : try progress(after: result)
  }

  func write(_ buffer: UnsafeRawBufferPointer) throws(TLSError) -> TLSProgress {
    guard state != .failed else { return try closedOr(.broken("it failed before")) }
    guard !buffer.isEmpty else { return .done(0) }
    library.clearErrors()
    let result = library.write(connection, buffer.baseAddress, Int32(clamping: buffer.count))
    return result > 0 ? .done(Int(result)) : try progress(after: result)
  }

  // SSL_has_pending also counts a record that has come in part: whoever reads until nothing is
  // pending would turn in a circle until the rest comes.
  var hasPendingBytes: Bool { library.pendingCount(connection) > 0 }

  var version: String { library.version(connection).map { String(cString: $0) } ?? "TLS" }

  func sendCloseNotify() {
    guard state == .open else { return }
    library.clearErrors()
    // What does not go now is not sent: nobody waits for a farewell.
    _ = library.shutdown(connection)
  }

  /// A socket that has ended stays at its end.
  private func closedOr(_ error: TLSError) throws(TLSError) -> TLSProgress {
    if wasCut { return .closed }
    throw error
  }

  private func cut() -> TLSProgress {
    wasCut = true
    return .closed
  }

  /// What a call that gave `result`, which is no success, came to.
  private func progress(after result: Int32) throws(TLSError) -> TLSProgress {
    // Before any other call can change it.
    let systemCode = errno
    switch library.outcome(connection, result) {
    case OpenSSLConstant.wantsRead: return .wantsRead
    case OpenSSLConstant.wantsWrite: return .wantsWrite
    case OpenSSLConstant.zeroReturn: return .closed
    case OpenSSLConstant.systemCall:
      let wasHandshaking = state == .handshaking
      state = .failed
      if systemCode == 0 { return cut() }
      let words = SystemError(code: systemCode, call: "read").words
      throw wasHandshaking ? .handshakeFailed(words) : .broken(words)
    default:
      let wasHandshaking = state == .handshaking
      state = .failed
      if OpenSSLConstant.isUnexpectedEnd(library.firstError()) { return cut() }
      let words = library.errorWords
      guard wasHandshaking else { throw .broken(words) }
      let verifyResult = library.verifyResult(connection)
      if let peer, verification == .full, verifyResult != 0 {
        let reason = library.verifyReason(verifyResult).map { String(cString: $0) }
        throw .untrusted(host: peer, reason: reason ?? "error \(verifyResult)")
      }
      throw .handshakeFailed(words)
    }
  }
}
