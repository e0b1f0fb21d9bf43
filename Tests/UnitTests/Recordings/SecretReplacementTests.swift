import Foundation
import HTTP
import Testing
import World

@testable import Recordings

@Suite struct SecretReplacementTests {
  private func redact(_ text: String, _ secrets: [String]) -> String {
    let aliases = SecretAliases()
    for (number, secret) in secrets.enumerated() { aliases.secret(secret, alias: "<\(number)>") }
    return Redaction(aliases: aliases).redact(text)
  }

  @Test(arguments: [
    // The longer one, although it begins later.
    ("abcdefghijklmnopqr", ["abcdefghij", "ghijklmnopqr"], "<1>"),
    // What only touch are two.
    ("abcdefghijklmnopqrstu", ["abcdefgh", "ijklmnopqrstu"], "<0><1>"),
    // Of equally long ones the one that was met first.
    ("abcdefghijkl", ["cdefghij", "abcdefgh"], "<0>kl"),
    // One that overlaps itself.
    ("xaaaaaaaaaaaaaaaaaaaaaaaay", ["aaaaaaaa", "aaaaaaaaa", "aaaaaaaaaa"], "x<2>y"),
    // Spellings: what is decoded is compared, what is written is replaced.
    ("%61bcdefghi%6A", ["abcdefghij", "bcdefghi"], "<0>"),
    ("x%61bcdefgh%69", ["bcdefghi", "xabcdefgh"], "<1>"),
    // One character that takes two bytes in the one reading and one escape in the other.
    ("\\u00e9tat-secret", ["état-secret"], "<0>"),
    ("état-secret &eacute; &#233;tat-secret", ["état-secret"], "<0> &eacute; <0>"),
  ])
  func `what overlaps is one, under the longest secret's alias, then the one met first`(
    text: String,
    secrets: [String],
    redacted: String
  ) {
    #expect(redact(text, secrets) == redacted)
  }

  @Test func `of a secret that another one overlaps nothing is left`() {
    #expect(redact("0123456789ababababababx", ["0123456789ab", "abababab"]) == "<0>x")
  }

  @Test(arguments: [
    (#"{"a":"user","b":"abc"}"#, #"{"a":"<0>","b":"<2>"}"#),
    (#"{"user":"name","/Users":"users"}"#, #"{"user":"<1>","/Users":"users"}"#),
    (#""user"name""#, #""<0>"<1>""#),
    (#""user"user"user""#, #""<0>"user"<0>""#),
    (#""abc""abcd"#, #""<2>""abcd"#),
    (#"\"user\""#, #"\"user\""#),
    (#"user "user"#, #"user "user"#),
  ])
  func `an ordinary word or a short one is found where it is all of a value in quotes`(
    text: String,
    redacted: String
  ) {
    #expect(redact(text, ["user", "name", "abc"]) == redacted)
  }

  @Test(arguments: [
    // Halves of a pair, and each short escape (RFC 8259 section 7).
    (#"\ud83d\udd11-k\ney\t\r\b\f"#, "\u{1F511}-k\ney\t\r\u{8}\u{C}", "<0>"),
    (#"\uD83D\uDD11-k\u000aey"#, "\u{1F511}-k\ney", "<0>"),
    (#"\ud83d-k"#, "\u{1F511}-k", #"\ud83d-k"#),
    ("k&colon;e&lowbar;y&commat;&quest;&Tab;x", "k:e_y@?\tx", "<0>"),
    ("&eacute;&ntilde;&Ouml;9&euro;", "\u{E9}\u{F1}\u{D6}9\u{20AC}", "<0>"),
    ("&#44fhQa&ltfh&ampQa &#x80;", ",fhQa<fh&Qa \u{20AC}", "<0>"),
    ("%u20ACkey%C3%A9", "\u{20AC}key\u{E9}", "<0>"),
    // Two of them, one in the other.
    ("Qw7x%252FKp9z%252BLm4%253D", "Qw7x/Kp9z+Lm4=", "<0>"),
    (#"Qw7x\\\/Kp9z"#, "Qw7x/Kp9z", "<0>"),
    (#"aQ7/zW\u0026quot;9\u0026amp;k"#, "aQ7/zW\"9&k", "<0>"),
    (#"aQ7/zW\&quot;9&amp;k"#, "aQ7/zW\"9&k", "<0>"),
    ("x=&#37;41bc%64efg", "Abcdefg", "x=<0>"),
    ("horse%2Bbattery%2Bstaple", "horse battery staple", "<0>"),
    ("horse\\u002bbattery", "horse battery", "<0>"),
    ("horse&plus;battery%2Bstaple", "horse battery", "<0>%2Bstaple"),
    // Which of two readings is meant nobody knows.
    ("%ub1c2d3e4%2Df5a6", "b1c2d3e4-f5a6", "%u<0>"),
    ("%u00e9tat-secret", "\u{E9}tat-secret", "<0>"),
    // As a page shows it.
    ("a b", "a  b", "a b"),
  ])
  func `each escape of JSON and of a page is seen through`(
    text: String,
    secret: String,
    redacted: String
  ) {
    #expect(redact(text, [secret]) == redacted)
  }

  @Test func `what a page or Base64 shows of a secret is found, too`() {
    let aliases = SecretAliases()
    aliases.secret("pass  word 1", kind: .password)
    aliases.secret("s3cr~t>?", kind: .clientSecret)
    let redaction = Redaction(aliases: aliases)
    #expect(redaction.redact("<h1>pass word 1</h1>") == "<h1>password#1</h1>")
    for user in ["", "a", "ab", "abc", "client-7"] {
      for separator in ["", ":"] {
        for value in ["pass  word 1", "s3cr~t>?"] {
          let pair = Data((user + separator + value + "!").utf8).base64EncodedString()
          let forURLs = pair.replacing("+", with: "-").replacing("/", with: "_")
          for text in [pair, forURLs] {
            #expect(redaction.redact(text).contains("#1"), "\(user)\(separator)\(value)")
          }
        }
      }
    }
  }

  @Test func `a name is compared in any case`() {
    let aliases = SecretAliases()
    aliases.secret("AbC-Def9", kind: .accessToken)
    let redaction = Redaction(aliases: aliases)
    #expect(redaction.redactName("X-ABC-DEF9-abc-def9") == "X-access_token#1-access_token#1")
    #expect(redaction.redact("X-ABC-DEF9") == "X-ABC-DEF9")
  }

  /// Hundreds of long cookies that a text nearly spells at each place: what it costs has an end that
  /// grows with the text alone.
  @Test(arguments: [1, 4])
  func `a text that is made to cost time is given up and told by its shape`(size: Int) {
    let cookies = (0..<400).map { String(repeating: "A", count: 3900 - $0) + "C" }
    let aliases = SecretAliases()
    for cookie in cookies { aliases.secret(cookie, kind: .cookie) }
    let near = String(repeating: String(repeating: "A", count: 4000) + "B ", count: 64 * size)
    let text = near + cookies[7]
    var steps = 0
    let shown = Redaction(aliases: aliases).redact(text, steps: &steps)
    #expect(steps <= SecretIndex.mostComparisons(in: text.utf8.count) + 100)
    #expect(steps < (1 << 20) + 3 * text.utf8.count)
    #expect(shown.hasPrefix("…4001 …4001 "), "\(shown.prefix(99))")
    #expect(!shown.contains("AAAAAAAA"))
  }

  @Test func `a run that has to end searches no large text`() {
    let run = RunSecrets()
    let aliases = SecretAliases(run: run)
    aliases.secret("hunter2-hunter2", kind: .password)
    let redaction = Redaction(aliases: aliases)
    let small = "hunter2-hunter2 seen"
    let large = String(repeating: "word ", count: 20_000) + small
    #expect(redaction.redact(large).hasSuffix("word password#1 seen"))
    run.end { true }
    #expect(redaction.redact(small) == "password#1 seen")
    #expect(redaction.redact(large).hasPrefix("…4 …4 "))
    #expect(!redaction.redact(large).contains("hunter"))
  }

  // MARK: Against a plain way of doing the same

  /// Goes over all secrets for each text, as the rule says it.
  private struct Oracle {
    /// Longest first, those of one length in the order of first sight.
    let secrets: [(value: String, alias: String)]

    func redact(_ text: String) -> String {
      var text = text
      var found: [(range: Range<Int>, alias: String)] = []
      for (value, alias) in secrets where !SecretIndex.isFoundInText(value) && !value.contains("\"")
      {
        text = text.replacingOccurrences(of: "\"\(value)\"", with: "\"\(alias)\"")
      }
      let bytes = Array(text.utf8)
      var readings: [EscapedText] = []
      bytes.withUnsafeBytes { text in
        let marks = EscapedText.Marks(in: text)
        readings.append(EscapedText.readings(of: text, with: [])[0])
        let readsPlus = secrets.contains { $0.value.contains(" ") }
        EscapedText.forEachDecoding(of: text, with: marks, readingPlus: readsPlus) {
          readings.append($0)
        }
      }
      // Longest first: what names a cover is met before what it names.
      for (value, alias) in secrets {
        guard SecretIndex.isFoundInText(value) else { continue }
        for reading in readings {
          for range in places(of: Array(value.utf8), in: reading) { found.append((range, alias)) }
        }
      }
      // Grown until nothing overlaps any more.
      var covers: [(range: Range<Int>, rank: Int)] = []
      for (rank, item) in found.enumerated() {
        var cover = (range: item.range, rank: rank)
        while let place = covers.firstIndex(where: { $0.range.overlaps(cover.range) }) {
          let other = covers.remove(at: place)
          cover.rank = min(cover.rank, other.rank)
          cover.range =
            min(
              cover.range.lowerBound,
              other.range.lowerBound
            )..<max(
              cover.range.upperBound,
              other.range.upperBound
            )
        }
        covers.append(cover)
      }
      var redacted: [UInt8] = []
      var end = 0
      for (range, rank) in covers.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
        redacted += bytes[end..<range.lowerBound] + Array(found[rank].alias.utf8)
        end = range.upperBound
      }
      return String(decoding: redacted + bytes[end...], as: UTF8.self)
    }

    private func places(of value: [UInt8], in reading: EscapedText) -> [Range<Int>] {
      guard reading.bytes.count >= value.count else { return [] }
      return (0...(reading.bytes.count - value.count)).compactMap { start in
        let place = start..<start + value.count
        return reading.bytes[place].elementsEqual(value) ? reading.range(of: place) : nil
      }
    }
  }

  /// Few letters and secrets made of other secrets, so that finds overlap in every way.
  private struct Chance {
    var random: SeededRandom
    static let letters = Array("aabb \u{E9}%+&/\"=")

    mutating func letters(_ count: Int, from alphabet: [Character]) -> String {
      String((0..<count).compactMap { _ in alphabet.randomElement(using: &random) })
    }

    mutating func secret(_ known: [String]) -> String {
      let alphabet = Bool.random(using: &random) ? Array("ab") : Chance.letters
      var secret = letters(Int.random(in: 2...14, using: &random), from: alphabet)
      if Bool.random(using: &random), let other = known.randomElement(using: &random) {
        let part = other.prefix(Int.random(in: 1...12, using: &random))
        secret = Bool.random(using: &random) ? part + secret : secret + part
      }
      return secret
    }

    mutating func spelling(of text: String) -> String {
      switch Int.random(in: 0..<6, using: &random) {
      case 0: FormURLEncoding.encode(text)
      case 1: FormURLEncoding.percentEncode(text)
      case 2: text.utf16.map { "\\u" + String(Int($0) + 0x10000, radix: 16).dropFirst() }.joined()
      case 3: text.unicodeScalars.map { "&#\($0.value);" }.joined()
      case 4: "\"\(text)\""
      default: text
      }
    }

    mutating func text(_ secrets: [String]) -> String {
      (0..<Int.random(in: 1...8, using: &random)).map { _ in
        let secret = secrets.randomElement(using: &random) ?? ""
        let cut = Int.random(in: 0...3, using: &random)
        return switch Int.random(in: 0..<4, using: &random) {
        case 0: letters(Int.random(in: 1...6, using: &random), from: Chance.letters)
        case 1: spelling(of: String(secret.dropFirst(cut)))
        case 2: spelling(of: String(secret.dropLast(cut)))
        default: spelling(of: secret)
        }
      }.joined()
    }
  }

  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func `what is found is what a look for each secret finds`(seed: UInt64) {
    var chance = Chance(random: SeededRandom(seed: seed))
    let aliases = SecretAliases()
    var secrets: [String] = []
    for _ in 0..<Int.random(in: 1...12, using: &chance.random) {
      let secret = chance.secret(secrets)
      secrets.append(secret)
      // Under an alias of its own, so that nothing else is looked for with it.
      aliases.secret(secret, alias: "<\(secrets.count)>")
    }
    let oracle = Oracle(
      secrets: Set(secrets).map { ($0, aliases.alias(of: $0) ?? "") }.sorted { left, right in
        // Longest first, those of one length in the order of first sight.
        (right.0.utf8.count, secrets.firstIndex(of: left.0) ?? 0)
          < (left.0.utf8.count, secrets.firstIndex(of: right.0) ?? 0)
      }
    )
    let redaction = Redaction(aliases: aliases)
    var changed = 0
    for _ in 0..<60 {
      let text = chance.text(secrets)
      let redacted = redaction.redact(text)
      #expect(redacted == oracle.redact(text), "\(text) with \(secrets)")
      if redacted != text { changed += 1 }
    }
    #expect(changed > 0 || !secrets.contains { $0.utf8.count >= 16 })
  }

  // MARK: Work

  private func steps(_ text: String, _ secrets: [String]) -> Int {
    let aliases = SecretAliases()
    for secret in secrets { aliases.secret(secret, kind: .accessToken) }
    var steps = 0
    _ = Redaction(aliases: aliases).redact(text, steps: &steps)
    return steps
  }

  /// As an app that signs its tokens makes them: the first 36 characters are the same.
  private func signed(_ number: Int) -> String {
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.\(1_000_000 + number * 7919 % 900_000).c2lnbmF0dXJl"
  }

  @Test func `a text without a secret costs nothing, however many there are`() {
    let text = String(repeating: "{\"userName\":\"ada@example.com\"},", count: 100)
    #expect(steps(text, (0..<2000).map { "token-of-number-\($0)" }) == 0)
  }

  @Test(arguments: [64, 128, 1024])
  func `the work grows with the text and not with the secrets`(count: Int) {
    let secrets = (0..<count).map(signed)
    let text = secrets.prefix(64).joined(separator: " ")

    // For each token in the text: bisection among all that begin alike, and a look at what it found.
    let bisection = Int(log2(Double(count))) + 1
    #expect(steps(text, secrets) <= 64 * (bisection + 2))
    #expect(steps(text + " " + text, secrets) == 2 * steps(text, secrets))
  }

  /// A secret may be as long as an answer, and repeat itself in every way.
  @Test(arguments: [1, 3, 1000])
  func `the work grows with the text also where long secrets repeat themselves`(period: Int) {
    let unit = (0..<period).map { "\($0 % 7)" }.joined()
    func work(_ count: Int) -> Int {
      let text = String(String(repeating: unit, count: count / period + 1).prefix(count))
      let secrets = [String(text.prefix(count / 2)), String(text.prefix(count / 3)), text]
      return steps(text + text, secrets)
    }
    let once = work(50_000)
    let fourTimes = work(200_000)
    #expect(fourTimes <= 5 * once)
    #expect(once <= 40 * 50_000)
  }

  @Test(arguments: ["tok-0123456789", "aaaaaaaaaaaaaaaa", "%2B%2B%2B%2B%2B%2B%2B%2B%2B%2B"])
  func `the work grows with how often a text repeats a token`(token: String) {
    let secrets = [token, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "++++++++++"]
    let text = String(repeating: token, count: 500)
    let once = steps(text, secrets)
    let twice = steps(text + text, secrets)
    #expect(once <= 4 * text.utf8.count)
    #expect(twice <= 2 * once + 100)
  }
}
