import Testing

@testable import oktasim

@Suite struct HostPolicyTests {
  @Test(arguments: [
    // Names.
    ("localhost", true), ("LocalHost", true), ("localhost.", true), ("app.localhost", true),
    ("acme.test", true), ("nas.local", true),
    ("test", false), ("local", false), ("mylocalhost", false), ("localhost.example.com", false),
    ("acme.test.example.com", false), ("app.example.com", false), ("app", false),
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
    // Spellings that libraries read differently count as names.
    ("127.1", false), ("0x7f.0.0.1", false), ("2130706433", false), ("010.0.0.1", false),
    ("0.0.0.0", false),
    // IPv6: loopback, fc00::/7 (RFC 4193), not fe80::/10 (RFC 4291), mapped IPv4.
    ("::1", true), ("[::1]", true), ("::2", false), ("::", false), ("0:0:0:0:0:0:0:1", true),
    ("fbff::1", false), ("fc00::1", true), ("fdff::1", true), ("fe00::1", false),
    ("fe7f::1", false), ("fe80::1", false), ("febf::1", false), ("fec0::1", false),
    ("::ffff:127.0.0.1", true), ("::ffff:8.8.8.8", false), ("2001:db8::1", false),
  ])
  func `a host is near or is not`(host: String, isNear: Bool) {
    #expect(HostPolicy.allows(host, owned: []) == isNear)
  }

  @Test(arguments: [
    ("app.example.com", true), ("APP.example.com.", true), ("example.com", false),
    ("sub.app.example.com", false), ("2001:db8::1", true),
  ])
  func `a host is the person's own only by its whole name`(host: String, isAllowed: Bool) {
    let owned = ["App.Example.com", "[2001:db8::1]"]
    #expect(HostPolicy.allows(host, owned: owned) == isAllowed)
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
