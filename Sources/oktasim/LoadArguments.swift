import Load
import Okta
import Profiles
import World

/// What `oktasim load` was asked to do.
struct LoadArguments {
  let settings: LoadSettings

  init(_ arguments: Arguments, _ profile: IntegrationProfile) throws(UsageError) {
    let isVirtual = profile.embeddedSampleApp?.clock == .virtual
    var chance = SystemRandomNumberGenerator()
    let seed =
      arguments.seed("--seed") ?? (isVirtual ? 1 : UInt64.random(in: 1...99_999, using: &chance))
    var seeded = SeededRandom(seed: seed).stream(named: "namespace")
    let orgs = arguments.integer("--orgs") ?? 10
    let duration = arguments.duration("--for") ?? .seconds(60)
    guard duration > .zero else {
      throw UsageError("a load of no time has no events", help: "write --for 1m")
    }
    var settings = LoadSettings(
      profile: profile,
      orgs: orgs,
      users: arguments.integer("--users") ?? 5,
      arrival: try Self.arrival(arguments, orgs: orgs, duration),
      duration: duration,
      mix: try Self.mix(arguments, profile),
      jobsAtOnce: arguments.integer("--jobs-at-once") ?? profile.switches.count(.jobsAtOnce),
      seed: seed,
      namespace: isVirtual
        ? Namespace.random(using: &seeded) : Namespace.random(using: &chance),
      again: Self.again(arguments, seed),
      runStart: isVirtual ? Timestamp.virtualStart : Timestamp.now
    )
    settings.tokens =
      arguments.text("--tokens").flatMap(LoadSettings.Tokens.init) ?? .natural
    settings.maxBacklog = arguments.integer("--max-backlog") ?? 100_000
    settings.warmUp = arguments.duration("--warm-up") ?? .zero
    guard settings.warmUp < duration else {
      throw UsageError("--warm-up leaves nothing of --for", help: "write a shorter one")
    }
    if arguments.has("--keep"), arguments.has("--clean-up") {
      throw UsageError("--keep and --clean-up exclude each other")
    }
    settings.cleanUp =
      arguments.has("--keep")
      ? .none : arguments.text("--clean-up").flatMap(CleanUpMode.init) ?? .deactivate
    settings.thresholds = try Self.thresholds(arguments)
    if case .closed(let count) = settings.arrival, count > orgs * settings.jobsAtOnce {
      throw UsageError(
        "\(orgs) orgs have at most \(orgs * settings.jobsAtOnce) events under way",
        help: "write a smaller --closed, more --orgs or more --jobs-at-once"
      )
    }
    self.settings = settings
  }

  // MARK: How events come

  private static func arrival(
    _ arguments: Arguments,
    orgs: Int,
    _ duration: Duration
  ) throws(UsageError) -> LoadSettings.Arrival {
    switch (arguments.text("--open"), arguments.integer("--closed")) {
    case (_?, _?):
      throw UsageError("--open and --closed exclude each other")
    case (nil, nil):
      throw UsageError(
        "a load needs a rate",
        help: "write --open 20/s, or --closed 8 for as many events at a time"
      )
    case (nil, let count?):
      if arguments.has("--pace") {
        throw UsageError("--pace is of events that come at a rate", help: "write --open 20/s")
      }
      return .closed(count)
    case (let text?, nil):
      guard let rate = ArrivalRate(text) else {
        throw UsageError("'\(text)' is not a value of --open", help: ArrivalRate.help)
      }
      let shape = try shape(arguments.text("--pace") ?? "constant", orgs: orgs)
      let pace = Pace(shape, rate: rate.perSecond(orgs: orgs), for: duration)
      guard pace.total > 0 || shape == .poisson else {
        throw UsageError(
          "no event comes at \(rate) in \(DurationText.format(duration))",
          help: "write a higher rate or a longer --for"
        )
      }
      return .open(pace)
    }
  }

  private static func shape(_ text: String, orgs: Int) throws(UsageError) -> Pace.Shape {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    switch (parts[0], parts.count) {
    case ("constant", 1): return .constant
    case ("poisson", 1): return .poisson
    case ("ramp", 1): return .ramp(from: 0)
    case ("ramp", 2):
      if let rate = ArrivalRate(parts[1]) { return .ramp(from: rate.perSecond(orgs: orgs)) }
    case ("steps", 2):
      if let count = Int(parts[1]), (2...1_000).contains(count) { return .steps(count) }
    case ("sine", 3):
      if parts[1].hasSuffix("%"), let share = Int(parts[1].dropLast()), (1...100).contains(share),
        let period = DurationText.parse(parts[2]), period > .zero
      {
        return .sine(share: Double(share) / 100, period: period)
      }
    default: break
    }
    throw UsageError(
      "'\(text)' is not a value of --pace",
      help: Suggestion.help(
        for: text,
        among: ["constant", "poisson", "ramp"],
        otherwise: "write constant, poisson, ramp, ramp:5/s, steps:4 or sine:50%:60s"
      )
    )
  }

  // MARK: Mix and thresholds

  private static func mix(
    _ arguments: Arguments,
    _ profile: IntegrationProfile
  ) throws(UsageError) -> EventMix {
    guard let text = arguments.text("--mix") else {
      let mix = EventMix(
        Dictionary(
          uniqueKeysWithValues: EventMix.standard.weights.filter { one in
            profile.scim.capabilities.contains(one.kind.capability)
          }.map { ($0.kind, $0.weight) }
        )
      )
      guard !mix.weights.isEmpty else {
        throw UsageError(
          "\(profile.file) has no capability that people's changes need",
          help: "write --mix, or add createUsers to scim.capabilities"
        )
      }
      return mix
    }
    let mix: EventMix
    do throws(EventMix.Problem) {
      mix = try EventMix(text)
    } catch {
      throw usage(error)
    }
    for (kind, _) in mix.weights where !profile.scim.capabilities.contains(kind.capability) {
      throw UsageError(
        "--mix has \(kind.rawValue), and \(profile.file) has no \(kind.capability.rawValue)",
        help: "add it to scim.capabilities"
      )
    }
    return mix
  }

  private static func usage(_ problem: EventMix.Problem) -> UsageError {
    let kinds = EventMix.Kind.allCases.map(\.rawValue)
    return switch problem {
    case .unknown(let word):
      UsageError(
        "'\(word)' is no kind of event",
        help: Suggestion.help(
          for: word,
          among: kinds,
          otherwise: "write \(kinds.joined(separator: ", "))"
        )
      )
    case .weight(let word): UsageError("'\(word)' has no weight", help: "write update=20")
    case .twice(let word): UsageError("'\(word)' stands in --mix twice")
    case .empty: UsageError("--mix has no event", help: "write assign=5,update=20")
    }
  }

  private static func thresholds(_ arguments: Arguments) throws(UsageError) -> [Threshold] {
    var all: [Threshold] = []
    for text in arguments.texts("--fail-if") {
      do throws(Threshold.Problem) {
        all.append(try Threshold(text))
      } catch {
        throw usage(error, text)
      }
    }
    return all
  }

  private static func usage(_ problem: Threshold.Problem, _ text: String) -> UsageError {
    switch problem {
    case .form:
      UsageError(
        "'\(text)' is no condition",
        help: "write 'refresh.p99 > 200ms', 'errors.rate > 0.1%' or 'grants.lost > 0'"
      )
    case .unknown(let name):
      UsageError(
        "'\(name)' is nothing that a load measures",
        help: Suggestion.help(
          for: name,
          among: Threshold.names,
          otherwise: "write events.p99, refresh.p99, errors.rate or grants.lost"
        )
      )
    case .unit(let bound, .seconds):
      UsageError("'\(bound)' is no time", help: "write a number with its unit: 200ms, 2s")
    case .unit(let bound, .number):
      UsageError("'\(bound)' is no number", help: "write 0")
    case .unit(let bound, .share):
      UsageError("'\(bound)' is no share", help: "write 0.1%")
    case .window(let name):
      UsageError("'\(name)' is of the whole load", help: "leave out 'in any …'")
    }
  }

  /// The command line, with the seed.
  private static func again(_ arguments: Arguments, _ seed: UInt64) -> String {
    let words = arguments.words + (arguments.has("--seed") ? [] : ["--seed", "\(seed)"])
    return (["oktasim", "load"] + words.map(\.asShellWord)).joined(separator: " ")
  }
}
