import Foundation
import Profiles

/// The report for GitHub's Actions (`--github`): workflow commands, of which each becomes an
/// annotation at a line of the repository.
///
/// GitHub, "Workflow commands for GitHub Actions". It shows ten of each kind for a step, so those
/// that matter most stand first.
package struct GitHubReport: Sendable {
  private let outcome: RunOutcome
  private let repository: Repository

  package init(_ outcome: RunOutcome, in repository: Repository) {
    self.outcome = outcome
    self.repository = repository
  }

  package var text: String {
    outcome.distinct.map(command).joined()
      + (outcome.baseline?.problems ?? []).map { entry, words in
        let path = outcome.baseline.flatMap { repository.path(of: $0.file) }
        var properties = path.map { [("file", $0), ("line", "\(entry.position.line)")] } ?? []
        properties.append(("title", "baseline: \(entry.finding)"))
        return command("error", properties, words)
      }.joined()
  }

  private func command(_ distinct: DistinctFinding) -> String {
    let finding = distinct.finding
    let places = [
      FilePlace(of: finding, in: distinct.result.record),
      FilePlace(inProfileOf: finding, in: distinct.result.record),
    ]
    var properties: [(String, String)] = []
    for place in places where properties.isEmpty {
      guard let path = repository.path(of: place.file) else { continue }
      properties = [("file", path), ("line", "\(place.line)"), ("col", "\(place.column)")]
    }
    properties.append(("title", "\(finding.id) (\(finding.party.rawValue))"))
    var lines = [finding.message, finding.advice, finding.source]
    lines.append(
      distinct.scenarioCount > 1
        ? "in \(distinct.scenarioCount) scenarios" : "in \(finding.scenario)"
    )
    lines.append("again: \(finding.rerun)")
    return command(word(for: finding.verdict), properties, lines.joined(separator: "\n"))
  }

  private func command(
    _ name: String,
    _ properties: [(String, String)],
    _ message: String
  ) -> String {
    "::\(name) "
      + properties.map { "\($0)=\(escape($1, alsoInProperties: true))" }.joined(separator: ",")
      + "::\(escape(message))\n"
  }

  private func word(for verdict: Verdict) -> String {
    verdict == .observed ? "notice" : verdict.severity
  }

  /// As the runner's own toolkit does (github.com/actions/toolkit, `command.ts`).
  private func escape(_ text: String, alsoInProperties isProperty: Bool = false) -> String {
    // By scalars: a return with a line feed behind it is one character.
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "%": "%25"
      case "\r": "%0D"
      case "\n": "%0A"
      case ":" where isProperty: "%3A"
      case "," where isProperty: "%2C"
      default: String(scalar)
      }
    }.joined()
  }
}

/// The folder that holds what the user's repository holds.
package struct Repository: Sendable {
  private let root: String
  private let folder: String

  /// - Parameters:
  ///   - root: nil where nobody says; it is the current folder then.
  ///   - folder: The current folder, which relative paths start from.
  package init(root: String?, folder: String) {
    self.folder = Repository.real(folder)
    self.root = Repository.real(root ?? folder)
  }

  /// The path of a file below the root; nil where it is not there.
  func path(of file: String) -> String? {
    let path = Repository.plain(file.hasPrefix("/") ? file : folder + "/" + file)
    let start = root == "/" ? root : root + "/"
    return path.hasPrefix(start) ? String(path.dropFirst(start.count)) : nil
  }

  /// Both may be named by way of links.
  private static func real(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  }

  /// Without `.`, `..` and a slash at the end.
  private static func plain(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.path
  }
}
