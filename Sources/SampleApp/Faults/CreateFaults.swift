import JSON

extension Fault {
  /// The rows of creates.
  var createRow: Row? {
    switch self {
    case .create200:
      Row(
        "a create is answered 200",
        breaks: "RFC 7644 section 3.3",
        .at(\.scimAnswer) { answer, _ in if answer.status == 201 { answer.setStatus(200) } }
      )
    case .createWithoutID:
      Row(
        "the answer to the create of a user has no id",
        breaks: "RFC 7643 section 3.1",
        .at(\.scimAnswer) { answer, call in
          if call.request.method == "POST", call.kind == .user {
            answer.editJSON { $0["id"] = nil }
          }
        }
      )
    case .createDuplicate500:
      Row(
        "the create of a user that exists is answered 500",
        "F-46",
        breaks: "RFC 7644 section 3.3",
        .at(\.create) { decision, _ in
          if let refusal = decision.refusal { decision.refusal = SCIMRefusal(500, refusal.detail) }
        }
      )
    case .createCaseSensitive:
      Row(
        "a create compares userName letter for letter, so other letters make a second user",
        "S-08",
        breaks: "RFC 7643 section 4.1.1",
        .at(\.create) { decision, facts in
          let name = facts.attributes["userName"]
          if facts.kind == .user,
            !facts.namesakes.contains(where: { $0.attributes["userName"] == name })
          {
            decision = CreateDecision(deed: .make)
          }
        }
      )
    case .createAgainWipes:
      Row(
        "a create of a user that exists is answered 201, and what it leaves out is emptied",
        "S-08",
        breaks: "RFC 7644 section 3.3",
        .createAgain { decision, old, attributes in
          decision = CreateDecision(deed: .overwrite(old, with: attributes))
        }
      )
    case .createAgainApplies:
      Row(
        "a create of a user that exists is answered 409, and its attributes are written all the"
          + " same",
        "S-04",
        breaks: "RFC 9110 section 15.5",
        .createAgain { decision, old, attributes in
          var merged = old.attributes
          for member in attributes.members { merged[member.key] = member.value }
          decision.deed = .overwrite(old, with: merged)
        }
      )
    case .createEmailConflict400:
      Row(
        "a create is answered 400 where the e-mail address exists as well as the userName",
        "S-18",
        breaks: "RFC 7644 section 3.3",
        .at(\.create) { decision, facts in
          guard facts.kind == .user, decision.refusal != nil else { return }
          let addresses = (facts.attributes["emails"]?.array ?? []).compactMap {
            $0.object?[ignoringCase: "value"]?.string
          }
          let isTaken = addresses.contains { address in
            let filter = Filter(attribute: "emails.value", value: address)
            return !facts.directory.ids(matching: filter, .user).isEmpty
          }
          if isTaken {
            decision.refusal = SCIMRefusal(400, "a user with this e-mail address exists")
          }
        }
      )
    case .createRefusedYetMade:
      Row(
        "the first create of each user is answered 400, although the user was made",
        "S-04",
        breaks: "RFC 9110 section 15.5",
        .at(\.create) { decision, facts in
          if facts.kind == .user, case .make = decision.deed {
            decision.refusal = SCIMRefusal(400, "the user could not be linked")
          }
        }
      )
    case .createExternalIDIgnored:
      Row(
        "a POST or PUT does not keep externalId",
        "S-01",
        breaks: "RFC 7643 section 3.1",
        .at(\.write) { attributes, write in
          if write.method != "PATCH" { attributes["externalId"] = nil }
        }
      )
    case .createDropsTitle:
      Row(
        "title is never kept",
        "S-01",
        breaks: "RFC 7644 section 3.3",
        .at(\.write) { attributes, write in
          if write.kind == .user { attributes["title"] = nil }
        }
      )
    case .passwordNeedsSymbol:
      Row(
        "a create whose password has letters and digits only is refused",
        "S-15",
        breaks: "Okta, SCIM 2.0 reference, Create Users",
        .refusing(\.write) { _, write throws(SCIMRefusal) in
          guard write.method == "POST", write.kind == .user,
            let password = write.body[ignoringCase: "password"]?.string
          else { return }
          if password.allSatisfy({ $0.isLetter || $0.isNumber }) {
            throw .invalidValue("password has to have a symbol in it")
          }
        }
      )
    default: nil
    }
  }
}

extension Fault {
  /// The rows of what a user is shown with.
  var representationRow: Row? {
    switch self {
    case .userWithoutSchemas:
      Row(
        "a user is shown without schemas",
        "S-16",
        breaks: "RFC 7643 section 3",
        .at(\.representation) { body, kind in if kind == .user { body["schemas"] = nil } }
      )
    case .userWithoutActive:
      Row(
        "a user is shown without active",
        "S-16",
        breaks: "Okta, SCIM configuration FAQ",
        .at(\.representation) { body, kind in if kind == .user { body["active"] = nil } }
      )
    case .userWithoutMeta:
      Row(
        "a user is shown without meta",
        "S-16",
        breaks: "RFC 7643 section 3.1",
        .at(\.representation) { body, kind in if kind == .user { body["meta"] = nil } }
      )
    case .userWithoutUserName:
      Row(
        "a user in a list is shown without userName",
        "S-16",
        breaks: "RFC 7643 section 4.1.1",
        .at(\.list) { page, lookUp in
          guard lookUp.kind == .user, lookUp.filter == nil else { return }
          page.resources = page.resources.map { user in
            guard var user = user.object else { return user }
            user["userName"] = nil
            return .object(user)
          }
        }
      )
    default: nil
    }
  }
}

extension Behaviour {
  /// What becomes of the create of a user that exists, with the user and the new attributes.
  fileprivate static func createAgain(
    _ change: @escaping @Sendable (inout CreateDecision, Directory.Resource, JSONObject) -> Void
  ) -> Behaviour {
    .at(\.create) { decision, facts in
      if facts.kind == .user, decision.refusal != nil, let old = facts.namesakes.first {
        change(&decision, old, facts.attributes)
      }
    }
  }
}
