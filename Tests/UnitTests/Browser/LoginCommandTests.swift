import Browser
import HTTP
import Loop
import Testing
import World

@Suite struct LoginCommandTests {
  private func run(_ script: String, timeLimit: Duration = .seconds(120)) async -> String {
    await run(LoginCommand(["/bin/sh", "-c", script], timeLimit: timeLimit))
  }

  private func run(_ command: LoginCommand) async -> String {
    do {
      let loop = try EventLoop.start()
      defer { loop.stop() }
      let start = try #require(HTTPURL("https://app.test/authorize?state=st-1"))
      return try await command.run(
        start,
        redirectURI: "http://127.0.0.1:1/callback",
        loop: loop
      )
    } catch {
      return Quotation.cut(in: "\(error)")
    }
  }

  @Test func `the last line that is not empty is the URL`() async {
    // The authorization URL is the last argument: $0 of the script here.
    let url = await run("echo opening; echo \"http://127.0.0.1:1/callback?code=1&from=$0\"; echo")
    #expect(url == "http://127.0.0.1:1/callback?code=1&from=https://app.test/authorize?state=st-1")
  }

  @Test(arguments: [
    (
      "echo first >&2; echo 'no such user' >&2; exit 3",
      "it ended with exit code 3; its last words: no such user"
    ),
    ("true", "it printed no URL"),
    ("echo done", "its last line is no URL: \"done\""),
    ("echo '/callback?code=c-1'", "its last line is no URL: \"/callback\""),
    (
      "echo 'https://app.test/home?code=1'",
      "it ended at https://app.test/home, not at the redirect URI http://127.0.0.1:1/callback"
    ),
    ("kill -9 $$", "it was ended by signal 9"),
  ])
  func `a command that fails says how`(script: String, words: String) async {
    #expect(await run(script) == "running login.command '/bin/sh': " + words)
  }

  @Test func `a command that is not there says so`() async {
    #expect(
      await run(LoginCommand(["./no-such-login"]))
        == "running login.command './no-such-login': it could not be started: "
        + "no such file or directory (exec)"
    )
  }

  @Test func `a command that takes too long is ended with all that it started`() async {
    // The pipe closes only when the last process that holds it has ended: without the end of both
    // this would wait for a minute, and the time limit of the test runner.
    #expect(
      await run("sleep 60 & sleep 60", timeLimit: .milliseconds(100))
        == "running login.command '/bin/sh': it did not end within 0.1 s"
    )
  }

  @Test func `a process left behind does not keep the command open`() async {
    let url = await run("sleep 5 & echo http://127.0.0.1:1/callback")
    #expect(url == "http://127.0.0.1:1/callback")
  }

  @Test func `standard input is empty`() async {
    #expect(await run("cat; echo http://127.0.0.1:1/callback") == "http://127.0.0.1:1/callback")
  }

  @Test func `a folder is where it runs`() async {
    let command = LoginCommand(
      ["/bin/sh", "-c", "echo \"http://127.0.0.1:1/callback?in=$(pwd)\""],
      folder: "/"
    )
    #expect(await run(command) == "http://127.0.0.1:1/callback?in=/")
  }
}
