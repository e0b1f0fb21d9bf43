import HTTP
import JSON
import Profiles
import SCIM

/// What Okta has discovered of an entitlement app.
package struct EntitlementCatalogue: Sendable {
  /// The resource types that list roles or entitlements, in the app's order.
  package private(set) var types: [DiscoveredType] = []
  /// In the order in which they were listed.
  package private(set) var all: [Entitlement] = []

  package init() {}

  /// Takes what the app lists of a type; what lacks an id or a name cannot be given to anybody.
  mutating func add(
    _ resources: [JSONObject],
    of type: DiscoveredType,
    _ fields: EntitlementFields
  ) {
    types.append(type)
    let idField = fields.name(of: "id", in: type.name)
    let nameField = fields.name(of: "displayName", in: type.name)
    for resource in resources {
      guard let id = resource.resourceID(in: idField),
        let name = resource[ignoringCase: nameField]?.string, !name.isEmpty
      else { continue }
      let isRole = type.kind == .role
      all.append(
        Entitlement(
          kind: isRole ? .role : .entitlement,
          id: id,
          displayName: name,
          // Okta, guide to entitlements: `type` is the name of the resource type.
          type: isRole ? nil : resource[ignoringCase: "type"]?.string ?? type.name
        )
      )
    }
  }

  /// The one that a scenario names, of several of one name the first; nil for none.
  package func find(_ name: EntitlementChange.Name, _ kind: Entitlement.Kind) -> Entitlement? {
    let ofKind = all.filter { $0.kind == kind }
    switch name {
    case .named(let name): return ofKind.first { $0.displayName == name }
    case .numbered(let number):
      return ofKind.indices.contains(number - 1) ? ofKind[number - 1] : nil
    }
  }
}

extension Provisioner {
  /// Assumed: no document has the words of a discovery that fails.
  private static let discoveryStep = "Error while discovering entitlements"
  private static let schemaStep = "Error while importing the user schema"

  /// Reads what kinds of resource the app has, its schemas, and what can be given to people.
  ///
  /// Okta, guide to entitlements: `GET /ResourceTypes`, `GET /Schemas`, then each endpoint that a
  /// resource type of roles or entitlements names. Okta, release notes of 2026-05: Import User Schema reads
  /// the first two alone; their order there is inferred from the guide.
  func discover(_ cause: Cause) async throws(StepFailure) {
    let settings = profile.scim
    guard settings.entitlements || settings.importsUserSchema else { return }
    let step = settings.entitlements ? Provisioner.discoveryStep : Provisioner.schemaStep
    let (types, _) = try await page(.list(.resourceType), step, patience: .page, cause)
    _ = try await page(.list(.schema), step, patience: .page, cause)
    guard settings.entitlements else { return }
    var catalogue = EntitlementCatalogue()
    for type in types.resources.compactMap(\.object).compactMap(DiscoveredType.init) {
      catalogue.add(try await readAll(type, cause), of: type, settings.entitlementFields)
    }
    directory.note(catalogue)
  }

  private func readAll(
    _ type: DiscoveredType,
    _ cause: Cause
  ) async throws(StepFailure) -> [JSONObject] {
    let paging = profile.switches[.entitlementPaging]
    let isPaged = paging != "none"
    let countFirst = paging == "test"
    var walk = ListWalk(type.kind, count: ListWalk.pageSize, step: nextPage) { startIndex, count in
      let page: (startIndex: Int, count: Int)? = isPaged ? (startIndex, count) : nil
      return SCIMRequest.list(type, page, countFirst: countFirst)
    }
    var all: [JSONObject] = []
    while true {
      let (list, exchange) = try await page(
        walk.request,
        Provisioner.discoveryStep,
        patience: .page,
        cause
      )
      all += list.resources.compactMap(\.object)
      guard isPaged else { return all }
      func failure(_ reason: StepFailure.Reason) -> StepFailure {
        StepFailure(step: Provisioner.discoveryStep, exchange: exchange.number, reason: reason)
      }
      switch walk.take(list, bytes: exchange.response?.body.count ?? 0) {
      case .page: continue
      case .end: return all
      case .endless(let reason): throw failure(.unusable(reason))
      case .tooLarge(let reason):
        throw failure(
          .notMade(NotMade("a discovery of \(type.path) is too much for oktasim: \(reason)"))
        )
      }
    }
  }

  /// What an admin can choose for a person, by the names of a line.
  ///
  /// An admin cannot choose what was not discovered: such a line cannot be done.
  func entitlements(
    _ changes: [EntitlementChange]
  ) throws(NotMade) -> [(kind: Entitlement.Kind, given: [Entitlement])] {
    guard !changes.isEmpty else { return [] }
    guard let catalogue = directory.catalogue else {
      throw NotMade(
        "no roles and entitlements were discovered: 'save connection' comes first",
        .pointless
      )
    }
    var all: [(kind: Entitlement.Kind, given: [Entitlement])] = []
    for change in changes {
      var given: [Entitlement] = []
      for name in change.names {
        guard let found = catalogue.find(name, change.kind) else {
          throw NotMade(
            "the app lists no \(change.kind.rawValue) \(name), "
              + Provisioner.inWords(catalogue.all.filter { $0.kind == change.kind }),
            .pointless
          )
        }
        given.append(found)
      }
      all.append((change.kind, given))
    }
    return all
  }

  private static func inWords(_ known: [Entitlement]) -> String {
    guard !known.isEmpty else { return "and none at all" }
    let names = known.prefix(8).map(\.displayName).joined(separator: ", ")
    return "but \(names)" + (known.count > 8 ? " and \(known.count - 8) more" : "")
  }
}

extension OktaUser {
  /// With what a line gives, where the app has it.
  mutating func give(_ all: [(kind: Entitlement.Kind, given: [Entitlement])]) {
    for (kind, given) in all { give(given, kind) }
  }
}
