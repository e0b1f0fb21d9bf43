/// Finds the secrets that are known in a text, however many there are: one look a place.
///
/// Secrets that begin with the same four bytes form a group, in the order of their bytes. A table
/// of bits tells of nearly every place of a text that no group begins there; in a group the longest
/// secret that stands there is found by bisection, so that a thousand signed tokens with one header
/// cost no more than ten.
package struct SecretIndex: Sendable {
  /// Where a secret stands in a text, or several that overlap.
  package struct Find: Sendable, Equatable {
    /// All that they cover.
    package var range: Range<Int>
    /// How many bytes the longest of them has.
    package var count: Int
    /// Its number in the order of first sight.
    package var number: Int

    /// Whether it, and not `other`, gives the name to what both cover: the longer, then the one that
    /// was met first.
    package func outranks(_ other: Find) -> Bool {
      (count, other.number) > (other.count, number)
    }

    /// Takes in what overlaps it.
    package mutating func join(_ other: Find) {
      if other.outranks(self) { (count, number) = (other.count, other.number) }
      range =
        min(
          range.lowerBound,
          other.range.lowerBound
        )..<max(
          range.upperBound,
          other.range.upperBound
        )
    }
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

  /// For each entry that is so long that it is not compared anew at each place: at each of its
  /// places, how much of its own beginning stands there (Gusfield, the Z algorithm).
  private var repetitions: [[Int32]] = []
  /// For each entry its place there; -1 for a short one.
  private var slots: [Int32] = []
  private static let longestComparedAnew = 256

  private var beginnings = BeginningFilter()
  /// How often two secrets were compared to put them in order.
  package private(set) var steps = 0
  /// How many bytes the longest secret has.
  private var longest = 0
  /// How many bytes a secret takes at most, however it is spelled: in two layers of spelling one byte
  /// of it takes 36 (`\u0025` of each of `\u0025`).
  package var reach: Int { 36 * longest }
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
    longest = max(longest, bytes.count)
    entries.append(bytes)
    slots.append(-1)
    guard SecretIndex.isFoundInText(value) else {
      quoted[bytes] = number
      return
    }
    if bytes.contains(UInt8(ascii: " ")) { hasSpaces = true }
    if bytes.count > SecretIndex.longestComparedAnew {
      slots[number] = Int32(repetitions.count)
      repetitions.append(SecretIndex.repetitions(of: bytes))
    }
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
    /// Whether it was given up: nearly every place nearly spells many secrets, which no app's answer
    /// does that is not made to cost time.
    package var isGivenUp = false
  }

  /// How many comparisons a text of so many bytes may cost.
  package static func mostComparisons(in count: Int) -> Int { (1 << 20) + 2 * count }

  /// A text that is searched, and what is known of it.
  private struct Scan {
    let text: UnsafeRawBufferPointer
    var comparisons = 0
    /// For long entries the stretch of the text that was last seen to be their beginning.
    var stretches: [(start: Int, end: Int)] = []
  }

  /// All that secrets cover in the text, from left to right; no two finds overlap.
  ///
  /// Those that are found in quotes only are not among them.
  package func search(_ text: UnsafeRawBufferPointer) -> Search {
    var search = Search()
    guard !groups.isEmpty, text.count >= SecretIndex.shortestInText else { return search }
    var scan = Scan(text: text)
    let most = SecretIndex.mostComparisons(in: text.count)
    beginnings.forEachPlace(in: text) { start, beginning in
      guard scan.comparisons <= most, let group = groups[beginning],
        let number = longest(in: group, at: start, &scan)
      else { return }
      let count = entries[number].count
      let find = Find(range: start..<start + count, count: count, number: number)
      if let last = search.finds.last, start < last.range.upperBound {
        search.finds[search.finds.count - 1].join(find)
      } else {
        search.finds.append(find)
      }
    }
    search.comparisons = scan.comparisons
    search.isGivenUp = scan.comparisons > most
    return search
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
      finds.append(Find(range: start..<place, count: place - start, number: number))
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

  /// The longest entry of a group that stands at a place of the text.
  private func longest(in lists: [Ordered], at start: Int, _ scan: inout Scan) -> Int? {
    var longest: Int?
    for list in lists {
      guard let found = self.longest(in: list, at: start, &scan) else { continue }
      if longest.map({ entries[$0].count < entries[found].count }) ?? true { longest = found }
    }
    return longest
  }

  private func longest(in list: Ordered, at start: Int, _ scan: inout Scan) -> Int? {
    var limit = scan.text.count - start
    var candidates = list.numbers[...]
    while true {
      // Whatever the text goes on with stands before it in the order, and begins the last that does.
      candidates = candidates.prefix(countNotAfter(start, limit, in: candidates, &scan))
      guard let last = candidates.last else { return nil }
      let common = commonCount(last, start, limit, &scan)
      if common == entries[last].count { return last }
      let link = list.links[candidates.endIndex - 1]
      guard link >= 0 else { return nil }
      if entries[list.numbers[link]].count <= common { return list.numbers[link] }
      candidates = list.numbers[...link]
      limit = common
    }
  }

  /// How many entries of a group, from its start, do not come after the text at `start` in the order of
  /// bytes, of which only `limit` bytes count.
  private func countNotAfter(
    _ start: Int,
    _ limit: Int,
    in group: ArraySlice<Int>,
    _ scan: inout Scan
  ) -> Int {
    var low = group.startIndex
    var high = group.endIndex
    while low < high {
      let middle = (low + high) / 2
      let entry = entries[group[middle]]
      let common = commonCount(group[middle], start, limit, &scan)
      let isAfter =
        common < entry.count
        && (common == limit || entry[common] > scan.text[start + common])
      if isAfter { high = middle } else { low = middle + 1 }
    }
    return low - group.startIndex
  }

  /// How many bytes an entry and the text at `start` begin with alike, at most `limit`.
  ///
  /// A long entry is compared with each byte of the text once: what is known of the stretch before
  /// tells, by the entry's own repetitions, how much stands here.
  private func commonCount(_ number: Int, _ start: Int, _ limit: Int, _ scan: inout Scan) -> Int {
    scan.comparisons += 1
    return entries[number].withUnsafeBytes { entry in
      let slot = Int(slots[number])
      guard slot >= 0 else {
        let rest = UnsafeRawBufferPointer(rebasing: scan.text[start..<start + limit])
        return SecretIndex.commonCount(entry, rest)
      }
      var known = 0
      if scan.stretches.isEmpty {
        scan.stretches = Array(repeating: (0, 0), count: repetitions.count)
      }
      let stretch = scan.stretches[slot]
      if start >= stretch.start, start < stretch.end {
        let again = Int(repetitions[slot][start - stretch.start])
        known = stretch.end - start
        if again < known { return min(again, limit) }
      }
      let common =
        known
        + SecretIndex.commonCount(
          UnsafeRawBufferPointer(rebasing: entry[known...]),
          UnsafeRawBufferPointer(rebasing: scan.text[(start + known)...])
        )
      scan.stretches[slot] = (start, start + common)
      return min(common, limit)
    }
  }

  /// How much of the beginning of `bytes` stands at each of its places.
  private static func repetitions(of bytes: [UInt8]) -> [Int32] {
    var counts = [Int32](repeating: 0, count: bytes.count)
    counts[0] = Int32(clamping: bytes.count)
    var (start, end) = (0, 0)
    for place in 1..<bytes.count {
      var count = place < end ? min(Int(counts[place - start]), end - place) : 0
      while place + count < bytes.count, bytes[count] == bytes[place + count] { count += 1 }
      counts[place] = Int32(clamping: count)
      if place + count > end { (start, end) = (place, place + count) }
    }
    return counts
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
