import SampleApp
import Simulation

/// The faults that Okta's SPEC test for SCIM 1.1 alone finds.
extension DetectedFault {
  static let oldSpec = [
    spec(
      .discoveryWritable,
      2,
      "spec write configuration",
      also: ["okta-spec-11.R4": "of each of the three", "okta-spec-11.R6": "of each of the three"]
    ),
    spec(.configurationWithoutETag, 1, "spec read configuration"),
    spec(.resourceTypesWithoutEndpoint, 3, "spec list resource types"),
    spec(.schemasAsOtherLists, 5, "spec list schemas"),
    spec(.filterNonsenseIgnored, 15, "spec find in capitals"),
    spec(.oldErrorsWithoutDetail, 10, "spec read nobody"),
  ]

  private static func spec(
    _ fault: Fault,
    _ number: Int,
    _ line: String,
    also: [String: String] = [:]
  ) -> DetectedFault {
    DetectedFault(
      fault,
      "okta-spec-11.R\(number)",
      .serviceProvider,
      source: "Okta, SCIM 1.1 SPEC test, request \(number)",
      at: "okta-spec",
      line,
      also: also
    )
  }
}
