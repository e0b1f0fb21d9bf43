import JSON
import Profiles
import SampleApp
import SelfCheck
import World

/// The profile that a command line names.
enum ProfileOperand {
  static func read(
    _ path: String,
    settings: [Setting] = [],
    variables: UnsetVariables
  ) throws(CommandError) -> IntegrationProfile {
    do throws(Mistakes) {
      // The reader of profiles does not know the sample app.
      return try ProfileReader.read(
        path: path,
        settings: settings,
        environment: .process,
        variables: variables,
        faults: Fault.names
      )
    } catch {
      throw .mistakes(error)
    }
  }
}
