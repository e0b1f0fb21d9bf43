import Foundation
import Testing

/// Certificates of an authority that no system knows.
enum PrivateAuthority {
  /// Makes `authority.pem`; `app.pem` and `app.key` for 127.0.0.1 and localhost; `stranger.pem` and
  /// `stranger.key`, which name another host.
  ///
  /// Without the `openssl` command the test is skipped.
  static func make(in folder: URL) async throws {
    let newKey = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
    let signed = "-CA authority.pem -CAkey authority.key"
    let near = "-addext subjectAltName=IP:127.0.0.1,DNS:localhost"
    let ending = try await Program.shell(
      """
      set -e
      openssl version
      openssl req -x509 \(newKey) -subj '/CN=A private authority' -days 2 \
        -keyout authority.key -out authority.pem
      openssl req -x509 \(newKey) \(signed) -subj /CN=app \(near) -days 2 \
        -keyout app.key -out app.pem
      openssl req -x509 \(newKey) \(signed) -subj /CN=other \
        -addext subjectAltName=DNS:app.example.com -days 2 -keyout stranger.key -out stranger.pem
      """,
      folder: folder
    )
    guard ending.status == 0 else {
      try Test.cancel("no certificates without the openssl command: \(ending.lines.last ?? "")")
    }
  }
}
