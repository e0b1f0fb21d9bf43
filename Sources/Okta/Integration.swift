import HTTP
import Profiles
import SCIM

/// An app as Okta is set up for it: the profile and what follows from it, found out once.
///
/// An object, since all orgs of a load that reach the app by the same URLs have the same one.
package final class Integration: Sendable {
  package let profile: IntegrationProfile
  let mapper: AttributeMapper
  let rateLimits: RateLimitSchedule
  let habits: FamilyHabits
  let version: SCIMVersion
  let headers: OktaHeaders
  /// Of the base URL, without a final slash.
  let basePath: String

  package init(_ profile: IntegrationProfile) {
    guard let baseURL = HTTPURL(profile.scim.baseURL) else {
      preconditionFailure("the profile's reader lets no base URL pass that is none")
    }
    self.profile = profile
    version = SCIMVersion(profile.scim.version)
    mapper = AttributeMapper(
      mappings: profile.attributeMappings,
      switches: profile.switches,
      version: version
    )
    rateLimits = RateLimitSchedule(profile.switches)
    habits = FamilyHabits.of(profile.family)
    headers = OktaHeaders(baseURL: baseURL, version: version)
    basePath = baseURL.path.hasSuffix("/") ? String(baseURL.path.dropLast()) : baseURL.path
  }
}
