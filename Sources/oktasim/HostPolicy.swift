import HTTP
import Profiles

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Which hosts a command may send to without being told that they are the person's own.
///
/// Apps send real mail to made-up people, so a slip in a profile must not reach a stranger's app.
enum HostPolicy {
  /// Why nothing is sent for `profile`; nil where all its hosts are near or owned.
  ///
  /// The redirect URI does not count: the browser stops before it connects there.
  ///
  /// - Parameter owned: What `--i-own` named.
  static func refusal(of profile: IntegrationProfile, owned: [String]) -> UsageError? {
    for (key, text) in urls(of: profile) where !text.isEmpty {
      guard let host = HTTPURL(text)?.origin.host else {
        return UsageError("'\(key)' of the profile has no host that can be checked")
      }
      if allows(host, owned: owned) { continue }
      return UsageError(
        "'\(key)' points at \(host), which is not on this machine or in a private network, and "
          + "apps send real mail to made-up people",
        help: "if the app is yours, add --i-own \(host)"
      )
    }
    return nil
  }

  /// Why `--insecure` is not for `profile`; nil where all its https hosts are this machine.
  static func insecureRefusal(of profile: IntegrationProfile) -> UsageError? {
    for (key, text) in urls(of: profile) {
      guard let origin = HTTPURL(text)?.origin, origin.scheme == .https,
        !isThisMachine(origin.host)
      else { continue }
      return UsageError(
        "--insecure is for this machine only, and '\(key)' points at \(origin.host)",
        help: "--ca-file FILE trusts an authority of your own"
      )
    }
    return nil
  }

  /// Whether a URL that is sent to is https.
  static func usesHTTPS(_ profile: IntegrationProfile) -> Bool {
    urls(of: profile).contains { $0.url.lowercased().hasPrefix("https:") }
  }

  /// - Parameter host: A name, or an address without brackets.
  static func allows(_ host: String, owned: [String]) -> Bool {
    let host = canonical(host)
    return isNear(host) || owned.contains { canonical($0) == host }
  }

  /// Whether `--i-own` can name it: a host alone, without scheme, port and path.
  static func isHost(_ text: String) -> Bool {
    if text.hasPrefix("[") != text.hasSuffix("]") { return false }
    let host = canonical(text)
    if host.contains(":") { return ipv6(host) != nil }
    return !host.isEmpty
      && host.unicodeScalars.allSatisfy {
        $0.isASCII
          && ($0.properties.isAlphabetic || "0"..."9" ~= $0 || "-._".unicodeScalars.contains($0))
      }
  }

  private static func urls(of profile: IntegrationProfile) -> [(key: String, url: String)] {
    // Where the run starts the app itself, it knows where that is.
    guard profile.embeddedSampleApp == nil else { return [] }
    var urls = [("scim.baseURL", profile.scim.baseURL)]
    switch profile.authentication {
    case .authorizationCode(let settings):
      urls.append(("authentication.authorizationEndpoint", settings.authorizationEndpoint))
      urls.append(("authentication.tokenEndpoint", settings.tokenEndpoint))
      urls.append(("authentication.revocationEndpoint", settings.revocationEndpoint ?? ""))
    case .clientCredentials(let settings):
      urls.append(("authentication.tokenEndpoint", settings.tokenEndpoint))
    case .bearer, .header, .basic:
      break
    }
    return urls
  }

  /// In lower case, without the brackets of an address and the final dot of a name.
  private static func canonical(_ host: String) -> String {
    var host = Substring(host.lowercased())
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    if host.hasSuffix(".") { host = host.dropLast() }
    return String(host)
  }

  private static func isThisMachine(_ host: String) -> Bool {
    let host = canonical(host)
    if host == "localhost" || host.hasSuffix(".localhost") || host == "::1" { return true }
    return ipv4(host)?.0 == 127
  }

  private static func isNear(_ host: String) -> Bool {
    if host == "localhost" { return true }
    for ending in [".localhost", ".test", ".local"] where host.hasSuffix(ending) { return true }
    if let address = ipv4(host) { return isNear(address) }
    if let address = ipv6(host) { return isNear(address) }
    return false
  }

  private static func isNear(_ address: IPv4Address) -> Bool {
    switch (address.0, address.1) {
    case (127, _): true  // RFC 1122 section 3.2.1.3
    case (10, _), (172, 16...31), (192, 168): true  // RFC 1918 section 3
    default: false
    }
  }

  private static func isNear(_ bytes: [UInt8]) -> Bool {
    if bytes == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1] { return true }
    if bytes[0] & 0xFE == 0xFC { return true }  // fc00::/7, RFC 4193
    // ::ffff:0:0/96, an IPv4 address in other clothes
    let isMapped = bytes.prefix(12).elementsEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF])
    return isMapped && isNear((bytes[12], bytes[13], bytes[14], bytes[15]))
  }

  private typealias IPv4Address = (UInt8, UInt8, UInt8, UInt8)

  /// Four decimal numbers and nothing else.
  ///
  /// The forms that only some libraries take, such as 127.1 and 010.0.0.1, mean different addresses
  /// to different ones, so they count as names.
  private static func ipv4(_ host: String) -> IPv4Address? {
    var address = in_addr()
    guard inet_pton(AF_INET, host, &address) == 1 else { return nil }
    return withUnsafeBytes(of: &address) { ($0[0], $0[1], $0[2], $0[3]) }
  }

  private static func ipv6(_ host: String) -> [UInt8]? {
    var address = in6_addr()
    let withoutZone = host.prefix { $0 != "%" }
    guard inet_pton(AF_INET6, String(withoutZone), &address) == 1 else { return nil }
    return withUnsafeBytes(of: &address) { Array($0) }
  }
}
