import Testing
import World

@Suite struct SecretIndexTests {
  private func index(_ values: [String]) -> SecretIndex {
    var index = SecretIndex()
    for value in values { index.add(value, alias: "<\(value)>") }
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
    let counts = (7...13).map { limit in
      var comparisons = 0
      return text.withUnsafeBytes {
        index.find(at: 0, limit: limit, in: $0, comparisons: &comparisons)?.count
      }
    }
    #expect(counts == [nil, 8, 8, 10, 10, 12, 12])
  }

  @Test(arguments: [
    ("abc", "code#1", false, false), ("abcd", "code#1", false, true),
    ("abcdefg", "code#1", false, true), ("abcdefgh", "code#1", true, false),
    ("0123456789abcde", "cookie#1", false, false), ("0123456789abcdef", "cookie#1", true, false),
    ("abcd", "cookie#1", false, false),
  ])
  func `its length says where a secret is found`(
    value: String,
    alias: String,
    isInText: Bool,
    isInQuotes: Bool
  ) {
    var index = SecretIndex()
    index.add(value, alias: alias)
    let text = Array("x \"\(value)\"".utf8)
    text.withUnsafeBytes { text in
      #expect(index.search(text).finds.map(\.start) == (isInText ? [3] : []))
      #expect(index.searchQuotes(text).map(\.start) == (isInQuotes ? [3] : []))
    }
  }

  @Test func `thousands of secrets are each found`() {
    let values = (0..<5000).map { "\($0 * 7919 % 5000)-secret-\($0)" }
    let index = index(values)
    for (number, value) in values.enumerated() {
      let finds = Array("xxx\(value)".utf8).withUnsafeBytes { index.search($0).finds }
      #expect(finds.contains { $0.start == 3 && $0.number == number })
    }
  }
}
