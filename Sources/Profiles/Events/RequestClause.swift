import JSON

extension Clause {
  /// A method and a path, `POST /Users`, or `token request`, or `page`.
  static let request = Clause(
    noun: "a request",
    example: "POST /Users",
    keys: ["request"],
    read: { reader, clauses throws(SourceError) in
      let help = "write 'POST /Users' or the like"
      let source = reader.source
      guard let method = reader.take() else { return }
      if method.is("token"), reader.next?.is("request") == true {
        _ = reader.take()
        clauses.request = .tokenRequest
        return
      }
      if method.is("page") {
        clauses.request = .page
        return
      }
      guard !method.isQuoted, let known = AwaitedRequest.Method(rawValue: method.text) else {
        let methods = AwaitedRequest.Method.allCases.map(\.rawValue)
        throw source.mistake(
          "'\(method.text)' is not a method that is waited for",
          at: method.span,
          help: Suggestion.help(
            for: method.text,
            among: methods,
            otherwise: "write \(Suggestion.list(methods))"
          )
        )
      }
      // Without a path, the next of its method whatever it is to.
      guard let path = reader.next, !path.is("until") else {
        clauses.request = AwaitedRequest(known, AwaitedRequest.anyPath)
        return
      }
      _ = reader.take()
      guard !path.isQuoted, path.text.hasPrefix("/"), path.text.count > 1,
        path.text.allSatisfy({ $0.isASCII && !"?#{}".contains($0) })
      else {
        throw source.mistake(
          "'\(path.text)' is not a path below scim.baseURL",
          at: path.span,
          help: help
        )
      }
      clauses.request = AwaitedRequest(known, path.text)
    },
    text: { $0.request?.description ?? "" },
    members: { clauses in
      clauses.request.map {
        [JSONObject.Member(key: "request", value: .string($0.description))]
      } ?? []
    },
    words: { line throws(SourceError) in
      try line.word("request").flatMap { word in
        word.text.split(separator: " ").map { Word(text: String($0), span: word.span) }
      }
    }
  )
}

/// A request that a scenario waits for: `POST /Users`, `token request`, or `page`.
package struct AwaitedRequest: Sendable, Equatable, CustomStringConvertible {
  package static let tokenRequest = AwaitedRequest(.post, "")
  /// A page of a list that is not its first.
  package static let page = AwaitedRequest(.get, "?")
  static let anyPath = "/"

  package enum Method: String, Sendable, CaseIterable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
  }

  package var method: Method
  /// Below `scim.baseURL`, without a query; empty for the token endpoint, `?` for a page.
  package var path: String

  package init(_ method: Method, _ path: String) {
    self.method = method
    self.path = path
  }

  /// Whether a request is meant: one to the path itself or, but for POST, to what is below it.
  ///
  /// - Parameter path: Below `scim.baseURL`, without a query.
  package func isMet(by method: String, _ path: String) -> Bool {
    guard method == self.method.rawValue else { return false }
    return self.path == AwaitedRequest.anyPath || path == self.path
      || self.method != .post && path.hasPrefix(self.path + "/")
  }

  package var description: String {
    if self == .tokenRequest { return "token request" }
    if self == .page { return "page" }
    return path == AwaitedRequest.anyPath ? method.rawValue : "\(method.rawValue) \(path)"
  }
}
