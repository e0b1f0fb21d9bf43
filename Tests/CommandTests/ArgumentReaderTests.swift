import Testing

@testable import oktasim

@Suite struct ArgumentReaderTests {
  private static func read(_ line: String) throws -> Arguments {
    try ArgumentReader.read(
      line.split(separator: " ").map(String.init),
      options: RunArguments.options,
      operands: RunArguments.operands
    )
  }

  @Test func `without options a run has its defaults`() throws {
    let run = try RunArguments(try Self.read("Profiles/acme"))
    #expect(run.profile == "Profiles/acme")
    #expect(run.scenarios == [])
    #expect(run.recording == .folder("Recordings"))
    #expect(run.jobs == nil)
    #expect(run.budget == nil)
    #expect(run.leeway == nil)
    #expect(run.seed == nil)
    #expect(run.clock == nil)
    #expect(run.everyApp == .included)
    #expect(run.bodies == .hidden)
    #expect(
      !run.lists && run.cleanUp == .deactivate && !run.failsFast && run.failsOn == []
        && !run.isInsecure
    )
  }

  @Test func `each option of a run is read`() throws {
    let run = try RunArguments(
      try Self.read(
        """
        --json out.json --record=here Profiles/acme one two --jobs 4 --budget 2m --seed 7 \
        --namespace k3f9 --leeway 0s --set scim.baseURL=http://127.0.0.1:1/ --set okta.pkce=S256 \
        --fault early-death --fault create-200 --clock virtual --keep --no-every-app --fail-fast \
        --fail-on warning,skipped --i-own a.example.com --i-own b.example.com --insecure -v --only F-02,x
        """
      )
    )
    #expect(run.scenarios == ["one", "two"])
    #expect(run.reports == [ReportFiles.Place(option: "--json", path: "out.json")])
    #expect(run.recording == .folder("here"))
    #expect(run.jobs == 4)
    #expect(run.budget == .seconds(120))
    #expect(run.seed == 7)
    #expect(run.namespace == "k3f9")
    #expect(run.leeway == .zero)
    #expect(run.settings.map(\.path) == ["scim.baseURL", "okta.pkce"])
    #expect(run.faults.map(\.rawValue) == ["early-death", "create-200"])
    #expect(run.clock == .virtual)
    #expect(run.everyApp == .leftOut)
    #expect(run.bodies == .shown)
    #expect(run.ownedHosts == ["a.example.com", "b.example.com"])
    #expect(run.only == ["F-02", "x"])
    #expect(
      run.cleanUp == .none && run.failsFast && run.failsOn == [.warning, .skipped] && run.isInsecure
    )
  }

  @Test(arguments: [
    ("P --only a b --list", ["a", "b"], ["P"]),
    ("P --only a --only b,c", ["a", "b", "c"], ["P"]),
    ("--only a P b", ["a"], ["P", "b"]),
    ("--only=a P b", ["a"], ["P", "b"]),
    ("P --only=a b", ["a"], ["P", "b"]),
    ("P --only a -- b", ["a"], ["P", "b"]),
  ])
  func `words behind --only are its own once the profile has come`(
    line: String,
    only: [String],
    operands: [String]
  ) throws {
    let arguments = try Self.read(line)
    #expect(arguments.texts("--only") == only)
    #expect(arguments.operands == operands)
  }

  @Test func `behind two dashes nothing is an option`() throws {
    #expect(try Self.read("-- --list -v").operands == ["--list", "-v"])
  }

  @Test func `a lone dash is a value and an operand`() throws {
    #expect(try Self.read("P --plan -").text("--plan") == "-")
    #expect(try Self.read("-").operands == ["-"])
  }
}
