import JSON
import Profiles
import SampleApp
import World

/// The profile that a command line names.
enum ProfileOperand {
  static func read(
    _ path: String,
    settings: [Setting] = [],
    variables: UnsetVariables
  ) throws(CommandError) -> IntegrationProfile {
    do throws(SourceError) {
      let profile = try ProfileReader.read(
        path: path,
        settings: settings,
        environment: .process,
        variables: variables
      )
      try checkFaults(of: profile)
      return profile
    } catch {
      throw .mistakes([error])
    }
  }

  /// The reader of profiles does not know the sample app.
  static func checkFaults(of profile: IntegrationProfile) throws(SourceError) {
    for name in profile.embeddedSampleApp?.faults ?? [] where Fault(rawValue: name) == nil {
      throw SourceError(
        problem: "'\(name)' in 'embeddedSampleApp.faults' is not a fault of the sample app",
        file: profile.file,
        help: Suggestion.help(
          for: name,
          among: Fault.allCases.map(\.rawValue),
          otherwise: "'oktasim sample-app --list-faults' lists them"
        )
      )
    }
  }
}
