import Foundation
import HTTP
import TestSupport
import Testing

@Suite struct SigningKeyTests {
  /// RFC 7515 appendix A.2.
  @Test func `it signs what the RFC prints as the RFC prints it`() throws {
    let key = try SigningKey(privateKey: PublishedKey.privateKey)
    let signature = key.signature(of: Array(PublishedKey.signed.utf8))
    #expect(Self.base64URL(signature) == PublishedKey.signature)
  }

  @Test func `the public half takes what the private one has signed, and nothing else`() throws {
    let key = try SigningKey(privateKey: PublishedKey.privateKey)
    let check = try SigningKey(publicKey: PublishedKey.publicKey)
    let message = Array("a message".utf8)
    var signature = key.signature(of: message)
    #expect(check.isSignature(signature, of: message))
    #expect(!check.isSignature(signature, of: message + [0]))
    #expect(try !SigningKey().isSignature(signature, of: message))
    #expect(!check.isSignature([], of: message))
    #expect(!check.isSignature(Array(signature.dropLast()), of: message))
    signature[7] ^= 1
    #expect(!check.isSignature(signature, of: message))
  }

  @Test(arguments: [
    "", "no PEM", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
    PublishedKey.publicKey, String(PublishedKey.privateKey.dropLast(60)),
  ])
  func `what holds no private key is refused`(text: String) {
    #expect(throws: SigningKey.Problem.self) { try SigningKey(privateKey: text) }
  }

  // openssl genpkey -algorithm ED25519, and the same with -aes256 -pass pass:x
  @Test(arguments: [
    (
      """
      -----BEGIN PRIVATE KEY-----
      MC4CAQAwBQYDK2VwBCIEIA093INedGUBMFSXajJrAIrr47zR/XOtgEZXg0Qf0sIz
      -----END PRIVATE KEY-----
      """, "no RSA key"
    ),
    (
      """
      -----BEGIN ENCRYPTED PRIVATE KEY-----
      MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhoFbj3//BCFAICCAAw
      DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEH43lnq1UzRF1WoeL/QZYFsEQNxV
      zJoeyIEdnaSGZHesAAEzGMPGmiSqYtcK+fC8Mbx45+K3j7nrG9/XZw0TCQ+MP4XS
      vC/a7zieVXu0oQeMYWs=
      -----END ENCRYPTED PRIVATE KEY-----
      """, "no private key in PEM without a passphrase"
    ),
  ])
  func `a key of another kind and one with a passphrase are refused without a question`(
    text: String,
    words: String
  ) {
    #expect {
      try SigningKey(privateKey: text)
    } throws: { error in
      (error as? SigningKey.Problem)?.description == words
    }
  }

  private static func base64URL(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
  }
}
