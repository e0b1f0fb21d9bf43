import Foundation
import HTTP
import JSON

/// A request at the SCIM API, and what its access token is worth.
struct SCIMCall: Sendable, Equatable {
  var request: HTTPRequest
  /// Of the path: `scim`, `v2`, the endpoint, the id.
  var segments: [String]
  /// nil where no access token came.
  var presentation: Grants.Presentation?
  /// The refusal that the access token deserves; nil where the request is to be served.
  var rightRefusal: HTTPResponse?
  /// Scheme, host and port of the app.
  var baseURL: String
  /// Of the loop's clock.
  var instant: Duration
  /// How many creates of users came within the last second, this one among them; counted only where
  /// there is a fault.
  var recentCreates = 0
  /// Whether there were ever more of them than `mostCreates`.
  var hasMetLimit = false
  /// Whether more links came of late than a crowded app bears; seen only where there is a fault.
  var isCrowded = false

  /// What a limited app lets a client create within a second.
  static let mostCreates = 3

  /// What the path names, where it names users or groups.
  var kind: ResourceKind? {
    segments.count > 2 ? ResourceKind.allCases.first { $0.endpoint == segments[2] } : nil
  }

  var id: String? { segments.count == 4 ? segments[3] : nil }
  var isWrite: Bool { request.method != "GET" }
  var isExpired: Bool { presentation?.state == .expired }
  var token: Grants.PresentedToken? { presentation?.token }
}

/// Whether a request is served, by its access token.
enum AccessDecision: Sendable, Equatable {
  case serve
  /// Not served, but answered with this.
  case answer(HTTPResponse)
}

/// What a list request asks for.
struct LookUp: Sendable {
  var kind: ResourceKind
  var filter: Filter?
  var query: [FormField]
  var directory: Directory
  /// Of the loop's clock.
  var instant: Duration
  /// How many refreshes came before the access token.
  var generation = 0
}

/// What a page is cut from, and where.
struct ListWindow: Sendable, Equatable {
  /// Of all that is listed, in order.
  var ids: [String]
  /// From 1.
  var startIndex: Int
  var count: Int

  var page: ArraySlice<String> { ids.dropFirst(startIndex - 1).prefix(count) }
}

/// A page of a list (RFC 7644 section 3.4.2).
struct ListPage: Sendable, Equatable {
  var totalResults: JSONValue
  var startIndex: Int
  var itemsPerPage: Int
  var resources: [JSONValue]

  var body: JSONValue {
    [
      "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
      "totalResults": totalResults,
      "startIndex": .number(JSONNumber(startIndex)),
      "itemsPerPage": .number(JSONNumber(itemsPerPage)),
      "Resources": .array(resources),
    ]
  }
}

/// A create, a PUT or a PATCH of a resource.
struct ResourceWrite: Sendable {
  var call: SCIMCall
  var kind: ResourceKind
  /// As it came.
  var body: JSONObject
  /// What was there before; nil for a create.
  var old: Directory.Resource?
  /// Of a PATCH.
  var operations: [PatchOperation] = []
  /// The members of a group whom it names and the app does not have.
  var unknownMembers: [String] = []
  /// What the group was before another PATCH that came within 50 ms; kept only where there is a fault.
  var overtaken: Directory.Resource?

  var method: String { call.request.method }

  /// Whether the request itself sets a user inactive.
  var asksForInactive: Bool {
    if method != "PATCH" { return body[ignoringCase: "active"]?.boolean == false }
    return operations.contains { operation in
      let named = operation.path?.lowercased() == "active" ? operation.value : nil
      return (named ?? operation.value?.object?[ignoringCase: "active"])?.boolean == false
    }
  }
}

/// What becomes of a create; a right app either makes a new resource or refuses.
struct CreateDecision: Sendable, Equatable {
  enum Deed: Sendable, Equatable {
    case nothing
    case make
    case makeTwice
    /// Gives attributes to a resource that is there.
    case overwrite(Directory.Resource, with: JSONObject)
  }

  var deed: Deed
  var refusal: SCIMRefusal?
}

/// What is known of a create before it is made.
struct CreateFacts: Sendable {
  var attributes: JSONObject
  var kind: ResourceKind
  /// Who has the name already, whatever the case of its letters.
  var namesakes: [Directory.Resource]
  var directory: Directory
  var isCrowded: Bool
}

extension SampleApp {
  /// The SCIM service provider (RFC 7644).
  func scim(_ request: HTTPRequest, segments: [String]) -> HTTPResponse {
    var call = call(request, segments)
    if !settings.faults.isEmpty { count(&call) }
    tenant = tenant(of: call)
    var decision = call.rightRefusal.map { AccessDecision.answer($0) } ?? .serve
    seams.access(&decision, call)
    var response: HTTPResponse
    switch decision {
    case .serve: response = serve(call)
    case .answer(let answer): response = answer
    }
    seams.scimAnswer(&response, call)
    return response
  }

  /// Counts a create for the faults of limits.
  private func count(_ call: inout SCIMCall) {
    if call.request.method == "POST", call.kind == .user {
      creates.removeAll { $0 <= call.instant - .seconds(1) }
      creates.append(call.instant)
      if creates.count > SCIMCall.mostCreates { hasMetLimit = true }
    }
    call.recentCreates = creates.count
    call.hasMetLimit = hasMetLimit
    if let grant = call.token?.grant.number { call.isCrowded = crowd.note(grant, at: call.instant) }
  }

  /// The tenant of a token's grant; nil for the first.
  private func tenant(of call: SCIMCall) -> String? {
    var tenant = call.presentation?.token?.grant.person
    if tenant != settings.secondAdminUsername { tenant = nil }
    seams.tenant(&tenant, ())
    return tenant
  }

  private func serve(_ asked: SCIMCall) -> HTTPResponse {
    var call = asked
    do throws(SCIMRefusal) {
      try seams.scimRequest(&call, target(of: asked))
      guard call.segments.count >= 3, call.segments.count <= 4, call.segments[1] == "v2" else {
        throw notFound(call)
      }
      if let kind = call.kind { return try resources(call, kind) }
      switch call.segments[2] {
      case "ServiceProviderConfig", "ResourceTypes", "Schemas":
        guard call.request.method == "GET" else { throw notAllowed(call) }
        guard
          let document = Discovery.document(
            call.segments[2],
            id: call.id,
            baseURL: settings.baseURL,
            features: settings.managementFeatures
          )
        else { throw notFound(call) }
        return answer(200, document)
      case let endpoint:
        guard let catalogue = Catalogue.allCases.first(where: { $0.endpoint == endpoint }) else {
          throw notFound(call)
        }
        guard call.request.method == "GET" else { throw notAllowed(call) }
        return try list(call, catalogue)
      }
    } catch {
      return error.answer
    }
  }

  private func resources(
    _ call: SCIMCall,
    _ kind: ResourceKind
  ) throws(SCIMRefusal) -> HTTPResponse {
    switch (call.request.method, call.id) {
    case ("GET", nil): return try list(call, kind)
    case ("POST", nil): return try create(call, kind)
    case ("GET", let id?): return answer(200, representation(try resource(id, kind), kind))
    case ("PUT", let id?): return try replace(try resource(id, kind), call, kind)
    case ("PATCH", let id?): return try patch(try resource(id, kind), call, kind)
    case ("DELETE", let id?):
      guard directory.delete(id, kind) else { throw .unknown(id, kind) }
      return HTTPResponse(status: 204)
    default: throw notAllowed(call)
    }
  }

  /// RFC 7644 section 3.4.2.
  private func list(
    _ call: SCIMCall,
    _ kind: ResourceKind
  ) throws(SCIMRefusal) -> HTTPResponse {
    let query = call.request.url.queryFields
    var filter: Filter?
    if let text = query["filter"] { filter = try Filter(text, kind) }
    seams.filter(&filter, kind)
    func lookUp() -> LookUp {
      LookUp(
        kind: kind,
        filter: filter,
        query: query,
        directory: directory,
        instant: call.instant,
        generation: call.token?.token.generation ?? 0
      )
    }
    var ids = filter.map { directory.ids(matching: $0, kind) } ?? directory.ids(kind)
    try seams.matches(&ids, lookUp())
    // Section 3.4.2.4: an index below one means one, a negative count means none.
    let startIndex = max(1, try number("startIndex", query) ?? 1)
    let count = max(0, try number("count", query) ?? Discovery.pageSize)
    var window = ListWindow(
      ids: ids,
      startIndex: startIndex,
      count: min(count, Discovery.pageSize)
    )
    try seams.window(&window, lookUp())
    let resources = window.page.compactMap { directory.resource($0, kind) }
    var page = ListPage(
      totalResults: .number(JSONNumber(ids.count)),
      startIndex: startIndex,
      itemsPerPage: resources.count,
      resources: resources.map { representation($0, kind) }
    )
    seams.list(&page, lookUp())
    return answer(200, page.body)
  }

  /// The roles, or the licences, page by page; or one of them.
  private func list(
    _ call: SCIMCall,
    _ catalogue: Catalogue
  ) throws(SCIMRefusal) -> HTTPResponse {
    var all = catalogue.resources
    seams.catalogue(&all, catalogue)
    if let id = call.id {
      guard let one = all.first(where: { $0["id"]?.string == id }) else { throw notFound(call) }
      return answer(200, .object(one))
    }
    let query = call.request.url.queryFields
    let startIndex = max(1, try number("startIndex", query) ?? 1)
    var count = max(0, try number("count", query) ?? Discovery.pageSize)
    seams.catalogueCount(&count, catalogue)
    let resources = all.dropFirst(startIndex - 1).prefix(count).map { JSONValue.object($0) }
    let page = ListPage(
      totalResults: .number(JSONNumber(all.count)),
      startIndex: startIndex,
      itemsPerPage: resources.count,
      resources: resources
    )
    return answer(200, page.body)
  }

  /// RFC 7644 section 3.3.
  private func create(
    _ call: SCIMCall,
    _ kind: ResourceKind
  ) throws(SCIMRefusal) -> HTTPResponse {
    var write = ResourceWrite(call: call, kind: kind, body: try body(of: call.request))
    write.unknownMembers = unknownMembers(write)
    var attributes = tidied(write.body, kind)
    if kind == .user, attributes["active"] == nil { attributes["active"] = true }
    try seams.write(&attributes, write)
    try directory.check(attributes, kind)

    let decision = decideCreate(attributes, kind, call)
    let resource: Directory.Resource? =
      switch decision.deed {
      case .nothing: nil
      case .make: directory.create(attributes, kind, stamp(call))
      case .makeTwice:
        [0, 1].map { _ in directory.create(attributes, kind, stamp(call)) }.last
      case .overwrite(let old, let new): directory.update(old, to: new, kind, stamp(call))
      }
    if let resource { keep(resource, of: write) }
    guard let resource, decision.refusal == nil else {
      throw decision.refusal ?? .taken(attributes, kind)
    }
    var created = answer(201, representation(resource, kind))
    created.fields.append("Location", location(resource.id, kind))
    return created
  }

  private func decideCreate(
    _ attributes: JSONObject,
    _ kind: ResourceKind,
    _ call: SCIMCall
  ) -> CreateDecision {
    let namesakes = directory.namesakes(of: attributes, kind)
    var decision =
      namesakes.isEmpty
      ? CreateDecision(deed: .make)
      : CreateDecision(deed: .nothing, refusal: .taken(attributes, kind))
    seams.create(
      &decision,
      CreateFacts(
        attributes: attributes,
        kind: kind,
        namesakes: namesakes,
        directory: directory,
        isCrowded: call.isCrowded
      )
    )
    return decision
  }

  /// RFC 7644 section 3.5.1.
  private func replace(
    _ old: Directory.Resource,
    _ call: SCIMCall,
    _ kind: ResourceKind
  ) throws(SCIMRefusal) -> HTTPResponse {
    let body = try body(of: call.request)
    var attributes = tidied(body, kind)
    // A body that does not speak of it leaves a deactivated user deactivated.
    if kind == .user, attributes["active"] == nil {
      attributes["active"] = old.attributes["active"]
    }
    return try update(
      old,
      to: attributes,
      ResourceWrite(call: call, kind: kind, body: body, old: old)
    )
  }

  /// RFC 7644 section 3.5.2.
  private func patch(
    _ old: Directory.Resource,
    _ call: SCIMCall,
    _ kind: ResourceKind
  ) throws(SCIMRefusal) -> HTTPResponse {
    let body = try body(of: call.request)
    var operations = try PatchOperation.read(body)
    try seams.patch(&operations, kind)
    var patched = old.attributes
    for operation in operations {
      try PatchApplication(kind: kind, operation: operation).apply(to: &patched)
    }
    return try update(
      old,
      to: tidied(patched, kind),
      ResourceWrite(call: call, kind: kind, body: body, old: old, operations: operations)
    )
  }

  private func update(
    _ old: Directory.Resource,
    to attributes: JSONObject,
    _ write: ResourceWrite
  ) throws(SCIMRefusal) -> HTTPResponse {
    let kind = write.kind
    var write = write
    write.unknownMembers = unknownMembers(write)
    if kind == .group, write.method == "PATCH", !settings.faults.isEmpty {
      let last = patchedGroups[old.id]
      write.overtaken = last.flatMap {
        write.call.instant < $0.at + .milliseconds(50) ? $0.before : nil
      }
      patchedGroups[old.id] = (write.overtaken ?? old, write.call.instant)
    }
    var attributes = attributes
    try seams.write(&attributes, write)
    try directory.check(attributes, kind)
    try directory.checkName(in: attributes, of: old, kind)
    let resource = directory.update(old, to: attributes, kind, stamp(write.call))
    let kept = keep(resource, of: write)
    if kind == .user, old.isActive, !kept.isActive,
      let person = kept.attributes["userName"]?.string
    {
      grants.endGrants(after: .deactivated(person: person))
    }
    return answer(200, representation(resource, kind))
  }

  /// Lets what is kept differ from what is shown; gives what is kept.
  @discardableResult
  private func keep(
    _ resource: Directory.Resource,
    of write: ResourceWrite
  ) -> Directory.Resource {
    guard let kept = seams.stored.changed(resource, write) else { return resource }
    directory.store(kept, write.kind)
    return kept
  }

  private func resource(
    _ id: String,
    _ kind: ResourceKind
  ) throws(SCIMRefusal) -> Directory.Resource {
    guard let resource = directory.resource(id, kind) else { throw .unknown(id, kind) }
    return resource
  }

  private func target(of call: SCIMCall) -> Directory.Resource? {
    guard let kind = call.kind, let id = call.id else { return nil }
    return directory.resource(id, kind)
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

  /// The members, each id once, without those whom the app does not have: Okta goes on pushing users
  /// that the app has lost, and the others must not suffer for it.
  private func distinct(_ members: [JSONValue]) -> [JSONValue] {
    var seen: Set<String> = []
    return members.filter { member in
      member["value"]?.string.map { directory.hasMember($0) && seen.insert($0).inserted } ?? true
    }
  }

  private func unknownMembers(_ write: ResourceWrite) -> [String] {
    guard write.kind == .group else { return [] }
    let sent = [write.body["members"]] + write.operations.map(\.value)
    return sent.compactMap { $0?.array }.flatMap(\.self).compactMap { $0["value"]?.string }
      .filter { !directory.hasMember($0) }
  }

  private func number(_ name: String, _ query: [FormField]) throws(SCIMRefusal) -> Int? {
    guard let text = query[name] else { return nil }
    guard let number = Int(text) else { throw .invalidValue("\(name) has to be a whole number") }
    return number
  }

  // MARK: Answering

  private func stamp(_ call: SCIMCall) -> Directory.Stamp {
    Directory.Stamp(
      instant: call.instant,
      timestamp: settings.timestamp(call.instant),
      author: call.token.map {
        Directory.Author(grant: $0.token.grant, generation: $0.token.generation)
      }
    )
  }

  private func location(_ id: String, _ kind: ResourceKind) -> String {
    "\(settings.baseURL)/scim/v2/\(kind.endpoint)/\(id)"
  }

  private func representation(
    _ resource: Directory.Resource,
    _ kind: ResourceKind
  ) -> JSONValue {
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
      "created": .string(resource.created.timestamp),
      "lastModified": .string(resource.lastModified),
      "location": .string(location(resource.id, kind)),
    ]
    seams.representation(&body, kind)
    return .object(body)
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

  private func notFound(_ call: SCIMCall) -> SCIMRefusal {
    SCIMRefusal(404, "there is nothing at \(call.request.url.path)")
  }

  private func notAllowed(_ call: SCIMCall) -> SCIMRefusal {
    var refusal = SCIMRefusal(405, "\(call.request.method) is not for \(call.request.url.path)")
    refusal.allowed =
      call.kind == nil ? "GET" : call.id == nil ? "GET, POST" : "GET, PUT, PATCH, DELETE"
    return refusal
  }

  // MARK: Access

  private func call(_ request: HTTPRequest, _ segments: [String]) -> SCIMCall {
    var call = SCIMCall(
      request: request,
      segments: segments,
      baseURL: settings.baseURL,
      instant: now
    )
    call.presentation = presentation(request.fields[settings.apiField] ?? "", at: call.instant)
    call.rightRefusal = refusal(of: call.presentation?.state)
    return call
  }

  /// How the credentials stand; nil where there are none of the kind that the app takes.
  private func presentation(_ field: String, at instant: Duration) -> Grants.Presentation? {
    if settings.credentials == .open { return Grants.Presentation(state: .live) }
    let parts = field.split(separator: " ", maxSplits: 1).map(String.init)
    guard let scheme = settings.credentials.scheme else {
      guard !field.isEmpty else { return nil }
      return Grants.Presentation(state: field == settings.apiToken ? .live : .unknown)
    }
    guard parts.count == 2, parts[0].lowercased() == scheme.lowercased() else { return nil }
    let value = parts[1].trimmingSpaces
    switch settings.credentials {
    case .oauth2: return grants.present(accessToken: value, at: instant)
    case .bearer, .header, .open:
      return Grants.Presentation(state: value == settings.apiToken ? .live : .unknown)
    case .basic:
      let pair = Data("\(settings.apiUsername):\(settings.apiPassword)".utf8)
      return Grants.Presentation(state: Data(base64Encoded: value) == pair ? .live : .unknown)
    }
  }

  /// The refusal of a request whose credentials do not allow it (RFC 6750 section 3.1).
  private func refusal(of state: Grants.AccessTokenState?) -> HTTPResponse? {
    let what = settings.credentials == .oauth2 ? "the access token" : "what was presented"
    return switch state {
    case .live: nil
    // Nothing that this API understands was sent, so no error code.
    case nil:
      unauthorized(
        error: nil,
        settings.credentials == .oauth2 ? "an access token is required" : "who is asking?"
      )
    case .unknown: unauthorized(error: "invalid_token", "\(what) is not known or was revoked")
    case .expired: unauthorized(error: "invalid_token", "\(what) has expired")
    }
  }

  private func unauthorized(error: String?, _ explanation: String) -> HTTPResponse {
    var answer = SCIMRefusal(401, explanation).answer
    // A field without a scheme has no challenge of its own; RFC 9110 section 11.6.1 wants one.
    let scheme = settings.credentials.scheme ?? "Token"
    var challenge = "\(scheme) realm=\"sample\""
    if let error, scheme == "Bearer" {
      challenge += ", error=\"\(error)\", error_description=\"\(explanation)\""
    }
    answer.fields.append("WWW-Authenticate", challenge)
    return answer
  }
}

extension SampleAppSettings.Credentials {
  /// What stands before the credentials; nil for nothing.
  fileprivate var scheme: String? {
    switch self {
    case .oauth2, .bearer: "Bearer"
    case .header, .open: nil
    case .basic: "Basic"
    }
  }
}

extension SCIMRefusal {
  /// As RFC 7644 section 3.12 has it.
  var answer: HTTPResponse {
    var body: JSONObject = ["schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"]]
    body["scimType"] = scimType.map { .string($0) }
    body["detail"] = .string(detail)
    body["status"] = .string(String(status))
    var answer = HTTPResponse(
      status: status,
      fields: ["Content-Type": "application/scim+json"],
      body: JSONValue.object(body).compactBytes
    )
    if let allowed { answer.fields.append("Allow", allowed) }
    return answer
  }
}

extension Directory.Resource {
  /// Of a user: only `active` false says otherwise.
  var isActive: Bool { attributes["active"]?.boolean != false }
}

/// The two forms of filter that the app knows: `attribute eq "value"`, and `meta.lastModified gt "instant"`
/// (RFC 7644 section 3.4.2.2).
struct Filter: Sendable, Equatable {
  var attribute: String
  var value: String

  /// The attribute of the second form.
  static let lastModified = "meta.lastModified"

  private static let attributes = ["userName", "externalId", "emails.value", "id", "displayName"]

  init(attribute: String, value: String) {
    self.attribute = attribute
    self.value = value
  }

  init(_ text: String, _ kind: ResourceKind) throws(SCIMRefusal) {
    let words = text.trimmingSpaces.split(separator: " ", maxSplits: 2)
    if words.count == 3, words[1].lowercased() == "gt",
      words[0].lowercased() == Self.lastModified.lowercased()
    {
      guard let instant = (try? JSONReader.read(String(words[2])))?.string,
        let second = Self.second(instant)
      else { throw Self.invalid("an instant has to be written as \"2026-01-01T00:00:00Z\"") }
      (attribute, value) = (Self.lastModified, second)
      return
    }
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

  /// The instant without a fraction of its second, as the app shows its own; nil for none in UTC.
  private static func second(_ text: String) -> String? {
    text.wholeMatch(of: /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z/).map { $0.1 + "Z" }
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
