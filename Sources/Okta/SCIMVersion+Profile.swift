import Profiles
import SCIM

extension SCIMVersion {
  /// The version that a profile names.
  package init(_ version: SCIMSettings.Version) {
    switch version {
    case .v1: self = .v1
    case .v2: self = .v2
    }
  }

  /// As a profile names it.
  package var inProfiles: SCIMSettings.Version { name == SCIMVersion.v1.name ? .v1 : .v2 }
}
