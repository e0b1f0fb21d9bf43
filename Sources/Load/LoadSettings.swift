import Okta
import Profiles

/// What a load is asked to do.
package struct LoadSettings: Sendable {
  package enum Arrival: Sendable {
    /// Events come when they are due, whatever has become of those before.
    case open([LoadStream], [LoadStory.Burst])
    /// So many are under way at any time: one that ends makes room for the next.
    case closed(Int)
    /// The highest rate is looked for.
    case search(LoadStory.Search)
  }

  /// What state the orgs' tokens are in when the load begins.
  package enum Tokens: String, Sendable, CaseIterable {
    /// As they have become since the grants were made.
    case natural
    /// Past their end: each org's first event refreshes.
    case dead
    /// Refreshed just before.
    case live
  }

  package var profile: IntegrationProfile
  package var orgs: Int
  /// People in each org when the load begins.
  package var users: Int
  /// Where an org has others than most, by its place from 0.
  package var usersOfOrg: [Int: Int] = [:]
  package var arrival: Arrival
  package var duration: Duration
  package var mix: EventMix
  package var tokens = Tokens.natural
  package var jobsAtOnce: Int
  /// Events of all orgs that may wait, beyond which they are dropped; nil for no limit.
  package var maxBacklog: Int?
  /// What comes before it is not measured.
  package var warmUp = Duration.zero
  package var seed: UInt64
  package var namespace: String
  /// How long a load may take, with what is under way at its end; nil for as long as Okta takes.
  ///
  /// So long an org may pause in all, too, where the app answers 429, beyond which an event is not made:
  /// Okta pauses for days where the app says nothing of when.
  package var timeLimit: Duration?
  package var cleanUp = CleanUpMode.deactivate
  /// How long the clean-up may take.
  package var cleanUpLimit = Duration.seconds(300)
  /// Grants of earlier loads, to which those of this one are added; nil where nobody keeps them.
  package var savedGrants: SavedGrants?
  package var thresholds: [Threshold] = []
  /// Which of the orgs are played; nil for all.
  package var shard: LoadShard?
  /// When the load begins, in milliseconds since 1970; nil for as soon as it can.
  package var startAt: Int64?
  /// Whether a broken threshold ends the load.
  package var abortsOnFail = false
  /// Whether the models of a run watch each org.
  package var isJudged = true
  /// What the load follows, if it follows a file.
  package var story: LoadStory?
  /// The command line, without the program's name.
  package var again: String
  /// Milliseconds since 1970 at the start of the run.
  package var runStart: Int64

  package init(
    profile: IntegrationProfile,
    orgs: Int,
    users: Int,
    arrival: Arrival,
    duration: Duration,
    mix: EventMix,
    jobsAtOnce: Int,
    seed: UInt64,
    namespace: String,
    again: String,
    runStart: Int64
  ) {
    self.profile = profile
    self.orgs = orgs
    self.users = users
    self.arrival = arrival
    self.duration = duration
    self.mix = mix
    self.jobsAtOnce = jobsAtOnce
    self.seed = seed
    self.namespace = namespace
    self.again = again
    self.runStart = runStart
  }

  package func users(of org: Int) -> Int { usersOfOrg[org] ?? users }

  /// How long a second of a report is: reports have at most an hour of them.
  var interval: Duration {
    let hours = (duration.inSeconds / 3_600).rounded(.up)
    return .seconds(max(1, Int64(hours)))
  }
}

/// Events at a rate, of all orgs or of one.
package struct LoadStream: Sendable, Equatable {
  package var pace: Pace
  package var mix: EventMix
  /// When it begins.
  package var from: Duration
  package var org: Int?

  package init(pace: Pace, mix: EventMix, from: Duration = .zero, org: Int? = nil) {
    self.pace = pace
    self.mix = mix
    self.from = from
    self.org = org
  }
}
