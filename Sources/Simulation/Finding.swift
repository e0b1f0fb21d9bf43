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
  /// The first of them: `PATCH /Users/7 {"Operations":[…`, and what came: `500 {"detail":…`.
  package var sent: String?
  package var got: String?
  /// What followed from it and is not told by itself.
  package var consequences: [Consequence] = []
  /// The command line that runs just that again.
  package var rerun: String
  /// The event that it is about, as the scenario writes it; nil where it is about none.
  package var event: String?
  /// Of the answer that shows it.
  package var status: Int?
  /// Why it is accepted, where a baseline knows it.
  package var known: String?

  package var isKnown: Bool { known != nil }

  /// What a finding made of an event or of an expectation.
  package struct Consequence: Sendable, Equatable {
    /// The id of its kind, or `expectation.not-judged`.
    package var id: String
    package var line: Int
    package var exchanges: [Int]
    /// `deactivate ada failed`, `expect refreshes 1`.
    package var what: String

    package static let notJudged = "expectation.not-judged"
  }

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
  /// Left out, with why.
  case skipped
  /// A grant could not be made, the app was not reached, or it gave no chance to be judged.
  case notJudged = "not-judged"
  /// The standards leave it open.
  case observed
  /// A SHOULD.
  case warning
  /// A MUST, or the link cannot survive.
  case failed

  package static func < (left: Verdict, right: Verdict) -> Bool {
    (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
  }

  /// What tools call a finding of that verdict.
  var severity: String {
    switch self {
    case .failed: "error"
    case .warning: "warning"
    default: "observed"
    }
  }

  /// For people: `not judged`.
  package var words: String { self == .notJudged ? "not judged" : rawValue }

  init(_ level: Scenario.Level) {
    switch level {
    case .must: self = .failed
    case .should: self = .warning
    case .may: self = .observed
    }
  }
}
