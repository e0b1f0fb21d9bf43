/// What Okta's public record leaves open, each as a named switch with a default and its evidence.
package struct Switches: Sendable {
  /// Names whose values a profile gives.
  private let given: Set<String>
  /// What each switch says: asked for several times in each event.
  private let values: [Switch.Name: String]

  /// - Parameters:
  ///   - values: By switch name; a switch that is not there has its default.
  ///   - version: Of the app; Okta's SCIM 1.1 pages write a locale as `en_US`.
  package init(_ values: [String: String] = [:], version: SCIMSettings.Version = .v2) {
    given = Set(values.keys)
    var all = Switch.defaults
    if version == .v1 { all[.locale] = "en_US" }
    for (name, value) in values {
      if let name = Switch.Name(rawValue: name) { all[name] = value }
    }
    self.values = all
  }

  /// Names whose values differ from their default, in the order of the table.
  package var set: [String] { Switch.all.map(\.name).filter(given.contains) }

  /// Of a switch that is true or false.
  package func isOn(_ name: Switch.Name) -> Bool { self[name] == "true" }

  /// Of a switch that is a whole number.
  package func count(_ name: Switch.Name) -> Int { Int(self[name]) ?? 1 }

  package subscript(name: Switch.Name) -> String {
    guard let value = values[name] else {
      preconditionFailure("the table of switches lacks \(name.rawValue)")
    }
    return value
  }
}

/// One switch: what it may say, what it says by default, and why.
package struct Switch: Sendable {
  package enum Name: String, Sendable, CaseIterable {
    case pkce, state, scopePosition, redirectHost, exchangeRedirectURI, tokenRequestUserAgent
    case refreshParameters, createPassword
    case createStatus, assignWithoutCreate, clearedAttribute, locale, filterSpace, filterPlus,
      saveListsGroups
    case stringNumbers, profileUpdate, managerForm, userGroups, userNameUpdates, renamedUser,
      missingUser, linkActivation, deactivatePath
    case lookUpBeforeDeactivate, reassignLookUp, repeatFailedAssignments, groupCreateMembers
    case groupLinking, groupExistenceCheck, groupDescription, renameAppGroups
    case groupRenameWithMembers, groupFullPush, membersPerPatch, memberBatches, groupPutReads
    case groupPutDisplay
    case passwordChange, passwordPatch, entitlementPaging, clearedEntitlements, importNextPage,
      incrementalImports,
      onPremConfiguration,
      requestTimeout, connectTimeout, jobsAtOnce, rateLimitScale,
      retryAttempts
  }

  /// How sure the record is (reference: okta-behaviour, Marks).
  package enum Mark: String, Sendable {
    case confirmed, reported, inferred, unknown
  }

  package enum Values: Sendable, Equatable {
    case words([String])
    case boolean
    case positiveInteger
    case positiveNumber
    case duration
  }

  package var name: String
  package var values: Values
  package var defaultValue: String
  package var mark: Mark
  package var evidence: String
}

extension Switch {
  fileprivate static let defaults = Dictionary(
    uniqueKeysWithValues: Name.allCases.map { ($0, definition(of: $0).defaultValue) }
  )

  package static func definition(of name: Name) -> Switch {
    guard let found = all.first(where: { $0.name == name.rawValue }) else {
      preconditionFailure("the table of switches lacks \(name.rawValue)")
    }
    return found
  }

  private init(
    _ name: Name,
    _ values: Values,
    _ defaultValue: String,
    _ mark: Mark,
    _ evidence: String
  ) {
    self.init(
      name: name.rawValue,
      values: values,
      defaultValue: defaultValue,
      mark: mark,
      evidence: evidence
    )
  }

  /// The table, in the order in which `oktasim switches` prints it.
  package static let all: [Switch] = [
    Switch(
      .pkce,
      .words(["none", "S256"]),
      "none",
      .unknown,
      "absent from every published sample; a server in production with Okta takes no verifier"
    ),
    Switch(
      .state,
      .words(["opaque", "long", "special-characters"]),
      "opaque",
      .inferred,
      "format unpublished; the callback host is shared by all orgs, so it must name org and app"
    ),
    Switch(
      .scopePosition,
      .words(["last", "first"]),
      "last",
      .unknown,
      "Okta's Office 365 sample has scope after the other parameters, the Slack sample before them"
    ),
    Switch(
      .redirectHost,
      .words(["as-given", "production", "emea", "preview", "trex", "okta1"]),
      "as-given",
      .confirmed,
      "Okta lists five callback hosts and an app accepts all; which one an org uses is the org's"
    ),
    Switch(
      .exchangeRedirectURI,
      .boolean,
      "true",
      .inferred,
      "RFC 6749 section 4.1.3 wants redirect_uri in the exchange; the published server does not read it"
    ),
    Switch(
      .tokenRequestUserAgent,
      .words(["none", "scim-client"]),
      "none",
      .unknown,
      "no captured token request was found in public material"
    ),
    Switch(
      .refreshParameters,
      .words(["none", "scope", "redirect-uri", "both"]),
      "none",
      .unknown,
      "a server in production with Okta is shown token and client alone; scope and redirect_uri are unknown"
    ),
    Switch(
      .createPassword,
      .words(["random", "none"]),
      "random",
      .confirmed,
      "Okta, SCIM 2.0 reference: sent on create even with password sync off; an app flag suppresses it"
    ),
    Switch(
      .createStatus,
      .words(["2xx", "201"]),
      "2xx",
      .unknown,
      "Okta, SCIM 2.0 reference: 201; what a create that is answered 200 comes to is not published"
    ),
    Switch(
      .assignWithoutCreate,
      .words(["nothing", "look-up"]),
      "nothing",
      .reported,
      "what is off sends nothing (a lab drill); Okta's text \"Matching user not found\" speaks of a look-up"
    ),
    Switch(
      .clearedAttribute,
      .words(["omit", "empty", "null"]),
      "omit",
      .unknown,
      "Okta's test plan, C9337, asks only for no errors on empty values"
    ),
    Switch(
      .locale,
      .words(["en-US", "en_US"]),
      "en-US",
      .confirmed,
      "en-US in Okta's SCIM 2.0 pages and captures, en_US in the 1.1 pages"
    ),
    Switch(
      .filterSpace,
      .words(["%20", "+"]),
      "%20",
      .confirmed,
      "%20 in Okta's pages since 2019 and in a server log of 2024, + in the guide of 2018"
    ),
    Switch(
      .filterPlus,
      .words(["%2B", "+"]),
      "%2B",
      .inferred,
      "@ is sent as %40 and the quote as %22; how ada+x@… is sent nobody has shown"
    ),
    Switch(
      .saveListsGroups,
      .words(["with-import", "always"]),
      "with-import",
      .inferred,
      "Okta, SCIM 1.1 reference lists groups on saving; a capture with Import Groups off does not"
    ),
    Switch(
      .stringNumbers,
      .words(["stop", "read"]),
      "stop",
      .reported,
      "a look-up whose startIndex was a string was followed by no create, and by a failure without reason"
    ),
    Switch(
      .profileUpdate,
      .words(["put", "patch"]),
      "put",
      .confirmed,
      "GET and PUT in every capture and in Okta's pages; one vendor's table has PATCH for OIN templates"
    ),
    Switch(
      .managerForm,
      .words(["object", "string"]),
      "object",
      .unknown,
      "how a manager is written is not published; RFC 7643 section 4.3 has an object with value"
    ),
    Switch(
      .userGroups,
      .words(["empty", "memberships"]),
      "empty",
      .reported,
      "groups: [] in samples and captures; an AIW app was sent memberships once (ory/polis 3136)"
    ),
    Switch(
      .userNameUpdates,
      .boolean,
      "true",
      .confirmed,
      "Okta help, provisioning settings: \"Exclude username updates\" leaves them out"
    ),
    Switch(
      .renamedUser,
      .words(["update", "look-up"]),
      "update",
      .confirmed,
      "the PUT follows the app's username; one vendor reports a look-up by the new name, and a second user"
    ),
    Switch(
      .missingUser,
      .words(["task", "create"]),
      "task",
      .unknown,
      "404 to the GET before an update is \"verify exists\" in the System Log; a new create is not published"
    ),
    Switch(
      .linkActivation,
      .words(["twice", "once"]),
      "twice",
      .reported,
      "an AIW app got GET, PUT, GET, PUT when an inactive user was found (Okta devforum 27262)"
    ),
    Switch(
      .lookUpBeforeDeactivate,
      .boolean,
      "false",
      .reported,
      "one app's log has a look-up by userName before a deactivation (litellm 27308)"
    ),
    Switch(
      .deactivatePath,
      .words(["none", "active"]),
      "none",
      .confirmed,
      "Okta, SCIM 2.0 reference: a replace without path; one lab summary prints path active"
    ),
    Switch(
      .reassignLookUp,
      .boolean,
      "true",
      .reported,
      "an AIW app was seen to look up by userName when a user is assigned again; unknown for OIN apps"
    ),
    Switch(
      .repeatFailedAssignments,
      .words(["never", "30m"]),
      "never",
      .reported,
      "a create that failed came again about every 30 minutes once (lightdash 22402); elsewhere never"
    ),
    Switch(
      .groupCreateMembers,
      .words(["empty", "inline"]),
      "empty",
      .confirmed,
      "members: [] on Okta's current page, all members in the 2018 guide"
    ),
    Switch(
      .groupLinking,
      .boolean,
      "true",
      .confirmed,
      "Okta help, group push: a name that exists is linked, or is an error where the app has no linking"
    ),
    Switch(
      .groupExistenceCheck,
      .words(["never", "before-change"]),
      "never",
      .unknown,
      "Okta, SCIM 2.0 reference has GET /Groups/{id} as an existence check; when it comes is not said"
    ),
    Switch(
      .groupDescription,
      .words(["none", "custom-schema"]),
      "none",
      .unknown,
      "SCIM 1.1 carries urn:okta:custom:group:1.0 with a description; for 2.0 nothing is documented"
    ),
    Switch(
      .renameAppGroups,
      .boolean,
      "true",
      .confirmed,
      "Okta, group push settings: \"Rename app groups to match group name in Okta\""
    ),
    Switch(
      .groupRenameWithMembers,
      .boolean,
      "true",
      .confirmed,
      "Okta, SCIM 2.0 reference: the name is sent each time the membership changes"
    ),
    Switch(
      .groupFullPush,
      .words(["path", "pathless"]),
      "path",
      .confirmed,
      "path members on Okta's page; a value that contains members in one report"
    ),
    Switch(
      .membersPerPatch,
      .positiveInteger,
      "100",
      .reported,
      "100 is the default of Okta's submission form; a vendor sees up to 256"
    ),
    Switch(
      .memberBatches,
      .words(["in-order", "at-once"]),
      "in-order",
      .reported,
      "several PATCHes of one push can overlap, by two vendors' reports"
    ),
    Switch(
      .groupPutReads,
      .positiveInteger,
      "1",
      .reported,
      "one GET before the PUT in a capture of an AIW app, two in another app's log"
    ),
    Switch(
      .groupPutDisplay,
      .words(["userName", "null"]),
      "userName",
      .reported,
      "display of a member in a PUT; null was seen in the log of an AIW app"
    ),
    Switch(
      .passwordChange,
      .words(["change", "keep-existing"]),
      "change",
      .confirmed,
      "Okta, management API: Sync Password sends a changed password with CHANGE; KEEP_EXISTING, which an app has that was made by that API, sends none"
    ),
    Switch(
      .passwordPatch,
      .words(["password", "active-and-password"]),
      "password",
      .unknown,
      "the reference has the PATCH and not its body; by analogy a replace with the password alone"
    ),
    Switch(
      .entitlementPaging,
      .words(["import", "test", "none"]),
      "import",
      .unknown,
      "how Okta pages through roles and entitlements is unpublished: startIndex=1&count=100 as an import, count first as its test has it, or no parameters"
    ),
    Switch(
      .clearedEntitlements,
      .words(["empty", "omit"]),
      "empty",
      .unknown,
      "how a PUT says that a person has none left; by analogy with groups an empty list"
    ),
    Switch(
      .importNextPage,
      .words(["received", "asked"]),
      "received",
      .unknown,
      "1, 101, … on Okta's page; where an app gives fewer than 100, by what it gave or by 100 is not said"
    ),
    Switch(
      .incrementalImports,
      .words(["filter", "none"]),
      "filter",
      .reported,
      "they exist for on-prem apps alone (OPP_SCIM_INCREMENTAL_IMPORTS): the example of Okta's connector SDK expects meta.lastModified gt the last import; none reads all"
    ),
    Switch(
      .onPremConfiguration,
      .words(["read", "not-read"]),
      "read",
      .confirmed,
      "Okta help, SCIM messages for on-premises provisioning: read at the connector test, of SCIM 1.1; with SCIM 2.0 reported once (metabase 81407)"
    ),
    Switch(
      .requestTimeout,
      .duration,
      "60s",
      .confirmed,
      "Okta, SCIM FAQs: 60 s without a byte"
    ),
    Switch(
      .connectTimeout,
      .duration,
      "10s",
      .unknown,
      "no document has Okta's limit for a connection, TLS included"
    ),
    Switch(
      .jobsAtOnce,
      .positiveInteger,
      "4",
      .unknown,
      "no document has how many of an org's jobs Okta runs at a time for one app; of a load alone"
    ),
    Switch(
      .rateLimitScale,
      .positiveNumber,
      "1",
      .confirmed,
      "Okta, SCIM concept page: first wait Retry-After or 5 min, doubled; the scale shortens it"
    ),
    Switch(
      .retryAttempts,
      .words(["total", "after-first"]),
      "total",
      .unknown,
      "Okta, SCIM concept page: at most 10 attempts after 429; whether the first is one of them is open"
    ),
  ]
}
