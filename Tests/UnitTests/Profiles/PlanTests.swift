import JSON
import Testing

@testable import Profiles
import TestSupport

@Suite struct PlanTests {
  @Test func `a plan is one event or wait a line`() throws {
    let plan = Plan(scenario: try read(ScenarioReaderTests.example))
    #expect(
      plan.jsonLines == """
        {"scenario":"t","title":"access token expires between two pushes",\
        "covers":["F-02","F-13","F-27"],"tags":[],"level":"must","needs":[]}
        {"event":"authorize","line":7,"expect":["token  expires_in present  refresh_token present"]}
        {"event":"assign","person":"ada","attributes":{"firstName":"Ada","lastName":"Lovelace"},\
        "line":9,"expect":["GET /Users -> 200","POST /Users -> 201"]}
        {"wait":"access-token-expiry"}
        {"event":"update","person":"ada","attributes":{"lastName":"King"},"line":14,\
        "expect":["GET /Users/{ada} -> 200","PUT /Users/{ada} -> 200","refreshes 1"]}
        {"at":"end","expect":["user ada  name.familyName King"]}

        """
    )
  }

  @Test func `a plan that was printed and read again is equal and judges the same`() throws {
    let scenario = try read(
      """
      Scenario: "a" \\ title
      Tags: x
      Level: may
      Needs: revocation hook h lifetime at most 90s
      Seed: 18446744073709551615
      at 70s
      after 1500ms
      after 3 lifetimes
      after 1.5 lifetimes
      after access token expires
      at once
      authorize
      test credentials
      skip 3600s
      assign ada  title none  nickName "none"  city "a \\"b\\" \\\\ # c"  login x@y
        expect task "a \\"b\\" # c"
        expect nothing sent
      deactivate ada
      create ada again
      create ada again  login ADA@y  title none
      lose answer of next PUT /Users
      at end
        expect refreshes at least 2
        expect user ada  emails[type eq "work"].value present
      """
    )
    let plan = Plan(scenario: scenario)
    let again = try Plan(jsonLines: SourceText(file: "-", text: plan.jsonLines))

    #expect(again == plan)
    #expect(again.jsonLines == plan.jsonLines)
    #expect(again.scenario.title == scenario.title)
    #expect(again.scenario.needs == scenario.needs)
    #expect(again.scenario.seed == scenario.seed)
    #expect(again.scenario.blocks.map(\.start) == scenario.blocks.map(\.start))
    #expect(again.scenario.events.map(\.event) == scenario.events.map(\.event))
    #expect(
      again.scenario.events.map { $0.expectations.map(\.kind) }
        == scenario.events.map { $0.expectations.map(\.kind) }
    )
    #expect(again.scenario.atEnd.map(\.kind) == scenario.atEnd.map(\.kind))
    #expect(again.scenario.events[0].line == 8)
    #expect(again.scenario.events[0].originLine == 12)
    #expect(again.scenario.events[0].text == #"{"event":"authorize","line":12}"#)
  }

  @Test(arguments: [
    (
      #"{"event":"udpate","person":"ada"}"#,
      """
      'udpate' is not an event
       --> -:2:10
        |
      2 | {"event":"udpate","person":"ada"}
        |          ^^^^^^^^ did you mean 'update'?
      """
    ),
    (
      #"{"event":"authorize","expct":[]}"#,
      """
      'expct' has no place on this line
       --> -:2:22
        |
      2 | {"event":"authorize","expct":[]}
        |                      ^^^^^^^ did you mean 'expect'?
      """
    ),
    (
      #"{"event":"authorize","expect":["refreshes x"]}"#,
      """
      'x' is not a number of times
       --> -:2:32
        |
      2 | {"event":"authorize","expect":["refreshes x"]}
        |                                ^^^^^^^^^^^^^ write 'refreshes 1', 'refreshes at least 1' or \
      'refreshes at most 1'
      """
    ),
    (
      #"{"event":"authorize","person":"ada"}"#,
      """
      'ada' has no place after 'authorize'
       --> -:2:31
        |
      2 | {"event":"authorize","person":"ada"}
        |                               ^^^^^ nothing follows there
      """
    ),
    (
      #"{"event":"create again"}"#,
      """
      'create again' needs a person
       --> -:2:10
        |
      2 | {"event":"create again"}
        |          ^^^^^^^^^^^^^^ add "person" to the line
      """
    ),
    (
      #"{"wait":"access-token-expires"}"#,
      """
      'access-token-expires' is not a wait
       --> -:2:9
        |
      2 | {"wait":"access-token-expires"}
        |         ^^^^^^^^^^^^^^^^^^^^^^ did you mean 'access-token-expiry'?
      """
    ),
    (
      "{",
      """
      the text ends where a key in double quotes should be
       --> -:2:2
        |
      2 | {
        |  ^
      """
    ),
  ])
  func `a mistake in a plan quotes the plan`(line: String, message: String) {
    let error = #expect(throws: SourceError.self) {
      try firstMistake {
        try Plan(jsonLines: SourceText(file: "-", text: #"{"scenario":"t"}"# + "\n" + line))
      }
    }
    #expect(error?.description == message)
  }

  @Test(arguments: [
    "assign ada", "assign ada  before provisioning  title x",
    #"assign ada  title "a \"b\" # [c"  nickName "none"  city none"#, "skip 1h",
    "unassign ada", "save to app", "create ada again", "create ada again  login ADA@y",
    "lose answer of next POST /Users", #"assign ada  title ""  profileUrl "a\\b""#,
  ])
  func `an event describes itself in a scenario's words`(line: String) throws {
    let scenario = try read("Scenario: t\nassign ada\n" + line)
    #expect(scenario.events[1].event.description == line)
  }

  @Test func `each event is the same by scenario, plan and its own words`() throws {
    for event in DescribedEvents.all {
      let form = event.form
      let makesGroup = form.lead == ["push", "group"]
      let before = "Scenario: t\nassign ada\n" + (makesGroup ? "authorize\n" : "push group team\n")
      let scenario = try read(before + form.example)
      let again = try Plan(
        jsonLines: SourceText(file: "-", text: Plan(scenario: scenario).jsonLines)
      )
      let described = try read(before + "\(scenario.events[2].event)")
      #expect(described.events.map(\.event) == scenario.events.map(\.event), "\(form.name)")
      #expect(scenario.events[2].event.name == form.name)
      #expect(again.scenario.events.map(\.event) == scenario.events.map(\.event), "\(form.name)")
    }
  }

  @Test func `a plan names what fills the places of an event`() throws {
    let scenario = try read(
      "Scenario: t\nassign ada\ncreate ada again  title x\nlose answer of next GET /Users"
    )
    #expect(
      Plan(scenario: scenario).jsonLines.hasSuffix(
        """
        {"event":"create again","person":"ada","attributes":{"title":"x"},"line":3}
        {"event":"lose answer of next","request":"GET /Users","line":4}

        """
      )
    )
  }

  @Test func `a plan cut off anywhere is read or refused, and no crash`() throws {
    let bytes = Array(Plan(scenario: try read(ScenarioReaderTests.example)).jsonLines.utf8)
    for end in bytes.indices {
      _ = try? Plan(jsonLines: SourceText(file: "-", bytes: Array(bytes[..<end])))
    }
  }

  private func read(_ text: String) throws -> Scenario {
    try ScenarioReader.read(SourceText(file: "t.scenario", text: text), name: "t")
  }
}
