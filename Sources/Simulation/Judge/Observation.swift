import Profiles

/// What a check says of exchanges, before the record adds where it was.
struct Observation: Sendable {
  var kind: FindingKind
  /// One sentence, lower case, no final stop.
  var message: String
  /// Numbers of the exchanges that show it.
  var exchanges: [Int]
  /// Less than the kind's level, where this one is less.
  var level: Scenario.Level
  var party: Finding.Party
  /// Those of the kind's modes that it is about.
  var modes: [String]
  /// Other words than the kind's, where more can be said.
  var advice: String?
  /// The scenario's line that it is about; nil: that of the event of its first exchange.
  var line: Int?
  /// The event that it is about, where no exchange tells.
  var event: Int?
  /// The attribute that it is about, if it is about one.
  var attribute: String?
  /// Others of which the same was found.
  var otherAttributes: [String] = []
  /// Whose state it is about, if it is about somebody's.
  var subjects: Set<String>

  init(
    _ kind: FindingKind,
    _ message: String,
    _ exchanges: [Int],
    level: Scenario.Level? = nil,
    about subject: String? = nil
  ) {
    self.kind = kind
    self.message = message
    self.exchanges = exchanges
    self.subjects = subject.map { [$0] } ?? []
    let row = kind.row
    self.level = level ?? row.level
    self.party = row.party
    self.modes = row.modes
  }

  var verdict: Verdict { Verdict(level) }
}
