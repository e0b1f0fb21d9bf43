import World

/// What is due when, of all orgs: one list, which each part of a load reads whole.
package struct LoadSchedule: Sequence, IteratorProtocol, Sendable {
  package struct Entry: Sendable, Equatable {
    package var number: Int
    package var due: Duration
    package var org: Int
    package var kind: EventMix.Kind
  }

  private var instants: Pace.Instants
  private var chance: SeededRandom
  private let orgs: Int
  private let mix: EventMix
  private var number = 0

  package init(_ settings: LoadSettings, _ pace: Pace) {
    let seed = SeededRandom(seed: settings.seed)
    instants = pace.instants(seed.stream(named: "instants"))
    chance = seed.stream(named: "schedule")
    orgs = settings.orgs
    mix = settings.mix
  }

  package mutating func next() -> Entry? {
    guard let due = instants.next() else { return nil }
    defer { number += 1 }
    let org = Int.random(in: 0..<orgs, using: &chance)
    return Entry(number: number, due: due, org: org, kind: mix.next(using: &chance))
  }
}
