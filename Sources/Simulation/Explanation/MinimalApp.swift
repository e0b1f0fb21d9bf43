import HTTP
import JSON
import Loop
import SCIM
import Synchronization

/// An app that answers as a right one would, with as little as Okta needs: for what is explained and
/// never sent.
///
/// It opens no socket. By the intent of a request it knows what is asked for, so that it has no
/// routes of its own and stands for any app.
final class MinimalApp: Transport {
  /// What it is like when the event comes that is explained.
  enum Situation: Sendable {
    case usual
    /// It answers the next SCIM request with 401.
    case rejectsToken
    /// It answers the next SCIM request with 500.
    case isOutOfOrder
    /// It has the person who is looked up next, made by somebody else.
    case knowsPerson(active: Bool)
  }

  fileprivate struct State {
    var situation = Situation.usual
    var grants = 0
    /// In the order in which they were made.
    var resources: [(id: String, type: Intent.ResourceType, value: JSONObject)] = []
  }

  /// How long its access tokens live.
  static let lifetime = Duration.seconds(3600)

  private let loop: EventLoop
  fileprivate let state = Mutex(State())

  init(loop: EventLoop) { self.loop = loop }

  func enter(_ situation: Situation) { state.withLock { $0.situation = situation } }

  func send(_ request: HTTPRequest, due: Duration?, intent: Intent) async -> Exchange {
    let now = loop.now
    return Exchange(
      request: request,
      result: .success(state.withLock { $0.answer(request, intent) }),
      due: due ?? now,
      sent: now,
      received: now,
      intent: intent
    )
  }
}

extension MinimalApp.State {
  fileprivate mutating func answer(_ request: HTTPRequest, _ intent: Intent) -> HTTPResponse {
    if intent.party == .serviceProvider, case .rejectsToken = situation {
      situation = .usual
      return HTTPResponse(
        status: 401,
        fields: ["WWW-Authenticate": #"Bearer error="invalid_token""#]
      )
    }
    if intent.party == .serviceProvider, case .isOutOfOrder = situation {
      situation = .usual
      return HTTPResponse(status: 500)
    }
    switch intent.act {
    case .openPage: return redirect(request.url)
    case .exchangeCode, .requestToken, .refresh: return tokens(intent)
    case .discover, .hook: return HTTPResponse(status: 404)
    case .revoke, .delete: return HTTPResponse(status: 204)
    case .page: return list(discovered(intent.resource))
    case .find: return list(find(intent))
    case .create: return store(request, intent)
    // It says nothing of what Okta's agent asks, so that nothing is restricted.
    case .read where intent.resource == .configuration: return json([:])
    case .read: return resource(intent) { _ in }
    case .replace:
      return resource(intent) { $0 = request.document?.object ?? $0 }
    case .patch:
      return resource(intent) { resource in
        for operation in request.document?["Operations"]?.array ?? [] {
          resource.replace(operation)
        }
      }
    }
  }

  // MARK: Authorization server

  /// The admin is signed in and has consented.
  private mutating func redirect(_ url: HTTPURL) -> HTTPResponse {
    let fields = url.queryFields
    let target = fields["redirect_uri"] ?? ""
    let answer = FormURLEncoding.encode([
      FormField("code", "minimal-app-code-\(grants + 1)"),
      FormField("state", fields["state"] ?? ""),
    ])
    let separator = target.contains("?") ? "&" : "?"
    return HTTPResponse(status: 302, fields: ["Location": target + separator + answer])
  }

  private mutating func tokens(_ intent: Intent) -> HTTPResponse {
    grants += 1
    var answer: JSONObject = [
      "access_token": .string("minimal-app-access-token-\(grants)"),
      "token_type": "Bearer",
      "expires_in": .number(JSONNumber(Int(MinimalApp.lifetime.components.seconds))),
    ]
    // A client that asks for itself gets none (RFC 6749 section 4.4.3).
    if intent.act != .requestToken {
      answer["refresh_token"] = .string("minimal-app-refresh-token-\(grants)")
    }
    return json(answer, type: "application/json")
  }

  // MARK: Service provider

  /// As little as an app has that tells of itself: a resource type for roles and one for entitlements,
  /// with one each, and the schema of users.
  private func discovered(_ type: Intent.ResourceType?) -> [JSONObject] {
    switch type {
    case .resourceType:
      return [("Role", SCIMSchema.oktaRole), ("License", SCIMSchema.oktaEntitlement)].map {
        name,
        schema in
        [
          "id": .string(name), "name": .string(name), "endpoint": .string("/\(name)s"),
          "schema": .string(schema),
        ]
      }
    case .schema:
      return [
        ["id": .string(SCIMSchema.user), "attributes": [["name": "userName", "type": "string"]]]
      ]
    case .role: return [["id": "role-1", "displayName": "Editor"]]
    case .entitlement:
      return [["id": "license-1", "displayName": "Pro", "type": "License"]]
    case .user, .group, .configuration, nil: return []
    }
  }

  private mutating func find(_ intent: Intent) -> [JSONObject] {
    guard let filter = intent.query?.filter, let type = intent.resource,
      let path = SCIMPath(filter.attribute)
    else { return [] }
    if case .knowsPerson(let isActive) = situation {
      situation = .usual
      var user: JSONObject = ["userName": .string(filter.value)]
      user.set(path, .string(filter.value))
      user["name"] = ["formatted": "Ada Byron", "givenName": "Ada", "familyName": "Byron"]
      user["active"] = .boolean(isActive)
      return [add(user, type)]
    }
    return resources.filter { resource in
      resource.type == type
        && JSONValue.object(resource.value)[path]?.string?.lowercased() == filter.value.lowercased()
    }.map(\.value)
  }

  private mutating func store(_ request: HTTPRequest, _ intent: Intent) -> HTTPResponse {
    var resource = request.document?.object ?? [:]
    // No app says a password.
    resource["password"] = nil
    return json(add(resource, intent.resource ?? .user), status: 201)
  }

  /// - Returns: The resource as the app has it.
  private mutating func add(_ given: JSONObject, _ type: Intent.ResourceType) -> JSONObject {
    let id = "\(type.rawValue.lowercased())-\(resources.count { $0.type == type } + 1)"
    var resource: JSONObject = [
      "schemas": [.string("urn:ietf:params:scim:schemas:core:2.0:\(type.rawValue)")],
      "id": .string(id),
    ]
    for member in given.members { resource[member.key] = member.value }
    resource["meta"] = ["resourceType": .string(type.rawValue)]
    resources.append((id, type, resource))
    return resource
  }

  /// Answers with the resource that the request names, as `change` leaves it.
  private mutating func resource(
    _ intent: Intent,
    _ change: (inout JSONObject) -> Void
  ) -> HTTPResponse {
    guard let place = resources.firstIndex(where: { $0.id == intent.id }) else {
      return HTTPResponse(status: 404)
    }
    change(&resources[place].value)
    return json(resources[place].value)
  }

  private func list(_ resources: [JSONObject]) -> HTTPResponse {
    let count = JSONValue.number(JSONNumber(resources.count))
    return json([
      "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
      "totalResults": count, "startIndex": 1, "itemsPerPage": count,
      "Resources": .array(resources.map { .object($0) }),
    ])
  }

  private func json(
    _ value: JSONObject,
    status: Int = 200,
    type: String = "application/scim+json"
  ) -> HTTPResponse {
    HTTPResponse(
      status: status,
      fields: ["Content-Type": type],
      body: JSONValue.object(value).compactBytes
    )
  }
}

extension JSONObject {
  /// Obeys a replace of whole attributes, with their name in the path or in the value.
  ///
  /// What else an operation may do changes nothing that Okta's next request would show.
  fileprivate mutating func replace(_ operation: JSONValue) {
    guard operation["op"] == "replace", let value = operation["value"] else { return }
    if let path = operation["path"]?.string {
      self[path] = value
    } else {
      for member in value.object?.members ?? [] { self[member.key] = member.value }
    }
  }
}
