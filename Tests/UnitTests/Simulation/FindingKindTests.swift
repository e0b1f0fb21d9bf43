import Simulation
import Testing

@Suite struct FindingKindTests {
  @Test(arguments: FindingKind.allCases)
  func `a kind says what it is about, by which standard, and what to do`(kind: FindingKind) {
    let row = kind.row

    #expect(row.modes.count <= 3)
    #expect(Set(row.modes).count == row.modes.count)
    for mode in row.modes { #expect(FailureMode.named(mode) != nil, "\(mode)") }
    #expect(!row.source.isEmpty)
    #expect(!row.advice.isEmpty)
  }

  @Test func `no two kinds have one id`() {
    let ids = FindingKind.allCases.map(\.id)

    #expect(Set(ids).count == ids.count)
  }

  /// Sixty-three ways for tokens, twenty for SCIM, each with a number of its own.
  @Test func `the catalogue counts through`() {
    func numbers(_ letter: String, to last: Int) -> [String] {
      (1...last).map { "\(letter)-\($0 < 10 ? "0" : "")\($0)" }
    }

    #expect(FailureMode.all.map(\.id) == numbers("F", to: 63) + numbers("S", to: 20))
    #expect(FailureMode.all.allSatisfy { !$0.title.isEmpty })
  }
}
