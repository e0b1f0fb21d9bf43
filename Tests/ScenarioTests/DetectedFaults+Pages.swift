import SampleApp
import Simulation

/// The faults of pages of lists (RFC 7644 section 3.4.2.4; field cases 27 and 28).
extension DetectedFault {
  static let pages = [
    DetectedFault(
      .listStartIndexAsString,
      "SCIM.list-number",
      .serviceProvider,
      ["S-09"],
      source: "RFC 7644 section 3.4.2; Okta, SCIM 2.0 reference",
      at: "lifecycle",
      "assign ada  firstName Ada  lastName Lovelace"
    ),
    ofPages(
      .usersEndAt100,
      "S-09.page-loses"
    ),
    ofPages(
      .usersTotalOfPage,
      "S-09.page-loses",
      also: [
        "S-09.total-moves": "what counts the page differs from page to page",
        "S-09.past-end-lists": "its page behind the 100 that it counts has the others",
      ]
    ),
    ofPages(
      .usersTotalOfRest,
      "S-09.total-moves"
    ),
    ofPages(
      .usersPageOverlaps,
      "S-09.page-repeats"
    ),
    ofPages(
      .usersPageSkips,
      "S-09.page-loses"
    ),
    ofPages(
      .usersPagesReversed,
      "S-09.order-changes",
      source: "RFC 7644 section 3.4.2.4; Okta, SCIM 2.0 reference, Retrieve Users"
    ),
    ofPages(
      .usersStartIndexIgnored,
      "S-09.page-repeats",
      also: ["S-09.past-end-lists": "the page behind the last begins with the first one"]
    ),
    ofPages(
      .usersOrderByToken,
      "S-09.order-changes",
      source: "RFC 7644 section 3.4.2.4; Okta, SCIM 2.0 reference, Retrieve Users",
      at: "import-pages",
      "import users  in 3 pages"
    ),
    ofPages(
      .usersOrderByCount,
      "S-09.order-changes",
      source: "RFC 7644 section 3.4.2.4; Okta, SCIM 2.0 reference, Retrieve Users"
    ),
    ofPages(
      .usersPastEndRepeats,
      "S-09.past-end-lists"
    ),
    ofPages(
      .usersPastEnd404,
      "S-09.past-end-refused",
      ["S-09"]
    ),
    ofPages(
      .usersStartIndexZero422,
      "S-09.start-index-refused",
      as: .warning,
      ["S-09"]
    ),
    ofPages(
      .usersCountOver100Refused,
      "S-09.count-refused",
      as: .warning,
      ["S-09"]
    ),
    ofPages(
      .usersNeedPaging,
      "S-09.paging-required",
      as: .warning,
      ["S-09"]
    ),
    ofPages(
      .usersPagesSlow,
      "S-20.slow-pages",
      as: .warning,
      ["S-20"],
      source: "RFC 7644 section 3.4.2.4; Okta, SCIM FAQs"
    ),
    ofPages(
      .usersPagesOf50,
      "S-09.short-page",
      as: .observed,
      ["S-09"]
    ),
    ofPages(
      .groupsTotalOfPage,
      "S-09.total-moves",
      at: "import-groups",
      "import groups"
    ),
    ofPages(
      .groupsPageOverlaps,
      "S-09.page-repeats",
      at: "import-groups",
      "import groups  in 3 pages"
    ),
    ofPages(
      .groupsPageSkips,
      "S-09.page-loses",
      at: "import-groups",
      "import groups  in 3 pages"
    ),
    ofPages(
      .groupsPagesReversed,
      "S-09.order-changes",
      source: "RFC 7644 section 3.4.2.4; Okta, SCIM 2.0 reference, Retrieve Users",
      at: "import-groups",
      "import groups  in 3 pages"
    ),
    ofPages(
      .groupsPastEndRepeats,
      "S-09.past-end-lists",
      at: "import-groups",
      "import groups"
    ),
    ofPages(
      .groupsPastEnd400,
      "S-09.past-end-refused",
      ["S-09"],
      at: "import-groups",
      "import groups"
    ),
    ofPages(
      .groupsNeedPaging,
      "S-09.paging-required",
      as: .warning,
      ["S-09"],
      at: "import-groups",
      "import groups"
    ),
  ]

  /// A fault that shows where a list is read page by page.
  private static func ofPages(
    _ fault: Fault,
    _ id: String,
    as verdict: Verdict = .failed,
    _ failureModes: [String] = ["S-09", "F-44"],
    source: String = "RFC 7644 section 3.4.2.4",
    at scenario: String = "import-users",
    _ line: String = "import users",
    also: [String: String] = [:]
  ) -> DetectedFault {
    DetectedFault(
      fault,
      id,
      as: verdict,
      .serviceProvider,
      failureModes,
      source: source,
      at: scenario,
      line,
      also: also
    )
  }
}
