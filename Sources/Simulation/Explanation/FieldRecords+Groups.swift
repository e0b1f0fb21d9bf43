import HTTP
import Profiles

extension FieldRecord {
  private static let made = ["push-group.new", "push-group.empty", "push-group.described"]
  private static let full = ["push-group.link", "push-now", "push-now.empty", "activate-push"]
  private static let changed = ["change-group.add", "change-group.remove"]
  private static let imports = ["import-users", "import-groups", "import"]
  private static let changes = ["import-users.incremental"]

  /// Group push, passwords, and what SCIM 1.1 says otherwise.
  static let ofGroups: [FieldRecord] = [
    // MARK: The agent's connector
    FieldRecord(
      [.read],
      of: .configuration,
      .request,
      families: [.onPrem],
      .confirmed,
      [.agentMessages],
      versions: [.v1],
      settings: ["family", "scim.version", "okta.onPremConfiguration"],
      """
      the agent reads what the app supports; what userManagementCapabilities does not name is not sent
      """
    ),
    FieldRecord(
      [.read],
      of: .configuration,
      .request,
      families: [.onPrem],
      .reported,
      [.metabase],
      settings: ["family", "scim.version", "okta.onPremConfiguration"],
      """
      with SCIM 2.0 the reading was seen once; Okta's page, of SCIM 1.1, has what is made of it
      """
    ),
    // MARK: Look-up and create
    FieldRecord(
      [.find],
      of: .group,
      .request,
      .confirmed,
      [.scim20, .labAIW],
      settings: ["scim.capabilities", "okta.groupLinking"],
      "before a group is pushed whose id Okta does not know"
    ),
    FieldRecord(
      [.find],
      of: .group,
      .query("filter"),
      .confirmed,
      [.scim20],
      settings: ["okta.filterSpace"],
      "by the name, as users are looked up"
    ),
    FieldRecord(
      [.find],
      of: .group,
      .query("startIndex", "count"),
      .confirmed,
      [.scim20],
      "always these"
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
      moments: ["push-group.empty"],
      .confirmed,
      [.scim20, .labAIW],
      "nobody is in it"
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
      .body("schemas[]"),
      .confirmed,
      [.scim20, .scim11],
      settings: ["scim.version"],
      "the schema of groups"
    ),
    FieldRecord(
      [.create],
      of: .group,
      .body("displayName"),
      .confirmed,
      [.scim20, .scim11],
      "the group's name in Okta"
    ),
    FieldRecord(
      [.create, .replace],
      of: .group,
      .body("urn:okta:custom:group:1.0:description"),
      .confirmed,
      [.scim11],
      settings: ["scim.version"],
      "the group's description, where it has one: SCIM 1.1 alone, and not to be switched off"
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
      settings: ["family", "okta.groupPutReads", "okta.groupExistenceCheck"],
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
      [.gateway95],
      settings: ["okta.groupPutDisplay"],
      "the user name; null was seen in the log of one AIW app"
    ),
    FieldRecord(
      [.replace],
      of: .group,
      .body("schemas[]", "id", "displayName", "meta.resourceType"),
      .reported,
      [.gateway95],
      "id, name and schemas beside the members, and nothing of what the app has shown besides"
    ),
    // MARK: Changes
    FieldRecord(
      [.patch],
      of: .group,
      .request,
      moments: made,
      .confirmed,
      [.scim20, .guide],
      settings: [
        "okta.groupRenameWithMembers", "okta.groupCreateMembers", "okta.membersPerPatch",
        "okta.memberBatches",
      ],
      "made empty, the group gets its name once more, then its members"
    ),
    FieldRecord(
      [.patch],
      of: .group,
      .request,
      moments: full,
      .confirmed,
      [.scim20, .guide, .testPlan],
      settings: ["okta.groupFullPush", "okta.membersPerPatch"],
      "all members in place of those that the app has"
    ),
    FieldRecord(
      [.patch],
      of: .group,
      .request,
      moments: changed,
      .confirmed,
      [.scim20, .guide, .submission],
      settings: [
        "okta.groupRenameWithMembers", "okta.membersPerPatch", "okta.memberBatches",
        "okta.renameAppGroups",
      ],
      "the name each time, then who goes and who comes: at most so many in one PATCH"
    ),
    FieldRecord(
      [.patch],
      of: .group,
      .request,
      moments: ["rename-group"],
      .confirmed,
      [.scim20, .guide],
      "the name alone"
    ),
    FieldRecord(
      [.patch],
      of: .group,
      .body("Operations[].value.displayName", "Operations[].value.id"),
      moments: made,
      .reported,
      [.gateway112],
      settings: ["okta.groupRenameWithMembers"],
      "before any member: an app that refuses the name never gets members"
    ),
    FieldRecord(
      [.patch],
      of: .group,
      .body("Operations[].value.displayName", "Operations[].value.id"),
      moments: full,
      .reported,
      [.gateway113],
      settings: ["okta.groupFullPush"],
      "beside the members, in one report of an empty group"
    ),
    FieldRecord(
      [.patch],
      of: .group,
      .body("Operations[].value.displayName", "Operations[].value.id"),
      moments: changed,
      .confirmed,
      [.scim20, .guide],
      settings: ["okta.groupRenameWithMembers"],
      "no path, and the id once more, which an app had better read from the URL"
    ),
    FieldRecord(
      [.patch],
      of: .group,
      .body("Operations[].value.displayName", "Operations[].value.id"),
      .confirmed,
      [.scim20, .guide],
      "no path, and the id once more, which an app had better read from the URL"
    ),
    FieldRecord(
      [.patch],
      of: .group,
      .body("Operations[].value.members[]"),
      .reported,
      [.gateway113],
      settings: ["okta.groupFullPush"],
      "no members within a value without a path, in one report"
    ),
    FieldRecord(
      [.patch],
      of: .group,
      .body("Operations[].value.members[].value", "Operations[].value.members[].display"),
      .inferred,
      [.gateway113],
      settings: ["okta.groupFullPush"],
      "members within a value without a path: one report has it of an empty group"
    ),
    FieldRecord(
      [.patch],
      of: .group,
      .body("schemas[]", "Operations[].op"),
      .confirmed,
      [.scim20, .guide],
      "op in small letters"
    ),
    FieldRecord(
      [.patch],
      of: .group,
      .body("Operations[].path"),
      moments: full,
      .confirmed,
      [.scim20, .guide],
      settings: ["okta.groupFullPush"],
      "members: all of them are replaced"
    ),
    FieldRecord(
      [.patch],
      of: .group,
      .body("Operations[].path"),
      .confirmed,
      [.scim20, .guide],
      "members, or for each who goes members[value eq \"id\"]"
    ),
    FieldRecord(
      [.patch],
      of: .group,
      .body("Operations[].value[]"),
      moments: ["push-now.empty"],
      .reported,
      [.sdk757],
      settings: ["okta.groupFullPush"],
      "nobody: an app from the OIN was seen to get it on Push Now"
    ),
    FieldRecord(
      [.patch],
      of: .group,
      .body("Operations[].value[].value", "Operations[].value[].display"),
      .confirmed,
      [.scim20, .guide, .sdk419],
      "the app's id of the user and the user name, nothing else"
    ),
    FieldRecord(
      [.patch],
      of: .group,
      .body("members[]"),
      .inferred,
      [.scim11],
      settings: ["scim.version"],
      "SCIM 1.1: a full push of an empty group, with meta.attributes as any full push"
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
      families: [.onPrem],
      moments: changes,
      .reported,
      [.agentMessages, .agentImport, .agentSDK],
      settings: ["scim.capabilities", "okta.incrementalImports"],
      """
      Okta's pages have the import of recently changed users, the example of its SDK how it is asked for
      """
    ),
    FieldRecord(
      [.page],
      .query("filter"),
      moments: changes,
      .reported,
      [.agentSDK],
      settings: ["okta.incrementalImports", "okta.filterSpace"],
      "gt with the instant of the last import, in ISO 8601; that its beginning counts is assumed"
    ),
    FieldRecord(
      [.page],
      .query("startIndex", "count"),
      moments: changes,
      .inferred,
      [.agentSDK, .scim20],
      "page by page, as all users are read"
    ),
    FieldRecord(
      [.page],
      .queryOrder,
      moments: changes,
      .inferred,
      [.agentMessages],
      "the filter in front, as in a look-up"
    ),
    FieldRecord(
      [.page],
      .request,
      families: [.onPrem],
      moments: imports,
      .inferred,
      [.management, .agentMessages],
      settings: ["scim.capabilities"],
      "all of them, page by page, as Okta itself reads"
    ),
    FieldRecord(
      [.page],
      .request,
      moments: imports,
      .confirmed,
      [.scim20, .requirements],
      settings: ["scim.capabilities"],
      "page by page until totalResults is reached: no filter, no sort, all of them each time"
    ),
    FieldRecord(
      [.page],
      .query("startIndex"),
      moments: imports,
      .confirmed,
      [.scim20],
      settings: ["okta.importNextPage"],
      "the next page begins at 101; after a short one where is unknown"
    ),
    FieldRecord(
      [.page],
      .query("count"),
      moments: imports,
      .confirmed,
      [.scim20],
      "a hundred a page"
    ),
    // MARK: Users
    FieldRecord(
      [.find, .create],
      of: .user,
      .request,
      moments: ["retry-tasks"],
      .inferred,
      [.kbSpring, .devforum22746],
      settings: ["scim.capabilities"],
      "from the beginning, when an admin retries the task; nothing is tried again by itself"
    ),
    FieldRecord(
      [.read, .replace],
      of: .user,
      .request,
      families: [.aiw],
      moments: ["push-password"],
      .confirmed,
      [.scim20],
      settings: ["family", "scim.capabilities"],
      "an AIW app gets the password inside a PUT"
    ),
    FieldRecord(
      [.read, .replace],
      of: .user,
      .request,
      moments: ["push-password"],
      .inferred,
      [.scim20],
      settings: ["family", "scim.capabilities"],
      "an AIW app gets the password inside a PUT; other families without PATCH are taken to, too"
    ),
    FieldRecord(
      [.replace],
      of: .user,
      .body("password"),
      families: [.aiw],
      moments: ["push-password"],
      .confirmed,
      [.scim20],
      settings: ["okta.passwordChange"],
      "the new password, within the user as the app has just returned it"
    ),
    FieldRecord(
      [.replace],
      of: .user,
      .body("password"),
      moments: ["push-password"],
      .inferred,
      [.scim20],
      settings: ["okta.passwordChange"],
      "the new password, within the whole user, as an AIW app gets it"
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
      settings: ["okta.passwordPatch", "okta.passwordChange"],
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
