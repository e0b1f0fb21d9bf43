/// How a command ends.
///
/// Where several apply, the first in the order of `allCases` counts.
enum ExitCode: Int32, Sendable, CaseIterable {
  /// Ended by Ctrl-C or SIGTERM.
  case interrupted = 130
  /// The command line itself is wrong.
  case wrongUsage = 1
  /// A file that a person wrote is wrong.
  case mistake = 2
  /// The app failed, be it by one finding.
  case failed = 4
  /// Nothing could be judged.
  case nothingJudged = 3
  case success = 0

  /// When it applies, for `--help`.
  var meaning: String {
    switch self {
    case .interrupted: "interrupted"
    case .wrongUsage: "wrong usage"
    case .mistake: "a mistake in a profile, scenario, plan, recording or baseline"
    case .failed: "a finding is failed, also one about the grant; a threshold failed"
    case .nothingJudged:
      "nothing could be judged: app not reached, TLS, login form, client refused, all skipped"
    case .success: "else; warnings included unless --fail-on warning"
    }
  }
}
