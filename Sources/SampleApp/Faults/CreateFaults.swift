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
        "the answer to a create has no id",
        breaks: "RFC 7643 section 3.1",
        .at(\.scimAnswer) { answer, call in
          if call.request.method == "POST" { answer.editJSON { $0["id"] = nil } }
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
    default: nil
    }
  }
}
