import Foundation
import HTTP
import JSON
import Recordings
import Testing
import World

/// A recorded exchange as a line for a shell.
@Suite struct CurlLineTests {
  private func entry(
    method: String,
    url: String,
    headers: [(String, String)] = [],
    postData: JSONValue? = nil
  ) throws -> Recording.Entry {
    var request: JSONObject = [
      "method": .string(method), "url": .string(url),
      "headers": .array(headers.map { ["name": .string($0.0), "value": .string($0.1)] }),
    ]
    request["postData"] = postData
    let har: JSONValue = [
      "log": [
        "entries": [
          [
            "request": .object(request),
            "response": ["status": 0],
            "_oktasim": ["exchange": 1, "act": "create", "occasion": "okta", "offset": 1],
          ]
        ]
      ]
    ]
    return try #require(
      try Recording(SourceText(file: "x.har", text: har.prettyText)).entries.first
    )
  }

  /// What a shell makes of the line: the words that curl would get.
  private func words(_ line: CurlLine, _ variables: [String: String]) throws -> [String] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", #"curl() { printf '%s\0' "$@"; }"# + "\n" + line.text]
    process.environment = variables
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return data.split(separator: 0, omittingEmptySubsequences: false).dropLast()
      .map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func `the shell gives curl what was sent, secrets from variables`() throws {
    let line = CurlLine(
      try entry(
        method: "PATCH",
        url: "http://127.0.0.1:8080/Users/7?a=[1]",
        headers: [
          ("Host", "127.0.0.1:8080"), ("Content-Length", "9"),
          ("Authorization", "Bearer access_token#2"),
          ("Cookie", "a=cookie#1; b=cookie#2"), ("X-Odd", "it's $HOME `id` \"x\" #1"),
        ],
        postData: ["mimeType": "x", "text": "{\"n\":\"O'Neil\",\"p\":\"password#2\"}"]
      )
    )
    #expect(line.variables.map(\.name) == ["ACCESS_TOKEN", "COOKIE_1", "COOKIE_2", "PASSWORD"])
    #expect(
      try words(
        line,
        ["ACCESS_TOKEN": "s3 cret'", "COOKIE_1": "x", "COOKIE_2": "y", "PASSWORD": "p$1"]
      ) == [
        "-i", "-X", "PATCH", "-H", "Authorization: Bearer s3 cret'", "-H", "Cookie: a=x; b=y",
        "-H", "X-Odd: it's $HOME `id` \"x\" #1", "--data-raw", "{\"n\":\"O'Neil\",\"p\":\"p$1\"}",
        "-g", "--url", "http://127.0.0.1:8080/Users/7?a=[1]",
      ]
    )
  }

  @Test func `a form's fields are encoded by curl`() throws {
    let line = CurlLine(
      try entry(
        method: "POST",
        url: "http://127.0.0.1:8080/token?code=code#1",
        postData: [
          "mimeType": "application/x-www-form-urlencoded",
          "params": [
            ["name": "code verifier", "value": "code_verifier#1"],
            ["name": "scope", "value": "a b"],
          ],
        ]
      )
    )
    #expect(
      try words(line, ["CODE": "c", "CODE_VERIFIER": "v+/="]) == [
        "-i", "--data-urlencode", "code+verifier=v+/=", "--data-urlencode", "scope=a b",
        "--url", "http://127.0.0.1:8080/token?code=c",
      ]
    )
  }

  /// Whatever an app puts into a message stays one word.
  @Test func `no text of the app is run by the shell`() throws {
    var random = SeededRandom(seed: 7)
    let alphabet = Array("'\"`$(){}[]#1 \\;&|<>!*?~\nax").map(String.init)
    for _ in 0..<40 {
      let text = (0..<30).map { _ in alphabet.randomElement(using: &random) ?? "" }.joined()
      let line = CurlLine(
        try entry(
          method: "POST",
          url: "http://127.0.0.1:8080/Users",
          postData: ["mimeType": "x", "text": .string("<" + text + ">")]
        )
      )
      let words = try words(line, [:])
      #expect(words == ["-i", "--data-raw", "<\(text)>", "--url", "http://127.0.0.1:8080/Users"])
    }
  }

  /// A recording may come from anybody: what would be a word of its own for a shell, an option of curl
  /// or a move of the cursor is none that oktasim has written.
  @Test(arguments: [
    ("GET;touch${IFS}x;#", "http://a.test/"), ("\u{1B}[2J", "http://a.test/"),
    ("", "http://a.test/"),
    ("get", "http://a.test/"), ("GET", "-K/etc/passwd"), ("GET", "file:///etc/passwd"),
  ])
  func `a method and a URL are such`(method: String, url: String) {
    #expect(throws: SourceError.self) { try entry(method: method, url: url) }
  }

  @Test func `a field that curl would read from a file is left out`() throws {
    let line = CurlLine(
      try entry(
        method: "GET",
        url: "http://a.test/",
        headers: [("@/etc/passwd", "x"), ("A", "@b")]
      )
    )
    #expect(try words(line, [:]) == ["-i", "-H", "A: @b", "--url", "http://a.test/"])
  }

  @Test(arguments: [
    "", "[]", "{}", #"{"log":{"entries":[{"_oktasim":{"exchange":1}}]}}"#,
    #"{"log":{"entries":[{"_oktasim":{"exchange":1,"act":"read","occasion":"okta","offset":1e300}}]}}"#,
  ])
  func `what is no recording is a mistake`(text: String) {
    #expect(throws: SourceError.self) {
      try Recording(SourceText(file: "x.har", text: text))
    }
  }
}
