import Profiles

/// What was found, as a reader of the report needs it: where, whose, why and what to do.
package struct Finding: Sendable, Equatable {
  /// Stable: what a baseline names.
  ///
  /// `F-02.wrong-status`.
  package var id: String
  package var scenario: String
  /// Names of the catalogue of failure modes: `F-02`.
  package var failureModes: [String]
  package var verdict: Verdict
  package var level: Scenario.Level
  package var party: Party
  /// One sentence, lower case, no final stop.
  package var message: String
  package var advice: String
  /// RFC section or Okta document.
  package var source: String
  package var file: String
  package var line: Int
  /// Numbers within the scenario, from 1.
  package var exchanges: [Int]
  /// The command line that runs just that again.
  package var rerun: String

  package enum Party: String, Sendable {
    case authorizationServer = "authorization server"
    case serviceProvider = "SCIM service provider"
    case both
    case oktasim
  }
}

/// How a scenario or a finding ends; from best to worst.
package enum Verdict: String, Sendable, Comparable, CaseIterable {
  case passed
  case skipped
  /// The standards leave it open.
  case observed
  /// A SHOULD.
  case warning
  /// A MUST, or the link cannot survive.
  case failed

  package static func < (left: Verdict, right: Verdict) -> Bool {
    (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
  }

  init(_ level: Scenario.Level) {
    switch level {
    case .must: self = .failed
    case .should: self = .warning
    case .may: self = .observed
    }
  }
}

/// What a check says of a record, before the record adds where it was.
struct Observation {
  var id: String
  var failureModes: [String] = []
  var level = Scenario.Level.must
  var party: Finding.Party
  var message: String
  var advice: String
  var source: String
  var exchanges: [Int]
  /// The scenario's line that it is about; nil: that of the event of its first exchange.
  var line: Int?
  /// What follows from it and is not told a second time.
  var explains = Scope.event

  enum Scope {
    /// How an error is dressed does not say why there was one.
    case nothing
    /// That an event failed on one of its exchanges.
    case event
    /// That too, and what a look at the user finds: the app does not hold what it was sent.
    case user
    /// That an event failed, and that nothing was refreshed: the grant cannot outlive its access
    /// token.
    case refreshes
  }
}
