import HTTP
import Profiles

// Okta-behaviour 3, 4, 5, 16.

extension FieldRecord {
  private static let requests: [Intent.Act] = [
    .page, .find, .create, .read, .replace, .patch, .delete,
  ]

  /// What all SCIM requests have in common.
  static let ofSCIM: [FieldRecord] = [
    FieldRecord(
      requests,
      .request,
      attempt: 2,
      .unknown,
      [],
      settings: ["authentication.refresh.trigger"],
      "the rejected request again with the new token; whether Okta repeats it is unknown"
    ),
    // MARK: Credentials
    FieldRecord(
      requests,
      .header("Authorization"),
      families: [.onPrem],
      modes: [.basic, .header],
      .confirmed,
      [.agentConnector],
      settings: ["authentication.mode", "authentication.headerName"],
      "the on-prem agent takes Basic, an HTTP header of any name, or none"
    ),
    FieldRecord(
      requests,
      .header("Authorization"),
      families: [.onPrem],
      .unknown,
      [.agentConnector],
      settings: ["authentication.mode"],
      "not offered for the on-prem agent, which takes Basic, an HTTP header, or none"
    ),
    FieldRecord(
      requests,
      .header("Authorization"),
      modes: [.oauth2, .clientCredentials],
      .confirmed,
      [.prepare],
      settings: ["authentication.mode"],
      "the access token of the last token response"
    ),
    FieldRecord(
      requests,
      .header("Authorization"),
      families: [.aiw],
      modes: [.bearer],
      .confirmed,
      [.labAIW],
      settings: ["authentication.mode"],
      "HTTP Header in an AIW app: the admin pastes the bare token, Okta puts Bearer before it"
    ),
    FieldRecord(
      requests,
      .header("Authorization"),
      modes: [.bearer],
      .confirmed,
      [.oinAuth],
      settings: ["authentication.mode"],
      "a token that the admin has pasted"
    ),
    FieldRecord(
      requests,
      .header("Authorization"),
      families: [.aiw],
      modes: [.header],
      .unknown,
      [.labAIW],
      settings: ["authentication.mode"],
      "an AIW app's form puts Bearer before what is pasted; the raw form is an OIN app's"
    ),
    FieldRecord(
      requests,
      .header("Authorization"),
      modes: [.header],
      .confirmed,
      [.oinAuth, .management],
      settings: ["authentication.mode"],
      "what the admin has pasted, raw, without a scheme"
    ),
    FieldRecord(
      requests,
      .header("Authorization"),
      modes: [.basic],
      .confirmed,
      [.prepare, .oinAuth],
      settings: ["authentication.mode"],
      "user name and password; of OIN apps only old ones have it"
    ),
    ofProfile(requests),
    // MARK: Other headers
    FieldRecord(
      requests,
      .header("*"),
      families: [.onPrem],
      .unknown,
      [.agentMessages],
      "the on-prem agent's own requests were never published; shown is what Okta itself sends"
    ),
    FieldRecord(
      requests,
      .headerOrder,
      families: [.onPrem],
      .unknown,
      [.agentMessages],
      "the on-prem agent's own requests were never published; the order of Okta's own"
    ),
    FieldRecord(
      requests,
      .header("Accept"),
      .confirmed,
      [.guide, .firezone, .kbAccept],
      "an app that refuses this media type fails the sync without a reason in Okta's log"
    ),
    FieldRecord(
      requests,
      .header("Content-Type"),
      .confirmed,
      [.guide, .firezone],
      "of a write, a DELETE without a body among them; a GET has none"
    ),
    FieldRecord(
      requests,
      .header("User-Agent"),
      .confirmed,
      [.guide, .labAIW],
      "still this one in October 2026"
    ),
    FieldRecord(
      requests,
      .header("Accept-Charset", "Content-Length", "Host", "Connection", "Accept-Encoding"),
      .confirmed,
      [.guide, .patchTrial],
      "as published"
    ),
    FieldRecord(
      requests,
      .headerOrder,
      .confirmed,
      [.guide, .patchTrial],
      "the order in which Okta has published them"
    ),
  ]

  // MARK: Users

  private static let inactive = ["assign.link-inactive", "assign.again"]
  private static let activity = ["deactivate", "unassign", "reactivate"]

  static let ofUsers: [FieldRecord] = [
    FieldRecord(
      [.page],
      .request,
      families: [.onPrem],
      .inferred,
      [.labAIW, .agentMessages],
      "what Okta itself sends; of the agent only its reading of ServiceProviderConfigs is documented"
    ),
    FieldRecord(
      [.find, .create],
      of: .user,
      .request,
      families: [.onPrem],
      .confirmed,
      [.agentMessages],
      settings: ["scim.capabilities"],
      "the agent looks up, and creates whom it does not find"
    ),
    FieldRecord(
      [.page],
      of: .user,
      .request,
      moments: ["save-to-app"],
      .confirmed,
      [.labAIW],
      "each Save on the page To App sends it once more"
    ),
    FieldRecord(
      [.page],
      of: .user,
      .request,
      moments: ["save-connection"],
      .confirmed,
      [.scim11],
      "saving tests the connection again"
    ),
    FieldRecord(
      [.page],
      of: .user,
      .request,
      .confirmed,
      [.labAIW, .scim11, .guide],
      "the only request of the test, whatever is ticked in its dialog; its body is read"
    ),
    FieldRecord(
      [.page],
      of: .group,
      .request,
      .inferred,
      [.scim11, .labAIW],
      settings: ["scim.capabilities", "okta.saveListsGroups"],
      "after saving, where importGroups is switched on: a capture without it had no such request"
    ),
    FieldRecord(
      [.page],
      of: .user,
      .query("startIndex", "count"),
      .confirmed,
      [.labAIW, .scim11],
      "two users are asked for"
    ),
    FieldRecord(
      [.page],
      of: .group,
      .query("startIndex", "count"),
      .confirmed,
      [.scim11],
      "a hundred groups are asked for"
    ),
    FieldRecord(
      [.page],
      .queryOrder,
      .confirmed,
      [.labAIW, .scim11],
      "as captured"
    ),
    FieldRecord(
      [.find],
      of: .user,
      .request,
      moments: ["assign.again"],
      .reported,
      [.devforum27262, .growthbook, .fleet],
      settings: ["okta.reassignLookUp"],
      "looked up again although the id is known"
    ),
    FieldRecord(
      [.find],
      of: .user,
      .request,
      moments: ["deactivate", "unassign"],
      .reported,
      [.litellm],
      settings: ["okta.lookUpBeforeDeactivate"],
      "switched on here: one app's log has a look-up before a deactivation"
    ),
    FieldRecord(
      [.find],
      of: .user,
      .request,
      .confirmed,
      [.scim20, .labAIW],
      settings: ["scim.capabilities"],
      "before each create; an empty list and 404 both mean that nobody is there"
    ),
    FieldRecord(
      [.find],
      of: .user,
      .query("filter"),
      .confirmed,
      [.scim20, .serverLog],
      settings: ["scim.uniqueIdentifier", "okta.filterSpace", "okta.filterPlus"],
      "eq is the only operator; a space is %20 since 2019 and was + before; a + in the value is %2B"
    ),
    FieldRecord(
      [.find],
      of: .user,
      .query("startIndex", "count"),
      .confirmed,
      [.scim20],
      "always these"
    ),
    FieldRecord(
      [.find],
      .queryOrder,
      .confirmed,
      [.scim20],
      "as published"
    ),
    // MARK: Create
    FieldRecord(
      [.create],
      of: .user,
      .request,
      .confirmed,
      [.scim20, .labAIW],
      settings: ["scim.capabilities"],
      "nobody was found; the answer is 201 with an id, 409 ends the event and links to nobody"
    ),
    FieldRecord(
      [.create],
      of: .user,
      .bodyOrder,
      .confirmed,
      [.scim20, .guide],
      "the order of Okta's sample; what is mapped beyond it is put in by oktasim"
    ),
    FieldRecord(
      [.create],
      of: .user,
      .body("schemas[]"),
      .confirmed,
      [.labAIW],
      "an extension is named only where one of its attributes has a value"
    ),
    FieldRecord(
      [.create],
      of: .user,
      .body("externalId"),
      .confirmed,
      [.scim20, .labAIW],
      "Okta's id of the user, 20 characters"
    ),
    FieldRecord(
      [.create],
      of: .user,
      .body("groups[]"),
      .confirmed,
      [.scim20, .guide],
      settings: ["okta.userGroups"],
      "empty; no attribute of the app's own may have this name"
    ),
    FieldRecord(
      [.create],
      of: .user,
      .body("password"),
      .confirmed,
      [.scim20, .kbPassword],
      settings: ["okta.createPassword"],
      "sent even where passwords are not synchronised: a random one by the org's policy"
    ),
    FieldRecord(
      [.create],
      of: .user,
      .body("active"),
      .confirmed,
      [.scim20],
      "always true"
    ),
    // MARK: Read and replace
    FieldRecord(
      [.read, .replace],
      of: .user,
      .request,
      families: [.aiw],
      moments: inactive,
      .reported,
      [.devforum27262],
      settings: ["scim.capabilities", "okta.linkActivation"],
      "an AIW app was seen to get two rounds of GET and PUT, both with active true"
    ),
    FieldRecord(
      [.read, .replace],
      of: .user,
      .request,
      moments: inactive,
      .inferred,
      [.devforum27262, .scim20],
      settings: ["scim.capabilities", "okta.linkActivation"],
      "an AIW app was seen to get the profile, then its activation; other families are taken to, too"
    ),
    FieldRecord(
      [.read, .replace],
      of: .user,
      .request,
      moments: ["assign.link"],
      .confirmed,
      [.scim20, .firezone, .labAIW],
      settings: ["scim.capabilities"],
      "the user that was found is linked: read, then the profile is pushed"
    ),
    FieldRecord(
      [.read, .replace],
      of: .user,
      .request,
      families: [.onPrem],
      moments: ["update", "update.cleared"],
      .confirmed,
      [.agentMessages],
      settings: ["scim.capabilities"],
      "the agent updates by PUT"
    ),
    FieldRecord(
      [.read, .replace],
      of: .user,
      .request,
      moments: ["update"],
      .confirmed,
      [.scim20, .labAIW, .labOIN],
      settings: ["scim.capabilities", "okta.profileUpdate"],
      "GET, then PUT of the whole user, never PATCH, in any family"
    ),
    FieldRecord(
      [.read, .replace],
      of: .user,
      .request,
      moments: ["update.cleared"],
      .unknown,
      [.testPlan],
      settings: ["okta.clearedAttribute"],
      "how an emptied attribute is told is unknown: left out, empty or null"
    ),
    FieldRecord(
      [.read, .replace],
      of: .user,
      .request,
      families: [.oinPut],
      moments: activity,
      .confirmed,
      [.patchTrial, .oldFAQ],
      settings: ["family"],
      "an OIN app without PATCH is told by GET and PUT"
    ),
    FieldRecord(
      [.read, .replace],
      of: .user,
      .request,
      families: [.onPrem],
      moments: activity,
      .reported,
      [.coder],
      settings: ["family"],
      "the agent was seen to tell it by PUT"
    ),
    FieldRecord(
      [.read, .replace],
      of: .user,
      .request,
      moments: activity,
      .confirmed,
      [.firezone, .labAIW],
      settings: ["family"],
      "an AIW app is told by GET and PUT"
    ),
    FieldRecord(
      [.replace],
      of: .user,
      .body("active"),
      moments: activity,
      .confirmed,
      [.firezone, .labAIW],
      "the one thing that changes"
    ),
    FieldRecord(
      [.replace],
      of: .user,
      .body("*"),
      moments: activity,
      .confirmed,
      [.firezone],
      "as the app has just returned it: no profile is laid over"
    ),
    FieldRecord(
      [.replace],
      of: .user,
      .body("active"),
      families: [.aiw],
      moments: inactive,
      .reported,
      [.devforum27262],
      settings: ["scim.capabilities"],
      "true in each PUT"
    ),
    FieldRecord(
      [.replace],
      of: .user,
      .body("active"),
      families: [.oinPut, .onPrem],
      moments: inactive,
      .inferred,
      [.devforum27262],
      settings: ["scim.capabilities"],
      "true in each PUT, as was seen with an AIW app"
    ),
    FieldRecord(
      [.replace],
      of: .user,
      .body("active"),
      .confirmed,
      [.concept],
      "as the app has it: a profile push does not carry the status"
    ),
    FieldRecord(
      [.replace],
      of: .user,
      .body("externalId"),
      .confirmed,
      [.guide],
      "Okta's id of the user, over what the app has"
    ),
    FieldRecord(
      [.replace],
      of: .user,
      .body("groups[]"),
      .confirmed,
      [.firezone, .guide],
      settings: ["okta.userGroups"],
      "goes along even where the app has never sent it"
    ),
    FieldRecord(
      [.replace],
      of: .user,
      .bodyOrder,
      .inferred,
      [.firezone, .guide],
      "the app's own order, what is new behind it in the order of Okta's guide"
    ),
    FieldRecord(
      [.replace],
      of: .user,
      .body("*"),
      moments: ["update.cleared"],
      values: [RequestPart.leftOut, "\"\"", "null"],
      .unknown,
      [.testPlan],
      settings: ["okta.clearedAttribute"],
      "the emptied attribute"
    ),
    // MARK: Attributes
    FieldRecord(
      [.create, .replace],
      of: .user,
      .body("userName", "name.givenName", "name.familyName", "emails[].value"),
      .confirmed,
      [.prepare, .scim20],
      settings: ["attributeMappings"],
      "the least that an app has to store"
    ),
    FieldRecord(
      [.create, .replace],
      of: .user,
      .body("emails[].primary"),
      .confirmed,
      [.scim20, .oldFAQ],
      "what has several values is always a list, with primary on the one that Okta uses"
    ),
    FieldRecord(
      [.create, .replace],
      of: .user,
      .body("emails[].type", "phoneNumbers[].type", "phoneNumbers[].primary"),
      .reported,
      [.oldFAQ, .oro],
      settings: ["attributeMappings"],
      "a type comes only where the profile maps one, which the default of an AIW app does"
    ),
    FieldRecord(
      [.create, .replace],
      of: .user,
      .body("displayName"),
      .confirmed,
      [.scim20],
      settings: ["attributeMappings"],
      "in Okta's sample"
    ),
    FieldRecord(
      [.create, .replace],
      of: .user,
      .body("locale"),
      .confirmed,
      [.scim20, .firezone],
      settings: ["okta.locale"],
      "en-US in the pages and captures of 2.0, en_US in those of 1.1"
    ),
    FieldRecord(
      [.create, .replace],
      of: .user,
      .body(
        "name.middleName",
        "name.honorificPrefix",
        "name.honorificSuffix",
        "nickName",
        "profileUrl",
        "title",
        "userType",
        "preferredLanguage",
        "timezone",
        "phoneNumbers[].value"
      ),
      .reported,
      [.oro, .labAIW],
      settings: ["attributeMappings"],
      "in the default mapping of an AIW app; only where the person has a value"
    ),
    FieldRecord(
      [.create, .replace],
      of: .user,
      .body(
        "addresses[].primary",
        "addresses[].type",
        "addresses[].streetAddress",
        "addresses[].locality",
        "addresses[].region",
        "addresses[].postalCode",
        "addresses[].country",
        "addresses[].formatted"
      ),
      .reported,
      [.oro],
      settings: ["attributeMappings"],
      "address fields are in the default mapping of an AIW app; the names are RFC 7643's (inferred)"
    ),
    FieldRecord(
      [.create, .replace],
      of: .user,
      .body(enterprise + "department"),
      .confirmed,
      [.labAIW],
      settings: ["attributeMappings"],
      "below the URN of its extension"
    ),
    FieldRecord(
      [.create, .replace],
      of: .user,
      .body(
        enterprise + "employeeNumber",
        enterprise + "costCenter",
        enterprise + "organization",
        enterprise + "division"
      ),
      .reported,
      [.oro, .labAIW],
      settings: ["attributeMappings"],
      "in the default mapping of an AIW app, below the extension as department is"
    ),
    FieldRecord(
      [.create, .replace],
      of: .user,
      .body(enterprise + "manager.value", enterprise + "manager.displayName"),
      .unknown,
      [],
      settings: ["attributeMappings", "okta.managerForm"],
      "the form of manager on the wire is unknown; shown is RFC 7643's"
    ),
    FieldRecord(
      [.create],
      of: .user,
      .body("*"),
      .confirmed,
      [.kbNamespace],
      settings: ["attributeMappings"],
      "as the profile maps it: in Okta an external name and an external namespace"
    ),
    FieldRecord(
      [.replace],
      of: .user,
      .body("*"),
      .confirmed,
      [.firezone, .guide],
      "the app's own, sent back: all that it returned, unknown keys too"
    ),
    // MARK: Patch
    FieldRecord(
      [.patch],
      of: .user,
      .request,
      moments: ["update", "update.cleared"],
      .reported,
      [.delinea],
      settings: ["okta.profileUpdate"],
      "one vendor's table has a PATCH for profiles; every capture and page of Okta's contradicts it"
    ),
    FieldRecord(
      [.patch],
      of: .user,
      .request,
      .confirmed,
      [.scim20, .guide, .gitLab],
      settings: ["family"],
      "PATCH is declared for the app and static: Okta does not fall back to PUT"
    ),
    FieldRecord(
      [.patch],
      of: .user,
      .body("schemas[]", "Operations[].op"),
      .confirmed,
      [.scim20, .gitLab, .sentry],
      "op in small letters"
    ),
    FieldRecord(
      [.patch],
      of: .user,
      .body("Operations[].value.active"),
      .confirmed,
      [.scim20, .gitLab, .sentry],
      settings: ["okta.deactivatePath"],
      "a value with the attribute in it, and no path"
    ),
    FieldRecord(
      [.patch],
      of: .user,
      .body("Operations[].path", "Operations[].value"),
      .reported,
      [.labOIN],
      settings: ["okta.deactivatePath"],
      "the summary of one lab has a path; every capture has none"
    ),
    FieldRecord(
      [.patch],
      of: .user,
      .bodyOrder,
      .confirmed,
      [.scim20],
      "as published"
    ),
    FieldRecord(
      [.patch],
      of: .user,
      .body("*"),
      .inferred,
      [.delinea],
      settings: ["okta.profileUpdate"],
      "the mapped attributes, without a path, as the status is given"
    ),
  ]

  private static let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:"
}
