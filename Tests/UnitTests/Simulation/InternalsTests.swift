import Testing

@testable import Simulation

/// What of an error's words tells of the app's inside, and what does not.
@Suite struct InternalsTests {
  static let told: [(text: String, line: String)] = [
    (
      "UNIQUE constraint failed: targetapp_user.username",
      "UNIQUE constraint failed: targetapp_user.username"
    ),
    (
      "could not save\nERROR: duplicate key value violates unique constraint \"users_key\"",
      "ERROR: duplicate key value violates unique constraint \"users_key\""
    ),
    (
      "Traceback (most recent call last):\n  File \"a.py\", line 1, in get",
      "Traceback (most recent call last):"
    ),
    (
      "java.lang.NullPointerException\n\tat com.example.Users.get(Users.java:12)",
      "at com.example.Users.get(Users.java:12)"
    ),
    (
      "{\"message\":\"TypeError: x\\n    at get (/srv/users.js:3:1)\"}",
      "at get (/srv/users.js:3:1)\"}"
    ),
  ]

  @Test(arguments: told.indices)
  func `SQL and stack traces are told by their line`(index: Int) {
    let (text, line) = Self.told[index]
    #expect(Internals.line(in: text) == line)
  }

  @Test(arguments: [
    "", "userName ada@example.com is taken", "a user of that name exists (unique constraint)",
    "no such user: select another id", "try again\n    at a later time (in 5 min)",
    "at 12:30 (UTC)", "Sorry\n  at present (and for now) we are closed",
    "Resource 7 not found", "<h1>Bad Gateway</h1>\n<p>the server at port 443</p>",
    "please insert into the field userName a value", "see #0 of the manual",
  ])
  func `what people write to people is not`(text: String) {
    #expect(Internals.line(in: text) == nil)
  }
}
