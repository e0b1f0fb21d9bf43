import Testing

@testable import oktasim

@Suite struct ScenarioSelectionTests {
  @Test(arguments: [
    ("Profiles/acme", "Profiles/every-app"), ("/srv/Profiles/acme", "/srv/Profiles/every-app"),
    ("/acme", "/every-app"), ("acme", "every-app"), ("./acme", "./every-app"),
    (".", "../every-app"), ("..", "../../every-app"), ("a/..", "a/../../every-app"),
    ("a/.", "a/./../every-app"),
  ])
  func `the folder for every app stands beside the profile's`(folder: String, beside: String) {
    #expect(ScenarioSelection.sibling("every-app", of: folder) == beside)
  }
}
