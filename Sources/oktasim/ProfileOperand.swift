import JSON
import Profiles
import SampleApp
import SelfCheck
import World

/// The profile that a command line names.
enum ProfileOperand {
  /// - Parameter org: What stands for `{org}`; nil leaves it, for a command that has many.
  static func read(
    _ path: String,
    settings: [Setting] = [],
    variables: UnsetVariables,
    org: String? = OrgSwitch.first
  ) throws(CommandError) -> IntegrationProfile {
    do throws(Mistakes) {
      // The reader of profiles does not know the sample app.
      let profile = try ProfileReader.read(
        path: path,
        settings: settings,
        environment: .process,
        variables: variables,
        faults: Fault.names
      )
      return org.map(profile.inOrg) ?? profile
    } catch {
      throw .mistakes(error)
    }
  }
}
