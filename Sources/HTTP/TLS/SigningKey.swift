import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// An RSA key that signs and checks RS256 (RFC 7518 section 3.3), by the system's OpenSSL.
///
/// Immutable: OpenSSL allows a key to be used by many threads at once while none changes it.
package final class SigningKey: @unchecked Sendable {
  /// Why there is no key, in words.
  package struct Problem: Error, Sendable, Equatable, CustomStringConvertible {
    package var description: String

    init(_ description: String) { self.description = description }
  }

  private let library: OpenSSLKeyLibrary
  private let key: OpaquePointer

  /// Why this machine has none, as a sentence; nil where it has.
  package static var unavailable: String? {
    guard case .failure(let problem) = OpenSSLKeyLibrary.shared else { return nil }
    return problem.description
  }

  /// - Parameter pem: A private key in PEM (PKCS #8 or PKCS #1), not encrypted.
  package init(privateKey pem: String) throws(Problem) {
    library = try OpenSSLKeyLibrary.shared.get()
    key = try Self.read(pem, "private", library, library.readPrivateKey)
    try checkKind()
  }

  /// - Parameter pem: A public key in PEM (SubjectPublicKeyInfo), which only checks.
  package init(publicKey pem: String) throws(Problem) {
    library = try OpenSSLKeyLibrary.shared.get()
    key = try Self.read(pem, "public", library, library.readPublicKey)
    try checkKind()
  }

  /// A new key of 2048 bits, OpenSSL's default.
  package init() throws(Problem) {
    let library = try OpenSSLKeyLibrary.shared.get()
    let context = library.newContext(OpenSSLKeyLibrary.rsa, nil)
    defer { library.freeContext(context) }
    var made: OpaquePointer?
    guard library.prepareToMake(context) == 1, library.make(context, &made) == 1, let made else {
      throw Problem("no RSA key could be made")
    }
    self.library = library
    key = made
  }

  deinit { library.freeKey(key) }

  private static func read(
    _ pem: String,
    _ which: String,
    _ library: OpenSSLKeyLibrary,
    _ read: OpenSSLKeyLibrary.ReadKey
  ) throws(Problem) -> OpaquePointer {
    // A passphrase that is none: without it, OpenSSL would ask for one at the terminal.
    let noPassphrase: [CChar] = [0]
    let bytes = Array(pem.utf8)
    let found = bytes.withUnsafeBytes { bytes in
      noPassphrase.withUnsafeBytes { passphrase in
        let source = library.newSource(bytes.baseAddress, Int32(clamping: bytes.count))
        defer { _ = library.freeSource(source) }
        return read(source, nil, nil, UnsafeMutableRawPointer(mutating: passphrase.baseAddress))
      }
    }
    library.clearErrors()
    guard let found else { throw Problem("no \(which) key in PEM without a passphrase") }
    return found
  }

  private func checkKind() throws(Problem) {
    guard library.kind(key) == OpenSSLKeyLibrary.rsa else { throw Problem("no RSA key") }
  }

  /// The signature of `message` (RSASSA-PKCS1-v1_5 with SHA-256), as long as the key's modulus.
  ///
  /// A key that is public only cannot sign, which is a fault of the caller's.
  package func signature(of message: [UInt8]) -> [UInt8] {
    let context = library.newDigest()
    defer { library.freeDigest(context) }
    var length = 0
    guard library.prepareToSign(context, nil, library.sha256(), nil, key) == 1,
      library.sign(context, nil, &length, message, message.count) == 1
    else { preconditionFailure("an RSA private key signs") }
    var signature = [UInt8](repeating: 0, count: length)
    guard library.sign(context, &signature, &length, message, message.count) == 1 else {
      preconditionFailure("an RSA private key signs")
    }
    return Array(signature.prefix(length))
  }

  package func isSignature(_ signature: [UInt8], of message: [UInt8]) -> Bool {
    let context = library.newDigest()
    defer { library.freeDigest(context) }
    guard library.prepareToCheck(context, nil, library.sha256(), nil, key) == 1 else {
      return false
    }
    let isGood = library.check(context, signature, signature.count, message, message.count) == 1
    library.clearErrors()
    return isGood
  }
}

/// The functions of libcrypto that keys need, looked up once at run time like those of TLS.
struct OpenSSLKeyLibrary: @unchecked Sendable {
  typealias Key = OpaquePointer
  typealias ReadKey =
    @convention(c) (
      OpaquePointer?, UnsafeMutablePointer<Key?>?, UnsafeMutableRawPointer?,
      UnsafeMutableRawPointer?
    ) -> Key?
  typealias Prepare =
    @convention(c) (
      OpaquePointer?, UnsafeMutablePointer<OpaquePointer?>?, OpaquePointer?, OpaquePointer?, Key?
    ) -> Int32

  /// EVP_PKEY_RSA, the number of rsaEncryption in obj_mac.h.
  static let rsa: Int32 = 6

  let newSource: @convention(c) (UnsafeRawPointer?, Int32) -> OpaquePointer?
  let freeSource: @convention(c) (OpaquePointer?) -> Int32
  let readPrivateKey: ReadKey
  let readPublicKey: ReadKey
  let freeKey: @convention(c) (Key?) -> Void
  let kind: @convention(c) (Key?) -> Int32
  let newContext: @convention(c) (Int32, OpaquePointer?) -> OpaquePointer?
  let freeContext: @convention(c) (OpaquePointer?) -> Void
  let prepareToMake: @convention(c) (OpaquePointer?) -> Int32
  let make: @convention(c) (OpaquePointer?, UnsafeMutablePointer<Key?>?) -> Int32
  let newDigest: @convention(c) () -> OpaquePointer?
  let freeDigest: @convention(c) (OpaquePointer?) -> Void
  let sha256: @convention(c) () -> OpaquePointer?
  let prepareToSign: Prepare
  let sign:
    @convention(c) (
      OpaquePointer?, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<Int>?,
      UnsafePointer<UInt8>?, Int
    ) -> Int32
  let prepareToCheck: Prepare
  let check:
    @convention(c) (
      OpaquePointer?, UnsafePointer<UInt8>?, Int, UnsafePointer<UInt8>?, Int
    ) -> Int32
  let clearErrors: @convention(c) () -> Void

  static let shared: Result<OpenSSLKeyLibrary, SigningKey.Problem> = {
    do throws(SigningKey.Problem) { return .success(try load()) } catch { return .failure(error) }
  }()

  private static func load() throws(SigningKey.Problem) -> OpenSSLKeyLibrary {
    for name in ["libcrypto.so.3", "libcrypto.so.1.1"] {
      if let library = dlopen(name, RTLD_NOW | RTLD_LOCAL) { return try OpenSSLKeyLibrary(library) }
    }
    throw .init(
      "a client's key needs OpenSSL 3 (libcrypto.so.3), which was not found on this machine; "
        + "on Debian: apt-get install libssl3"
    )
  }

  private init(_ library: UnsafeMutableRawPointer) throws(SigningKey.Problem) {
    /// - Parameter names: In OpenSSL 3 and, where it differs, in 1.1.1.
    func find<T>(_ names: String...) throws(SigningKey.Problem) -> T {
      for name in names {
        if let address = dlsym(library, name) { return unsafeBitCast(address, to: T.self) }
      }
      throw .init("a client's key needs OpenSSL 3; the library found here has no \(names[0])")
    }
    newSource = try find("BIO_new_mem_buf")
    freeSource = try find("BIO_free")
    readPrivateKey = try find("PEM_read_bio_PrivateKey")
    readPublicKey = try find("PEM_read_bio_PUBKEY")
    freeKey = try find("EVP_PKEY_free")
    kind = try find("EVP_PKEY_get_base_id", "EVP_PKEY_base_id")
    newContext = try find("EVP_PKEY_CTX_new_id")
    freeContext = try find("EVP_PKEY_CTX_free")
    prepareToMake = try find("EVP_PKEY_keygen_init")
    make = try find("EVP_PKEY_keygen")
    newDigest = try find("EVP_MD_CTX_new")
    freeDigest = try find("EVP_MD_CTX_free")
    sha256 = try find("EVP_sha256")
    prepareToSign = try find("EVP_DigestSignInit")
    sign = try find("EVP_DigestSign")
    prepareToCheck = try find("EVP_DigestVerifyInit")
    check = try find("EVP_DigestVerify")
    clearErrors = try find("ERR_clear_error")
  }
}

extension SigningKey: Equatable {
  package static func == (left: SigningKey, right: SigningKey) -> Bool { left === right }
}
