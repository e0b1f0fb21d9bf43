/// For whom and on which occasion something is sent: what is known before the first request.
package struct Cause: Sendable, Equatable {
  package enum Occasion: String, Sendable {
    /// Okta would send it too.
    case okta
    /// A look at the app that Okta would not take; no expectation counts it.
    case look
    /// A request that Okta would not make, asked for by the scenario.
    case probe
    /// After the verdict; no expectation counts it.
    case cleanUp = "clean-up"
  }

  /// Which of the simulated Okta tenants.
  package var org: String
  /// The event of the plan that caused it, from 0; nil for what belongs to no event.
  package var event: Int?
  package var occasion: Occasion

  package init(org: String = "a", event: Int? = nil, occasion: Occasion = .okta) {
    self.org = org
    self.event = event
    self.occasion = occasion
  }
}

/// What an exchange was sent for, as its sender says it.
///
/// Judge, reports and recordings read it here: nobody guesses an act from a method and a path.
package struct Intent: Sendable, Equatable {
  package enum Act: String, Sendable, CaseIterable {
    /// A page of the app that the admin's browser opened.
    case openPage = "open-page"
    /// The token request that begins a grant, with a code (RFC 6749 section 4.1.3).
    case exchangeCode = "exchange-code"
    /// The token request that begins a grant of the client's own (RFC 6749 section 4.4).
    case requestToken = "request-token"
    /// The authorization server's metadata (RFC 8414).
    case discover
    /// A later token request of a grant.
    case refresh
    /// A token that is to end (RFC 7009).
    case revoke
    /// A hook of the profile's that is a URL.
    case hook
    /// A page of all resources of a type.
    case page
    /// A look-up by an attribute.
    case find
    case create
    case read
    case replace
    case patch
    case delete

    /// Which part of the app it is for.
    package var party: Party {
      switch self {
      case .openPage: .browserPages
      case .discover: .metadata
      case .exchangeCode, .requestToken, .refresh: .tokenEndpoint
      case .revoke: .revocationEndpoint
      case .hook: .hook
      case .page, .find, .create, .read, .replace, .patch, .delete: .serviceProvider
      }
    }

    /// Whether it asks the app to change a resource.
    package var isWrite: Bool {
      switch self {
      case .create, .replace, .patch, .delete: true
      case .openPage, .exchangeCode, .requestToken, .discover, .refresh, .revoke, .hook, .page,
        .find, .read:
        false
      }
    }
  }

  package enum Party: Sendable {
    case browserPages
    case metadata
    case tokenEndpoint
    case revocationEndpoint
    /// None of its two roles.
    case hook
    case serviceProvider
  }

  package enum ResourceType: String, Sendable {
    case user = "User"
    case group = "Group"
    /// What the service provider can (RFC 7643 section 5).
    case configuration = "ServiceProviderConfig"
    /// What kinds of resource there are, and where (RFC 7643 section 6).
    case resourceType = "ResourceType"
    /// A schema's definition (RFC 7643 section 7).
    case schema = "Schema"
    /// A role that people may have (Okta, guide to entitlements).
    case role = "Role"
    /// What else people may have, such as a licence (Okta, guide to entitlements).
    case entitlement = "Entitlement"

    /// Whether Okta reads it alone where the app has entitlements or its schemas are imported.
    package var isDiscovered: Bool {
      switch self {
      case .resourceType, .schema, .role, .entitlement: true
      case .user, .group, .configuration: false
      }
    }
  }

  /// How an exchange was made other than Okta makes it, on purpose.
  package enum Deviation: String, Sendable {
    /// The access token had one character changed.
    case alteredToken = "altered token"
    /// An access token after its end, or one that was replaced.
    case oldToken = "old token"
    /// A redirect URI that the app does not know.
    case unregisteredRedirectURI = "unregistered redirect URI"
    /// The create of somebody who exists, without a look-up before.
    case repeatedCreate = "repeated create"
    /// A request that names a user by an id which the app never gave.
    case staleID = "stale id"
    /// The client authenticated in the way that its profile does not name.
    case otherClientAuthentication = "other client authentication"
    /// An access token that the scenario names, which may be an old one.
    case namedAccessToken = "named access token"
    case noToken = "no token"
    /// A resource of another tenant's.
    case otherTenant = "another tenant's"
    /// A refresh with a token that the scenario names, which may be an old one.
    case namedRefreshToken = "named refresh token"
    /// A refresh with one character of the token changed.
    case alteredRefreshToken = "altered refresh token"
    /// A token request by a client that the refresh token or code was not given to.
    case otherClient = "another client"
    case wrongClientSecret = "wrong client secret"
    case noClientAuthentication = "no client authentication"
    /// A refresh that asks for a scope of the scenario's.
    case otherScope = "scope asked for"
    /// A refresh that asks for what was granted, or for some of it.
    case grantedScope = "granted scope asked for"
    /// Several token requests with one code or refresh token, sent together.
    case atOnce = "at once"
    /// A code that was exchanged before.
    case spentCode = "spent code"
    /// A code that was kept before it was exchanged.
    case keptCode = "kept code"
    case otherRedirectURI = "another redirect URI"
    case otherVerifier = "another code verifier"
    case noVerifier = "no code verifier"
    /// A list asked for in fewer resources a page than Okta asks for.
    case smallPages = "small pages"
    /// A page that begins behind the last resource.
    case pastEnd = "past the end"
    /// `startIndex` 0.
    case startIndexZero = "startIndex 0"
    /// A larger `count` than Okta's.
    case largeCount = "large count"
    /// `startIndex` or `count` left out.
    case withoutPaging = "without startIndex or count"
    /// The answer was read whole and thrown away.
    case lostAnswer = "lost answer"
    /// The connection was closed when the request was written.
    case cutAnswer = "cut answer"
    // A request of Okta's SPEC test, by what it is called in scenarios.
    case specReadConfiguration = "SPEC test: read configuration"
    case specWriteConfiguration = "SPEC test: write configuration"
    case specListResourceTypes = "SPEC test: list resource types"
    case specWriteResourceTypes = "SPEC test: write resource types"
    case specListSchemas = "SPEC test: list schemas"
    case specWriteSchemas = "SPEC test: write schemas"
    case specListUsers = "SPEC test: list users"
    case specReadFirstUser = "SPEC test: read first user"
    case specFindNobody = "SPEC test: find nobody"
    case specReadNobody = "SPEC test: read nobody"
    case specFindNewUser = "SPEC test: find new user"
    case specCreate = "SPEC test: create"
    case specReadCreated = "SPEC test: read created"
    case specCreateAgain = "SPEC test: create again"
    case specFindInCapitals = "SPEC test: find in capitals"
    case specListGroups = "SPEC test: list groups"
    case specFindWithBadToken = "SPEC test: find with a bad token"
    case specReadMissingID = "SPEC test: read missing id"

    /// The request of Okta's test of entitlements.
    case entitlementTest = "test of entitlements"

    private static let specTest = "SPEC test: "

    /// The request of Okta's SPEC test with this name; nil where none has it.
    package static func spec(_ name: String) -> Deviation? {
      Deviation(rawValue: specTest + name)
    }

    /// Which request of Okta's SPEC test it is; nil for none of them.
    package var specName: String? {
      guard rawValue.hasPrefix(Deviation.specTest) else { return nil }
      return String(rawValue.dropFirst(Deviation.specTest.count))
    }

    /// Whether somebody is created who is known to exist.
    package var isRepeatedCreate: Bool { self == .repeatedCreate || self == .specCreateAgain }
    /// Whether there was no access token, or what is no token at all.
    package var isWithoutToken: Bool { self == .noToken || self == .specFindWithBadToken }
    /// Whether nothing that it showed could open the app.
    package var isUnauthorized: Bool { self == .alteredToken || isWithoutToken }
  }

  /// Why a request is sent once more.
  package enum Repetition: Sendable, Hashable {
    /// The access token of the try before was rejected.
    case rejection
    /// The try before was answered 429, and so long was waited since, by the run's clock.
    case rateLimit(after: Duration)
  }

  /// What a list request asks for.
  package struct Query: Sendable, Hashable {
    package struct Filter: Sendable, Hashable {
      package var attribute: String
      package var value: String

      package init(attribute: String, value: String) {
        self.attribute = attribute
        self.value = value
      }
    }

    /// `attribute eq "value"`; nil for all.
    package var filter: Filter?
    package var startIndex: Int
    package var count: Int

    package init(filter: Filter? = nil, startIndex: Int, count: Int) {
      self.filter = filter
      self.startIndex = startIndex
      self.count = count
    }
  }

  package var act: Act
  package var cause: Cause
  /// The grant whose token it carries, spends or brings, from 1 within the org; nil for none.
  package var grant: Int?
  /// What a SCIM request is about.
  package var resource: ResourceType?
  /// The scenario's person or group.
  package var subject: String?
  /// The app's id of the resource that the request names.
  package var id: String?
  package var query: Query?
  /// The name of the app's resource type whose endpoint is asked, where that was discovered.
  package var resourceTypeName: String?
  /// 1 for the first try; each further one is `repetition` of the one before.
  package var attempt: Int
  /// nil for the first try.
  package var repetition: Repetition?
  package var deviation: Deviation?
  /// The alias of the access token that it carried, or of the refresh token or code that it spent.
  package var token: String?

  package init(
    _ act: Act,
    cause: Cause = Cause(),
    grant: Int? = nil,
    resource: ResourceType? = nil,
    subject: String? = nil,
    id: String? = nil,
    query: Query? = nil,
    attempt: Int = 1,
    repetition: Repetition? = nil,
    deviation: Deviation? = nil,
    token: String? = nil
  ) {
    self.act = act
    self.cause = cause
    self.grant = grant
    self.resource = resource
    self.subject = subject
    self.id = id
    self.query = query
    self.attempt = attempt
    self.repetition = repetition
    self.deviation = deviation
    self.token = token
  }

  package var event: Int? { cause.event }
  package var occasion: Cause.Occasion { cause.occasion }
  package var party: Party { act.party }
}
