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

  @Test func `at each place the longest secret is found`() {
    let values = ["abcdefgh", "abcdefghij", "abcdefghijkl", "cdefghij"]
    #expect(
      finds("abcdefghijk abcdefghi", values).map { [$0.start, $0.count, $0.number] }
        == [[0, 10, 1], [2, 8, 3], [12, 8, 0]]
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

  @Test func `a limit leaves the longest secret that keeps to it`() {
    let index = index(["abcdefgh", "abcdefghij", "abcdefghijkl"])
    let text = Array("abcdefghijkl".utf8)
    let counts = (3...13).map { limit in
      var comparisons = 0
      return text.withUnsafeBytes {
        index.find(at: 0, limit: limit, in: $0, comparisons: &comparisons)?.count
      }
    }
    #expect(counts == [nil, nil, nil, nil, nil, 8, 8, 10, 10, 12, 12])
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
      #expect(index.search(text).finds.map(\.start) == (isInText ? [3, second] : []))
      // The second is a key.
      #expect(index.searchQuotes(text).map(\.start) == (isInQuotes ? [3] : []))
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
      #expect(finds.contains { $0.start == 3 && $0.number == number })
    }
  }
}
