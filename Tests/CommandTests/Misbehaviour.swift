import Foundation

/// The ways in which an app behaves badly, by the name that a transcript gives them.
///
/// Up to the place where it goes wrong each is a sound app: `/authorize` sends the browser back at
/// once, `/token` gives a token for an hour, `/scim/Users` knows nobody.
enum Misbehaviour: String, CaseIterable {
  case sound
  case circle = "redirects-in-a-circle"
  case foreignHost = "redirects-to-a-stranger"
  case silent = "never-answers"
  case silentTokenEndpoint = "never-answers-token-requests"
  case silentUsers = "never-answers-for-users"
  case dripUsers = "never-ends-its-answer-for-users"
  case htmlToken = "html-for-a-token"
  case htmlUsers = "html-for-users"
  case garbage = "speaks-no-http"
  case garbageUsers = "garbage-for-users"
  case hugePage = "100-megabytes-of-page"
  case hugeUsers = "100-megabytes-of-users"
  case endlessUsers = "100-megabytes-in-chunks"
  case halfToken = "half-a-token-response"
  case halfUsers = "half-a-list"
  case brokenChunk = "broken-chunk"
  case javaScriptLogin = "javascript-login"
  case closes = "closes-at-once"

  /// What no recording may hold.
  static let secrets = ["at-secret-1", "rt-secret-1", "code-secret-1"]

  func start() throws -> BadApp {
    try BadApp { request, connection in answer(request, connection) }
  }

  func answer(_ request: BadApp.Request, _ connection: BadApp.Connection) {
    switch (self, request.path) {
    case (.circle, "/authorize"):
      connection.answer(302, ["Location: /login"])
    case (.circle, "/login"):
      connection.answer(302, ["Location: \(request.parameter("next") ?? "/authorize")"])
    case (.foreignHost, "/authorize"):
      connection.answer(302, ["Location: http://login.example.com/sign-in?x=1"])
    case (.silent, _), (.silentTokenEndpoint, "/token"), (.silentUsers, "/scim/Users"):
      connection.waitForEnd()
    case (.dripUsers, "/scim/Users"):
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
      while connection.send([0x7B]) { Thread.sleep(forTimeInterval: 0.02) }
    case (.htmlToken, "/token"), (.htmlUsers, "/scim/Users"):
      connection.answer(200, ["Content-Type: text/html"], "<h1>Welcome to Acme</h1>")
    case (.garbage, _), (.garbageUsers, "/scim/Users"):
      connection.send("SSH-2.0-OpenSSH_9.6\r\n")
      connection.send((0...255).map { UInt8($0) })
      connection.end()
    case (.hugePage, "/authorize"):
      send100MB(connection, "Content-Type: text/html\r\nConnection: close\r\n\r\n")
    case (.hugeUsers, "/scim/Users"):
      send100MB(connection, "Content-Type: application/json\r\nContent-Length: 104857600\r\n\r\n")
    case (.endlessUsers, "/scim/Users"):
      send100MB(
        connection,
        "Transfer-Encoding: chunked\r\n\r\n",
        before: "10000\r\n",
        after: "\r\n"
      )
    case (.halfToken, "/token"), (.halfUsers, "/scim/Users"):
      connection.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
      connection.send("Content-Length: 1000\r\n\r\n{\"access_token\": \"at-1\", ")
      connection.end()
    case (.brokenChunk, "/scim/Users"):
      connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"sch\r\nzz\r\n")
      connection.waitForEnd()
    case (.javaScriptLogin, "/authorize"):
      connection.answer(
        200,
        ["Content-Type: text/html"],
        """
        <!DOCTYPE html><title>Acme</title><noscript>You need to enable JavaScript to run this \
        app.</noscript><div id="root"></div><script src="/static/main.js"></script>
        """
      )
    case (.closes, _):
      connection.end()
    default:
      behave(request, connection)
    }
  }

  private func behave(_ request: BadApp.Request, _ connection: BadApp.Connection) {
    switch request.path {
    case "/authorize":
      let redirectURI = request.parameter("redirect_uri")?.removingPercentEncoding ?? ""
      let state = request.parameter("state") ?? ""
      connection.answer(302, ["Location: \(redirectURI)?code=code-secret-1&state=\(state)"])
    case "/token":
      connection.answer(
        json: """
          {"access_token":"at-secret-1","token_type":"Bearer","expires_in":3600,\
          "refresh_token":"rt-secret-1"}
          """
      )
    case "/scim/Users":
      connection.answer(
        json: """
          {"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0,\
          "startIndex":1,"itemsPerPage":0,"Resources":[]}
          """
      )
    default:
      connection.answer(404, ["Content-Type: text/plain"], "nothing here")
    }
  }

  /// Sends 1600 blocks of 64 KiB, or as many as the client takes.
  private func send100MB(
    _ connection: BadApp.Connection,
    _ fields: String,
    before: String = "",
    after: String = ""
  ) {
    connection.send("HTTP/1.1 200 OK\r\n" + fields)
    let block = Array(before.utf8) + [UInt8](repeating: 0x20, count: 64 << 10) + Array(after.utf8)
    for _ in 0..<1600 { guard connection.send(block) else { break } }
    connection.end()
  }
}
