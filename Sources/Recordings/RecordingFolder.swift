import Foundation
import World

/// The folder that a profile's recordings go to: `Recordings/acme-chat`.
///
/// It is named after the profile's folder. Where that of another profile has the name already, as
/// `.profile` in it tells, it gets a number, the same in each run.
package enum RecordingFolder {
  private static let marker = ".profile"
  private static let most = 100

  /// - Parameters:
  ///   - root: What holds the folders of all profiles.
  ///   - file: The profile's file.
  package static func choose(below root: String, forProfile file: String) -> String {
    let manager = FileManager.default
    let path = URL(fileURLWithPath: file).standardizedFileURL.path
    let name = self.name(ofProfile: path)
    for number in 1..<most {
      let folder = "\(root)/\(name)\(number == 1 ? "" : "-\(number)")"
      switch owner(of: folder) {
      case path: return folder
      case .some: continue
      case nil:
        // What cannot be written now shows with the first recording.
        try? manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try? StateFile.writeNow(path: "\(folder)/\(marker)", followsLinks: false) { write in
          try write(Array((path + "\n").utf8))
        }
        return folder
      }
    }
    return "\(root)/\(name)"
  }

  private static func name(ofProfile path: String) -> String {
    let parts = path.split(separator: "/").map(String.init)
    let folder = parts.dropLast().last ?? "profile"
    let stem = parts.last.map { $0.hasSuffix(".json") ? String($0.dropLast(5)) : $0 } ?? ""
    return stem == "profile" || stem.isEmpty ? folder : "\(folder)-\(stem)"
  }

  private static func owner(of folder: String) -> String? {
    let path = "\(folder)/\(marker)"
    guard StateFile.isPlain(path), let handle = try? StateFile.openForReading(path),
      let data = try? handle.read(upToCount: 1 << 14)
    else { return nil }
    let text = String(decoding: data, as: UTF8.self)
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
  }
}
