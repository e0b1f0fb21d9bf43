import HTTP
import JSON

/// SCIM 1.1 in front of the service provider: a request is put into the words of 2.0, and the answer
/// back into those of 1.1 (draft-scim-api-01 and draft-scim-core-schema-01 of 2012; Okta, SCIM 1.1
/// reference).
struct SCIM11 {
  static let path = "/scim/v1"
  private static let newPath = "/scim/v2"
  private static let core = "urn:scim:schemas:core:1.0"
  private static let enterprise = "urn:scim:schemas:extension:enterprise:1.0"

  /// The request as a client of 2.0 would make it.
  static func renewed(_ request: HTTPRequest) -> HTTPRequest {
    var request = request
    var target = newPath + request.url.target.dropFirst(path.count)
    if request.url.path == path + "/ServiceProviderConfigs" {
      target = newPath + "/ServiceProviderConfig"
    }
    request.url = HTTPURL(origin: request.url.origin, target: target)
    guard let body = (try? JSONReader.read(request.body))?.object else { return request }
    let renewed = request.method == "PATCH" ? operations(of: body) : named(body)
    request.body = JSONValue.object(renewed).compactBytes
    return request
  }

  /// The attributes under the names of 2.0.
  private static func named(_ body: JSONObject) -> JSONObject {
    JSONObject(
      body.members.map { member in
        let isEnterprise = member.key.lowercased() == enterprise
        return JSONObject.Member(
          key: isEnterprise ? ResourceKind.enterpriseExtension : member.key,
          value: member.value
        )
      }
    )
  }

  /// What a part of a resource changes: `meta.attributes` are emptied first, members with the operation
  /// `delete` go, and the rest is set or, where there may be several, added.
  private static func operations(of body: JSONObject) -> JSONObject {
    var operations: [JSONValue] = []
    for name in body["meta"]?["attributes"]?.array ?? [] {
      operations.append(["op": "remove", "path": name])
    }
    var rest = JSONObject()
    for member in named(body).members {
      if ["schemas", "id", "meta"].contains(member.key) { continue }
      guard let elements = member.value.array else {
        rest[member.key] = member.value
        continue
      }
      let isGoing = { (element: JSONValue) in element["operation"] == "delete" }
      for element in elements where isGoing(element) {
        let value = (element["value"] ?? "").compactText
        operations.append(["op": "remove", "path": .string("\(member.key)[value eq \(value)]")])
      }
      let coming = elements.filter { !isGoing($0) }
      if !coming.isEmpty {
        operations.append(
          ["op": "add", "path": .string(member.key), "value": .array(coming)]
        )
      }
    }
    if !rest.members.isEmpty { operations.append(["op": "replace", "value": .object(rest)]) }
    return ["Operations": .array(operations)]
  }

  /// The answer as a client of 1.1 reads it.
  ///
  /// - Parameter request: As it came.
  static func aged(_ response: HTTPResponse, to request: HTTPRequest) -> HTTPResponse {
    var response = response
    if let location = response.fields["Location"] {
      response.fields.set("Location", location.replacing(newPath, with: path))
    }
    guard let body = response.jsonObject else { return response }
    let isSCIM = response.mediaType?.essence == "application/scim+json"
    if isSCIM { response.fields.set("Content-Type", "application/json") }
    var aged = response.status >= 400 ? errors(of: body) : object(body)
    if request.url.path == path + "/Schemas", let schemas = aged["schemas"]?.array {
      aged["schemas"] = .array(schemas + [.string(core + ":ListResponse")])
    }
    response.body = JSONValue.object(aged).compactBytes
    return response
  }

  private static func errors(of body: JSONObject) -> JSONObject {
    guard let detail = body["detail"] else { return body }
    // Okta's test for 1.1 looks for the detail of 2.0.
    return ["Errors": [["description": detail, "code": body["status"] ?? ""]], "detail": detail]
  }

  private static func object(_ object: JSONObject) -> JSONObject {
    JSONObject(
      object.members.compactMap { member in
        switch member.key {
        case "schemas": JSONObject.Member(key: member.key, value: schemas(member.value))
        case "resourceType": nil
        case ResourceKind.enterpriseExtension:
          JSONObject.Member(key: enterprise, value: member.value)
        default: JSONObject.Member(key: member.key, value: value(member.value))
        }
      }
    )
  }

  private static func value(_ value: JSONValue) -> JSONValue {
    switch value {
    case .object(let inner): .object(object(inner))
    case .array(let elements): .array(elements.map(SCIM11.value))
    case .string(let text) where text.contains(newPath + "/"):
      .string(text.replacing(newPath + "/", with: path + "/"))
    case .string(ResourceKind.user.schema), .string(ResourceKind.group.schema): .string(core)
    case .string(ResourceKind.enterpriseExtension): .string(enterprise)
    default: value
    }
  }

  /// Users, groups and lists have the core schema.
  private static func schemas(_ value: JSONValue) -> JSONValue {
    .array(
      (value.array ?? []).map { schema in
        schema == .string(ResourceKind.enterpriseExtension)
          ? .string(enterprise)
          : schema.string?.hasPrefix("urn:ietf:params:scim:") == true ? .string(core) : schema
      }
    )
  }
}
