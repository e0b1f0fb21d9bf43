import JSON

extension Clause {
  /// `before provisioning`, or nothing.
  static let beforeProvisioning = Clause(
    noun: "'before provisioning'",
    example: nil,
    separator: "  ",
    keys: ["provisioning"],
    read: { reader, clauses throws(SourceError) in
      guard reader.next?.is("before") == true, reader.following?.is("provisioning") == true else {
        return
      }
      _ = reader.take()
      _ = reader.take()
      clauses.isBeforeProvisioning = true
    },
    text: { $0.isBeforeProvisioning ? "before provisioning" : "" },
    members: { clauses in
      clauses.isBeforeProvisioning
        ? [JSONObject.Member(key: "provisioning", value: .string("later"))] : []
    },
    words: { line throws(SourceError) in
      guard let word = try line.word("provisioning").first else { return [] }
      guard word.text == "later" else {
        throw line.source.mistake("'provisioning' is not \"later\"", at: word.span)
      }
      return [Word(text: "before", span: word.span), Word(text: "provisioning", span: word.span)]
    }
  )
}
