/// The scenarios that are shipped, as they were when the program was built.
package enum ShippedScenarios {
  /// Names and files of Profiles/every-app, sorted by name.
  ///
  /// A profile that stands elsewhere, with no `every-app` beside it, is run with these.
  package static let all: [(name: String, bytes: [UInt8])] = [
    ("access-token-revoked", PackageResources.access_token_revoked_scenario),
    ("admin-deactivated", PackageResources.admin_deactivated_scenario),
    ("admin-signs-out", PackageResources.admin_signs_out_scenario),
    ("code-bound", PackageResources.code_bound_scenario),
    ("code-five-at-once", PackageResources.code_five_at_once_scenario),
    ("code-kept-a-while", PackageResources.code_kept_a_while_scenario),
    ("code-kept-too-long", PackageResources.code_kept_too_long_scenario),
    ("code-of-another-client", PackageResources.code_of_another_client_scenario),
    ("code-used-twice", PackageResources.code_used_twice_scenario),
    ("consent-refused", PackageResources.consent_refused_scenario),
    ("contact-details", PackageResources.contact_details_scenario),
    ("cut-refresh", PackageResources.cut_refresh_scenario),
    ("early-and-late-refresh", PackageResources.early_and_late_refresh_scenario),
    ("expiry-on-a-write", PackageResources.expiry_on_a_write_scenario),
    ("forgotten-token", PackageResources.forgotten_token_scenario),
    ("grant-revoked", PackageResources.grant_revoked_scenario),
    ("held-create", PackageResources.held_create_scenario),
    ("idle-ten-lifetimes", PackageResources.idle_ten_lifetimes_scenario),
    ("integration-removed", PackageResources.integration_removed_scenario),
    ("lifecycle", PackageResources.lifecycle_scenario),
    ("looked-up-again", PackageResources.looked_up_again_scenario),
    ("lost-create", PackageResources.lost_create_scenario),
    ("lost-refresh", PackageResources.lost_refresh_scenario),
    ("many-at-once", PackageResources.many_at_once_scenario),
    ("no-token", PackageResources.no_token_scenario),
    ("old-secret", PackageResources.old_secret_scenario),
    ("refresh-by-another-client", PackageResources.refresh_by_another_client_scenario),
    ("refresh-five-at-once", PackageResources.refresh_five_at_once_scenario),
    ("refresh-used-twice", PackageResources.refresh_used_twice_scenario),
    ("refused-refreshes", PackageResources.refused_refreshes_scenario),
    ("rejected-before-expiry", PackageResources.rejected_before_expiry_scenario),
    ("repeated-create", PackageResources.repeated_create_scenario),
    ("restart-between-requests", PackageResources.restart_between_requests_scenario),
    ("restart-during-refresh", PackageResources.restart_during_refresh_scenario),
    ("retry-tasks", PackageResources.retry_tasks_scenario),
    ("reuse-in-another-org", PackageResources.reuse_in_another_org_scenario),
    ("revoked-after-expiry", PackageResources.revoked_after_expiry_scenario),
    ("scope-on-refresh", PackageResources.scope_on_refresh_scenario),
    ("second-authorization", PackageResources.second_authorization_scenario),
    ("secret-changed", PackageResources.secret_changed_scenario),
    ("sign-in-policy-changed", PackageResources.sign_in_policy_changed_scenario),
    ("spent-token-later", PackageResources.spent_token_later_scenario),
    ("test-credentials", PackageResources.test_credentials_scenario),
    ("three-refreshes", PackageResources.three_refreshes_scenario),
    ("token-expiry", PackageResources.token_expiry_scenario),
    ("two-orgs", PackageResources.two_orgs_scenario),
    ("two-tenants", PackageResources.two_tenants_scenario),
    ("used-to-the-end", PackageResources.used_to_the_end_scenario),
    ("workers-at-once", PackageResources.workers_at_once_scenario),
  ]

  /// The sample app's own, sorted by name: they name the methods of its family.
  package static let forSampleApp: [(name: String, bytes: [UInt8])] = [
    ("admin-leaves", PackageResources.admin_leaves_scenario),
    ("first-look", PackageResources.first_look_scenario),
    ("profile-changes", PackageResources.profile_changes_scenario),
  ]

  /// Profiles/sample-app/profile.json.
  package static let sampleAppProfile: [UInt8] = PackageResources.profile_json
}
