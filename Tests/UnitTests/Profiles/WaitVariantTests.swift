import JSON
import Profiles
import Testing

/// What may stand for the end of an access token that a scenario does not wait for.
@Suite struct WaitVariantTests {
  @Test(arguments: [
    ("authorize\nafter access token expires\nassign ada\n  expect refreshes 1\n", [true, true]),
    ("authorize\nafter access token expires\nat once\nassign ada\nassign bob\n", [true, true]),
    ("authorize\nafter 2s\nassign ada\nafter access token expires\nassign bob\n", [true, true]),
    // A client that sees the end by itself meets no 401, one that shows an altered token does.
    (
      "authorize\nafter access token expires\nassign ada\n  expect rejected 0\n", [true, false]
    ),
    ("authorize\nafter 3 lifetimes\nassign ada\n", [false, false]),
    ("authorize\nat 70s\nassign ada\n", [false, false]),
    ("authorize\nafter access token expires\nrevoke refresh token\n", [false, false]),
    ("authorize\nafter access token expires\nprobe access token #1\n", [false, false]),
    ("authorize\nafter access token expires\nauthorize\n", [false, false]),
    (
      "authorize\nhold next POST until access token expires\nassign ada\n", [false, false]
    ),
    (
      "authorize\nafter access token expires\nassign ada\nat end\n  expect access token #1 refused\n",
      [false, false]
    ),
  ])
  func `it is allowed where the wait only makes a refresh due`(
    text: String,
    isAllowed: [Bool]
  ) throws {
    let scenario = try ScenarioReader.read(
      SourceText(file: "a.scenario", text: "Scenario: a\n" + text),
      name: "a"
    )
    #expect([.skip, .spoil].map(scenario.allows) == isAllowed)
    #expect(scenario.allows(.advance))
  }
}
