/// What makes TLS out of a connected socket.
///
/// The seam for OpenSSL, which is found at run time.
package protocol TLSProvider: Sendable {
  /// A client session over a connected, non-blocking socket.
  func makeClientSession(
    descriptor: Int32,
    host: String,
    trust: TLSTrust
  ) throws(TLSError) -> any TLSSession
  func makeServerSession(
    descriptor: Int32,
    identity: TLSIdentity
  ) throws(TLSError) -> any TLSSession
}

/// Whose certificates a client believes.
package struct TLSTrust: Sendable, Hashable {
  package enum Verification: Sendable, Hashable {
    case full
    /// For loopback only.
    case none
  }

  /// PEM; added to the system's own.
  package var certificateFile: String?
  package var verification: Verification

  package init(certificateFile: String? = nil, verification: Verification = .full) {
    self.certificateFile = certificateFile
    self.verification = verification
  }
}

/// What a server shows: PEM files.
package struct TLSIdentity: Sendable, Hashable {
  package var certificateFile: String
  package var keyFile: String

  package init(certificateFile: String, keyFile: String) {
    self.certificateFile = certificateFile
    self.keyFile = keyFile
  }
}

package enum TLSProgress: Sendable, Equatable {
  /// How many bytes went through; 0 for a handshake.
  case done(Int)
  case wantsRead
  case wantsWrite
  /// The other side has closed.
  case closed
}

package struct TLSError: Error, Sendable, Equatable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}

package protocol TLSSession: AnyObject {
  func handshake() throws(TLSError) -> TLSProgress
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(TLSError) -> TLSProgress
  func write(_ buffer: UnsafeRawBufferPointer) throws(TLSError) -> TLSProgress
  /// Whether decrypted bytes wait to be read, so that the socket need not become ready.
  var hasPendingBytes: Bool { get }
  func sendCloseNotify()
}
