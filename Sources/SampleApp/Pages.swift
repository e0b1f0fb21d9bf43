import HTTP

/// The pages that a person sees.
enum Pages {
  static func home(_ settings: SampleAppSettings) -> HTTPResponse {
    let faults = Fault.allCases.filter { settings.faults.contains($0) }
    let state =
      faults.isEmpty
      ? "<p>It has no faults.</p>"
      : "<p>It is wrong on purpose:</p><ul>"
        + faults.map { "<li><code>\($0.rawValue)</code>: \(escape($0.row.summary))</li>" }.joined()
        + "</ul>"
    let base = escape(settings.baseURL)
    return page(
      title: "Sample app",
      """
      <p>This is the sample app of oktasim: a small app that Okta, or a simulator of Okta, can
      provision users into. Everything in it is kept in memory.</p>
      <ul>
      <li>Authorization endpoint: <code>\(base)/oauth/authorize</code></li>
      <li>Token endpoint: <code>\(base)/oauth/token</code></li>
      <li>Revocation endpoint: <code>\(base)/oauth/revoke</code></li>
      <li>Metadata: <code>\(base)\(AuthorizationServerMetadata.path)</code></li>
      <li>SCIM 2.0 base URL: <code>\(base)/scim/v2</code></li>
      <li>SCIM 1.1 base URL: <code>\(base)/scim/v1</code></li>
      <li>Client id: <code>\(escape(settings.clientID))</code></li>
      <li>Administrator: <code>\(escape(settings.adminUsername))</code></li>
      </ul>
      \(state)
      """
    )
  }

  static func login(csrf: String, request: String, problem: String? = nil) -> HTTPResponse {
    page(
      title: "Sign in",
      """
      \(problem.map { "<p role=\"alert\">\(escape($0))</p>" } ?? "")
      <form method="post" action="/oauth/login">
      \(hidden("csrf", csrf))
      \(hidden("request", request))
      <p><label>User name <input type="text" name="username" autocomplete="username" required>
      </label></p>
      <p><label>Password <input type="password" name="password" autocomplete="current-password"
      required></label></p>
      <p><button type="submit">Sign in</button></p>
      </form>
      """
    )
  }

  /// For a person who came without an authorization request.
  static var loginWithoutRequest: HTTPResponse {
    page(title: "Sign in", "<p>There is nothing to sign in for: start in Okta.</p>")
  }

  static func consent(
    csrf: String,
    request: String,
    clientID: String,
    scope: [String]
  ) -> HTTPResponse {
    page(
      title: "Allow access?",
      """
      <p><strong>\(escape(clientID))</strong> asks to manage users and groups in the sample app.</p>
      <ul>\(scope.map { "<li><code>\(escape($0))</code></li>" }.joined())</ul>
      <form method="post" action="/oauth/consent">
      \(hidden("csrf", csrf))
      \(hidden("request", request))
      <p><button type="submit" name="decision" value="allow">Allow</button>
      <button type="submit" name="decision" value="deny">Deny</button></p>
      </form>
      <form method="post" action="/oauth/logout">
      \(hidden("csrf", csrf))
      <p><button type="submit">Sign out</button></p>
      </form>
      """
    )
  }

  static var goodbye: HTTPResponse { page(title: "Signed out", "<p>You are signed out.</p>") }

  static func failure(status: Int, title: String, _ explanation: String) -> HTTPResponse {
    page(status: status, title: title, "<p>\(escape(explanation))</p>")
  }

  /// Text as it may stand between tags and in a quoted attribute.
  static func escape(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  private static func hidden(_ name: String, _ value: String) -> String {
    "<input type=\"hidden\" name=\"\(escape(name))\" value=\"\(escape(value))\">"
  }

  private static func page(status: Int = 200, title: String, _ body: String) -> HTTPResponse {
    let text = """
      <!DOCTYPE html>
      <html lang="en">
      <head><meta charset="utf-8"><title>\(escape(title)) – Sample app</title></head>
      <body>
      <h1>\(escape(title))</h1>
      \(body)
      </body>
      </html>

      """
    return HTTPResponse(
      status: status,
      fields: [
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        // No other site may frame a login or consent page (RFC 6749 section 10.13), nor learn
        // the state from a Referer.
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
      ],
      body: Array(text.utf8)
    )
  }
}
