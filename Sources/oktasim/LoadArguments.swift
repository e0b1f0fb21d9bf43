import Foundation
import Load
import Okta
import Profiles
import SampleApp
import SelfCheck
import World

/// What `oktasim load` was asked to do.
struct LoadArguments {
  let settings: LoadSettings

  /// - Parameter story: What the command line changes; nil where it says all.
  init(
    _ arguments: Arguments,
    _ profile: IntegrationProfile,
    _ written: LoadStory?
  ) throws(UsageError) {
    let story = try Self.story(written, arguments)
    let isVirtual = profile.embeddedSampleApp?.clock == .virtual
    var chance = SystemRandomNumberGenerator()
    let seed =
      arguments.seed("--seed") ?? (isVirtual ? 1 : UInt64.random(in: 1...99_999, using: &chance))
    var seeded = SeededRandom(seed: seed).stream(named: "namespace")
    let orgs = arguments.integer("--orgs") ?? story?.orgs ?? 10
    let duration = arguments.duration("--for") ?? story?.duration ?? .seconds(60)
    guard duration > .zero else {
      throw UsageError("a load of no time has no events", help: "write --for 1m")
    }
    if let story { try Self.check(story, orgs: orgs, duration, arguments, profile) }
    let mix = try Self.mix(arguments, profile, story)
    var settings = LoadSettings(
      profile: profile,
      orgs: orgs,
      users: arguments.integer("--users") ?? story?.users ?? 5,
      arrival: try Self.arrival(arguments, story, mix, orgs: orgs, duration),
      duration: duration,
      mix: mix,
      jobsAtOnce: arguments.integer("--jobs-at-once") ?? story?.jobsAtOnce
        ?? profile.switches.count(.jobsAtOnce),
      seed: seed,
      namespace: isVirtual
        ? Namespace.random(using: &seeded) : Namespace.random(using: &chance),
      again: Self.again(arguments, seed),
      runStart: isVirtual ? Timestamp.virtualStart : Timestamp.now
    )
    settings.story = story
    if !arguments.has("--users") { settings.usersOfOrg = story?.usersOfOrg ?? [:] }
    settings.tokens =
      arguments.text("--tokens").flatMap(LoadSettings.Tokens.init) ?? story?.tokens ?? .natural
    settings.maxBacklog = arguments.integer("--max-backlog") ?? 100_000
    settings.warmUp = arguments.duration("--warm-up") ?? story?.warmUp ?? .zero
    guard settings.warmUp < duration else {
      throw UsageError("--warm-up leaves nothing of --for", help: "write a shorter one")
    }
    settings.isJudged = !arguments.has("--no-judge")
    settings.abortsOnFail = arguments.has("--abort-on-fail")
    if arguments.has("--keep"), arguments.has("--clean-up") {
      throw UsageError("--keep and --clean-up exclude each other")
    }
    settings.cleanUp =
      arguments.has("--keep")
      ? .none : arguments.text("--clean-up").flatMap(CleanUpMode.init) ?? .deactivate
    settings.thresholds = (story?.thresholds ?? []) + (try Self.thresholds(arguments))
    if case .closed(let count) = settings.arrival, count > orgs * settings.jobsAtOnce {
      throw UsageError(
        "\(orgs) orgs have at most \(orgs * settings.jobsAtOnce) events under way",
        help: "write a smaller --closed, more --orgs or more --jobs-at-once"
      )
    }
    // Beyond the load as long as Okta waits first where the app says nothing.
    settings.timeLimit = isVirtual ? nil : duration + .seconds(300)
    settings.cleanUpLimit = arguments.duration("--clean-up-for") ?? settings.cleanUpLimit
    settings.savedGrants = try LoadFiles.savedGrants(arguments, profile)
    if isVirtual,
      let option = ["--connections", "--new-connections"].first(where: { arguments.has($0) })
    {
      throw UsageError("\(option) is for an app that is connected to; on the virtual clock none is")
    }
    settings.shard = try Self.shard(arguments, .process)
    if settings.shard != nil {
      if let refusal = Self.refusal(ofShardOf: settings, arguments) { throw refusal }
      // The same in all of them.
      var chance = SeededRandom(seed: seed).stream(named: "namespace")
      settings.namespace = Namespace.random(using: &chance)
    }
    settings.startAt = try arguments.text("--start-at").map { text throws(UsageError) in
      try Self.instant(text)
    }
    self.settings = settings
  }

  // MARK: How events come

  /// The story with the days of the command line.
  private static func story(
    _ story: LoadStory?,
    _ arguments: Arguments
  ) throws(UsageError) -> LoadStory? {
    guard let day = arguments.duration("--day") else { return story }
    guard day > .zero else {
      throw UsageError("--day is nothing", help: "write --day 10m")
    }
    let open = arguments.text("--open").flatMap { ArrivalRate($0) }
    guard open?.unit == .day || open == nil && story?.hasDays ?? false else {
      throw UsageError(
        "nothing of this load is said in days, so that --day has no use",
        help: "write --open 1/day/org, or leave it out"
      )
    }
    return story?.played(withDaysOf: day)
  }

  /// Whether what the command line changes leaves the story something to do.
  private static func check(
    _ story: LoadStory,
    orgs: Int,
    _ duration: Duration,
    _ arguments: Arguments,
    _ profile: IntegrationProfile
  ) throws(UsageError) {
    if let reason = story.unmetNeed(in: profile) {
      throw UsageError("\(profile.file) cannot play \(story.name): \(reason)")
    }
    if let option = ["--closed", "--pace"].first(where: { arguments.has($0) }) {
      throw UsageError("\(option) is for a load without a story", help: "leave out \(story.name)")
    }
    guard story.search != nil || story.lastInstant <= duration else {
      let last = DurationText.format(story.lastInstant)
      throw UsageError(
        "\(story.name) says something of \(last), and --for ends before",
        help: "write --for \(last) or more"
      )
    }
    if let org = story.orgsInParticular.max(), org >= orgs {
      throw UsageError(
        "\(story.name) needs \(org + 1 == 1 ? "an org" : "\(org + 1) orgs"), and --orgs has \(orgs)"
      )
    }
  }

  private static func arrival(
    _ arguments: Arguments,
    _ story: LoadStory?,
    _ mix: EventMix,
    orgs: Int,
    _ duration: Duration
  ) throws(UsageError) -> LoadSettings.Arrival {
    if let story { return try arrival(arguments, of: story, mix, orgs: orgs, duration) }
    switch (arguments.text("--open"), arguments.integer("--closed")) {
    case (_?, _?):
      throw UsageError("--open and --closed exclude each other")
    case (nil, nil):
      throw UsageError(
        "a load needs a story or a rate",
        help: "write a story's name, --open 20/s, or --closed 8 for as many events at a time"
      )
    case (nil, let count?):
      if arguments.has("--pace") {
        throw UsageError("--pace is of events that come at a rate", help: "write --open 20/s")
      }
      return .closed(count)
    case (let text?, nil):
      let rate = try rate(text, arguments)
      let word = arguments.text("--pace") ?? "constant"
      guard let shape = Pace.Shape(word, orgs: orgs) else {
        throw UsageError(
          "'\(word)' is not a value of --pace",
          help: Suggestion.help(
            for: word,
            among: ["constant", "poisson", "ramp"],
            otherwise: "write \(Pace.Shape.forms)"
          )
        )
      }
      let pace = Pace(shape, rate: rate.perSecond(orgs: orgs), for: duration)
      guard pace.total > 0 || shape == .poisson else {
        throw UsageError(
          "no event comes at \(rate) in \(DurationText.format(duration))",
          help: "write a higher rate or a longer --for"
        )
      }
      return .open([LoadStream(pace: pace, mix: mix)], [])
    }
  }

  /// A story's events; `--open` is the rate of all that come at a rate, in the story's proportions.
  private static func arrival(
    _ arguments: Arguments,
    of story: LoadStory,
    _ mix: EventMix,
    orgs: Int,
    _ duration: Duration
  ) throws(UsageError) -> LoadSettings.Arrival {
    let asked = try arguments.text("--open").map { text throws(UsageError) in
      try rate(text, arguments)
    }
    if var search = story.search {
      search.from = asked ?? search.from
      search.each = arguments.duration("--for") ?? search.each
      return .search(search)
    }
    let total = story.streams.reduce(0) { $0 + $1.rate.perSecond(orgs: orgs) }
    let scale = asked.map { $0.perSecond(orgs: orgs) / max(total, .leastNormalMagnitude) } ?? 1
    let streams = story.streams.map { stream in
      guard let shape = Pace.Shape(stream.shape, orgs: orgs) else {
        preconditionFailure("'\(stream.shape)' was read as a pace, and is none")
      }
      let part = stream.part ?? .zero..<duration
      let pace = Pace(
        shape,
        rate: stream.rate.perSecond(orgs: orgs) * scale,
        for: part.upperBound - part.lowerBound
      )
      return LoadStream(pace: pace, mix: stream.mix ?? mix, from: part.lowerBound, org: stream.org)
    }
    return .open(streams, story.bursts)
  }

  private static func rate(
    _ text: String,
    _ arguments: Arguments
  ) throws(UsageError) -> ArrivalRate {
    guard var rate = ArrivalRate(text) else {
      throw UsageError("'\(text)' is not a value of --open", help: ArrivalRate.help)
    }
    rate.day = arguments.duration("--day") ?? rate.day
    return rate
  }

  // MARK: Mix and thresholds

  private static func mix(
    _ arguments: Arguments,
    _ profile: IntegrationProfile,
    _ story: LoadStory?
  ) throws(UsageError) -> EventMix {
    guard let text = arguments.text("--mix") ?? story?.mix?.description else {
      let mix = EventMix(
        Dictionary(
          uniqueKeysWithValues: EventMix.standard.weights.filter { one in
            one.kind.isSwitchedOn(in: profile)
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
      throw usage(error.words)
    }
    for (kind, _) in mix.weights {
      guard let capability = kind.capability, !kind.isSwitchedOn(in: profile) else { continue }
      throw UsageError(
        "--mix has \(kind.rawValue), and \(profile.file) has no \(capability.rawValue)",
        help: "add it to scim.capabilities"
      )
    }
    return mix
  }

  private static func thresholds(_ arguments: Arguments) throws(UsageError) -> [Threshold] {
    var all: [Threshold] = []
    for text in arguments.texts("--fail-if") {
      do throws(Threshold.Problem) {
        all.append(try Threshold(text))
      } catch {
        throw usage(error.words(text))
      }
    }
    return all
  }

  private static func usage(_ words: (problem: String, help: String?)) -> UsageError {
    UsageError(words.problem, help: words.help)
  }

  /// The command line, with the seed, and without what says where reports go and which shard it is: the
  /// same for all shards and for what they add up to.
  private static func again(_ arguments: Arguments, _ seed: UInt64) -> String {
    let left: Set<String> = [
      "--json", "--hlog", "--csv", "--html", "--shard", "--start-at",
    ]
    var words: [String] = []
    var rest = arguments.words[...]
    while let word = rest.popFirst() {
      if left.contains(word) {
        rest = rest.dropFirst()
      } else if !left.contains(where: { word.hasPrefix($0 + "=") }) {
        words.append(word)
      }
    }
    if !arguments.has("--seed") { words += ["--seed", "\(seed)"] }
    return (["oktasim", "load"] + words.map(\.asShellWord)).joined(separator: " ")
  }

  // MARK: Shards

  /// From the option, or from a Kubernetes Indexed Job, whose index begins at 0.
  private static func shard(
    _ arguments: Arguments,
    _ environment: Environment
  ) throws(UsageError) -> LoadShard? {
    if let text = arguments.text("--shard") {
      guard let shard = LoadShard(text) else {
        throw UsageError("'\(text)' is no shard", help: "write --shard 3/20")
      }
      return shard
    }
    guard let count = environment["OKTASIM_SHARDS"] else { return nil }
    guard let index = environment["JOB_COMPLETION_INDEX"].flatMap({ Int($0) }),
      let all = Int(count),
      let shard = LoadShard(number: index + 1, count: all)
    else {
      throw UsageError(
        "OKTASIM_SHARDS is '\(count)', and JOB_COMPLETION_INDEX no number below it",
        help: "run it as an Indexed Job, or write --shard 3/20"
      )
    }
    return shard
  }

  /// What makes the orgs of one shard meet those of another has to be played whole.
  private static func refusal(
    ofShardOf settings: LoadSettings,
    _ arguments: Arguments
  ) -> UsageError? {
    if case .closed = settings.arrival {
      return UsageError("--closed refuses --shard: what ends in one shard makes room in another")
    }
    if case .search = settings.arrival {
      return UsageError(
        "\(settings.story?.name ?? "find limit") refuses --shard: it tries one rate after the other"
      )
    }
    let traits = SampleAppTraits(settings.profile.embeddedSampleApp?.traits ?? [])
    if traits.areShared {
      return UsageError(
        "a trait that all orgs share refuses --shard: each shard would have it whole"
      )
    }
    if !arguments.has("--seed"), settings.profile.embeddedSampleApp?.clock != .virtual {
      return UsageError(
        "--shard needs --seed: all shards play one schedule",
        help: "write --seed 1"
      )
    }
    return nil
  }

  private static func instant(_ text: String) throws(UsageError) -> Int64 {
    let format = ISO8601DateFormatter()
    guard let date = format.date(from: text) else {
      throw UsageError("'\(text)' is no instant", help: "write --start-at 2027-01-31T08:00:00Z")
    }
    return Int64(date.timeIntervalSince1970 * 1000)
  }
}
