/// What makes TLS sessions: OpenSSL on Linux.
package protocol TLSProvider: Sendable {
  /// A client's session over a connected socket that does not wait.
  ///
  /// - Parameter host: A name, or an address without brackets; the certificate must be its.
  func makeClientSession(
    descriptor: Int32,
    host: String,
    trust: TLSTrust
  ) throws(TLSError) -> any TLSSession

  /// A server's session over an accepted socket that does not wait.
  func makeServerSession(
    descriptor: Int32,
    identity: TLSIdentity
  ) throws(TLSError) -> any TLSSession
}

/// Which certificates are believed.
package struct TLSTrust: Sendable, Hashable {
  package enum Verification: Sendable, Hashable {
    /// The certificate must come from a trusted authority, be in date and name the host.
    case full
    /// Any certificate will do; on loopback only.
    case none
  }

  /// A PEM file with authorities that are trusted besides the system's.
  package var certificateFile: String?
  package var verification: Verification

  package init(certificateFile: String? = nil, verification: Verification = .full) {
    self.certificateFile = certificateFile
    self.verification = verification
  }
}

/// A server's certificate with its chain and its key, as PEM files.
package struct TLSIdentity: Sendable, Hashable {
  package var certificateFile: String
  package var keyFile: String

  package init(certificateFile: String, keyFile: String) {
    self.certificateFile = certificateFile
    self.keyFile = keyFile
  }
}

/// One TLS connection over a socket that it does not own.
///
/// No call waits. Belongs to the thread of the loop that its socket is watched on.
package protocol TLSSession: AnyObject {
  /// Goes on with the handshake; `.done(0)` when it is over, `.closed` where the peer left it.
  func handshake() throws(TLSError) -> TLSProgress

  /// Reads what was decrypted; to be called until it wants something, since readiness of the
  /// socket tells nothing of bytes that were already taken from it.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(TLSError) -> TLSProgress

  /// Writes as much as goes, at least a byte, or wants something; then the call is repeated with
  /// the same bytes first.
  func write(_ buffer: UnsafeRawBufferPointer) throws(TLSError) -> TLSProgress

  /// Whether decrypted bytes wait to be read, so that the socket need not become ready.
  var hasPendingBytes: Bool { get }

  /// Whether the socket ended without close_notify: what came may be cut short (RFC 8446 section
  /// 6.1), which matters for a body that ends with its connection.
  var wasCut: Bool { get }

  /// `TLSv1.3`, `TLSv1.2`; for the log.
  var version: String { get }

  /// Tells the peer that nothing more comes; for a session that has not failed.
  func sendCloseNotify()
}

/// What a call on a session came to.
package enum TLSProgress: Sendable, Equatable {
  /// So many bytes were read or written.
  case done(Int)
  /// To be repeated when the socket can be read.
  case wantsRead
  /// To be repeated when the socket can be written.
  case wantsWrite
  /// Nothing more comes: the peer said so, or the socket ended; `wasCut` tells which.
  case closed
}

/// Why there is no secure connection.
package enum TLSError: Error, Sendable, Equatable {
  /// The library is not there, or lacks something.
  case unavailable(String)
  /// A certificate or key file that cannot be used.
  case unusableFile(String, reason: String)
  /// The server's certificate is not believed.
  case untrusted(host: String, reason: String)
  /// Verification was switched off for a host that is not this machine.
  case verificationRequired(host: String)
  /// The handshake failed otherwise; the library's words.
  case handshakeFailed(String)
  /// The connection failed after the handshake.
  case broken(String)
}

extension TLSError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unavailable(let problem): problem
    case .unusableFile(let file, let reason): "'\(file)' cannot be used: \(reason)"
    case .untrusted(let host, let reason):
      "the certificate of \(host) does not fit: \(reason); "
        + (reason.contains("mismatch")
          ? "it has to name \(host)"
          : reason.contains("expired") || reason.contains("not yet valid")
            ? "renew it" : "--ca-file FILE trusts an authority of your own")
    case .verificationRequired(let host):
      "--insecure is for this machine only, and \(host) is not on it"
    case .handshakeFailed(let reason): "the TLS handshake failed: \(reason)"
    case .broken(let reason): "the TLS connection broke: \(reason)"
    }
  }
}
