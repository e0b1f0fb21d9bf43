/// A case of the plan by which Okta's reviewers test an integration by hand.
///
/// Okta, SCIM test plan (v2): of many of its cases the public record that was read here has the number
/// and the subject, not the steps. Such a case counts as covered only where its subject is all there is
/// to it: the first of its kind.
package struct ManualCase: Sendable, Equatable {
  /// `C9290`: the tag of the scenarios that cover it.
  package var id: String
  /// In a phrase.
  package var asks: String
  /// Why no shipped scenario covers it; nil where one does.
  package var reason: String?

  init(_ id: String, _ asks: String, without reason: String? = nil) {
    self.id = id
    self.asks = asks
    self.reason = reason
  }

  package static let all =
    setUp + tokens + users + [
      ManualCase("C9303", "import: inactive users are read and not imported")
    ] + unknown([9304, 9305], of: "import")
    + unknown([9338], of: "groups") + groups + [
      ManualCase("C9342", "single sign-on", without: signOn),
      ManualCase("C9343", "single sign-on", without: signOn),
    ]
    + (9359...9361).map {
      ManualCase("C\($0)", "profile sourcing", without: "the app is no source of profiles here")
    }

  private static let signOn = "oktasim provisions and signs nobody on"

  private static let setUp =
    (9296...9298).map {
      ManualCase(
        "C\($0)",
        "setting the app integration up",
        without: "what an admin does in Okta's own pages; the profile stands for it"
      )
    } + unknown([9289, 9344, 9345], of: "attributes") + [
      ManualCase(
        "C9299",
        "the configuration guide",
        without: "a text for people to read"
      )
    ]

  private static let tokens = [
    ManualCase("C21902", "OAuth: a redirect URI that is not registered"),
    ManualCase("C9306", "provisioning is switched on"),
    ManualCase(
      "C9339",
      "provisioning is switched off",
      without: "then nothing is sent: leave the capabilities out of the profile"
    ),
    ManualCase("C9340", "a bad token"),
    ManualCase("C9341", "a new token"),
  ]

  private static let users =
    [ManualCase("C9290", "create: a user is assigned")]
    + unknown([9307, 9334, 9335, 9336], of: "create") + [
      ManualCase("C9293", "re-activate: the same user comes back"),
      ManualCase("C9295", "suspend: nothing is sent"),
      ManualCase("C9300", "unsuspend: nothing is sent"),
      ManualCase("C9291", "update: a changed profile is pushed"),
    ]
    + unknown([9309, 9310], of: "update") + [
      ManualCase("C9337", "no errors on empty values"),
      ManualCase("C9292", "deactivate: the user loses access"),
    ]
    + unknown([9294, 9311], of: "deactivate") + [
      ManualCase("C9301", "password: a new one is pushed")
    ] + unknown([9302], of: "password")

  private static let groups =
    [ManualCase("C9312", "group push: a group is pushed with its members")]
    + unknown([9313, 9314], of: "group push") + [
      ManualCase("C9315", "group push: the app has a group of that name"),
      ManualCase("C9316", "group push: Push Now"),
    ]
    + unknown([9317, 9318], of: "group push") + [
      ManualCase("C9319", "group push: the mapping is deactivated"),
      ManualCase("C9320", "group push: the mapping is activated again"),
      ManualCase("C9321", "group push: unlinked, the app keeps the group"),
    ]
    + unknown(Array(9322...9329), of: "group push") + [
      ManualCase("C9330", "group push: the app has a group of that name")
    ] + unknown(Array(9331...9333), of: "group push")

  private static func unknown(_ numbers: [Int], of subject: String) -> [ManualCase] {
    numbers.map {
      ManualCase(
        "C\($0)",
        subject,
        without: "the public record has its number and subject, not its steps"
      )
    }
  }
}

/// A test suite of Okta's that is a file for a test runner.
package struct PublishedSuite: Sendable, Equatable {
  package var name: String
  /// The shipped scenario that makes its requests; nil where there is none.
  package var scenario: String?
  /// What is special about it, or why there is none.
  package var note: String

  package static let all = [
    PublishedSuite(
      name: "SCIM 2.0 SPEC",
      scenario: "okta-spec",
      note: "12 requests with their assertions; no pauses, a slow answer is observed"
    ),
    PublishedSuite(
      name: "SCIM 2.0 CRUD",
      scenario: "okta-crud",
      note: "Okta's side is played, no org of Okta's is asked"
    ),
    PublishedSuite(
      name: "SCIM 1.1 SPEC",
      scenario: "okta-spec",
      note:
        "16 requests, with \"version\": \"1.1\" in the profile; Okta's wants a group to be there"
    ),
    PublishedSuite(
      name: "SCIM 1.1 CRUD",
      scenario: "okta-crud",
      note: "the same events with \"version\": \"1.1\" in the profile"
    ),
    PublishedSuite(
      name: "Entitlements",
      scenario: "okta-entitlements-spec",
      note: "its request and assertions at each endpoint that is discovered"
    ),
    PublishedSuite(
      name: "CRUD with entitlements",
      scenario: "okta-entitlements-crud",
      note: "a role and an entitlement in place of a grant by Okta's governance API"
    ),
  ]

  init(name: String, scenario: String? = nil, note: String) {
    self.name = name
    self.scenario = scenario
    self.note = note
  }
}
