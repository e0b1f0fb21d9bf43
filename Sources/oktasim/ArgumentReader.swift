import HTTP
import Profiles
import SampleApp
import World

/// One option of a command: the row that its parsing and its help are made from.
struct Option: Sendable {
  enum Kind: Sendable {
    case flag
    case text
    case wholeNumber(ClosedRange<Int>)
    /// A whole number of 64 bits.
    case seed
    case duration
    /// A duration that `expires_in` can say: at least one second, and no fraction.
    case wholeSeconds
    case word([String])
    /// A day of the calendar.
    case day
    /// Words with commas or spaces between them.
    ///
    /// Once the first operand has come, what follows up to the next option is more of them.
    case words
    /// `PATH=VALUE`.
    case setting
    case fault
    /// `rate-limit=50/s,metastable`.
    case traits
    case namespace
    case host
    /// `HOST:PORT:HOST:PORT`.
    case route
    /// The command line has it, this version does not.
    case later
  }

  /// With its dashes: `--json`, `-v`.
  var name: String
  /// What stands for the value in the help: `FILE`.
  var placeholder: String?
  var kind: Kind
  var isRepeatable: Bool
  /// What holds without the option, for the help.
  var standard: String?
  var help: String

  init(
    _ name: String,
    _ placeholder: String,
    _ kind: Kind,
    isRepeatable: Bool = false,
    standard: String? = nil,
    _ help: String
  ) {
    self.name = name
    self.placeholder = placeholder
    self.kind = kind
    self.isRepeatable = isRepeatable
    self.standard = standard
    self.help = help
  }

  /// An option that takes no value.
  static func flag(_ name: String, _ help: String) -> Option { Option(name, .flag, help) }

  private init(_ name: String, _ kind: Kind, _ help: String) {
    self.init(name, "", kind, help)
    placeholder = nil
  }

  /// What is laid over the profile that a command line names.
  static func set(_ help: String) -> Option {
    Option("--set", "PATH=VALUE", .setting, isRepeatable: true, help)
  }

  /// How the sample app is built, where that shows under load.
  static let trait = Option(
    "--trait",
    "NAME[=VALUE],…",
    .traits,
    isRepeatable: true,
    "build the sample app so: \(SampleAppTraits.names.joined(separator: ", "))"
  )

  static func later(_ name: String) -> Option { Option(name, .later, "") }
}

/// What a command was given, in the words of its table.
struct Arguments: Sendable {
  fileprivate(set) var operands: [String] = []
  /// As they were given, in their order.
  fileprivate(set) var words: [String] = []
  fileprivate var given: [String: [String]] = [:]

  func has(_ option: String) -> Bool { given[option] != nil }
  /// The values of an option that may be repeated, in their order.
  func texts(_ option: String) -> [String] { given[option] ?? [] }
  func text(_ option: String) -> String? { given[option]?.last }
  func integer(_ option: String) -> Int? { text(option).flatMap { Int($0) } }
  func seed(_ option: String) -> UInt64? { text(option).flatMap { UInt64($0) } }
  func duration(_ option: String) -> Duration? { text(option).flatMap(DurationText.parse) }
  func settings(_ option: String) -> [Setting] {
    texts(option).map { checked(Setting(argument: $0), $0) }
  }
  func faults(_ option: String) -> [Fault] {
    texts(option).map { checked(Fault(rawValue: $0), $0) }
  }

  /// What the option's kind has let pass.
  private func checked<Value>(_ value: Value?, _ text: String) -> Value {
    guard let value else { preconditionFailure("'\(text)' was read without being checked") }
    return value
  }
}

/// Reads a command's arguments by its table.
///
/// `--name value` and `--name=value` are the same, options and operands may stand in any order, and
/// `--` ends the options.
struct ArgumentReader {
  let options: [Option]
  private var arguments = Arguments()
  private var rest: ArraySlice<String>

  static func read(
    _ words: [String],
    options: [Option],
    operands: Operands
  ) throws(UsageError) -> Arguments {
    var reader = ArgumentReader(options: options, rest: words[...])
    reader.arguments.words = words
    try reader.read()
    try operands.check(reader.arguments.operands)
    return reader.arguments
  }

  private init(options: [Option], rest: ArraySlice<String>) {
    self.options = options
    self.rest = rest
  }

  private mutating func read() throws(UsageError) {
    while let word = rest.popFirst() {
      if word == "--" {
        arguments.operands += rest
        return
      }
      if Self.isOption(word) {
        try readOption(word)
      } else {
        arguments.operands.append(word)
      }
    }
  }

  /// `-3` is none: it is a value, and wrong, which is said with what is right.
  private static func isOption(_ word: String) -> Bool {
    word.hasPrefix("-") && word != "-" && !(word.dropFirst().first?.isNumber ?? false)
  }

  private mutating func readOption(_ word: String) throws(UsageError) {
    let equals = word.hasPrefix("--") ? word.firstIndex(of: "=") : nil
    let name = equals.map { String(word[..<$0]) } ?? word
    guard let option = options.first(where: { $0.name == name }) else { throw unknown(name) }
    if case .later = option.kind { throw UsageError("'\(name)' is not supported yet") }
    guard arguments.given[name] == nil || option.isRepeatable else {
      throw UsageError("'\(name)' is given twice")
    }
    if case .flag = option.kind {
      guard equals == nil else { throw UsageError("'\(name)' takes no value") }
      arguments.given[name] = []
      return
    }
    var values = [
      try value(of: option, attached: equals.map { String(word[word.index(after: $0)...]) })
    ]
    if case .words = option.kind {
      if equals == nil, !arguments.operands.isEmpty {
        while let next = rest.first, !Self.isOption(next) {
          values.append(next)
          rest.removeFirst()
        }
      }
      values = values.flatMap {
        $0.split(whereSeparator: { $0 == "," || $0 == " " }).map(String.init)
      }
      guard !values.isEmpty else { throw missing(option) }
    }
    for value in values { try Self.check(value, of: option) }
    arguments.given[name, default: []] += values
  }

  private mutating func value(
    of option: Option,
    attached: String?
  ) throws(UsageError) -> String {
    if let attached {
      guard !attached.isEmpty else { throw missing(option) }
      return attached
    }
    guard let next = rest.first, !Self.isOption(next), !next.isEmpty else { throw missing(option) }
    rest.removeFirst()
    return next
  }

  private func missing(_ option: Option) -> UsageError {
    UsageError(
      "'\(option.name)' needs a value",
      help: "write \(option.name) \(option.placeholder ?? "VALUE")"
    )
  }

  private func unknown(_ name: String) -> UsageError {
    UsageError(
      "there is no option '\(name)'",
      help: Suggestion.help(for: name, among: options.map(\.name) + ["--help"])
    )
  }

  // MARK: Values

  /// `a, b or c`.
  private static func list(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " or " + last
  }

  private static func check(_ value: String, of option: Option) throws(UsageError) {
    let problem = "'\(value)' is not a value of \(option.name)"
    switch option.kind {
    case .flag, .later, .text, .words:
      break
    case .wholeNumber(let range):
      guard let number = Int(value), range.contains(number) else {
        throw UsageError(
          problem,
          help: "write a whole number from \(range.lowerBound) to \(range.upperBound)"
        )
      }
    case .seed:
      guard UInt64(value) != nil else {
        throw UsageError(problem, help: "write a whole number from 0 to \(UInt64.max)")
      }
    case .duration:
      guard DurationText.parse(value) != nil else {
        throw UsageError(problem, help: "write a number with its unit: 500ms, 2s, 5m, 1h or 1d")
      }
    case .wholeSeconds:
      guard let duration = DurationText.parse(value), duration >= .seconds(1),
        duration.components.attoseconds == 0
      else { throw UsageError(problem, help: "write whole seconds, minutes or hours: 3s, 5m, 1h") }
    case .word(let words):
      guard words.contains(value) else {
        throw UsageError(
          problem,
          help: Suggestion.help(
            for: value,
            among: words,
            otherwise: "write \(list(words))"
          )
        )
      }
    case .day:
      guard CalendarDay(value) != nil else {
        throw UsageError(problem, help: "write year, month and day: 2027-01-31")
      }
    case .setting:
      guard Setting(argument: value) != nil else {
        // The value may be a secret, so it is not repeated.
        throw UsageError(
          "\(option.name) is not given PATH=VALUE",
          help: "write \(option.name) scim.baseURL=http://127.0.0.1:8080/scim/v2"
        )
      }
    case .fault:
      guard Fault(rawValue: value) != nil else {
        throw UsageError(
          "'\(value)' is not a fault of the sample app",
          help: Suggestion.help(
            for: value,
            among: Fault.allCases.map(\.rawValue),
            otherwise: "'oktasim sample-app --list-faults' lists them"
          )
        )
      }
    case .traits:
      do throws(SampleAppTraits.Problem) {
        _ = try SampleAppTraits(value, duration: DurationText.parse)
      } catch {
        throw traitMistake(error)
      }
    case .namespace:
      guard (1...16).contains(value.count),
        value.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
      else { throw UsageError(problem, help: "write at most 16 letters and digits") }
    case .route:
      guard ConnectTo(value.replacing(StartedApp.portMark, with: "1")) != nil else {
        throw UsageError(
          problem,
          help: "write \(option.name) app.test:443:127.0.0.1:8443, an IPv6 address in brackets, or "
            + "app.test:443:unix:/run/app.sock"
        )
      }
    case .host:
      guard HostPolicy.isHost(value) else {
        throw UsageError(problem, help: "write the host alone: \(option.name) app.example.com")
      }
    }
  }
}

/// What a command takes beside its options.
struct Operands: Sendable {
  /// As the help shows them: `<profile> [<scenario>…]`.
  var text: String
  var count: ClosedRange<Int>

  static let none = Operands(text: "", count: 0...0)

  fileprivate func check(_ operands: [String]) throws(UsageError) {
    if operands.count < count.lowerBound {
      let names = text.split(separator: " ")
      throw UsageError("\(names[operands.count].filter { $0 != "…" }) is missing")
    }
    if operands.count > count.upperBound {
      throw UsageError("'\(operands[count.upperBound])' is one word too many")
    }
  }
}

private func traitMistake(_ problem: SampleAppTraits.Problem) -> UsageError {
  switch problem {
  case .unknown(let word):
    UsageError(
      "'\(word)' is not a trait of the sample app",
      help: Suggestion.help(
        for: word,
        among: SampleAppTraits.names,
        otherwise: "traits are \(Suggestion.list(SampleAppTraits.names))"
      )
    )
  case .value(let part):
    UsageError(
      "'\(part)' has no value that fits",
      help: "write rate-limit=50/s, slow-refresh=200ms, linear-paging=1ms or global-lock=10ms"
    )
  }
}
