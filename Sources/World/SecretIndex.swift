/// Finds the secrets that are known in a text, however many there are: one look a place.
///
/// Secrets that begin with the same four bytes form a group, in the order of their bytes. A table
/// of bits tells of nearly every place of a text that no group begins there; in a group the longest
/// secret that stands there is found by bisection, so that a thousand signed tokens with one header
/// cost no more than ten.
package struct SecretIndex: Sendable {
  /// A secret that stands in a text.
  package struct Find: Sendable, Equatable {
    /// Where it begins.
    package var start: Int
    /// How many bytes it has.
    package var count: Int
    /// Its number in the order of first sight.
    package var number: Int
  }

  /// Shorter secrets, and those that are ordinary words, are found only where they are all of a value
  /// in quotes: inside other words they would be found by accident.
  package static let shortestInText = OrdinaryWords.shortestInText
  /// No ordinary word is longer.
  private static let longestInQuotes = 24

  /// In the order of first sight.
  private var entries: [[UInt8]] = []
  /// Numbers of entries by their first four bytes: lists in the order of bytes.
  ///
  /// Each is at least twice as long as the next. In one list a place would have to be made for each
  /// new one, and an app may give out any number of them in any order.
  private var groups: [UInt32: [Ordered]] = [:]
  /// Entries in the order of bytes.
  private struct Ordered: Sendable {
    var numbers: [Int]
    /// For each its nearest one before that it begins with, by its place; -1 for none.
    var links: [Int]
  }

  private var beginnings = BeginningFilter()
  /// How often two secrets were compared to put them in order.
  package private(set) var steps = 0
  /// Whether some secret has a space in it.
  package private(set) var hasSpaces = false
  /// Numbers of the entries that are found in quotes only.
  private var quoted: [[UInt8]: Int] = [:]

  package init() {}

  /// The secret that was found.
  package func value(of find: Find) -> String {
    String(decoding: entries[find.number], as: UTF8.self)
  }

  /// Whether a value is found wherever it stands.
  package static func isFoundInText(_ value: String) -> Bool { !OrdinaryWords.contain(value) }

  /// Adds a value that has not been added before.
  package mutating func add(_ value: String) {
    let bytes = Array(value.utf8)
    guard !bytes.isEmpty else { return }
    let number = entries.count
    entries.append(bytes)
    guard SecretIndex.isFoundInText(value) else {
      quoted[bytes] = number
      return
    }
    if bytes.contains(UInt8(ascii: " ")) { hasSpaces = true }
    bytes.withUnsafeBytes { value in
      let beginning = value.loadUnaligned(as: UInt32.self)
      var lists: [Ordered] = []
      // Out of the table meanwhile, so that they are not copied.
      swap(&lists, &groups[beginning, default: []])
      lists.append(Ordered(numbers: [number], links: [-1]))
      while lists.count > 1,
        lists[lists.count - 2].numbers.count < 2 * lists[lists.count - 1].numbers.count
      {
        let newer = lists.removeLast()
        let older = lists.removeLast()
        lists.append(merged(older, newer))
      }
      swap(&lists, &groups[beginning, default: []])
      beginnings.insert(beginning, among: groups.keys)
    }
  }

  // MARK: Search

  /// What a search found and how much work it was.
  package struct Search: Sendable {
    package var finds: [Find] = []
    /// How often a secret was compared with a place of the text.
    package var comparisons = 0
  }

  /// The longest secret at each place of the text where one begins, from left to right.
  ///
  /// Those that are found in quotes only are not among them.
  package func search(_ text: UnsafeRawBufferPointer) -> Search {
    var search = Search()
    guard !groups.isEmpty, text.count >= SecretIndex.shortestInText else { return search }
    beginnings.forEachPlace(in: text) { start, beginning in
      guard let group = groups[beginning] else { return }
      let rest = UnsafeRawBufferPointer(rebasing: text[start...])
      if let number = longest(in: group, at: rest, comparisons: &search.comparisons) {
        search.finds.append(Find(start: start, count: entries[number].count, number: number))
      }
    }
    return search
  }

  /// The longest secret at one place that has at most `limit` bytes.
  package func find(
    at start: Int,
    limit: Int,
    in text: UnsafeRawBufferPointer,
    comparisons: inout Int
  ) -> Find? {
    let end = min(text.count, start + limit)
    guard end - start >= SecretIndex.shortestInText,
      let group = groups[text.loadUnaligned(fromByteOffset: start, as: UInt32.self)]
    else { return nil }
    let rest = UnsafeRawBufferPointer(rebasing: text[start..<end])
    return longest(in: group, at: rest, comparisons: &comparisons).map { number in
      Find(start: start, count: entries[number].count, number: number)
    }
  }

  /// Each ordinary word or short secret that is a value between two quotes, from left to right.
  package func searchQuotes(_ text: UnsafeRawBufferPointer) -> [Find] {
    guard !quoted.isEmpty else { return [] }
    let quote = UInt8(ascii: "\"")
    var finds: [Find] = []
    var opening: Int?
    for place in text.indices where text[place] == quote {
      defer { opening = place }
      guard let start = opening.map({ $0 + 1 }), start < place,
        place - start <= SecretIndex.longestInQuotes,
        let number = quoted[Array(text[start..<place])], !isKey(endingAt: place, in: text)
      else { continue }
      finds.append(Find(start: start, count: place - start, number: number))
    }
    return finds
  }

  /// Whether the quote ends the key of a JSON object, which is a name and no value.
  private func isKey(endingAt place: Int, in text: UnsafeRawBufferPointer) -> Bool {
    text[(place + 1)...].prefix(8).first { $0 > 0x20 } == UInt8(ascii: ":")
  }

  // MARK: Groups

  private mutating func merged(_ left: Ordered, _ right: Ordered) -> Ordered {
    var merged: [Int] = []
    merged.reserveCapacity(left.numbers.count + right.numbers.count)
    var (left, right) = (left.numbers[...], right.numbers[...])
    while let first = left.first, let second = right.first {
      steps += 1
      let isSecondFirst = entries[second].lexicographicallyPrecedes(entries[first])
      merged.append(isSecondFirst ? second : first)
      if isSecondFirst { right.removeFirst() } else { left.removeFirst() }
    }
    merged += left + right
    // What an entry begins with stands before it, with nothing between that does not begin so.
    var links: [Int] = []
    links.reserveCapacity(merged.count)
    for (place, number) in merged.enumerated() {
      var link = place - 1
      while link >= 0, !entries[number].starts(with: entries[merged[link]]) { link = links[link] }
      links.append(link)
    }
    return Ordered(numbers: merged, links: links)
  }

  /// The longest entry of a group that `text` begins with.
  private func longest(
    in lists: [Ordered],
    at text: UnsafeRawBufferPointer,
    comparisons: inout Int
  ) -> Int? {
    var longest: Int?
    for list in lists {
      guard let found = self.longest(in: list, at: text, comparisons: &comparisons) else {
        continue
      }
      if longest.map({ entries[$0].count < entries[found].count }) ?? true { longest = found }
    }
    return longest
  }

  private func longest(
    in list: Ordered,
    at text: UnsafeRawBufferPointer,
    comparisons: inout Int
  ) -> Int? {
    var text = text
    var candidates = list.numbers[...]
    while true {
      // Whatever `text` begins with stands before it in the order, and begins the last that does.
      candidates = candidates.prefix(countNotAfter(text, in: candidates, comparisons: &comparisons))
      guard let last = candidates.last else { return nil }
      comparisons += 1
      let common = entries[last].withUnsafeBytes { value in
        SecretIndex.commonCount(value, text)
      }
      if common == entries[last].count { return last }
      let link = list.links[candidates.endIndex - 1]
      guard link >= 0 else { return nil }
      if entries[list.numbers[link]].count <= common { return list.numbers[link] }
      candidates = list.numbers[...link]
      text = UnsafeRawBufferPointer(rebasing: text[..<common])
    }
  }

  /// How many entries of a group, from its start, do not come after `text` in the order of bytes.
  private func countNotAfter(
    _ text: UnsafeRawBufferPointer,
    in group: ArraySlice<Int>,
    comparisons: inout Int
  ) -> Int {
    var low = group.startIndex
    var high = group.endIndex
    while low < high {
      comparisons += 1
      let middle = (low + high) / 2
      let isAfter = entries[group[middle]].withUnsafeBytes { value in
        let common = SecretIndex.commonCount(value, text)
        guard common < value.count else { return false }
        return common == text.count || value[common] > text[common]
      }
      if isAfter { high = middle } else { low = middle + 1 }
    }
    return low - group.startIndex
  }

  /// How many bytes both begin with alike.
  private static func commonCount(
    _ left: UnsafeRawBufferPointer,
    _ right: UnsafeRawBufferPointer
  ) -> Int {
    let count = min(left.count, right.count)
    var offset = 0
    while offset + 8 <= count {
      let difference =
        UInt64(littleEndian: left.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        ^ UInt64(littleEndian: right.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      if difference != 0 { return offset + difference.trailingZeroBitCount / 8 }
      offset += 8
    }
    while offset < count, left[offset] == right[offset] { offset += 1 }
    return offset
  }
}

/// Tells quickly of most four bytes that no secret begins with them.
private struct BeginningFilter: Sendable {
  /// At least 32 bits for each beginning: of 32 places that hold none, one at most is taken for one.
  private var words = [UInt64](repeating: 0, count: 64)
  private var shift = BeginningFilter.shift(words: 64)

  private static func shift(words: Int) -> Int { 64 - (words * 64).trailingZeroBitCount }

  @inline(__always)
  private func bit(of beginning: UInt32) -> Int {
    // Fibonacci hashing (Knuth, TAOCP 3, section 6.4): the high bits depend on all bytes.
    Int(truncatingIfNeeded: (UInt64(beginning) &* 0x9E37_79B9_7F4A_7C15) &>> UInt64(shift))
  }

  /// Calls `body` with each place of a text of at least four bytes at which a secret may begin,
  /// and with the four bytes there.
  @inline(__always)
  func forEachPlace(in text: UnsafeRawBufferPointer, _ body: (Int, UInt32) -> Void) {
    words.withUnsafeBufferPointer { words in
      for start in 0...(text.count &- 4) {
        let beginning = text.loadUnaligned(fromByteOffset: start, as: UInt32.self)
        let bit = bit(of: beginning)
        if words[bit &>> 6] & (1 &<< UInt64(bit & 63)) != 0 { body(start, beginning) }
      }
    }
  }

  mutating func insert(_ beginning: UInt32, among beginnings: some Collection<UInt32>) {
    if beginnings.count * 32 > words.count * 64 {
      words = [UInt64](repeating: 0, count: words.count * 4)
      shift = BeginningFilter.shift(words: words.count)
      for known in beginnings { set(known) }
    }
    set(beginning)
  }

  private mutating func set(_ beginning: UInt32) {
    let bit = bit(of: beginning)
    words[bit / 64] |= 1 << UInt64(bit % 64)
  }
}
