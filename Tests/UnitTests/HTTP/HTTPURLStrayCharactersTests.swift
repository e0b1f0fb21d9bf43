import HTTP
import Testing

/// A space in the URL used to have every escape in it encoded a second time.
@Suite struct HTTPURLStrayCharactersTests {
  @Test(arguments: [
    (
      "http://a.test/o?scope=a b&redirect_uri=https%3A%2F%2Fokta.test%2Fcb",
      "/o?scope=a%20b&redirect_uri=https%3A%2F%2Fokta.test%2Fcb"
    ),
    ("http://a.test/ü?q=%41", "/%C3%BC?q=%41"),
    ("http://a.test/o?q=a|b", "/o?q=a%7Cb"),
  ])
  func `what may not stand in a URL is encoded, escapes stay`(url: String, target: String) {
    #expect(HTTPURL(url)?.target == target)
  }

  @Test func `a redirect with a space keeps its escapes`() {
    let base = HTTPURL("http://a.test/o")
    #expect(base?.resolving("/next page?u=%2Fx")?.target == "/next%20page?u=%2Fx")
  }
}
