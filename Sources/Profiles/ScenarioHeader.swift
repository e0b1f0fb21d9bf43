import JSON

/// What stands above a scenario's first event.
struct ScenarioHeader {
  var name: String
  var title = ""
  var covers: [String] = []
  var tags: [String] = []
  var level: Scenario.Level?
  var needs: [Need] = []
  var seed: UInt64?

  static let names = ["Scenario:", "Covers:", "Tags:", "Level:", "Needs:", "Seed:"]

  init(name: String) {
    self.name = name
  }

  mutating func read(
    _ header: Word,
    _ words: [Word],
    source: SourceText
  ) throws(SourceError) {
    guard !words.isEmpty else {
      throw source.mistake("'\(header.text)' says nothing", at: header.span)
    }
    switch header.text {
    case "Covers:":
      for word in words {
        guard Self.coverable.contains(word.text) else {
          throw source.mistake(
            "'\(word.text)' is not a failure mode",
            at: word.span,
            help: Self.coverableHelp(word.text)
          )
        }
        covers.append(word.text)
      }
    case "Tags:":
      tags += words.map(\.text)
    case "Level:":
      guard level == nil else {
        throw source.mistake("'Level:' stands here twice", at: header.span)
      }
      level = try Self.level(words, source: source)
    case "Needs:":
      needs += try Need.read(words, source: source)
    case "Seed:":
      guard seed == nil else {
        throw source.mistake("'Seed:' stands here twice", at: header.span)
      }
      guard words.count == 1, let number = UInt64(words[0].text) else {
        throw source.mistake(
          "'\(words[0].text)' is not a seed",
          at: words[0].span,
          help: "write one whole number"
        )
      }
      seed = number
    default:
      throw source.mistake(
        "'\(header.text)' is not a header",
        at: header.span,
        help: Suggestion.help(
          for: header.text,
          among: Self.names,
          otherwise: "headers are \(Suggestion.list(Self.names))"
        )
      )
    }
  }

  private static func level(
    _ words: [Word],
    source: SourceText
  ) throws(SourceError) -> Scenario.Level {
    guard words.count == 1, let level = Scenario.Level(rawValue: words[0].text) else {
      let levels = Scenario.Level.allCases.map(\.rawValue)
      let wrong = words.count == 1 ? words[0] : words[1]
      throw source.mistake(
        "'\(wrong.text)' is not a level",
        at: wrong.span,
        help: Suggestion.help(
          for: wrong.text,
          among: levels,
          otherwise: "write \(Suggestion.list(levels))"
        )
      )
    }
    return level
  }

  /// The failure modes F-01 to F-63, and S-01 to S-20.
  static let coverable = ids("F", 63) + ids("S", 20)

  private static func ids(_ letter: String, _ last: Int) -> [String] {
    (1...last).map { "\(letter)-\($0 < 10 ? "0" : "")\($0)" }
  }

  private static func coverableHelp(_ text: String) -> String {
    // Of ids of one length each is near to many: only another spelling of the number is meant.
    let digits = text.filter(\.isNumber)
    if let number = Int(digits), let letter = text.first?.uppercased(),
      let meant = coverable.first(where: { $0.hasPrefix(letter) && Int($0.dropFirst(2)) == number })
    {
      return "did you mean '\(meant)'?"
    }
    return "write F-01 to F-63 or S-01 to S-20, with spaces between several"
  }
}
