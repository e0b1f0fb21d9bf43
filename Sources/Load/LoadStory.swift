import Profiles

/// A load that answers a question of whoever runs an app.
///
/// It says who is there, what comes when, and what is done to the app meanwhile; a `.load` file holds one.
package struct LoadStory: Sendable, Equatable {
  /// Events that come at a rate.
  package struct Stream: Sendable, Equatable {
    /// nil: the load's own mix.
    package var mix: EventMix?
    package var rate: ArrivalRate
    package var shape: String
    /// nil: for the whole load.
    package var part: Range<Duration>?
    /// From 0; nil: all orgs.
    package var org: Int?
  }

  /// Events that come all at once.
  package struct Burst: Sendable, Equatable {
    package var at: Duration
    package var kind: EventMix.Kind
    package var count: Count
    /// From 0; nil: all orgs.
    package var org: Int?
  }

  package enum Count: Sendable, Equatable {
    case number(Int)
    /// As many as the org has people when the load begins.
    case all
  }

  /// What this program keeps from the app for a while.
  package struct Outage: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
      /// Token requests wait here until it is over.
      case holdTokenRequests = "hold token requests"
      /// No request reaches the app.
      case loseRequests = "lose requests"
    }

    package var kind: Kind
    package var part: Range<Duration>
  }

  /// A hook of the profile that is called.
  package struct Act: Sendable, Equatable {
    package var at: Duration
    package var hook: String
  }

  /// The highest rate that the app bears is looked for.
  package struct Search: Sendable, Equatable {
    package var from: ArrivalRate
    /// How long each rate is tried.
    package var each: Duration
  }

  package var name: String
  package var title = ""
  package var asks = ""
  package var needs: [Need] = []
  package var orgs = 10
  package var users = 5
  /// By org, from 0.
  package var usersOfOrg: [Int: Int] = [:]
  package var jobsAtOnce: Int?
  package var tokens = LoadSettings.Tokens.natural
  package var duration = Duration.seconds(60)
  package var warmUp = Duration.zero
  package var mix: EventMix?
  /// Settings of the embedded sample app, `users=100000`, for a profile that has one.
  package var sampleApp: [String] = []
  package var thresholds: [Threshold] = []
  package var answers: [Answer] = []
  package var streams: [Stream] = []
  package var bursts: [Burst] = []
  package var outages: [Outage] = []
  package var acts: [Act] = []
  package var search: Search?

  package init(name: String) { self.name = name }

  /// Whether anything of it is said in days.
  package var hasDays: Bool {
    duration >= ArrivalRate.wholeDay
      || (streams.map(\.rate) + [search?.from].compactMap(\.self))
        .contains { $0.unit == .day }
  }

  /// The same with a day that lasts as long as `day`: rates of a day, and all instants where the story
  /// lasts for days.
  package func played(withDaysOf day: Duration) -> LoadStory {
    var story = self
    for place in streams.indices { story.streams[place].rate.day = day }
    story.search?.from.day = day
    guard duration >= ArrivalRate.wholeDay else { return story }
    let factor = day / ArrivalRate.wholeDay
    func scaled(_ part: Range<Duration>) -> Range<Duration> {
      part.lowerBound * factor..<part.upperBound * factor
    }
    story.duration = duration * factor
    story.warmUp = warmUp * factor
    for place in streams.indices {
      story.streams[place].part = streams[place].part.map(scaled)
    }
    for place in bursts.indices { story.bursts[place].at = bursts[place].at * factor }
    for place in acts.indices { story.acts[place].at = acts[place].at * factor }
    for place in outages.indices { story.outages[place].part = scaled(outages[place].part) }
    return story
  }

  /// Kinds of event that it has besides the load's own mix.
  package var kinds: [EventMix.Kind] {
    streams.flatMap { $0.mix?.weights.map(\.kind) ?? [] } + bursts.map(\.kind)
  }

  /// The last instant of which it says anything.
  package var lastInstant: Duration {
    (streams.compactMap(\.part?.upperBound) + bursts.map(\.at) + outages.map(\.part.upperBound)
      + acts.map(\.at)).max() ?? .zero
  }

  /// From when to when something is done to the app besides having events come; nil for nothing.
  ///
  /// As long as a crowd waits its events are slow, and that says nothing of the app.
  package var disturbance: Range<Duration>? {
    let parts = outages.map(\.part) + acts.map { $0.at..<$0.at }
    guard let first = parts.map(\.lowerBound).min(), let last = parts.map(\.upperBound).max() else {
      return nil
    }
    return first..<last
  }

  /// Orgs that something particular happens to.
  package var orgsInParticular: Set<Int> {
    Set(streams.compactMap(\.org) + bursts.compactMap(\.org))
  }

  /// Why a profile cannot play it; nil where it can.
  package func unmetNeed(in profile: IntegrationProfile) -> String? {
    for need in needs {
      if let reason = Needs.reason(need, profile) { return "needs \(need.words): \(reason)" }
    }
    for act in acts {
      if let reason = Needs.reason(.hook(act.hook), profile) { return reason }
    }
    for kind in kinds {
      if let capability = kind.capability, !profile.scim.capabilities.contains(capability) {
        return "\(kind.rawValue) needs \(capability.rawValue), which the profile does not switch on"
      }
    }
    return nil
  }
}

/// A sentence with measures in braces: `{refresh.p99} is the slowest refresh of a hundred`.
package struct Answer: Sendable, Equatable {
  package enum Part: Sendable, Equatable {
    case words(String)
    case measure(LoadMeasure)
  }

  package enum Problem: Error, Equatable {
    case measure(LoadMeasure.Problem)
    case brace
  }

  package let parts: [Part]
  /// As it was written.
  package let text: String

  package init(_ text: String) throws(Problem) {
    self.text = text
    var parts: [Part] = []
    var rest = text
    while !rest.isEmpty {
      let sides = rest.split(at: "{")
      if !sides.first.isEmpty { parts.append(.words(sides.first)) }
      guard let behind = sides.rest else { break }
      let inner = behind.split(at: "}")
      guard let after = inner.rest else { throw .brace }
      do throws(LoadMeasure.Problem) {
        parts.append(.measure(try LoadMeasure(inner.first)))
      } catch {
        throw .measure(error)
      }
      rest = after
    }
    self.parts = parts
  }

  /// With what was measured in place of the braces; `–` where nothing was.
  package func filled(_ result: LoadResult) -> String {
    parts.map { part in
      switch part {
      case .words(let words): words
      case .measure(let measure): measure.value(in: result).map(measure.words) ?? "–"
      }
    }.joined()
  }
}
