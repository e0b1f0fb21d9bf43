/// What a report says of a load besides what was measured: all that a merge needs of the settings.
package struct LoadSummary: Sendable, Equatable {
  package struct Story: Sendable, Equatable {
    package var name: String
    package var asks: String
    package var answers: [Answer]

    package init(name: String, asks: String, answers: [Answer]) {
      self.name = name
      self.asks = asks
      self.answers = answers
    }
  }

  package var profile: String
  package var seed: UInt64
  /// Milliseconds since 1970 at the start of the run.
  package var runStart: Int64
  package var isVirtual: Bool
  package var thresholds: [Threshold]
  package var story: Story?
  package var shard: LoadShard?
  /// The command line, without what says where reports go and which shard it is.
  package var again: String

  package init(
    profile: String,
    seed: UInt64,
    runStart: Int64,
    isVirtual: Bool,
    thresholds: [Threshold],
    story: Story?,
    shard: LoadShard?,
    again: String
  ) {
    self.profile = profile
    self.seed = seed
    self.runStart = runStart
    self.isVirtual = isVirtual
    self.thresholds = thresholds
    self.story = story
    self.shard = shard
    self.again = again
  }
}

extension LoadSettings {
  package var summary: LoadSummary {
    LoadSummary(
      profile: profile.name,
      seed: seed,
      runStart: runStart,
      isVirtual: profile.embeddedSampleApp?.clock == .virtual,
      thresholds: thresholds,
      story: story.map {
        LoadSummary.Story(
          name: $0.name,
          asks: $0.asks.isEmpty ? $0.title : $0.asks,
          answers: $0.answers
        )
      },
      shard: shard,
      again: again
    )
  }
}

/// A part of a load's orgs, of which each plays its own of the one schedule: `3/20`.
package struct LoadShard: Sendable, Equatable, CustomStringConvertible {
  /// From 1.
  package var number: Int
  package var count: Int

  package static let most = 10_000

  package init?(number: Int, count: Int) {
    guard (1...LoadShard.most).contains(count), (1...count).contains(number) else { return nil }
    self.number = number
    self.count = count
  }

  /// nil where the text is no part of a whole.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]) else {
      return nil
    }
    self.init(number: number, count: count)
  }

  /// - Parameter org: From 0.
  package func has(_ org: Int) -> Bool { org % count == number - 1 }

  package var description: String { "\(number)/\(count)" }
}
