import HTTP
import JSON

extension SampleApp {
  /// The SCIM service provider (RFC 7644).
  func scim(_ request: HTTPRequest, segments: [String]) -> HTTPResponse {
    guard let refusal = refuseAccess(request) else { return serve(request, segments) }
    if has(.refusedWriteApplied), request.method != "GET" { _ = serve(request, segments) }
    return refusal
  }

  private func serve(_ request: HTTPRequest, _ segments: [String]) -> HTTPResponse {
    do throws(SCIMRefusal) {
      guard segments.count >= 3, segments.count <= 4, segments[1] == "v2" else {
        throw notFound(request)
      }
      let id = segments.count == 4 ? segments[3] : nil
      switch segments[2] {
      case "Users": return try resources(request, .user, id: id)
      case "Groups": return try resources(request, .group, id: id)
      case "ServiceProviderConfig", "ResourceTypes", "Schemas":
        guard request.method == "GET" else { throw notAllowed(request) }
        guard
          let document = Discovery.document(segments[2], id: id, baseURL: settings.baseURL)
        else { throw notFound(request) }
        return answer(200, document)
      default: throw notFound(request)
      }
    } catch {
      return refuse(error, request)
    }
  }

  private func resources(
    _ request: HTTPRequest,
    _ kind: ResourceKind,
    id: String?
  ) throws(SCIMRefusal) -> HTTPResponse {
    switch (request.method, id) {
    case ("GET", nil): return try list(request, kind)
    case ("POST", nil): return try create(request, kind)
    case ("GET", let id?):
      guard let resource = directory.resource(id, kind) else { throw unknown(id, kind) }
      return answer(200, .object(representation(resource, kind)))
    case ("PUT", let id?): return try replace(id, request, kind)
    case ("PATCH", let id?): return try patch(id, request, kind)
    case ("DELETE", let id?):
      guard directory.delete(id, kind) else { throw unknown(id, kind) }
      return HTTPResponse(status: 204)
    default: throw notAllowed(request)
    }
  }

  /// RFC 7644 section 3.4.2.
  private func list(
    _ request: HTTPRequest,
    _ kind: ResourceKind
  ) throws(SCIMRefusal) -> HTTPResponse {
    let query = request.url.queryFields
    var ids = directory.ids(kind)
    if let text = query["filter"], !has(.lookUpIgnoresFilter) {
      ids = matches(try Filter(text, kind), kind, ids)
    }
    // Section 3.4.2.4: an index below one means one, a negative count means none.
    let startIndex = max(1, try number("startIndex", query) ?? 1)
    let count = max(0, try number("count", query) ?? Discovery.pageSize)
    let page = ids.dropFirst(startIndex - 1).prefix(min(count, Discovery.pageSize))
    let resources = page.compactMap { directory.resource($0, kind) }
    return answer(
      200,
      [
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": has(.listTotalAsString)
          ? .string(String(ids.count)) : .number(JSONNumber(ids.count)),
        "startIndex": .number(JSONNumber(startIndex)),
        "itemsPerPage": .number(JSONNumber(resources.count)),
        "Resources": .array(resources.map { .object(representation($0, kind)) }),
      ]
    )
  }

  /// RFC 7644 section 3.3.
  private func create(
    _ request: HTTPRequest,
    _ kind: ResourceKind
  ) throws(SCIMRefusal) -> HTTPResponse {
    var attributes = try attributes(of: request, kind)
    if kind == .user, attributes["active"] == nil || has(.deactivateIgnored) {
      attributes["active"] = true
    }
    let resource = try directory.create(attributes, kind, at: now)
    var body = representation(resource, kind)
    if has(.createWithoutID) { body["id"] = nil }
    var created = answer(has(.create200) ? 200 : 201, .object(body))
    created.fields.append("Location", location(resource.id, kind))
    return created
  }

  /// RFC 7644 section 3.5.1.
  private func replace(
    _ id: String,
    _ request: HTTPRequest,
    _ kind: ResourceKind
  ) throws(SCIMRefusal) -> HTTPResponse {
    guard let old = directory.resource(id, kind) else { throw unknown(id, kind) }
    var attributes = try attributes(of: request, kind)
    if kind == .user {
      // A body that does not speak of it leaves a deactivated user deactivated.
      if attributes["active"] == nil { attributes["active"] = old.attributes["active"] }
      if has(.putLosesAttribute) { attributes["displayName"] = nil }
    }
    return try update(id, to: attributes, kind, echo: !has(.putEchoEmpty))
  }

  /// RFC 7644 section 3.5.2.
  private func patch(
    _ id: String,
    _ request: HTTPRequest,
    _ kind: ResourceKind
  ) throws(SCIMRefusal) -> HTTPResponse {
    if has(.patch501) { throw .init(501, "PATCH is not implemented") }
    guard let old = directory.resource(id, kind) else { throw unknown(id, kind) }
    let operations = try PatchOperation.read(try body(of: request))
    if has(.patchPathlessRefused), operations.contains(where: { $0.path == nil }) {
      throw .init(400, scimType: "invalidPath", "path is required")
    }
    var patched = old.attributes
    for operation in operations {
      try PatchApplication(kind: kind, operation: operation).apply(to: &patched)
    }
    return try update(id, to: tidied(patched, kind), kind, echo: true)
  }

  private func update(
    _ id: String,
    to attributes: JSONObject,
    _ kind: ResourceKind,
    echo: Bool
  ) throws(SCIMRefusal) -> HTTPResponse {
    var attributes = attributes
    if kind == .user, has(.deactivateIgnored) { attributes["active"] = true }
    let resource = try directory.update(id, to: attributes, kind, at: now)
    guard echo else { return HTTPResponse(status: 200) }
    return answer(200, .object(representation(resource, kind)))
  }

  // MARK: Reading

  private func body(of request: HTTPRequest) throws(SCIMRefusal) -> JSONObject {
    do throws(JSONError) {
      if let object = try JSONReader.read(request.body).object { return object }
    } catch {
      throw .init(400, scimType: "invalidSyntax", "the body is not JSON: \(error)")
    }
    throw .init(400, scimType: "invalidSyntax", "the body has to be a JSON object")
  }

  private func attributes(
    of request: HTTPRequest,
    _ kind: ResourceKind
  ) throws(SCIMRefusal) -> JSONObject {
    tidied(try body(of: request), kind)
  }

  /// The attributes under their right names, without what is read-only, secret or unassigned.
  ///
  /// Unknown ones stay: Okta puts back what it was given.
  private func tidied(_ sent: JSONObject, _ kind: ResourceKind) -> JSONObject {
    var attributes = JSONObject()
    for member in sent.members {
      let name = kind.canonicalName(member.key)
      if kind.readOnlyAttributes.contains(name) || name == "password" { continue }
      attributes[name] = assigned(member.value)
    }
    if let members = attributes["members"]?.array, kind == .group {
      attributes["members"] = .array(distinct(members))
    }
    return attributes
  }

  /// Null and an empty array mean that there is no value (RFC 7643 section 2.5).
  private func assigned(_ value: JSONValue) -> JSONValue? {
    switch value {
    case .null: return nil
    case .array(let elements):
      let elements = elements.compactMap(assigned)
      return elements.isEmpty ? nil : .array(elements)
    case .object(let object):
      let members = object.members.compactMap { member in
        assigned(member.value).map { JSONObject.Member(key: member.key, value: $0) }
      }
      return members.isEmpty ? nil : .object(JSONObject(members))
    default: return value
    }
  }

  /// The members, each id once.
  private func distinct(_ members: [JSONValue]) -> [JSONValue] {
    var seen: Set<String> = []
    return members.filter { member in
      member["value"]?.string.map { seen.insert($0).inserted } ?? true
    }
  }

  private func number(_ name: String, _ query: [FormField]) throws(SCIMRefusal) -> Int? {
    guard let text = query[name] else { return nil }
    guard let number = Int(text) else { throw .invalidValue("\(name) has to be a whole number") }
    return number
  }

  // MARK: Look-up

  private func matches(_ filter: Filter, _ kind: ResourceKind, _ ids: [String]) -> [String] {
    if filter.attribute == kind.uniqueAttribute {
      return directory.id(named: filter.value, kind).map { [$0] } ?? []
    }
    if filter.attribute == "id" {
      return directory.resource(filter.value, kind).map { [$0.id] } ?? []
    }
    return ids.filter { id in
      guard let attributes = directory.resource(id, kind)?.attributes else { return false }
      return filter.accepts(attributes)
    }
  }

  // MARK: Answering

  private var now: String { settings.timestamp(loop.now) }

  private func location(_ id: String, _ kind: ResourceKind) -> String {
    "\(settings.baseURL)/scim/v2/\(kind.endpoint)/\(id)"
  }

  private func representation(
    _ resource: Directory.Resource,
    _ kind: ResourceKind
  ) -> JSONObject {
    let extensions = resource.attributes.keys.filter { $0.lowercased().hasPrefix("urn:") }
    var body: JSONObject = [
      "schemas": .array(([kind.schema] + extensions).map { .string($0) }),
      "id": .string(resource.id),
    ]
    body.members += resource.attributes.members
    switch kind {
    case .user:
      body["groups"] = .array(
        directory.groups(of: resource.id).map { group in
          reference(group.id, .group, display: group.attributes["displayName"])
        }
      )
    case .group:
      body["members"] = .array(
        (resource.attributes["members"]?.array ?? []).compactMap { member in
          guard let id = member["value"]?.string else { return nil }
          let kind: ResourceKind = directory.resource(id, .user) == nil ? .group : .user
          let name = directory.resource(id, kind)?.attributes[kind.uniqueAttribute]
          return reference(id, kind, display: member["display"] ?? name)
        }
      )
    }
    body["meta"] = [
      "resourceType": .string(kind.rawValue),
      "created": .string(resource.created),
      "lastModified": .string(resource.lastModified),
      "location": .string(location(resource.id, kind)),
    ]
    return body
  }

  private func reference(
    _ id: String,
    _ kind: ResourceKind,
    display: JSONValue?
  ) -> JSONValue {
    var reference: JSONObject = [
      "value": .string(id),
      "$ref": .string(location(id, kind)),
    ]
    reference["display"] = display
    return .object(reference)
  }

  private func answer(_ status: Int, _ body: JSONValue) -> HTTPResponse {
    HTTPResponse(
      status: status,
      fields: ["Content-Type": "application/scim+json"],
      body: body.compactBytes
    )
  }

  private func refuse(_ refusal: SCIMRefusal, _ request: HTTPRequest) -> HTTPResponse {
    let isDuplicate = refusal.status == 409 && request.method == "POST"
    let status = isDuplicate && has(.createDuplicate500) ? 500 : refusal.status
    var body = JSONObject()
    if !has(.errorWithoutSchemas) {
      body["schemas"] = ["urn:ietf:params:scim:api:messages:2.0:Error"]
    }
    if status == refusal.status { body["scimType"] = refusal.scimType.map { .string($0) } }
    body["detail"] = .string(refusal.detail)
    body["status"] =
      has(.errorStatusNumber) ? .number(JSONNumber(status)) : .string(String(status))
    var answer = answer(status, .object(body))
    if status == 405 {
      let isList = request.url.path.split(separator: "/").count == 3
      let isDiscovery = !["/Users", "/Groups"].contains { request.url.path.contains($0) }
      answer.fields.append(
        "Allow",
        isDiscovery ? "GET" : isList ? "GET, POST" : "GET, PUT, PATCH, DELETE"
      )
    }
    return answer
  }

  private func notFound(_ request: HTTPRequest) -> SCIMRefusal {
    SCIMRefusal(404, "there is nothing at \(request.url.path)")
  }

  private func notAllowed(_ request: HTTPRequest) -> SCIMRefusal {
    SCIMRefusal(405, "\(request.method) is not for \(request.url.path)")
  }

  private func unknown(_ id: String, _ kind: ResourceKind) -> SCIMRefusal {
    SCIMRefusal(404, "\(kind.rawValue) \(id) not found")
  }

  // MARK: Access

  /// The refusal of a request whose access token does not allow it (RFC 6750 section 3.1).
  private func refuseAccess(_ request: HTTPRequest) -> HTTPResponse? {
    let parts = (request.fields["Authorization"] ?? "").split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else {
      // Nothing that this API understands was sent, so no error code.
      return unauthorized(request, error: nil, "an access token is required")
    }
    switch grants.present(accessToken: String(parts[1]).trimmingSpaces, at: loop.now) {
    case .live: return nil
    case .unknown:
      return unauthorized(
        request,
        error: "invalid_token",
        "the access token is not known or was revoked"
      )
    case .expired: return refuseExpired(request)
    }
  }

  private func refuseExpired(_ request: HTTPRequest) -> HTTPResponse? {
    let isWrite = request.method != "GET"
    let explanation = "the access token has expired"
    if has(.expiredTokenAccepted) || isWrite && has(.writeRoutesAcceptExpired) { return nil }
    if has(.expiredToken403) || isWrite && has(.writeRoutes403) {
      return refuse(SCIMRefusal(403, explanation), request)
    }
    if has(.expiredToken500) { return refuse(SCIMRefusal(500, "internal error"), request) }
    if has(.expiredTokenRedirect) {
      return HTTPResponse(status: 302, fields: ["Location": settings.baseURL + "/oauth/login"])
    }
    return unauthorized(request, error: "invalid_token", explanation)
  }

  private func unauthorized(
    _ request: HTTPRequest,
    error: String?,
    _ explanation: String
  ) -> HTTPResponse {
    var answer =
      has(.errorBodyHTML)
      ? Pages.failure(status: 401, title: "Unauthorized", explanation)
      : refuse(SCIMRefusal(401, explanation), request)
    if has(.challengeMissing) { return answer }
    var challenge = "Bearer realm=\"sample\""
    if let error { challenge += ", error=\"\(error)\", error_description=\"\(explanation)\"" }
    answer.fields.append(
      "WWW-Authenticate",
      has(.challengeBasic) ? "Basic realm=\"sample\"" : challenge
    )
    return answer
  }
}

/// The one form of filter that the app knows: `attribute eq "value"` (RFC 7644 section 3.4.2.2).
struct Filter: Sendable {
  var attribute: String
  var value: String

  private static let attributes = ["userName", "externalId", "emails.value", "id", "displayName"]

  init(_ text: String, _ kind: ResourceKind) throws(SCIMRefusal) {
    let words = text.trimmingSpaces.split(separator: " ", maxSplits: 2)
    guard words.count == 3, words[1].lowercased() == "eq" else {
      throw Self.invalid("the filter has to be: attribute eq \"value\"")
    }
    var path = String(words[0])
    let prefix = kind.schema + ":"
    if path.lowercased().hasPrefix(prefix.lowercased()) {
      path = String(path.dropFirst(prefix.count))
    }
    guard let attribute = Self.attributes.first(where: { $0.lowercased() == path.lowercased() })
    else { throw Self.invalid("filtering by \(path) is not supported") }
    guard let value = (try? JSONReader.read(String(words[2])))?.string else {
      throw Self.invalid("the filter's value has to be one text in quotes")
    }
    self.attribute = attribute
    self.value = value
  }

  /// Compares with the case of letters where the schema says so (RFC 7643 section 8.7.1).
  func accepts(_ attributes: JSONObject) -> Bool {
    switch attribute {
    case "externalId": return attributes["externalId"]?.string == value
    case "emails.value":
      return (attributes["emails"]?.array ?? []).contains { email in
        email.object?[ignoringCase: "value"]?.string?.lowercased() == value.lowercased()
      }
    default: return attributes[attribute]?.string?.lowercased() == value.lowercased()
    }
  }

  private static func invalid(_ detail: String) -> SCIMRefusal {
    SCIMRefusal(400, scimType: "invalidFilter", detail)
  }
}
