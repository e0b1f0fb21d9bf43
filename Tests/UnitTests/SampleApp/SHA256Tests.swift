import Testing

@testable import SampleApp

extension SampleAppTests {
  @Suite struct SHA256Tests {
    // The examples published with FIPS 180-4; the last one needs a second block for its padding.
    @Test(arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
    func `the standard's examples come out`(message: String, digest: String) {
      let hex = SHA256.hash(Array(message.utf8)).map { byte in
        String(byte >> 4, radix: 16) + String(byte & 0xF, radix: 16)
      }
      #expect(hex.joined() == digest)
    }
  }
}
