import SampleApp

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
    DetectedFault(
      .usersEndAt100,
      "S-09.page-loses",
      .serviceProvider,
      ["S-09", "F-44"],
      source: "RFC 7644 section 3.4.2.4",
      at: "import-users",
      "import users"
    ),
    DetectedFault(
      .usersTotalOfPage,
      "S-09.page-loses",
      .serviceProvider,
      ["S-09", "F-44"],
      source: "RFC 7644 section 3.4.2.4",
      at: "import-users",
      "import users",
      also: [
        "S-09.total-moves": "what counts the page differs from page to page",
        "S-09.past-end-lists": "its page behind the 100 that it counts has the others",
      ]
    ),
    DetectedFault(
      .usersTotalOfRest,
      "S-09.total-moves",
      .serviceProvider,
      ["S-09", "F-44"],
      source: "RFC 7644 section 3.4.2.4",
      at: "import-users",
      "import users"
    ),
    DetectedFault(
      .usersPageOverlaps,
      "S-09.page-repeats",
      .serviceProvider,
      ["S-09", "F-44"],
      source: "RFC 7644 section 3.4.2.4",
      at: "import-users",
      "import users"
    ),
    DetectedFault(
      .usersPageSkips,
      "S-09.page-loses",
      .serviceProvider,
      ["S-09", "F-44"],
      source: "RFC 7644 section 3.4.2.4",
      at: "import-users",
      "import users"
    ),
    DetectedFault(
      .usersPagesReversed,
      "S-09.order-changes",
      .serviceProvider,
      ["S-09", "F-44"],
      source: "RFC 7644 section 3.4.2.4; Okta, SCIM 2.0 reference, Retrieve Users",
      at: "import-users",
      "import users"
    ),
    DetectedFault(
      .usersStartIndexIgnored,
      "S-09.page-repeats",
      .serviceProvider,
      ["S-09", "F-44"],
      source: "RFC 7644 section 3.4.2.4",
      at: "import-users",
      "import users",
      also: ["S-09.past-end-lists": "the page behind the last begins with the first one"]
    ),
    DetectedFault(
      .usersOrderByToken,
      "S-09.order-changes",
      .serviceProvider,
      ["S-09", "F-44"],
      source: "RFC 7644 section 3.4.2.4; Okta, SCIM 2.0 reference, Retrieve Users",
      at: "import-pages",
      "import users  in 3 pages"
    ),
    DetectedFault(
      .usersOrderByCount,
      "S-09.order-changes",
      .serviceProvider,
      ["S-09", "F-44"],
      source: "RFC 7644 section 3.4.2.4; Okta, SCIM 2.0 reference, Retrieve Users",
      at: "import-users",
      "import users"
    ),
    DetectedFault(
      .usersPastEndRepeats,
      "S-09.past-end-lists",
      .serviceProvider,
      ["S-09", "F-44"],
      source: "RFC 7644 section 3.4.2.4",
      at: "import-users",
      "import users"
    ),
    DetectedFault(
      .usersPastEnd404,
      "S-09.past-end-refused",
      .serviceProvider,
      ["S-09"],
      source: "RFC 7644 section 3.4.2.4",
      at: "import-users",
      "import users"
    ),
    DetectedFault(
      .usersStartIndexZero422,
      "S-09.start-index-refused",
      as: .warning,
      .serviceProvider,
      ["S-09"],
      source: "RFC 7644 section 3.4.2.4",
      at: "import-users",
      "import users"
    ),
    DetectedFault(
      .usersCountOver100Refused,
      "S-09.count-refused",
      as: .warning,
      .serviceProvider,
      ["S-09"],
      source: "RFC 7644 section 3.4.2.4",
      at: "import-users",
      "import users"
    ),
    DetectedFault(
      .usersNeedPaging,
      "S-09.paging-required",
      as: .warning,
      .serviceProvider,
      ["S-09"],
      source: "RFC 7644 section 3.4.2.4",
      at: "import-users",
      "import users"
    ),
    DetectedFault(
      .usersPagesOf50,
      "S-09.short-page",
      as: .observed,
      .serviceProvider,
      ["S-09"],
      source: "RFC 7644 section 3.4.2.4",
      at: "import-users",
      "import users"
    ),
    DetectedFault(
      .groupsTotalOfPage,
      "S-09.total-moves",
      .serviceProvider,
      ["S-09", "F-44"],
      source: "RFC 7644 section 3.4.2.4",
      at: "import-groups",
      "import groups"
    ),
    DetectedFault(
      .groupsPageOverlaps,
      "S-09.page-repeats",
      .serviceProvider,
      ["S-09", "F-44"],
      source: "RFC 7644 section 3.4.2.4",
      at: "import-groups",
      "import groups  in 3 pages"
    ),
    DetectedFault(
      .groupsPageSkips,
      "S-09.page-loses",
      .serviceProvider,
      ["S-09", "F-44"],
      source: "RFC 7644 section 3.4.2.4",
      at: "import-groups",
      "import groups  in 3 pages"
    ),
    DetectedFault(
      .groupsPagesReversed,
      "S-09.order-changes",
      .serviceProvider,
      ["S-09", "F-44"],
      source: "RFC 7644 section 3.4.2.4; Okta, SCIM 2.0 reference, Retrieve Users",
      at: "import-groups",
      "import groups  in 3 pages"
    ),
    DetectedFault(
      .groupsPastEndRepeats,
      "S-09.past-end-lists",
      .serviceProvider,
      ["S-09", "F-44"],
      source: "RFC 7644 section 3.4.2.4",
      at: "import-groups",
      "import groups"
    ),
    DetectedFault(
      .groupsPastEnd400,
      "S-09.past-end-refused",
      .serviceProvider,
      ["S-09"],
      source: "RFC 7644 section 3.4.2.4",
      at: "import-groups",
      "import groups"
    ),
    DetectedFault(
      .groupsNeedPaging,
      "S-09.paging-required",
      as: .warning,
      .serviceProvider,
      ["S-09"],
      source: "RFC 7644 section 3.4.2.4",
      at: "import-groups",
      "import groups"
    ),
  ]
}
