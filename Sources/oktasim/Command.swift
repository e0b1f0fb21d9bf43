/// One word of the command line and what it does.
struct Command: Sendable {
  typealias Body = @Sendable (Arguments, Terminal) async throws(CommandError) -> ExitCode

  enum Work: Sendable {
    /// Reads its arguments by a table.
    case table(Operands, [Option], Body)
    /// Reads its arguments itself.
    case words(usage: String, @Sendable ([String], Terminal) async -> ExitCode)
    /// The command line has it, this version does not.
    case later
  }

  var name: String
  /// In one line, for the list of commands.
  var summary: String
  /// What else there is to say, for the command's own help.
  var details: String
  var work: Work

  init(_ name: String, _ summary: String, details: String = "", _ work: Work) {
    self.name = name
    self.summary = summary
    self.details = details
    self.work = work
  }

  private static func later(_ name: String) -> Command { Command(name, "", .later) }

  /// All commands in the order in which the help lists them.
  static var all: [Command] {
    [
      Command(
        "run",
        "judge the app",
        details: """
          Runs the profile's own scenarios and those of every-app beside it, or the copies in the \
          program where that folder is absent.
          """,
        .table(RunArguments.operands, RunArguments.options) {
          (arguments, terminal) throws(CommandError) in
          let run: RunArguments
          do throws(UsageError) {
            run = try RunArguments(arguments)
          } catch {
            throw .usage(error)
          }
          return await RunCommand.execute(run, terminal: terminal)
        }
      ),
      Command(
        "check",
        "read profiles and scenarios only",
        details: """
          A folder stands for its profile and its scenarios. A scenario file is checked against the \
          profile.json beside it, if there is one. Environment variables need not be set.
          """,
        .table(CheckCommand.operands, [], CheckCommand.execute)
      ),
      Command(
        "plan",
        "the plan as JSON lines",
        details: "One event or wait a line, for 'oktasim run <profile> --plan -'.",
        .table(PlanCommand.operands, PlanCommand.options, PlanCommand.execute)
      ),
      Command(
        "new",
        "write a profile from what the app says of itself, check it, run it",
        details: """
          Looks at the app's metadata (RFC 8414), its SCIM service and its sign-in page, says what it \
          found and from what, and writes Profiles/<name>/profile.json. At a terminal it asks for \
          what is not given. Where the secrets are set, it makes one grant and ends in the first \
          verdict.
          """,
        .table(NewCommand.operands, NewCommand.options, NewCommand.execute)
      ),
      Command(
        "keys",
        "the keys of a profile, with values, default, meaning, example",
        details: """
          With a path, such as authentication.login, that key and those below it; with a name, the \
          keys of that name.
          """,
        .table(KeysCommand.operands, KeysCommand.options, KeysCommand.execute)
      ),
      Command(
        "switches",
        "what Okta's record leaves open, and what is set",
        details: """
          A profile sets a switch under its key 'okta'. With a profile, what it sets is starred.
          """,
        .table(SwitchesCommand.operands, SwitchesCommand.options, SwitchesCommand.execute)
      ),
      Command(
        "explain",
        "each request that Okta would send, field by field, with its evidence",
        details: """
          The authorization URL, the token requests, and the SCIM requests of each lifecycle event, as \
          the profile has them sent; each part with its mark (confirmed, reported, inferred, \
          unknown), its sources and the key of the profile that changes it. Then whether Okta \
          refreshes, and what it never sends. Nothing is sent, and no secret is needed.
          """,
        .table(ExplainCommand.operands, ExplainCommand.options, ExplainCommand.execute)
      ),
      Command(
        "sample-app",
        "an app to test against, right or wrong on demand",
        details: """
          Listens on 127.0.0.1 until it is interrupted. When it can be reached, it prints a line \
          that starts with READY and goes on as a JSON object.
          """,
        .table(.none, SampleAppCommand.options, SampleAppCommand.execute)
      ),
      Command(
        "show",
        "a recording as a timeline, one exchange whole, or as a curl line",
        details: """
          Without a recording, the newest below Recordings. With the number of an exchange, that \
          exchange with its fields and bodies. A recording holds no secrets: the curl line takes \
          them from variables of the shell.
          """,
        .table(ShowCommand.operands, ShowCommand.options, ShowCommand.execute)
      ),
      Command(
        "failure-modes",
        "the catalogue: kinds, levels, scenarios",
        details: """
          Each way in which provisioning with short-lived tokens goes wrong, with the findings that \
          tell of it, and the shipped scenarios that claim to meet it. With a name such as F-02 or \
          S-01, what each of these findings says.
          """,
        .table(FailureModesCommand.operands, [], FailureModesCommand.execute)
      ),
      Command(
        "spec-coverage",
        "Okta's published tests, and the scenarios that stand for them",
        details: """
          Okta's test suites for SCIM, and the cases of the plan by which its reviewers test an \
          integration by hand: which shipped scenarios cover them, and why others are not covered. A \
          case's number is a tag of these scenarios: 'oktasim run <profile> --only C9291'.
          """,
        .table(.none, [], SpecCoverageCommand.execute)
      ),
      Command(
        "baseline",
        "findings that are known: add one, remove what is mended",
        details: """
          'baseline add FILE SCENARIO… FINDING --reason TEXT' adds a finding of these scenarios to \
          FILE, which it makes where it is missing. 'baseline update FILE' takes out what the last run with --baseline \
          FILE no longer found although its scenario ran to its end; it adds nothing.
          """,
        .table(BaselineCommand.operands, BaselineCommand.options, BaselineCommand.execute)
      ),
      Command(
        "self-check",
        "the faults of the sample app and what finds them",
        details: """
          Runs the scenarios that are shipped against the sample app with each of its faults, on \
          the virtual clock, and prints each finding that it does not have of the right app. Exits \
          with 4 where a fault is found by nothing. With --pairs, what a fault is found as alone \
          has to be told of it beside another, unless the other keeps it from showing.
          """,
        .table(SelfCheckCommand.operands, SelfCheckCommand.options, SelfCheckCommand.execute)
      ),
      Command(
        "bench",
        "the engine beside wrk, or what a long run costs",
        details: """
          Figures of two runs cannot be compared, since other work shares the processors; ratios \
          of one run can. The engine beside wrk needs wrk, nginx and openssl. 'bench judge' takes \
          --rounds alone: runs on the virtual clock with the embedded sample app, of 100, 400 and \
          1600 expiries, then of 1600 creates without and with a recording; exits with 4 where \
          the time grows more than the run, or the recording costs more than half of it.
          """,
        .table(BenchCommand.operands, BenchCommand.options, BenchCommand.execute)
      ),
      Command(
        "load",
        "many Okta orgs against one app, by a story or at a rate",
        details: """
          Each org has a grant of its own and sends what Okta sends for its lifecycle events. A \
          response time counts from when an event was due. 'invalid' says that the generator was \
          not up to it: nothing is judged then.
          """,
        .table(LoadCommand.operands, LoadCommand.options, LoadCommand.execute)
      ),
      Command(
        "load-merge",
        "the reports of a load's shards, added",
        details: """
          Takes what each shard has written with --json, and adds it exactly: histograms, seconds \
          and findings. Refuses a missing shard, and reports of another load.
          """,
        .table(LoadMergeCommand.operands, LoadMergeCommand.options, LoadMergeCommand.execute)
      ),
      .later("connect"), .later("status"), .later("event"), .later("disconnect"),
      .later("dashboard"), .later("compare"), .later("replay"), .later("capture"),
      .later("calibrate"),
    ]
  }
}
