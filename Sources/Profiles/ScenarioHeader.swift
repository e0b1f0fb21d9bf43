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
        guard Self.isFailureMode(word.text) else {
          throw source.mistake(
            "'\(word.text)' is not a failure mode",
            at: word.span,
            help: "write F-02, with spaces between several"
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

  static func isFailureMode(_ text: String) -> Bool {
    let digits = text.dropFirst(2)
    return text.hasPrefix("F-") && (2...3).contains(digits.count)
      && digits.allSatisfy { $0.isASCII && $0.isNumber }
  }
}
