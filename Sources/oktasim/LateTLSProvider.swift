import HTTP
import Synchronization

/// Loads OpenSSL when the first https connection is made: for an app whose http URLs may redirect
/// to https ones.
final class LateTLSProvider: TLSProvider {
  private let loaded = Mutex<OpenSSLProvider?>(nil)

  func makeClientSession(
    descriptor: Int32,
    host: String,
    trust: TLSTrust
  ) throws(TLSError) -> any TLSSession {
    try provider().makeClientSession(descriptor: descriptor, host: host, trust: trust)
  }

  func makeServerSession(
    descriptor: Int32,
    identity: TLSIdentity
  ) throws(TLSError) -> any TLSSession {
    try provider().makeServerSession(descriptor: descriptor, identity: identity)
  }

  private func provider() throws(TLSError) -> OpenSSLProvider {
    if let known = loaded.withLock({ $0 }) { return known }
    let provider = try OpenSSLProvider()
    loaded.withLock { $0 = provider }
    return provider
  }
}
