import OAuth
import Testing
import World

@Suite struct RefreshPolicyTests {
  /// A 60 s token that came at 100 s.
  private let token = AccessToken(
    value: Secret("a1", alias: "access_token#1"),
    receivedAt: .seconds(100),
    expiresIn: .seconds(60)
  )

  typealias Row = (margin: Int, wasUsed: Bool, second: Int, isDue: Bool)

  /// design.md, Tokens: the margin is capped at half the lifetime, and each token is used once.
  @Test(
    arguments: [
      (0, true, 159, false), (0, true, 160, true), (0, true, 161, true),
      (10, true, 149, false), (10, true, 150, true), (10, true, 151, true),
      // Half of 60 s, although 45 s were asked for.
      (45, true, 129, false), (45, true, 130, true), (45, true, 131, true),
      (45, false, 130, false), (45, false, 159, false), (45, false, 160, true),
    ] as [Row]
  )
  func `a token is due by its margin`(row: Row) {
    let policy = RefreshPolicy.make { $0.margin = .seconds(row.margin) }
    #expect(policy.isDue(token, wasUsed: row.wasUsed, at: .seconds(row.second)) == row.isDue)
  }

  @Test(arguments: [(99, false), (100, true), (101, true)])
  func `the careless client takes a margin as long as the lifetime`(second: Int, isDue: Bool) {
    let policy = RefreshPolicy.make {
      $0.margin = .seconds(60)
      $0.capMargin = false
    }
    #expect(policy.isDue(token, wasUsed: false, at: .seconds(second)) == isDue)
  }

  @Test(arguments: [
    (RefreshPolicy.Trigger.expiryAndRejection, true), (.expiry, true), (.rejection, false),
    (.never, false),
  ])
  func `only an expiry trigger looks at the clock`(trigger: RefreshPolicy.Trigger, isDue: Bool) {
    let policy = RefreshPolicy.make { $0.trigger = trigger }
    #expect(policy.isDue(token, wasUsed: true, at: .seconds(1000)) == isDue)
  }

  /// F-10: a lifetime of zero makes a refresh loop unless the token is used at least once.
  @Test(arguments: [0, -5])
  func `a token without a life is used once`(seconds: Int) {
    var token = token
    token.expiresIn = .seconds(seconds)
    let policy = RefreshPolicy()
    #expect(!policy.isDue(token, wasUsed: false, at: .seconds(101)))
    #expect(policy.isDue(token, wasUsed: true, at: .seconds(101)))
  }

  @Test func `a token of no stated life is never due`() {
    var token = token
    token.expiresIn = nil
    #expect(!RefreshPolicy().isDue(token, wasUsed: true, at: .seconds(1_000_000)))
    #expect(!token.isExpired(at: .seconds(1_000_000)))
  }

  @Test(arguments: [
    "a", "ab", "0123456789abcdef", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
  ])
  func `an altered token differs in one character`(value: String) {
    var token = token
    token.value = Secret(value, alias: "access_token#1")
    let altered = token.altered().value
    #expect(altered.alias == "access_token#1 altered")
    #expect(altered.exposed().count == value.count)
    #expect(zip(altered.exposed(), value).count { $0 != $1 } == 1)
  }
}
