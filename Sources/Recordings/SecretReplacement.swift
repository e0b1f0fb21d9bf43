import World

/// Puts aliases in the place of the secrets of one text.
///
/// Where finds overlap, the longest secret wins; of equally long ones the one that was met first,
/// then the plainer spelling, then the one further left. A secret that loses its place is still
/// found at others, also where these overlap the lost one.
struct SecretReplacement {
  private let index: SecretIndex
  /// Whether the index holds small letters, with which those of the text are compared.
  private let ignoresCase: Bool
  /// How often a secret was compared with a place of the text, or a find with what is replaced
  /// already.
  private(set) var steps = 0

  private let aliases: SecretAliases

  init(_ aliases: SecretAliases, ignoringCase ignoresCase: Bool = false) {
    self.aliases = aliases
    self.index = ignoresCase ? aliases.indexInAnyCase : aliases.index
    self.ignoresCase = ignoresCase
  }

  private func alias(of find: SecretIndex.Find) -> String {
    aliases.replacement(for: index.value(of: find))
  }

  /// The text with aliases; nil where it holds no secret.
  mutating func replace(in text: UnsafeRawBufferPointer) -> [UInt8]? {
    guard let quoted = replaceInQuotes(in: text) else { return replaceAnywhere(in: text) }
    return quoted.withUnsafeBytes { replaceAnywhere(in: $0) } ?? quoted
  }

  private struct Replacement {
    /// In the text, not in a reading of it.
    var range: Range<Int>
    var alias: String
  }

  private static func replace(
    _ replacements: [Replacement],
    in text: UnsafeRawBufferPointer
  ) -> [UInt8]? {
    if replacements.isEmpty { return nil }
    var replaced: [UInt8] = []
    replaced.reserveCapacity(text.count)
    var end = 0
    for replacement in replacements.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      replaced += text[end..<replacement.range.lowerBound]
      replaced += replacement.alias.utf8
      end = replacement.range.upperBound
    }
    return replaced + text[end...]
  }

  // MARK: Short secrets

  /// Two finds may share a quote, except where both are of one secret: there the first one has it.
  private func replaceInQuotes(in text: UnsafeRawBufferPointer) -> [UInt8]? {
    let finds = index.searchQuotes(text)
    if finds.isEmpty { return nil }
    var taken = TakenPlaces(count: text.count)
    var replacements: [Replacement] = []
    var last: SecretIndex.Find?
    for find in finds.sorted(by: SecretReplacement.isBefore) {
      let end = find.start + find.count
      if let last, last.number == find.number, find.start - 1 <= last.start + last.count {
        continue
      }
      guard taken.first(in: find.start - 1..<end + 1) == nil else { continue }
      taken.take(find.start..<end)
      replacements.append(Replacement(range: find.start..<end, alias: alias(of: find)))
      last = find
    }
    return SecretReplacement.replace(replacements, in: text)
  }

  private static func isBefore(_ left: SecretIndex.Find, _ right: SecretIndex.Find) -> Bool {
    (right.count, left.number, left.start) < (left.count, right.number, right.start)
  }

  // MARK: Long secrets

  private struct Candidate {
    var find: SecretIndex.Find
    /// Which of the text's readings it stands in.
    var reading: Int
  }

  private mutating func replaceAnywhere(in text: UnsafeRawBufferPointer) -> [UInt8]? {
    // No spelling of a secret is shorter than the secret; most texts, such as a field's value, are.
    if text.count < SecretIndex.shortestInText { return nil }
    let index = index
    if ignoresCase {
      let small = EscapedText(lowercasing: text)
      return replace([small], in: text) { reading in reading.bytes.withUnsafeBytes(index.search) }
    }
    let plain = index.search(text)
    var marks = EscapedText.Marks(in: text)
    // All that a plus sign can stand for is a space.
    if !index.hasSpaces { marks.remove(.plus) }
    if plain.finds.isEmpty, marks.isEmpty {
      steps += plain.comparisons
      return nil
    }
    return replace(EscapedText.readings(of: text, with: marks), in: text) { reading in
      reading.isPlain ? plain : reading.bytes.withUnsafeBytes(index.search)
    }
  }

  private mutating func replace(
    _ readings: [EscapedText],
    in text: UnsafeRawBufferPointer,
    search: (EscapedText) -> SecretIndex.Search
  ) -> [UInt8]? {
    var candidates: [Candidate] = []
    for (number, reading) in readings.enumerated() {
      let search = search(reading)
      steps += search.comparisons
      candidates += search.finds.map { Candidate(find: $0, reading: number) }
    }
    return SecretReplacement.replace(choose(among: candidates, readings, text.count), in: text)
  }

  private mutating func choose(
    among candidates: [Candidate],
    _ readings: [EscapedText],
    _ textCount: Int
  ) -> [Replacement] {
    guard let longest = candidates.map(\.find.count).max() else { return [] }
    var waiting = [[Candidate]](repeating: [], count: longest + 1)
    for candidate in candidates { waiting[candidate.find.count].append(candidate) }

    var taken = TakenPlaces(count: textCount)
    var replacements: [Replacement] = []
    for count in stride(from: longest, through: SecretIndex.shortestInText, by: -1) {
      for candidate in waiting[count].sorted(by: SecretReplacement.isBefore) {
        steps += 1
        let find = candidate.find
        let reading = readings[candidate.reading]
        let decoded = find.start..<find.start + find.count
        let range = reading.range(of: decoded)
        guard let obstacle = taken.first(in: range) else {
          taken.take(range)
          replacements.append(Replacement(range: range, alias: alias(of: find)))
          continue
        }
        // A shorter secret that begins there too may end before what is taken.
        let room = reading.count(of: decoded, before: obstacle)
        guard room >= SecretIndex.shortestInText else { continue }
        let shorter = reading.bytes.withUnsafeBytes { bytes in
          index.find(at: find.start, limit: room, in: bytes, comparisons: &steps)
        }
        if let shorter {
          waiting[shorter.count].append(Candidate(find: shorter, reading: candidate.reading))
        }
      }
    }
    return replacements
  }

  /// Of candidates of one length.
  private static func isBefore(_ left: Candidate, _ right: Candidate) -> Bool {
    (left.find.number, left.reading, left.find.start)
      < (right.find.number, right.reading, right.find.start)
  }
}

/// The bytes of a text that are replaced already.
private struct TakenPlaces {
  private var words: [UInt64]

  init(count: Int) {
    words = [UInt64](repeating: 0, count: count / 64 + 1)
  }

  /// The first of the range that is taken; looks at 64 bytes at once.
  func first(in range: Range<Int>) -> Int? {
    var place = range.lowerBound
    while place < range.upperBound {
      let rest = words[place / 64] >> UInt64(place % 64)
      if rest != 0 {
        let first = place + rest.trailingZeroBitCount
        return first < range.upperBound ? first : nil
      }
      place = (place / 64 + 1) * 64
    }
    return nil
  }

  mutating func take(_ range: Range<Int>) {
    for place in range { words[place / 64] |= 1 << UInt64(place % 64) }
  }
}
