import Foundation
import Testing

/// What runs left below `Recordings` of their current folder.
enum Recorded {
  /// Every recording can be read and holds none of the secrets of the environment.
  static func check(_ folder: URL, hiding environment: [String: String], _ place: String) throws {
    for file in files(in: folder) {
      guard let data = try? Data(contentsOf: file), !data.isEmpty else { continue }
      let text = String(decoding: data, as: UTF8.self)
      if file.pathExtension == "har" {
        #expect(try entries(of: file).isEmpty == false, "\(place): \(file.lastPathComponent)")
      }
      for secret in environment.values + Misbehaviour.secrets where !secret.isEmpty {
        #expect(!text.contains(secret), "\(place): \(file.lastPathComponent) holds \(secret)")
      }
    }
  }

  /// The recordings and the parts of such.
  static func files(in folder: URL) -> [URL] {
    let recordings = folder.appending(path: "Recordings")
    let walk = FileManager.default.enumerator(atPath: recordings.path)
    let paths = (walk?.allObjects ?? []).compactMap { $0 as? String }
    return paths.filter { $0.hasSuffix(".har") || $0.hasSuffix(".har.part") }.sorted()
      .map { recordings.appending(path: $0) }
  }

  /// The entries of a finished recording, in their order.
  static func entries(of file: URL) throws -> [[String: Any]] {
    let document = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
    let log = (document as? [String: Any])?["log"] as? [String: Any]
    return try #require(log?["entries"] as? [[String: Any]], "\(file.path) is no recording")
  }

  /// The entries of a part, one a line.
  static func lines(ofPart file: URL) throws -> [[String: Any]] {
    let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    return try text.split(separator: "\n").map { line in
      let entry = try JSONSerialization.jsonObject(with: Data(line.utf8))
      return try #require(entry as? [String: Any], "a line of \(file.path) is no entry")
    }
  }
}
