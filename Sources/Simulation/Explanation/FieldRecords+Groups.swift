import HTTP
import Profiles

extension FieldRecord {
  private static let pushed = [
    "push-group.new", "push-group.link", "change-group.add", "change-group.remove", "rename-group",
    "push-now", "activate-push",
  ]

  /// Group push, passwords, and what SCIM 1.1 says otherwise.
  static let ofGroups: [FieldRecord] = [
    // MARK: The agent's connector
    FieldRecord(
      [.read],
      of: .configuration,
      .request,
      families: [.onPrem],
      .confirmed,
      [.agentMessages, .metabase],
      settings: ["family", "scim.version"],
      "the agent reads what the app can; with SCIM 2.0 it was seen once"
    ),
    // MARK: Look-up and create
    FieldRecord(
      [.find],
      of: .group,
      .request,
      .confirmed,
      [.scim20, .labAIW],
      settings: ["scim.capabilities"],
      "before a group is pushed whose id Okta does not know"
    ),
    FieldRecord(
      [.find],
      of: .group,
      .query("filter", "startIndex", "count"),
      .confirmed,
      [.scim20],
      settings: ["okta.filterSpace"],
      "by the name, as users are looked up"
    ),
    FieldRecord(
      [.create],
      of: .group,
      .request,
      .confirmed,
      [.scim20, .labAIW],
      settings: ["scim.capabilities"],
      "no group of the name was found"
    ),
    FieldRecord(
      [.create],
      of: .group,
      .body("members[]"),
      .confirmed,
      [.scim20, .guide],
      settings: ["okta.groupCreateMembers"],
      "empty on Okta's page of today, all members in the guide of 2018"
    ),
    FieldRecord(
      [.create],
      of: .group,
      .body("members[].value", "members[].display"),
      .confirmed,
      [.labAIW, .guide],
      settings: ["family", "okta.groupCreateMembers", "okta.groupPutDisplay"],
      "all members where the family has no PATCH, as captured"
    ),
    FieldRecord(
      [.create],
      of: .group,
      .body("schemas[]", "displayName"),
      .confirmed,
      [.scim20, .scim11],
      settings: ["scim.version"],
      "the group's name in Okta"
    ),
    FieldRecord(
      [.create, .replace, .patch],
      of: .group,
      .bodyOrder,
      .confirmed,
      [.scim20, .scim11],
      "as published"
    ),
    // MARK: The whole group
    FieldRecord(
      [.read, .replace],
      of: .group,
      .request,
      .confirmed,
      [.scim20, .labAIW],
      settings: ["family", "okta.groupPutReads"],
      "where the family has no PATCH: the group is read, then put with all its members"
    ),
    FieldRecord(
      [.replace],
      of: .group,
      .body("members[]", "members[].value"),
      .confirmed,
      [.labAIW],
      "all who are at the app and active there"
    ),
    FieldRecord(
      [.replace],
      of: .group,
      .body("members[].display"),
      .reported,
      [.labAIW],
      settings: ["okta.groupPutDisplay"],
      "the user name; null was seen in the log of one AIW app"
    ),
    FieldRecord(
      [.replace],
      of: .group,
      .body("schemas[]", "id", "displayName", "meta.resourceType"),
      .reported,
      [.labAIW],
      "id, name and schemas beside the members, and nothing of what the app has shown besides"
    ),
    // MARK: Changes
    FieldRecord(
      [.patch],
      of: .group,
      .request,
      moments: pushed,
      .confirmed,
      [.scim20, .guide],
      settings: ["okta.groupRenameWithMembers", "okta.groupFullPush", "okta.membersPerPatch"],
      "the name each time, then the members: at most so many changes in one PATCH"
    ),
    FieldRecord(
      [.patch],
      of: .group,
      .body("Operations[].value.displayName", "Operations[].value.id"),
      .confirmed,
      [.scim20, .guide],
      settings: ["okta.groupRenameWithMembers"],
      "no path, and the id once more, which an app had better read from the URL"
    ),
    FieldRecord(
      [.patch],
      of: .group,
      .body("Operations[].value.members[].value", "Operations[].value.members[].display"),
      .reported,
      [.scim20],
      settings: ["okta.groupFullPush"],
      "members within a value without a path, in one report"
    ),
    FieldRecord(
      [.patch],
      of: .group,
      .body("schemas[]", "Operations[].op", "Operations[].path"),
      .confirmed,
      [.scim20, .guide],
      "members, or for each who goes members[value eq \"id\"]; op in small letters"
    ),
    FieldRecord(
      [.patch],
      of: .group,
      .body("Operations[].value[].value", "Operations[].value[].display"),
      .confirmed,
      [.scim20, .guide],
      "the app's id of the user and the user name, nothing else"
    ),
    FieldRecord(
      [.patch],
      of: .group,
      .body(
        "members[].value",
        "members[].display",
        "members[].operation",
        "meta.attributes[]",
        "displayName",
        "id"
      ),
      .confirmed,
      [.scim11],
      settings: ["scim.version"],
      "SCIM 1.1: a part of the group; delete for who goes, meta.attributes for a full push"
    ),
    FieldRecord(
      [.delete],
      of: .group,
      .request,
      .confirmed,
      [.scim20],
      settings: ["scim.capabilities"],
      "unlinked with \"delete\"; users are never deleted"
    ),
    // MARK: Import
    FieldRecord(
      [.page],
      .request,
      moments: ["import-users", "import-groups", "import"],
      .confirmed,
      [.scim20, .requirements],
      settings: ["scim.capabilities"],
      "page by page until totalResults is reached: no filter, no sort, all of them each time"
    ),
    FieldRecord(
      [.page],
      .query("startIndex", "count"),
      moments: ["import-users", "import-groups", "import"],
      .confirmed,
      [.scim20],
      settings: ["okta.importNextPage"],
      "a hundred a page; the next begins at 101"
    ),
    // MARK: Users
    FieldRecord(
      [.read, .replace],
      of: .user,
      .request,
      moments: ["push-password"],
      .confirmed,
      [.scim20],
      settings: ["family", "scim.capabilities"],
      "where the family has no PATCH, a password goes inside a PUT"
    ),
    FieldRecord(
      [.read, .replace],
      of: .user,
      .request,
      moments: ["force-sync"],
      .inferred,
      [.labAIW],
      settings: ["scim.capabilities"],
      "a profile push for everybody who is linked; it was seen to send nothing for who is not"
    ),
    FieldRecord(
      [.patch],
      of: .user,
      .body("Operations[].value.password", "password"),
      .unknown,
      [.scim20],
      settings: ["okta.passwordPatch"],
      "that it is a PATCH is published, its body is not"
    ),
    FieldRecord(
      [.patch],
      of: .user,
      .body("id", "active"),
      .confirmed,
      [.scim11],
      settings: ["scim.version"],
      "SCIM 1.1: a part of the user"
    ),
  ]
}
