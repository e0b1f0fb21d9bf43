import HTTP
import JSON
import Profiles

/// Where a report points, in a file that somebody who runs the program has.
struct FilePlace: Sendable, Equatable {
  var file: String
  /// From 1, both.
  var line: Int
  var column: Int

  /// Where the scenario asks for what was found; of a scenario that is in no file of theirs, where
  /// the profile names the endpoint concerned.
  init(of finding: Finding, in record: ScenarioRecord) {
    guard record.scenario.isInFile else {
      self.init(inProfileOf: finding, in: record)
      return
    }
    self.init(file: finding.file, line: finding.line, text: record.scenario.source)
  }

  /// Where the profile names the endpoint that a finding is about.
  init(inProfileOf finding: Finding, in record: ScenarioRecord) {
    let exchange = finding.exchanges.first.flatMap { record.exchange($0) }
    let places = record.profile.endpointPlaces
    let place =
      switch exchange?.intent.party {
      case .browserPages, .metadata: places.authorizationEndpoint
      case .tokenEndpoint: places.tokenEndpoint
      case .revocationEndpoint: places.revocationEndpoint
      case .serviceProvider: places.baseURL
      case .hook, nil:
        finding.party == .authorizationServer ? places.tokenEndpoint : places.baseURL
      }
    self.init(
      file: record.profile.file,
      line: place.line,
      column: FilePlace.column(of: place.text)
    )
  }

  /// The file that a scenario stands in, or else the profile's.
  static func file(of scenario: Scenario, _ profile: IntegrationProfile) -> String {
    scenario.isInFile ? scenario.source.file : profile.file
  }

  private init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  private init(file: String, line: Int, text: SourceText) {
    self.init(file: file, line: line, column: FilePlace.column(of: text.line(line)))
  }

  /// Where a line's words begin.
  static func column(of line: String) -> Int {
    line.unicodeScalars.prefix { $0 == " " || $0 == "\t" }.count + 1
  }
}

extension FilePlace: CustomStringConvertible {
  var description: String { "\(file):\(line):\(column)" }
}

extension Scenario {
  /// Whether it was read from a file: not from the program itself, and not from standard input.
  fileprivate var isInFile: Bool {
    !source.file.hasPrefix(ScenarioFiles.builtIn) && source.file != "-"
  }
}
