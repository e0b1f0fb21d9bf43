import JSON

/// A scripted story: what an admin, or Okta itself, does and what must happen.
package struct Scenario: Sendable {
  /// The file's stem: its name in reports, recordings and on the command line.
  package var name: String
  package var title: String
  /// Failure modes, `F-02`.
  package var covers: [String]
  package var tags: [String]
  package var level: Level
  package var needs: [Need]
  package var seed: UInt64?
  package var blocks: [Block]
  /// What stands under `at end`.
  package var atEnd: [Expectation]
  package var source: SourceText

  package init(
    name: String,
    title: String,
    covers: [String] = [],
    tags: [String] = [],
    level: Level = .must,
    needs: [Need] = [],
    seed: UInt64? = nil,
    blocks: [Block],
    atEnd: [Expectation] = [],
    source: SourceText
  ) {
    self.name = name
    self.title = title
    self.covers = covers
    self.tags = tags
    self.level = level
    self.needs = needs
    self.seed = seed
    self.blocks = blocks
    self.atEnd = atEnd
    self.source = source
  }

  package enum Level: String, Sendable, CaseIterable {
    case must, should, may
  }

  /// The events between two time lines.
  package struct Block: Sendable {
    package var start: Start
    /// The time line that opens it; nil for what stands before the first one.
    package var line: Int?
    /// In order of the file.
    ///
    /// Each event starts when the one before it has ended, unless the block starts `at once`.
    package var events: [ScenarioEvent]

    package init(start: Start, line: Int?, events: [ScenarioEvent]) {
      self.start = start
      self.line = line
      self.events = events
    }
  }

  package enum Start: Sendable, Equatable {
    case immediately
    /// Time from the scenario's start.
    case at(Duration)
    /// Time from the end of the event before.
    case after(Duration)
    case afterLifetimes(Double)
    case afterAccessTokenExpires
    /// All events of the block start together.
    case atOnce

    /// Whether a token's lifetime decides when it is.
    package var isInLifetimes: Bool {
      switch self {
      case .afterLifetimes, .afterAccessTokenExpires: true
      case .immediately, .at, .after, .atOnce: false
      }
    }
  }

  /// All events in the order of the file.
  package var events: [ScenarioEvent] { blocks.flatMap(\.events) }

  /// In the order in which they come up; what shipped scenarios do without is one org.
  package var orgs: [String] {
    events.map(\.org).reduce(into: []) { orgs, org in if !orgs.contains(org) { orgs.append(org) } }
  }
}

/// One event line of a scenario with what is expected of it.
package struct ScenarioEvent: Sendable {
  /// Its number in the scenario, from 0, in the order of the file.
  package var index: Int
  package var event: LifecycleEvent
  package var line: Int
  /// The column at which its text starts, from 1.
  package var column: Int
  /// The line as written, without indentation and comment.
  package var text: String
  package var expectations: [Expectation]
  /// The person or the group that it is about, a group by its first name; no two have the same.
  package var subject: String?
  /// The org in which it happens.
  package var org = OrgSwitch.first
  /// Of a plan: the line of the scenario file that the event was made from, if the plan says it.
  package var originLine: Int?

  package init(
    index: Int,
    event: LifecycleEvent,
    line: Int,
    column: Int,
    text: String,
    expectations: [Expectation],
    originLine: Int? = nil
  ) {
    self.index = index
    self.event = event
    self.line = line
    self.column = column
    self.text = text
    self.expectations = expectations
    self.originLine = originLine
  }
}

/// What a scenario asks of profile and app before it can run.
package enum Need: Sendable, Equatable {
  case capability(Capability)
  /// An app whose roles and entitlements Okta gives to people.
  case entitlements
  /// An app whose schemas Okta reads.
  case userSchema
  case revocation
  case hook(String)
  case secondClient
  case secondLogin
  case lifetimeAtMost(Duration)
  /// The app's window of grace for a refresh token that was replaced.
  case windowAtMost(Duration)
}
