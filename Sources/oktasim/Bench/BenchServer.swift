import Foundation
import HTTP
import Loop

/// The nginx that both clients are measured on: 600 bytes of JSON to every request, over http and
/// https, from a temporary folder.
struct BenchServer {
  let httpPort: Int
  let httpsPort: Int
  /// Holds what the server and wrk need; removed at the end.
  let folder: String
  private let process: ChildProcess

  var certificateFile: String { "\(folder)/certificate.pem" }

  /// Starts the server and gives it once it answers.
  ///
  /// - Parameter sockets: Paths where it listens besides.
  static func start(
    on loop: EventLoop,
    nginx: String,
    openssl: String,
    sockets: [String]
  ) async throws -> BenchServer {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "oktasim-bench-\(ProcessInfo.processInfo.processIdentifier)").path()
    return try await loop.offload {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      do {
        try makeCertificate(in: folder, openssl: openssl)
        return try BenchServer(folder: folder, nginx: nginx, sockets: sockets)
      } catch {
        try? FileManager.default.removeItem(atPath: folder)
        throw error
      }
    }
  }

  private init(folder: String, nginx: String, sockets: [String]) throws {
    self.folder = folder
    httpPort = try StartedApp.freePort()
    httpsPort = try StartedApp.freePort()
    let configuration = BenchServer.configuration(
      folder: folder,
      httpPort: httpPort,
      httpsPort: httpsPort,
      sockets: sockets
    )
    let file = "\(folder)/nginx.conf"
    try configuration.write(toFile: file, atomically: false, encoding: .utf8)
    process = try ChildProcess(
      nginx,
      ["-p", folder, "-e", "\(folder)/error.log", "-c", file],
      output: "\(folder)/nginx.out"
    )
  }

  /// Ends the server and removes its folder.
  func stop(on loop: EventLoop) async {
    let process = self.process
    let folder = self.folder
    process.terminate()
    _ = try? await loop.offload {
      _ = process.wait()
      try? FileManager.default.removeItem(atPath: folder)
    }
  }

  /// What the server said, where it did not start.
  var complaint: String {
    let log = try? String(contentsOfFile: "\(folder)/error.log", encoding: .utf8)
    return log?.split(separator: "\n").last.map(String.init) ?? "it left no message"
  }

  private static func makeCertificate(in folder: String, openssl: String) throws {
    let process = try ChildProcess(
      openssl,
      [
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "\(folder)/key.pem",
        "-out", "\(folder)/certificate.pem",
      ],
      output: "\(folder)/openssl.out"
    )
    let end = process.wait()
    guard end.status == 0 else {
      throw BenchFailure(
        description: "could not make a certificate: openssl ended with \(end.status)"
      )
    }
  }

  private static func configuration(
    folder: String,
    httpPort: Int,
    httpsPort: Int,
    sockets: [String]
  ) -> String {
    let filler = String(repeating: "x", count: 600 - 83)
    let body =
      #"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"1","displayName":""#
      + filler + #""}"#
    let temporaryPaths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map { "  \($0)_temp_path \(folder)/\($0);\n" }.joined()
    return """
      daemon off;
      worker_processes 2;
      pid \(folder)/nginx.pid;
      error_log \(folder)/error.log error;
      events { worker_connections 1024; }
      http {
        access_log off;
        default_type application/scim+json;
        keepalive_timeout 600s;
        keepalive_requests 1000000000;
        client_max_body_size 1m;
        client_body_buffer_size 16k;
      \(temporaryPaths)
        server {
          # Else one worker may accept nearly all connections, and of one client only.
          listen 127.0.0.1:\(httpPort) reuseport;
          listen 127.0.0.1:\(httpsPort) ssl reuseport;
      \(sockets.map { "    listen unix:\($0);" }.joined(separator: "\n"))
          ssl_certificate \(folder)/certificate.pem;
          ssl_certificate_key \(folder)/key.pem;
          location / { return 200 '\(body)'; }
        }
      }

      """
  }
}
