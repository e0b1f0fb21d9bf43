import HTTP
import JSON

extension Fault {
  /// What makes Okta's side speak SCIM 1.1.
  private static let old = ["scim.version=1.1"]

  /// The rows of what Okta's SPEC test for SCIM 1.1 alone asks.
  var oldSpecRow: Row? {
    switch self {
    case .discoveryWritable:
      Row(
        "a POST to ServiceProviderConfigs, ResourceTypes or Schemas is answered like a GET",
        breaks: "Okta, SCIM 1.1 SPEC test, requests 2, 4 and 6",
        needs: Self.old,
        .at(\.scimRequest) { call, _ in
          if call.isOfDiscovery, call.request.method == "POST" { call.request.method = "GET" }
        }
      )
    case .configurationWithoutETag:
      Row(
        "SCIM 1.1's ServiceProviderConfigs says nothing of etag",
        breaks: "Okta, SCIM 1.1 SPEC test, request 1",
        needs: Self.old,
        .old("/ServiceProviderConfigs") { $0["etag"] = nil }
      )
    case .resourceTypesWithoutEndpoint:
      Row(
        "SCIM 1.1's ResourceTypes names no endpoints",
        breaks: "Okta, SCIM 1.1 SPEC test, request 3",
        needs: Self.old,
        .old("/ResourceTypes") { list in
          list["Resources"] = .array(
            (list["Resources"]?.array ?? []).map { type in
              var type = type.object ?? [:]
              type["endpoint"] = nil
              return .object(type)
            }
          )
        }
      )
    case .schemasAsOtherLists:
      Row(
        "SCIM 1.1's Schemas is a list with the schema of all others",
        breaks: "Okta, SCIM 1.1 SPEC test, request 5",
        needs: Self.old,
        .old("/Schemas") { $0["schemas"] = .array(Array(($0["schemas"]?.array ?? []).prefix(1))) }
      )
    case .filterNonsenseIgnored:
      Row(
        "a filter that is no expression is left out, so that everybody is listed",
        breaks: "Okta, SCIM 1.1 SPEC test, request 15; RFC 7644 section 3.4.2.2",
        needs: Self.old,
        .at(\.scimRequest) { call, _ in
          guard let kind = call.kind, let filter = call.request.url.queryFields["filter"],
            (try? Filter(filter, kind)) == nil
          else { return }
          let url = call.request.url
          call.request.url = HTTPURL(origin: url.origin, target: url.path)
        }
      )
    case .oldErrorsWithoutDetail:
      Row(
        "an error of SCIM 1.1 is a list of Errors and nothing besides",
        breaks: "Okta, SCIM 1.1 SPEC test, request 10",
        needs: Self.old,
        .at(\.oldAnswer) { answer, _ in
          if answer.status >= 400 { answer.editJSON { $0["detail"] = nil } }
        }
      )
    default: nil
    }
  }
}

extension SCIMCall {
  /// Whether it is about what the app says of itself.
  fileprivate var isOfDiscovery: Bool {
    segments.count > 2
      && ["ServiceProviderConfig", "ResourceTypes", "Schemas"].contains(segments[2])
  }
}

extension Behaviour {
  /// What SCIM 1.1 shows at an endpoint.
  fileprivate static func old(
    _ endpoint: String,
    _ edit: @escaping @Sendable (inout JSONObject) -> Void
  ) -> Behaviour {
    .at(\.oldAnswer) { answer, request in
      if request.url.path == SCIM11.path + endpoint, answer.isSuccess { answer.editJSON(edit) }
    }
  }
}
