/// The stories that are shipped, as they were when the program was built.
package enum ShippedStories {
  /// Names and files of Profiles/every-load, sorted by name.
  package static let all: [(name: String, bytes: [UInt8])] = [
    ("app-restart", PackageResources.app_restart_load),
    ("behind-a-limit", PackageResources.behind_a_limit_load),
    ("entra-bar", PackageResources.entra_bar_load),
    ("find-limit", PackageResources.find_limit_load),
    ("first-assignment", PackageResources.first_assignment_load),
    ("first-import", PackageResources.first_import_load),
    ("groups-at-once", PackageResources.groups_at_once_load),
    ("mass-off-boarding", PackageResources.mass_off_boarding_load),
    ("monday-morning", PackageResources.monday_morning_load),
    ("quiet-day", PackageResources.quiet_day_load),
    ("retry-all", PackageResources.retry_all_load),
    ("same-second", PackageResources.same_second_load),
    ("token-outage", PackageResources.token_outage_load),
  ]
}
