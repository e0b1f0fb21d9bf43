import SampleApp
import Simulation

/// The faults of groups, and of users whom the app has lost (RFC 7644 section 3.5; Okta, SCIM 2.0
/// reference, Groups).
extension DetectedFault {
  static let groups = [
    stored(.groupPutKeepsMembers, at: "group-push", "change group team  add bob carl"),
    stored(.groupCreateDropsMembers, at: "group-push", "push group team  members ada"),
    stored(.groupAddIgnored, at: "group-push", "push group team  members ada", family: "oin-patch"),
    stored(
      .groupRemoveIgnored,
      at: "group-push",
      "change group team  add bob  remove ada",
      family: "oin-patch"
    ),
    stored(.groupRenameIgnored, at: "group-push", "rename group team to crew"),
    stored(.groupDeleteIgnored, at: "group-push", "unlink group crew  delete"),
    loses(
      .groupChangeForgetsName,
      at: "groups-across-tokens",
      "push now gang",
      also: ["S-01.group-not-done": "a rename by PUT changes members as well, and is not done then"]
    ),
    loses(.groupRenameDropsMembers, at: "group-push", "rename group team to crew"),
    loses(
      .groupPutDropsOldMembers,
      at: "group-push",
      "change group team  add bob",
      also: ["S-12.stale-member": Self.unknown]
    ),
    DetectedFault(
      .groupPatchesRace,
      "S-11.members-lost",
      .serviceProvider,
      ["S-11"],
      source: "RFC 7644 section 3.5.2.1, section 3.5.2.2",
      at: "group-members-at-once",
      "change group team  add bob",
      family: "oin-patch",
      also: [
        "S-01.group-not-done":
          "a change that follows within 50 ms undoes the one before it as well",
        "S-12.stale-member": Self.unknown,
      ]
    ),
    DetectedFault(
      .groupAddReplaces,
      "S-11.members-lost",
      .serviceProvider,
      ["S-11"],
      source: "RFC 7644 section 3.5.2.1, section 3.5.2.2",
      at: "group-push",
      "push group team  members ada",
      family: "oin-patch",
      also: [
        "S-12.stale-member": Self.unknown
      ]
    ),
    DetectedFault(
      .groupAddDoubles,
      "S-11.member-twice",
      .serviceProvider,
      ["S-11"],
      source: "RFC 7644 section 3.5.2.1",
      at: "group-push",
      "change group team  add bob",
      family: "oin-patch",
      also: ["S-01.group-not-done": "of two, one removal takes one"]
    ),
    DetectedFault(
      .groupRemoveEmpties,
      "S-11.members-lost",
      .serviceProvider,
      ["S-11"],
      source: "RFC 7644 section 3.5.2.1, section 3.5.2.2",
      at: "group-push",
      "change group team  add bob carl",
      family: "oin-patch",
      also: [
        "S-01.group-not-done":
          "one who comes with the change that empties the group is not there afterwards",
        "S-12.stale-member": Self.unknown,
      ]
    ),
    DetectedFault(
      .groupRenameHoldsWrites,
      "S-20.writes-wait",
      as: .warning,
      .serviceProvider,
      ["S-20"],
      source: "Okta, SCIM 2.0 reference, Groups; Okta, SCIM FAQs",
      at: "written-beside-a-group",
      "rename group team to team"
    ),
    missed(.groupLookUpFindsNone, "push group team  members bob"),
    missed(.groupLookUpMissesEmpty, "push group crew  members ada"),
    missed(.groupLookUpMissesNew, "push group team  members bob"),
    missed(.groupLookUpCutAtSpace, "push group team  members bob"),
    DetectedFault(
      .groupLookUpByPrefix,
      "S-03.group-filter-ignored",
      .serviceProvider,
      ["S-03"],
      source: "RFC 7644 section 3.4.2.2",
      at: "group-linked-by-name",
      "push group crewmates  members bob"
    ),
    DetectedFault(
      .groupLookUpTotalOfTable,
      "S-03.total-differs",
      .serviceProvider,
      ["S-03"],
      source: "RFC 7644 section 3.4.2, section 3.4.2.2",
      at: "group-linked-by-name",
      "push group team  members ada"
    ),
    DetectedFault(
      .groupLookUpIgnoresFilter,
      "S-03.group-filter-ignored",
      .serviceProvider,
      ["S-03"],
      source: "RFC 7644 section 3.4.2.2",
      at: "group-linked-by-name",
      "push group team  members ada"
    ),
    refusedYetDone(
      .groupAddRefusedYetDone,
      at: "group-push",
      "push group team  members ada",
      family: "oin-patch"
    ),
    refusedYetDone(.groupPutRefusedYetDone, at: "group-push", "rename group team to crew"),
    refusedYetDone(
      .groupRenameRefusedYetDone,
      at: "group-push",
      "rename group team to crew",
      family: "oin-patch"
    ),
    DetectedFault(
      .groupPutConflictsWithItself,
      "S-06.group-conflicts-with-itself",
      .serviceProvider,
      ["S-06", "S-10"],
      source: "RFC 7644 section 3.5.1",
      at: "group-push",
      "push group team  members ada"
    ),
    DetectedFault(
      .groupPutRefusesID,
      "S-06.echo-refused",
      .serviceProvider,
      ["S-06"],
      source: "RFC 7644 section 3.5.1; RFC 7643 section 7",
      at: "group-push",
      "push group team  members ada"
    ),
    DetectedFault(
      .groupPutRefusesSchemas,
      "S-06.echo-refused",
      .serviceProvider,
      ["S-06"],
      source: "RFC 7644 section 3.5.1; RFC 7643 section 7",
      at: "group-push",
      "push group team  members ada"
    ),
    DetectedFault(
      .groupSecondPutRefused,
      "S-10.step-refused",
      .serviceProvider,
      ["S-10"],
      source: "Okta, SCIM 2.0 reference, Groups; RFC 7644 section 3.5.2",
      at: "group-push",
      "change group team  add bob"
    ),
    again(.groupAgain500),
    again(.groupAgain400, as: .warning),
    DetectedFault(
      .groupAgainOverwrites,
      "S-08.group-overwritten",
      .serviceProvider,
      ["S-08"],
      source: "RFC 7644 section 3.3",
      at: "group-created-again",
      "create group team again"
    ),
    refused(.groupRenameRefused, "push group team  members ada"),
    refused(.groupRemoveRefused, "change group team  add bob  remove ada"),
    refused(.groupReplaceEmptyRefused, "push now crew"),
    refused(.groupDelete405, "unlink group crew  delete"),
    lost(.staleMember500, "S-12.stale-member", "change group team  add bob"),
    lost(.staleMemberRefused, "S-12.stale-member", as: .warning, "change group team  add bob"),
    lost(.staleMemberDropsAll, "S-12.stale-member", "change group team  add bob"),
    lost(
      .staleUser500,
      "S-12.stale-user",
      "update bob  lastName King",
      also: ["okta-spec.R4": "nobody has that id either", "okta-spec.R12": "nor this one"]
    ),
    lost(
      .staleUser400,
      "S-12.stale-user",
      as: .warning,
      "update bob  lastName King",
      also: ["okta-spec.R4": "nobody has that id either", "okta-spec.R12": "nor this one"]
    ),
    lost(
      .staleUserServed,
      "S-12.stale-user",
      "update bob  lastName King",
      also: [
        "SCIM.resource-unreadable": "an empty object is no user",
        "SCIM.put-body": "nor is it in the answer to a PUT",
        "F-50.reads-other-tenant":
          "what is served in place of a 404 looks like another tenant's user",
      ]
    ),
  ]

  private static let unknown =
    "where the write that lost members names somebody unknown, that is the likelier reason"

  private static func stored(
    _ fault: Fault,
    at scenario: String,
    _ line: String,
    family: String = "aiw"
  ) -> DetectedFault {
    DetectedFault(
      fault,
      "S-01.group-not-done",
      .serviceProvider,
      ["S-01", "S-10"],
      source: "RFC 7644 section 3.3, section 3.5.1, section 3.5.2",
      at: scenario,
      line,
      family: family
    )
  }

  private static func loses(
    _ fault: Fault,
    at scenario: String,
    _ line: String,
    also: [String: String] = [:]
  ) -> DetectedFault {
    DetectedFault(
      fault,
      "S-07.group-change-loses",
      .serviceProvider,
      ["S-07"],
      source: "RFC 7644 section 3.5.1, section 3.5.2",
      at: scenario,
      line,
      also: also
    )
  }

  private static func again(_ fault: Fault, as verdict: Verdict = .failed) -> DetectedFault {
    DetectedFault(
      fault,
      "S-08.group-duplicate-status",
      as: verdict,
      .serviceProvider,
      ["S-08", "S-18"],
      source: "RFC 7644 section 3.3, section 3.12",
      at: "group-created-again",
      "create group team again"
    )
  }

  private static func missed(_ fault: Fault, _ line: String) -> DetectedFault {
    DetectedFault(
      fault,
      "S-02.group-look-up-misses",
      .serviceProvider,
      ["S-02"],
      source: "RFC 7644 section 3.4.2.2; Okta, SCIM 2.0 reference, Groups",
      at: "group-linked-by-name",
      line
    )
  }

  private static func refusedYetDone(
    _ fault: Fault,
    at scenario: String,
    _ line: String,
    family: String = "aiw"
  ) -> DetectedFault {
    DetectedFault(
      fault,
      "S-04.group-refused-yet-done",
      .serviceProvider,
      ["S-04"],
      source: "RFC 9110 section 15.5; RFC 7644 section 3.12",
      at: scenario,
      line,
      family: family,
      also: ["S-10.step-refused": "what is refused is a step of the push"]
    )
  }

  private static func refused(_ fault: Fault, _ line: String) -> DetectedFault {
    DetectedFault(
      fault,
      "S-10.step-refused",
      .serviceProvider,
      ["S-10"],
      source: "Okta, SCIM 2.0 reference, Groups; RFC 7644 section 3.5.2",
      at: "group-push",
      line,
      family: "oin-patch"
    )
  }

  private static func lost(
    _ fault: Fault,
    _ id: String,
    as verdict: Verdict = .failed,
    _ line: String,
    also: [String: String] = [:]
  ) -> DetectedFault {
    DetectedFault(
      fault,
      id,
      as: verdict,
      .serviceProvider,
      ["S-12"],
      source: id == "S-12.stale-user"
        ? "RFC 7644 section 3.12"
        : "RFC 7644 section 3.12; Okta pushes members whom the app has lost",
      at: "group-member-lost",
      line,
      also: also
    )
  }
}
