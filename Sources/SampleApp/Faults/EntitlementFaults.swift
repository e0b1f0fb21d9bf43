import HTTP
import JSON

extension Fault {
  private static let guide = "Okta, guide to entitlements"
  private static let entitlements = ["scim.entitlements=true"]
  private static let userSchema = ["scim.importUserSchema=true"]

  /// The rows of what Okta discovers, and of people's roles and entitlements.
  var entitlementRow: Row? {
    switch self {
    case .resourceTypesArray:
      Row(
        "the resource types are a bare list",
        "S-14",
        breaks: "RFC 7644 section 4",
        needs: Self.entitlements + Self.userSchema,
        .at(\.scimAnswer) { answer, call in
          guard Self.isList(of: "ResourceTypes", call, answer),
            let list = answer.jsonObject?["Resources"]
          else { return }
          answer.body = list.compactBytes
        }
      )
    case .resourceTypesWithoutRoles:
      Self.edited(
        "the resource types are users and groups alone",
        "ResourceTypes",
        needs: Self.entitlements
      ) { types in types = Array(types.prefix(2)) }
    case .resourceTypeWithoutEndpoint:
      Self.edited(
        "the resource type of roles has no endpoint",
        "ResourceTypes",
        needs: Self.entitlements
      ) { types in
        for place in types.indices where types[place]["id"] == "Role" {
          types[place]["endpoint"] = nil
        }
      }
    case .rolesEndpoint404:
      Row(
        "the endpoint that the resource type of roles names is not there",
        breaks: Self.guide,
        needs: Self.entitlements,
        .at(\.scimAnswer) { answer, call in
          if Self.isList(of: "Roles", call, answer) {
            answer = SCIMRefusal(404, "there is nothing at this path").answer
          }
        }
      )
    case .rolesWithoutID:
      Self.catalogue("roles have no id", .role) { $0["id"] = nil }
    case .rolesWithoutName:
      Self.catalogue("roles have a name and no displayName", .role) { role in
        role["name"] = role["displayName"]
        role["displayName"] = nil
      }
    case .rolesCountIgnored:
      Row(
        "a list of roles has all of them, whatever count says",
        "S-09",
        breaks: "RFC 7644 section 3.4.2.4",
        needs: Self.entitlements,
        .at(\.catalogueCount) { count, catalogue in
          if catalogue == .role { count = Discovery.pageSize }
        }
      )
    case .licenseTypeOther:
      Self.catalogue("a licence has another type than the name of its resource type", .license) {
        $0["type"] = "licence"
      }
    case .licenseDescriptionLong:
      Self.catalogue("a licence has a description of more than 1000 characters", .license) {
        $0["description"] = .string(String(repeating: "long ", count: 201))
      }
    case .schemasWithoutUser:
      Self.edited(
        "the schema of users is not defined",
        "Schemas",
        breaks: "RFC 7643 section 7",
        needs: Self.userSchema
      ) { schemas in
        schemas.removeAll { $0["name"] == "User" }
      }
    case .schemaTypeUnknown:
      Self.edited(
        "the first attribute of the schema of users has the type text",
        "Schemas",
        breaks: "RFC 7643 section 7",
        needs: Self.userSchema
      ) { schemas in
        for place in schemas.indices where schemas[place]["name"] == "User" {
          var attributes = schemas[place]["attributes"]?.array ?? []
          guard var first = attributes.first?.object else { continue }
          first["type"] = "text"
          attributes[0] = .object(first)
          schemas[place]["attributes"] = .array(attributes)
        }
      }
    case .userExtensionUndefined:
      Self.edited(
        "users have an extension that is not defined",
        "ResourceTypes",
        breaks: "RFC 7643 section 6",
        needs: Self.userSchema
      ) { types in
        for place in types.indices where types[place]["id"] == "User" {
          types[place]["schemaExtensions"] = [
            ["schema": "urn:example:sample:1.0:User", "required": false]
          ]
        }
      }
    case .createDropsEntitlements:
      Row(
        "a create acknowledges roles and entitlements, and keeps none",
        "S-01",
        breaks: "RFC 7644 section 3.3",
        needs: Self.entitlements,
        .at(\.stored) { user, write in
          guard write.kind == .user, write.method == "POST" else { return }
          for kind in Catalogue.allCases { user.attributes[kind.attribute] = nil }
        }
      )
    case .putKeepsRoles:
      Row(
        "a PUT answers with the roles that it carries, and keeps those that were there",
        "S-01",
        breaks: "RFC 7644 section 3.5.1",
        needs: Self.entitlements,
        .at(\.stored) { user, write in
          guard write.kind == .user, write.method == "PUT", let old = write.old else { return }
          user.attributes["roles"] = old.attributes["roles"]
        }
      )
    case .putAddsRolesOnly:
      Row(
        "a PUT adds the roles that it carries, and takes none",
        "S-07",
        breaks: "RFC 7644 section 3.5.1",
        needs: Self.entitlements,
        .at(\.write) { attributes, write in
          guard write.kind == .user, write.method == "PUT",
            let old = write.old?.attributes["roles"]?.array
          else { return }
          let new = attributes["roles"]?.array ?? []
          let kept = old.filter { role in !new.contains { $0["value"] == role["value"] } }
          if !kept.isEmpty { attributes["roles"] = .array(kept + new) }
        }
      )
    case .entitlementsNeverShown:
      Row(
        "roles and entitlements are kept and never shown",
        "S-01",
        breaks: "RFC 7643 section 4.1.2",
        needs: Self.entitlements,
        .at(\.representation) { resource, kind in
          guard kind == .user else { return }
          for kind in Catalogue.allCases { resource[kind.attribute] = nil }
        }
      )
    default: nil
    }
  }

  private static func isList(
    of endpoint: String,
    _ call: SCIMCall,
    _ answer: HTTPResponse
  ) -> Bool {
    call.segments.count == 3 && call.segments[2] == endpoint && answer.status == 200
  }

  /// Changes what one of the app's descriptions of itself lists.
  private static func edited(
    _ summary: String,
    _ endpoint: String,
    breaks: String = guide,
    needs: [String],
    _ edit: @escaping @Sendable (inout [JSONObject]) -> Void
  ) -> Row {
    Row(
      summary,
      breaks: breaks,
      needs: needs,
      .at(\.scimAnswer) { answer, call in
        guard isList(of: endpoint, call, answer) else { return }
        answer.editJSON { list in
          var listed = (list["Resources"]?.array ?? []).compactMap(\.object)
          edit(&listed)
          let count = JSONValue.number(JSONNumber(listed.count))
          list["totalResults"] = count
          list["itemsPerPage"] = count
          list["Resources"] = .array(listed.map { .object($0) })
        }
      }
    )
  }

  /// Changes each role, or each licence, as it is listed.
  private static func catalogue(
    _ summary: String,
    _ kind: Catalogue,
    _ change: @escaping @Sendable (inout JSONObject) -> Void
  ) -> Row {
    Row(
      summary,
      breaks: guide,
      needs: entitlements,
      .at(\.catalogue) { all, catalogue in
        guard catalogue == kind else { return }
        for place in all.indices { change(&all[place]) }
      }
    )
  }
}
