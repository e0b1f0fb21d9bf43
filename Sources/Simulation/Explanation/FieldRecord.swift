import HTTP
import Profiles

/// A part of a request that somebody at the app could ask about.
package enum FieldPlace: String, Sendable, CaseIterable {
  /// The request itself: why it is sent here, and by which method to which URL.
  case request
  /// A parameter that stands in the endpoint as the admin has written it.
  case configuredQuery = "configured query"
  case query
  case queryOrder = "query order"
  case header
  case headerOrder = "header order"
  case form
  case formOrder = "form order"
  case body
  case bodyOrder = "body order"

  var isOrder: Bool {
    switch self {
    case .queryOrder, .headerOrder, .formOrder, .bodyOrder: true
    case .request, .configuredQuery, .query, .header, .form, .body: false
    }
  }
}

/// Parts of a request by their place and names.
struct FieldParts: Sendable {
  var place: FieldPlace
  /// `userName`, `emails[].value`; `*` for all that no row above names.
  var names: [String] = [""]

  static let request = FieldParts(place: .request)
  static let queryOrder = FieldParts(place: .queryOrder)
  static let headerOrder = FieldParts(place: .headerOrder)
  static let formOrder = FieldParts(place: .formOrder)
  static let bodyOrder = FieldParts(place: .bodyOrder)

  static func configuredQuery(_ names: String...) -> FieldParts {
    FieldParts(place: .configuredQuery, names: names)
  }

  static func query(_ names: String...) -> FieldParts { FieldParts(place: .query, names: names) }
  static func header(_ names: String...) -> FieldParts { FieldParts(place: .header, names: names) }
  static func form(_ names: String...) -> FieldParts { FieldParts(place: .form, names: names) }
  static func body(_ names: String...) -> FieldParts { FieldParts(place: .body, names: names) }

  func contain(_ place: FieldPlace, _ name: String) -> Bool {
    place == self.place && (names.contains(name) || names == ["*"])
  }
}

/// For whom something holds; what is nil holds for all.
struct RecordScope: Sendable {
  var families: [AppFamily]?
  var modes: [Authentication.Mode]?
  var versions: [SCIMSettings.Version]?

  func holds(for profile: IntegrationProfile) -> Bool {
    (families?.contains(profile.family) ?? true)
      && (modes?.contains(profile.authentication.mode) ?? true)
      && (versions?.contains(profile.scim.version) ?? true)
  }
}

/// What Okta's public record says of some parts of one kind of request: a row of the table.
package struct FieldRecord: Sendable {
  let acts: [Intent.Act]
  /// nil for any.
  let resource: Intent.ResourceType?
  let parts: FieldParts
  let scope: RecordScope
  /// By their ids; nil for all.
  let moments: [String]?
  /// nil for any.
  let attempt: Int?
  /// What stands there; nil for anything.
  let values: [String]?
  /// nil for what Okta does not send and the profile asks for.
  package let mark: Switch.Mark?
  package let sources: [OktaSource]
  /// The keys of a profile that change it, by their paths.
  package let settings: [String]
  /// In one sentence.
  package let says: String

  init(
    _ acts: [Intent.Act],
    of resource: Intent.ResourceType? = nil,
    _ parts: FieldParts,
    families: [AppFamily]? = nil,
    modes: [Authentication.Mode]? = nil,
    moments: [String]? = nil,
    attempt: Int? = nil,
    values: [String]? = nil,
    _ mark: Switch.Mark?,
    _ sources: [OktaSource],
    versions: [SCIMSettings.Version]? = nil,
    settings: [String] = [],
    _ says: String
  ) {
    self.acts = acts
    self.resource = resource
    self.parts = parts
    scope = RecordScope(families: families, modes: modes, versions: versions)
    self.moments = moments
    self.attempt = attempt
    self.values = values
    self.mark = mark
    self.sources = sources
    self.settings = settings
    self.says = says
  }

  /// Its name; credentials are known by that of their usual field.
  private func name(of part: RequestPart, _ profile: IntegrationProfile) -> String {
    part.place == .header && part.name == profile.authentication.field
      ? Authentication.usualField : part.name
  }

  private func speaks(
    of part: RequestPart,
    in intent: Intent,
    at moment: String,
    _ profile: IntegrationProfile
  ) -> Bool {
    parts.contain(part.place, name(of: part, profile))
      && (resource == nil || resource == intent.resource)
      && (attempt == nil || attempt == intent.attempt)
      && (moments?.contains(moment) ?? true)
      && (values?.contains(part.value) ?? true)
      && scope.holds(for: profile)
  }
}

extension FieldRecord {
  /// The table; where several rows speak of a part, the first one does.
  ///
  /// A test sees that each part of each request has a row, and that each row is met.
  static let all: [FieldRecord] =
    ofAuthorization + ofTokens + ofEntitlements + ofGroups + ofSCIM + ofUsers

  /// The places in the table of the rows for each act.
  private static let places: [Intent.Act: [Int]] = Dictionary(
    uniqueKeysWithValues: Intent.Act.allCases.map { act in
      (act, all.indices.filter { all[$0].acts.contains(act) })
    }
  )

  /// The place of the row that speaks of a part; nil where none does.
  static func place(
    of part: RequestPart,
    in intent: Intent,
    at moment: String,
    _ profile: IntegrationProfile
  ) -> Int? {
    places[intent.act]?.first { all[$0].speaks(of: part, in: intent, at: moment, profile) }
  }
}

extension Authentication {
  package var mode: Mode {
    switch self {
    case .authorizationCode: .oauth2
    case .clientCredentials: .clientCredentials
    case .bearer: .bearer
    case .header: .header
    case .basic: .basic
    case .unauthenticated: .unauthenticated
    }
  }
}
