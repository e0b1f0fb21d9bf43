#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The functions of OpenSSL, looked up once at run time: nothing is linked, no header is needed.
///
/// None of them is variadic, so that a pointer of a fixed type calls each as C does. Unchecked,
/// since function pointers count as not Sendable; the table never changes.
struct OpenSSLLibrary: @unchecked Sendable {
  typealias Context = OpaquePointer
  typealias Connection = OpaquePointer
  typealias Pointer = UnsafeMutableRawPointer

  let clientMethod: @convention(c) () -> OpaquePointer?
  let serverMethod: @convention(c) () -> OpaquePointer?
  let newContext: @convention(c) (OpaquePointer?) -> Context?
  let freeContext: @convention(c) (Context?) -> Void
  let controlContext: @convention(c) (Context?, Int32, Int, Pointer?) -> Int
  let setVerify: @convention(c) (Context?, Int32, Pointer?) -> Void
  let setDefaultVerifyPaths: @convention(c) (Context?) -> Int32
  let loadVerifyLocations:
    @convention(c) (Context?, UnsafePointer<CChar>?, UnsafePointer<CChar>?) -> Int32
  let useCertificateChainFile: @convention(c) (Context?, UnsafePointer<CChar>?) -> Int32
  let usePrivateKeyFile: @convention(c) (Context?, UnsafePointer<CChar>?, Int32) -> Int32
  let checkPrivateKey: @convention(c) (Context?) -> Int32

  let newConnection: @convention(c) (Context?) -> Connection?
  let freeConnection: @convention(c) (Connection?) -> Void
  let setDescriptor: @convention(c) (Connection?, Int32) -> Int32
  let setConnectState: @convention(c) (Connection?) -> Void
  let setAcceptState: @convention(c) (Connection?) -> Void
  let control: @convention(c) (Connection?, Int32, Int, Pointer?) -> Int
  let setHost: @convention(c) (Connection?, UnsafePointer<CChar>?) -> Int32
  let verifyParameters: @convention(c) (Connection?) -> OpaquePointer?
  let setAddress: @convention(c) (OpaquePointer?, UnsafePointer<CChar>?) -> Int32
  let handshake: @convention(c) (Connection?) -> Int32
  let read: @convention(c) (Connection?, Pointer?, Int32) -> Int32
  let write: @convention(c) (Connection?, UnsafeRawPointer?, Int32) -> Int32
  let shutdown: @convention(c) (Connection?) -> Int32
  let pendingCount: @convention(c) (Connection?) -> Int32
  let outcome: @convention(c) (Connection?, Int32) -> Int32
  let verifyResult: @convention(c) (Connection?) -> Int
  let version: @convention(c) (Connection?) -> UnsafePointer<CChar>?

  let clearErrors: @convention(c) () -> Void
  let firstError: @convention(c) () -> UInt
  let reason: @convention(c) (UInt) -> UnsafePointer<CChar>?
  let verifyReason: @convention(c) (Int) -> UnsafePointer<CChar>?

  /// The library of this process, or why there is none.
  static let shared: Result<OpenSSLLibrary, TLSError> = {
    do throws(TLSError) { return .success(try load()) } catch { return .failure(error) }
  }()

  /// OpenSSL 3, or else 1.1.1, which has all that is asked for here too.
  static func load(suffixes: [String] = [".so.3", ".so.1.1"]) throws(TLSError) -> OpenSSLLibrary {
    for suffix in suffixes {
      guard let cryptography = dlopen("libcrypto" + suffix, RTLD_NOW | RTLD_LOCAL),
        let sessions = dlopen("libssl" + suffix, RTLD_NOW | RTLD_LOCAL)
      else { continue }
      return try OpenSSLLibrary(sessions: sessions, cryptography: cryptography)
    }
    throw .unavailable(
      "https needs OpenSSL 3 (libssl.so.3), which was not found on this machine; "
        + "on Debian: apt-get install libssl3"
    )
  }

  private init(sessions: Pointer, cryptography: Pointer) throws(TLSError) {
    func find<T>(_ name: String, in library: Pointer) throws(TLSError) -> T {
      guard let address = dlsym(library, name) else {
        throw .unavailable("https needs OpenSSL 3; the library found here has no \(name)")
      }
      return unsafeBitCast(address, to: T.self)
    }
    clientMethod = try find("TLS_client_method", in: sessions)
    serverMethod = try find("TLS_server_method", in: sessions)
    newContext = try find("SSL_CTX_new", in: sessions)
    freeContext = try find("SSL_CTX_free", in: sessions)
    controlContext = try find("SSL_CTX_ctrl", in: sessions)
    setVerify = try find("SSL_CTX_set_verify", in: sessions)
    setDefaultVerifyPaths = try find("SSL_CTX_set_default_verify_paths", in: sessions)
    loadVerifyLocations = try find("SSL_CTX_load_verify_locations", in: sessions)
    useCertificateChainFile = try find("SSL_CTX_use_certificate_chain_file", in: sessions)
    usePrivateKeyFile = try find("SSL_CTX_use_PrivateKey_file", in: sessions)
    checkPrivateKey = try find("SSL_CTX_check_private_key", in: sessions)
    newConnection = try find("SSL_new", in: sessions)
    freeConnection = try find("SSL_free", in: sessions)
    setDescriptor = try find("SSL_set_fd", in: sessions)
    setConnectState = try find("SSL_set_connect_state", in: sessions)
    setAcceptState = try find("SSL_set_accept_state", in: sessions)
    control = try find("SSL_ctrl", in: sessions)
    setHost = try find("SSL_set1_host", in: sessions)
    verifyParameters = try find("SSL_get0_param", in: sessions)
    handshake = try find("SSL_do_handshake", in: sessions)
    read = try find("SSL_read", in: sessions)
    write = try find("SSL_write", in: sessions)
    shutdown = try find("SSL_shutdown", in: sessions)
    pendingCount = try find("SSL_pending", in: sessions)
    outcome = try find("SSL_get_error", in: sessions)
    verifyResult = try find("SSL_get_verify_result", in: sessions)
    version = try find("SSL_get_version", in: sessions)
    setAddress = try find("X509_VERIFY_PARAM_set1_ip_asc", in: cryptography)
    clearErrors = try find("ERR_clear_error", in: cryptography)
    firstError = try find("ERR_peek_error", in: cryptography)
    reason = try find("ERR_reason_error_string", in: cryptography)
    verifyReason = try find("X509_verify_cert_error_string", in: cryptography)
  }

  /// The library's words for the first error of this thread: `wrong version number`.
  var errorWords: String {
    let code = firstError()
    return reason(code).map { String(cString: $0) } ?? "error \(code)"
  }
}

/// Numbers of OpenSSL's headers (ssl.h, sslerr.h, tls1.h), the same in 1.1.1 and 3.
enum OpenSSLConstant {
  static let wantsRead: Int32 = 2
  static let wantsWrite: Int32 = 3
  static let systemCall: Int32 = 5
  static let zeroReturn: Int32 = 6

  static let verifyNone: Int32 = 0
  static let verifyPeer: Int32 = 1
  static let filePEM: Int32 = 1

  static let controlMode: Int32 = 33
  static let controlHostName: Int32 = 55
  static let controlMinimumVersion: Int32 = 123
  static let controlMaximumVersion: Int32 = 124

  static let modeEnablePartialWrite = 1
  static let modeAcceptMovingWriteBuffer = 2

  static let version12 = 0x0303

  /// SSL_R_UNEXPECTED_EOF_WHILE_READING, in OpenSSL 3 only; 1.1.1 gives a system call error with
  /// errno 0 instead.
  static func isUnexpectedEnd(_ code: UInt) -> Bool {
    // ERR_LIB_SSL is 20; the reason stands in the low 23 bits.
    code >> 23 & 0xFF == 20 && code & 0x7F_FFFF == 294
  }
}
