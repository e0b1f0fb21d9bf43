import Loop
import Testing

@testable import HTTP

@Suite struct HostPolicyTests {
  @Test(arguments: [
    ("localhost", true), ("LocalHost", true), ("localhost.", true), ("app.localhost", true),
    ("acme.test", true), ("nas.local", true), ("app", true), ("my_app", true),
    ("mylocalhost", true),
    ("localhost.example.com", false), ("acme.test.example.com", false), ("app.example.com", false),
    ("app.local.", true), ("a b", false), ("", false),
    // Spellings of addresses that libraries read differently.
    ("127.1", false), ("0x7f.0.0.1", false), ("2130706433", false), ("0x7f000001", false),
    ("010.0.0.1", false), ("2852039166", false),
    // Addresses.
    ("127.0.0.1", true), ("169.254.169.254", false), ("0.0.0.0", false), ("[::1]", true),
    ("[fe80::1%25eth0]", false), ("::ffff:127.0.0.1", true), ("0:0:0:0:0:0:0:1", true),
  ])
  func `a host is worth a look-up or is not`(host: String, isWorth: Bool) {
    #expect(HostPolicy().mayReach(host) == isWorth)
  }

  @Test(arguments: [
    // 127.0.0.0/8, RFC 1122 section 3.2.1.3.
    ("126.255.255.255", false), ("127.0.0.0", true), ("127.255.255.255", true),
    ("128.0.0.0", false),
    // RFC 1918 section 3.
    ("9.255.255.255", false), ("10.0.0.0", true), ("10.255.255.255", true), ("11.0.0.0", false),
    ("172.15.255.255", false), ("172.16.0.0", true), ("172.31.255.255", true),
    ("172.32.0.0", false),
    ("192.167.255.255", false), ("192.168.0.0", true), ("192.168.255.255", true),
    ("192.169.0.0", false),
    // Link-local, RFC 3927: a cloud's metadata is there.
    ("169.254.0.0", false), ("169.254.169.254", false), ("169.254.255.255", false),
    // Nobody's, many's, a carrier's.
    ("0.0.0.0", false), ("224.0.0.1", false), ("255.255.255.255", false), ("100.64.0.1", false),
    // IPv6: loopback, fc00::/7 (RFC 4193), not fe80::/10 (RFC 4291), mapped IPv4.
    ("::1", true), ("::2", false), ("::", false),
    ("fbff::1", false), ("fc00::1", true), ("fdff::1", true), ("fe00::1", false),
    ("fe7f::1", false), ("fe80::1", false), ("febf::1", false), ("fec0::1", false),
    ("ff02::1", false), ("fd00:ec2::254", false), ("fd00:ec2::253", true),
    ("fd20:ce::254", false),
    ("::ffff:127.0.0.1", true), ("::ffff:8.8.8.8", false), ("::ffff:169.254.169.254", false),
    ("::127.0.0.1", false), ("64:ff9b::7f00:1", false), ("2001:db8::1", false),
  ])
  func `an address is near or is not, by itself and behind a name`(
    address: String,
    isNear: Bool
  ) throws {
    #expect(HostPolicy().mayReach(address) == isNear)
    let near = try Sys.lookUp(host: "127.0.0.1", port: 80)
    let found = try Sys.lookUp(host: address, port: 80)
    let stranger = HostPolicy().stranger(among: near + found, of: "app")
    #expect(stranger == (isNear ? nil : found[0]))
    #expect(HostPolicy(owned: ["App."]).stranger(among: found, of: "app") == nil)
  }

  @Test(arguments: [
    ("app.example.com", true), ("APP.example.com.", true), ("example.com", false),
    ("sub.app.example.com", false), ("2001:db8::1", true),
  ])
  func `a host is the person's own only by its whole name`(host: String, isAllowed: Bool) {
    let owned = ["App.Example.com", "[2001:db8::1]"]
    #expect(HostPolicy(owned: owned).mayReach(host) == isAllowed)
  }

  @Test(arguments: [
    ("app.example.com", true), ("10.0.0.1", true), ("[2001:db8::1]", true), ("2001:db8::1", true),
    ("my_app", true), ("https://app.example.com", false), ("app.example.com:8080", false),
    ("app.example.com/scim", false), ("[2001:db8::1", false), ("", false), ("*.example.com", false),
    ("bücher.example", false),
  ])
  func `a host is named alone`(text: String, isHost: Bool) {
    #expect(HostPolicy.isHost(text) == isHost)
  }
}
