import HTTP
import Loop
import Profiles

/// How a command reaches the app: which hosts, by which way, with what certificates.
struct AppAccess {
  static let ownedHost = Option(
    "--i-own",
    "HOST",
    .host,
    isRepeatable: true,
    "send to this host although it is neither local nor private"
  )
  static let connectTo = Option(
    "--connect-to",
    "H:P:H:P",
    .route,
    isRepeatable: true,
    "HOST:PORT:HOST:PORT: connect to the second for the first, as curl does; names stay; or HOST:PORT:unix:/path"
  )
  static let certificateFile = Option(
    "--ca-file",
    "FILE",
    .text,
    "trust these certificates too (PEM)"
  )
  static let insecure = Option.flag(
    "--insecure",
    "do not check the app's certificate; on this machine only"
  )

  let hosts: HostPolicy
  let routes: [ConnectTo]
  private let certificateFile: String?
  private let isInsecure: Bool

  init(_ arguments: RunArguments) {
    hosts = arguments.hosts
    routes = arguments.routes
    certificateFile = arguments.certificateFile
    isInsecure = arguments.isInsecure
  }

  init(_ arguments: Arguments) {
    hosts = HostPolicy(owned: arguments.texts("--i-own"))
    routes = arguments.texts("--connect-to").compactMap { ConnectTo($0) }
    certificateFile = arguments.text("--ca-file")
    isInsecure = arguments.has("--insecure")
  }

  /// Why nothing is sent; nil where all that the profile names may be reached.
  func refusal(of profile: IntegrationProfile) -> UsageError? {
    let named = ProfileHosts(profile, routes: routes)
    return named.refusal(by: hosts) ?? (isInsecure ? named.insecureRefusal : nil)
  }

  func secured(
    _ profile: IntegrationProfile,
    _ loop: EventLoop
  ) async throws -> SecureTransportSettings? {
    guard profile.embeddedSampleApp == nil else { return nil }
    let trust = TLSTrust(
      certificateFile: certificateFile,
      verification: isInsecure ? .none : .full
    )
    guard ProfileHosts(profile, routes: routes).includeHTTPS else {
      return SecureTransportSettings(provider: LateTLSProvider(), trust: trust)
    }
    let provider = try OpenSSLProvider()
    // Reading the system's certificates takes tens of milliseconds.
    try await loop.offload { try provider.prepare(trust) }
    return SecureTransportSettings(provider: provider, trust: trust)
  }
}
