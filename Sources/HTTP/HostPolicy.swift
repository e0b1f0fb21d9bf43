import Loop

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Which hosts are sent to: those on this machine or in a private network, and those that somebody
/// says are their own.
///
/// Apps send real mail to made-up people, so a slip in a profile must not reach a stranger's app,
/// and no redirect may lead to what only this machine can reach.
package struct HostPolicy: Sendable {
  /// In canonical form.
  private let owned: Set<String>

  /// - Parameter owned: What `--i-own` named.
  package init(owned: [String] = []) {
    self.owned = Set(owned.map(HostPolicy.canonical))
  }

  /// Whether a host may be near by how it is written: an address that is, or a name that is worth
  /// looking up.
  ///
  /// Names of the public tree are not even looked up. A test network's (RFC 6761 section 6.2), a
  /// link's (RFC 6762 section 3) and single labels, such as a container's, have to stand for
  /// addresses that are near: see `stranger`.
  ///
  /// - Parameter host: A name, or an address without brackets.
  package func mayReach(_ host: String) -> Bool {
    let host = HostPolicy.canonical(host)
    if owned.contains(host) { return true }
    if let address = HostPolicy.address(host) { return NetworkAddress(address).isNear }
    if host == "localhost" { return true }
    for ending in [".localhost", ".test", ".local"] where host.hasSuffix(ending) { return true }
    // What may be an address to some library is no name (WHATWG URL, "ends in a number").
    return !host.contains(".") && !host.contains(":") && HostPolicy.isHost(host)
      && !HostPolicy.isNumber(host)
  }

  /// The first of the addresses of `host` that may not be connected to; nil where all may.
  ///
  /// One is enough: who answers for a name may answer otherwise the next time.
  package func stranger(
    among addresses: [SocketAddress],
    of host: String
  ) -> SocketAddress? {
    if owned.contains(HostPolicy.canonical(host)) { return nil }
    return addresses.first { !NetworkAddress($0.octets).isNear }
  }

  /// Whether `--i-own` can name it: a host alone, without scheme, port and path.
  package static func isHost(_ text: String) -> Bool {
    if text.hasPrefix("[") != text.hasSuffix("]") { return false }
    let host = canonical(text)
    if host.contains(":") { return address(host) != nil }
    return !host.isEmpty
      && host.unicodeScalars.allSatisfy {
        $0.isASCII
          && ($0.properties.isAlphabetic || "0"..."9" ~= $0 || "-._".unicodeScalars.contains($0))
      }
  }

  /// Whether a name or an address means this machine.
  package static func isThisMachine(_ host: String) -> Bool {
    let host = canonical(host)
    if host == "localhost" || host.hasSuffix(".localhost") { return true }
    return address(host).map { NetworkAddress($0).isLoopback } ?? false
  }

  /// In lower case, without the brackets of an address and the final dot of a name.
  static func canonical(_ host: String) -> String {
    var host = Substring(host.lowercased())
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    if host.hasSuffix(".") { host = host.dropLast() }
    return String(host)
  }

  /// A label that the looser readers of addresses take for one: 2130706433, 0x7f000001.
  private static func isNumber(_ label: String) -> Bool {
    label.allSatisfy(\.isNumber)
      || label.hasPrefix("0x") && label.dropFirst(2).allSatisfy(\.isHexDigit)
  }

  /// The octets of an address: four decimal numbers, or an IPv6 address.
  ///
  /// The forms that only some libraries take, such as 127.1 and 010.0.0.1, mean different addresses
  /// to different ones, so they count as names.
  private static func address(_ host: String) -> [UInt8]? {
    var ipv4 = in_addr()
    if inet_pton(AF_INET, host, &ipv4) == 1 {
      return withUnsafeBytes(of: &ipv4) { Array($0) }
    }
    var ipv6 = in6_addr()
    let withoutZone = host.prefix { $0 != "%" }
    guard inet_pton(AF_INET6, String(withoutZone), &ipv6) == 1 else { return nil }
    return withUnsafeBytes(of: &ipv6) { Array($0) }
  }
}

/// An IP address, for the question whose it is.
struct NetworkAddress {
  /// Four octets, or sixteen that are no IPv4 address in other clothes.
  private let octets: [UInt8]

  init(_ octets: [UInt8]) {
    // ::ffff:0:0/96, RFC 4291 section 2.5.5.2.
    let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
    self.octets =
      octets.starts(with: mapped) && octets.count == 16
      ? Array(octets.dropFirst(12)) : octets
  }

  var isLoopback: Bool {
    switch octets.count {
    case 4: octets[0] == 127  // RFC 1122 section 3.2.1.3
    case 16: octets == [UInt8](repeating: 0, count: 15) + [1]  // RFC 4291 section 2.5.3
    default: false
    }
  }

  /// Whether it is this machine or in a private network.
  ///
  /// Not so link-local addresses (RFC 3927, RFC 4291 section 2.5.6), where a cloud's metadata are,
  /// and neither the two that clouds took from the private range for the same end.
  var isNear: Bool {
    if isLoopback { return true }
    switch octets.count {
    case 4:
      switch (octets[0], octets[1]) {
      case (10, _), (172, 16...31), (192, 168): return true  // RFC 1918 section 3
      default: return false
      }
    case 16:
      // fc00::/7, RFC 4193
      return octets[0] & 0xFE == 0xFC && !NetworkAddress.metadata.contains(octets)
    default: return false
    }
  }

  /// fd00:ec2::254 and fd20:ce::254.
  private static let metadata: [[UInt8]] = [
    [0xFD, 0x00, 0x0E, 0xC2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54],
    [0xFD, 0x20, 0x00, 0xCE, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54],
  ]
}
