import World

/// What is due when, of all orgs: one list, which each part of a load reads whole.
package struct LoadSchedule: Sequence, IteratorProtocol, Sendable {
  package struct Entry: Sendable, Equatable {
    package var number: Int
    package var due: Duration
    package var org: Int
    package var kind: EventMix.Kind
  }

  /// Where a stream is.
  private struct Source: Sendable {
    var stream: LoadStream
    var instants: Pace.Instants
    var chance: SeededRandom
    /// nil: over.
    var due: Duration?

    init(_ stream: LoadStream, _ seed: SeededRandom, _ place: Int) {
      let suffix = place == 0 ? "" : " \(place + 1)"
      self.stream = stream
      instants = stream.pace.instants(seed.stream(named: "instants" + suffix))
      chance = seed.stream(named: "schedule" + suffix)
      goOn()
    }

    mutating func goOn() { due = instants.next().map { $0 + stream.from } }
  }

  private struct Crowd: Sendable {
    var burst: LoadStory.Burst
    var count: Int
    var done = 0
  }

  private var sources: [Source]
  /// In the order in which they come.
  private var crowds: [Crowd]
  private let orgs: Int
  private var number = 0

  package init(
    _ settings: LoadSettings,
    _ streams: [LoadStream],
    _ bursts: [LoadStory.Burst] = []
  ) {
    let seed = SeededRandom(seed: settings.seed)
    orgs = settings.orgs
    sources = streams.enumerated().map { Source($0.element, seed, $0.offset) }
    crowds = bursts.map { Crowd(burst: $0, count: settings.count(of: $0)) }
      .enumerated().sorted { ($0.element.burst.at, $0.offset) < ($1.element.burst.at, $1.offset) }
      .map(\.element)
  }

  package mutating func next() -> Entry? {
    let source = sources.indices.min {
      (sources[$0].due ?? .seconds(Int64.max)) < (sources[$1].due ?? .seconds(Int64.max))
    }
    let due = source.flatMap { sources[$0].due }
    while let crowd = crowds.first, crowd.done >= crowd.count { crowds.removeFirst() }
    if let crowd = crowds.first, due.map({ crowd.burst.at <= $0 }) ?? true {
      crowds[0].done += 1
      return entry(
        crowd.burst.at,
        crowd.burst.org ?? crowd.done % orgs,
        crowd.burst.kind
      )
    }
    guard let source, let due else { return nil }
    let stream = sources[source].stream
    let org = stream.org ?? Int.random(in: 0..<orgs, using: &sources[source].chance)
    let kind = stream.mix.next(using: &sources[source].chance)
    sources[source].goOn()
    return entry(due, org, kind)
  }

  private mutating func entry(_ due: Duration, _ org: Int, _ kind: EventMix.Kind) -> Entry {
    defer { number += 1 }
    return Entry(number: number, due: due, org: org, kind: kind)
  }
}

extension LoadSettings {
  fileprivate func count(of burst: LoadStory.Burst) -> Int {
    if burst.kind == .retry { return burst.org == nil ? orgs : 1 }
    switch burst.count {
    case .number(let number): return number
    case .all:
      return burst.org.map(users(of:)) ?? (0..<orgs).reduce(0) { $0 + users(of: $1) }
    }
  }
}
