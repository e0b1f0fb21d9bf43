import World

/// Puts aliases in the place of the secrets of one text.
///
/// Each byte that belongs to a spelling of a secret goes. What overlaps becomes one, under the alias of
/// the longest secret in it; of equally long ones under that of the one that was met first.
struct SecretReplacement {
  private let index: SecretIndex
  /// Whether the index holds small letters, with which those of the text are compared.
  private let ignoresCase: Bool
  /// How often a secret was compared with a place of the text, or a find with what is replaced
  /// already.
  private(set) var steps = 0
  private var isGivenUp = false

  private let aliases: SecretAliases
  /// How many bytes are left out at the end, at each stage.
  private let left: Int

  /// Those in quotes first, then those that stand anywhere.
  static let stages = 2

  init(_ aliases: SecretAliases, ignoringCase ignoresCase: Bool = false, leaving left: Int = 0) {
    self.aliases = aliases
    self.left = left
    self.index = ignoresCase ? aliases.indexInAnyCase : aliases.index
    self.ignoresCase = ignoresCase
  }

  private func alias(of find: SecretIndex.Find) -> String {
    aliases.replacement(for: index.value(of: find))
  }

  /// The text with aliases; nil where it stays as it is.
  ///
  /// Where the search is given up, nobody can tell what in it is no secret: it goes but for its shape.
  mutating func replace(in text: UnsafeRawBufferPointer) -> [UInt8]? {
    guard let quoted = replaceInQuotes(in: text) else { return replaceAnywhere(in: text) }
    return quoted.withUnsafeBytes { replaceAnywhere(in: $0) } ?? quoted
  }

  private typealias Find = SecretIndex.Find

  /// - Parameter finds: From left to right; none overlap.
  private func replace(_ finds: [Find], in text: UnsafeRawBufferPointer) -> [UInt8]? {
    if finds.isEmpty, left == 0 { return nil }
    let most = max(0, text.count - left)
    var replaced: [UInt8] = []
    replaced.reserveCapacity(most)
    var end = 0
    for find in finds where find.range.lowerBound < most {
      replaced += text[end..<find.range.lowerBound]
      replaced += alias(of: find).utf8
      end = find.range.upperBound
    }
    return end < most ? replaced + text[end..<most] : replaced
  }

  // MARK: Short secrets

  /// Two finds may share a quote, except where both are of one secret: there the first one has it.
  private func replaceInQuotes(in text: UnsafeRawBufferPointer) -> [UInt8]? {
    var finds: [Find] = []
    for find in index.searchQuotes(text) {
      if let last = finds.last, last.number == find.number,
        find.range.lowerBound - 1 <= last.range.upperBound
      {
        continue
      }
      finds.append(find)
    }
    return replace(finds, in: text)
  }

  // MARK: Long secrets

  private mutating func replaceAnywhere(in text: UnsafeRawBufferPointer) -> [UInt8]? {
    // No spelling of a secret is shorter than the secret; most texts, such as a field's value, are.
    if text.count < SecretIndex.shortestInText { return replace([], in: text) }
    isGivenUp = isLate(text)
    if isGivenUp { return shape(of: text) }
    if ignoresCase {
      let finds = search(EscapedText(lowercasing: text))
      return isGivenUp ? shape(of: text) : replace(finds, in: text)
    }
    let plain = index.search(text)
    note(plain)
    var marks = EscapedText.Marks(in: text)
    // All that a plus sign can stand for is a space.
    if !index.hasSpaces { marks.remove(.plus) }
    var finds = plain.finds
    var isSorted = true
    EscapedText.forEachDecoding(of: text, with: marks, readingPlus: index.hasSpaces) { reading in
      isGivenUp = isGivenUp || isLate(text)
      if isGivenUp { return }
      let more = search(reading)
      isSorted = isSorted && (finds.isEmpty || more.isEmpty)
      finds += more
    }
    return isGivenUp ? shape(of: text) : replace(isSorted ? finds : joined(finds), in: text)
  }

  /// Whether an interrupted run must not wait for what takes more than a blink.
  private func isLate(_ text: UnsafeRawBufferPointer) -> Bool {
    text.count > 1 << 16 && aliases.isOver
  }

  private func shape(of text: UnsafeRawBufferPointer) -> [UInt8] {
    Array(TextShape.of(String(decoding: text, as: UTF8.self)).utf8)
  }

  private mutating func note(_ search: SecretIndex.Search) {
    steps += search.comparisons
    isGivenUp = isGivenUp || search.isGivenUp
  }

  /// Where secrets stand in the text, by one of its readings.
  private mutating func search(_ reading: EscapedText) -> [Find] {
    let search = reading.bytes.withUnsafeBytes(index.search)
    note(search)
    return search.finds.map { find in
      var find = find
      find.range = reading.range(of: find.range)
      return find
    }
  }

  private mutating func joined(_ finds: [Find]) -> [Find] {
    var joined: [Find] = []
    for find in finds.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      steps += 1
      if let last = joined.last, find.range.lowerBound < last.range.upperBound {
        joined[joined.count - 1].join(find)
      } else {
        joined.append(find)
      }
    }
    return joined
  }
}
