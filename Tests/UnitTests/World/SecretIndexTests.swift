import Testing
import World

@Suite struct SecretIndexTests {
  private func index(_ values: [String]) -> SecretIndex {
    var index = SecretIndex()
    for value in values { index.add(value) }
    return index
  }

  private func finds(_ text: String, _ values: [String]) -> [SecretIndex.Find] {
    Array(text.utf8).withUnsafeBytes { index(values).search($0).finds }
  }

  @Test func `what overlaps is one, named after the longest`() {
    let values = ["abcdefgh", "abcdefghij", "abcdefghijkl", "fghijklmn"]
    #expect(
      finds("abcdefghijklmno abcdefghi abcdefgh", values).map { "\($0.range) \($0.number)" }
        == ["0..<14 2", "16..<24 0", "26..<34 0"]
    )
  }

  /// In the order of bytes many stand between the text and the secret that it begins with.
  @Test func `a secret is found past those that go on otherwise`() {
    let others = (0..<200).map { "abcdefgh-\(1000 + $0)" }
    for text in ["abcdefgh-9", "abcdefgh-1100", "abcdefgh-11005", "abcdefgh", "abcdefgh~"] {
      let longest = text.hasPrefix("abcdefgh-1100") ? others[100] : "abcdefgh"
      #expect(
        finds(text, others + ["abcdefgh"]).map(\.count) == [longest.utf8.count],
        "\(text)"
      )
    }
  }

  /// Long ones are not compared anew at each place; the plain way is.
  @Test(arguments: 1...60 as ClosedRange<UInt64>)
  func `a long secret is found where it stands, however it repeats itself`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    func letters(_ count: Int) -> [UInt8] {
      let period = Array(
        (0..<Int.random(in: 1...5, using: &random)).map { _ in
          UInt8.random(in: 0x61...0x62, using: &random)
        }
      )
      var text = (0..<count).map { period[$0 % period.count] }
      for _ in 0..<Int.random(in: 0...2, using: &random) {
        text[Int.random(in: 0..<count, using: &random)] = 0x63
      }
      return text
    }
    let values = (0..<Int.random(in: 1...4, using: &random)).map { _ in
      letters(Int.random(in: 250...420, using: &random))
    }
    var text: [UInt8] = []
    for _ in 0..<4 {
      text +=
        values.randomElement(using: &random)?.dropLast(Int.random(in: 0...9, using: &random)) ?? []
      text += letters(Int.random(in: 1...500, using: &random))
    }
    var covered = Set<Int>()
    for value in values {
      for start in 0...max(0, text.count - value.count)
      where text.count >= value.count && text[start..<start + value.count].elementsEqual(value) {
        covered.formUnion(start..<start + value.count)
      }
    }
    let finds = finds(
      String(decoding: text, as: UTF8.self),
      values.map { String(decoding: $0, as: UTF8.self) }
    )
    #expect(Set(finds.flatMap(\.range)) == covered)
  }

  @Test(arguments: [
    ("abc", false, true), ("q7!", false, true), ("wxqz", true, false), ("hunter2", true, false),
    // What a run's own requests are made of.
    ("user", false, true), ("User", false, true), ("password", false, true), ("light", false, true),
    ("administrators", true, false), ("a b", false, true), ("\u{1F511}", true, false),
  ])
  func `a secret is found in a text but where that would shred it`(
    value: String,
    isInText: Bool,
    isInQuotes: Bool
  ) {
    var index = SecretIndex()
    index.add(value)
    let text = Array("x \"\(value)\" \"\(value)\" : 1".utf8)
    text.withUnsafeBytes { text in
      let second = 6 + value.utf8.count
      #expect(index.search(text).finds.map(\.range.lowerBound) == (isInText ? [3, second] : []))
      // The second is a key.
      #expect(index.searchQuotes(text).map(\.range.lowerBound) == (isInQuotes ? [3] : []))
    }
  }

  @Test(arguments: [false, true])
  func `what the order costs grows with the secrets`(isFalling: Bool) {
    func steps(_ count: Int) -> Int {
      let numbers = Array(100_000..<100_000 + count)
      return index((isFalling ? numbers.reversed() : numbers).map { "secret-\($0)" }).steps
    }
    // As n log n: (4 log 4n) / (log n) is 4.8 here.
    #expect(steps(8000) < 5 * steps(2000))
    #expect(steps(8000) < 8000 * 13)
  }

  /// Hundreds that the text nearly begins with at each place, as cookies of an app may be.
  @Test func `secrets that begin with one another cost little more than one`() {
    let text = Array(String(repeating: "a", count: 4_000).utf8)
    func comparisons(_ values: [String]) -> Int {
      text.withUnsafeBytes { index(values).search($0).comparisons }
    }
    let nearly = (6...500).map { String(repeating: "a", count: $0) + "A" }
    #expect(comparisons(nearly) < 20 * text.count * 9)
    let nested = (6...500).map { String(repeating: "a", count: $0) }
    #expect(comparisons(nested) < 20 * text.count * 9)
    #expect(comparisons(nearly + nested) < 30 * text.count * 9)
  }

  @Test(arguments: ["", "same beginning "])
  func `thousands of secrets are each found`(start: String) {
    let values = (0..<5000).map { "\(start)\($0 * 7919 % 5000)-secret-\($0)" }
    let index = index(values)
    for (number, value) in values.enumerated() {
      let finds = Array("xxx\(value)".utf8).withUnsafeBytes { index.search($0).finds }
      #expect(finds.contains { $0.range.lowerBound == 3 && $0.number == number })
    }
  }
}
