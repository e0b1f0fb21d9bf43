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
    stored(.groupChangeForgetsName, at: "group-token-expiry", "rename group team to crew"),
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
        "S-01.group-not-done":
          "where the addition that replaced the others is of somebody unknown, nothing but a member "
          + "that is gone shows"
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
          "one who comes with the change that empties the group is not there afterwards"
      ]
    ),
    missed(.groupLookUpFindsNone, "push group team  members bob"),
    missed(.groupLookUpMissesEmpty, "push group crew  members ada"),
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
    refused(.groupRenameRefused, "push group team  members ada"),
    refused(.groupRemoveRefused, "change group team  add bob  remove ada"),
    refused(.groupReplaceEmptyRefused, "push now crew"),
    refused(.groupDelete405, "unlink group crew  delete"),
    lost(.staleMember500, "S-12.stale-member", "change group team  add bob"),
    lost(.staleMemberRefused, "S-12.stale-member", as: .warning, "change group team  add bob"),
    lost(
      .staleUser500,
      "S-12.stale-user",
      "update bob  lastName King",
      also: ["okta-spec.R4": "nobody has that id either", "okta-spec.R12": "nor this one"]
    ),
  ]

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
