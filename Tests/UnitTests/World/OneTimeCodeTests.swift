import Testing

@testable import World

@Suite struct OneTimeCodeTests {
  /// RFC 6238 appendix B, the last six digits.
  @Test(arguments: [
    (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"),
    (1_234_567_890, "005924"), (2_000_000_000, "279037"), (20_000_000_000, "353130"),
  ])
  func `codes are those of the standard`(seconds: Int, code: String) {
    #expect(OneTimeCode(base32: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")?.code(at: seconds) == code)
  }

  /// FIPS 180-2, appendix A.
  @Test(arguments: [
    ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
    ),
    ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
  ])
  func `SHA-1 is what it is`(text: String, digest: String) {
    let hexadecimal = SHA1.digest(Array(text.utf8)).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
    #expect(hexadecimal == digest)
  }

  /// RFC 2202, case 6: a key longer than a block.
  @Test func `a long key is hashed first`() {
    let code = SHA1.authenticationCode(
      of: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
      key: [UInt8](repeating: 0xAA, count: 80)
    )
    #expect(code.prefix(4) == [0xAA, 0x4A, 0xE5, 0xE1])
  }

  @Test func `a secret is known in each of its spellings`() {
    #expect(
      OneTimeCode.spellings(of: "jbsw y3dp-EHPK3===") == [
        "JBSWY3DPEHPK3", "jbswy3dpehpk3", "JBSW Y3DP EHPK 3", "jbsw y3dp ehpk 3",
        "JBSW-Y3DP-EHPK-3", "jbsw-y3dp-ehpk-3",
      ]
    )
  }

  @Test(arguments: ["", "0189", "äöü", "A"])
  func `what is no Base32 is none`(text: String) {
    #expect(OneTimeCode(base32: text) == nil)
  }
}
