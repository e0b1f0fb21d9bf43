import Browser
import HTTP
import Testing

@Suite struct HTMLFormsTests {
  private func read(_ html: String) -> HTMLPage {
    HTMLPage.read(Array(html.utf8), contentType: "text/html; charset=utf-8")
  }

  /// What the first form sends, without a button.
  private func sent(_ html: String) -> String {
    let page = read(html)
    return page.forms.first.map { FormURLEncoding.encode($0.entries(pressing: nil)) } ?? "no form"
  }

  @Test(arguments: [
    ("<form><input name=a value=1>", "a=1"),
    ("<form><input name='a' value='1 2'>", "a=1+2"),
    ("<form><input NAME=\"a\" VALUE=\"1>2\">", "a=1%3E2"),
    ("<form><input name=a value=1 value=2 name=b>", "a=1"),
    ("<form><input name=a value = \"1\" / >", "a=1"),
    ("<FORM><INPUT NAME=a VALUE=1></FORM><input name=b value=2>", "a=1"),
    (
      "<form><input name=a value='x&amp;y&lt;&#65;&#x42;&eacute;&nosuch;'>",
      "a=x%26y%3CAB%C3%A9%26nosuch%3B"
    ),
    ("<form><input name=a value='/?x=1&copy=2&amp=3'>", "a=%2F%3Fx%3D1%26copy%3D2%26amp%3D3"),
    (
      "<form><input name=a value='&#0;&#xD800;&#x110000;&#128;'>",
      "a=%EF%BF%BD%EF%BF%BD%EF%BF%BD%E2%82%AC"
    ),
    ("<form><!-- <input name=a value=1> --><input name=b value=2>", "b=2"),
    ("<form><!--><input name=b value=2><!-- -->", "b=2"),
    ("<form><script>'<input name=a>'</script><style><input name=s></style><input name=b>", "b="),
    ("<form><textarea name=t>\n<b>&amp;\nx</textarea>", "t=%3Cb%3E%26%0D%0Ax"),
    ("<form><input name=a><form action=/inner><input name=b></form><input name=c>", "a=&b="),
    ("<input form=f name=a value=1><form id=f><input name=b value=2></form>", "a=1&b=2"),
    ("<form><input name=a form=other><input name=b>", "b="),
    ("<form><input name=a disabled value=1><input name=b value=2>", "b=2"),
    (
      "<form><fieldset disabled><legend><input name=l></legend><input name=a></fieldset><input name=b>",
      "l=&b="
    ),
    ("<form><fieldset disabled><fieldset><input name=a></fieldset></fieldset><input name=b>", "b="),
    ("<form><input name=a value=1><input name=a value=2>", "a=1&a=2"),
    ("<form><input type=HIDDEN name=h value=x><input type=nosuch name=n value=y>", "h=x&n=y"),
    (
      "<form><input type=checkbox name=a><input type=checkbox name=b checked><input type=checkbox name=c value=z checked=''>",
      "b=on&c=z"
    ),
    (
      "<form><input type=radio name=r value=1 checked><input type=radio name=r value=2 checked><input type=radio name=s value=3>",
      "r=2"
    ),
    ("<form><select name=s><option value=1>One<option value=2 selected>Two</select>", "s=2"),
    ("<form><select name=s><option disabled>No<option>  A  b </option><option>C</select>", "s=A+b"),
    (
      "<form><select name=s multiple><option>A<option selected>B<option selected>C</select>",
      "s=B&s=C"
    ),
    ("<form><select name=s multiple><option>A</select>", ""),
    ("<form><select name=s><optgroup disabled><option>A</optgroup><option>B</select>", "s=B"),
    ("<form><select name=s><option>A<input name=b value=1>", "s=A&b=1"),
    ("<form><button name=x value=1>Go</button><input type=submit name=y><input name=z>", "z="),
    ("<form><input name=a value='1'<input name=b>", "a=1"),
    ("<form><template><input name=t></template><input name=a>", "a="),
    ("<form><noscript><input name=a value=n></noscript>", "a=n"),
    ("<form><input value=noname><input name='' value=x><input name=a>", "a="),
    (
      "<form><input name=_charset_ type=hidden><input type=file name=f value=/etc/passwd>",
      "_charset_=UTF-8&f="
    ),
    ("<p>2 < 3 <form>< input name=a><input name=b>", "b="),
  ])
  func `a form sends what a browser sends`(html: String, expected: String) {
    #expect(sent(html) == expected)
  }

  @Test func `a button sends its name in its place`() throws {
    let form = try #require(
      read(
        """
        <form action=/a><input name=before><button name=go value=1 formaction=/b formmethod=POST>
        Do <b>it</b></button><input type=image name=i alt=Picture><input type=button value=Script>
        <input type=submit><button type=reset>Reset</button><input name=after></form>
        """
      ).forms.first
    )
    #expect(form.buttons.map(\.text) == ["Do it", "Picture", "Script", "Submit", "Reset"])
    #expect(form.buttons.map(\.sendsForm) == [true, true, false, true, false])
    #expect(form.buttons[0].action == "/b")
    #expect(form.buttons[0].method == .post)
    #expect(
      FormURLEncoding.encode(form.entries(pressing: form.buttons[0])) == "before=&go=1&after="
    )
    #expect(
      FormURLEncoding.encode(form.entries(pressing: form.buttons[1]))
        == "before=&i.x=0&i.y=0&after="
    )
    #expect(FormURLEncoding.encode(form.entries(pressing: form.buttons[3])) == "before=&after=")
  }

  @Test func `a page tells its title, base, refresh, headings and messages`() {
    let page = read(
      """
      <title> Sign&nbsp;in &#8211; Acme </title><title>Second</title><base href="/app/">
      <base href=/other/><meta http-equiv="Refresh" content="3; URL='next?a=1'">
      <h1>Welcome <em>back</em></h1><div class="alert alert-danger"><p>Wrong<br>password
      <div>again</div></div><div class=error hidden>unseen</div><p>Bye<script>x</script>
      """
    )
    #expect(page.title == "Sign in – Acme")
    #expect(page.baseReference == "/app/")
    #expect(page.refresh == HTMLPage.Refresh(delaySeconds: 3, reference: "next?a=1"))
    #expect(page.headings == ["Welcome back"])
    #expect(page.messages == ["Wrong password again"])
    #expect(page.text == "Welcome back Wrong password again unseen Bye")
    #expect(page.needsJavaScript)
  }

  @Test(arguments: [
    ("0;url=/a", 0.0, "/a"), ("5", 5, ""), (" 1 ; /b ", 1, "/b"), ("0; URL = \"/c d\"x", 0, "/c d"),
    ("0.5;urlish", 0.5, "urlish"),
  ])
  func `a refresh is read in its many spellings`(content: String, delay: Double, reference: String)
  {
    let page = read("<meta http-equiv=refresh content='\(content)'>")
    #expect(page.refresh == HTMLPage.Refresh(delaySeconds: delay, reference: reference))
  }

  @Test func `a field knows its label`() throws {
    let form = try #require(
      read(
        "<form><label for=u>User <b>name</b></label><input id=u name=a><label>E-mail <input name=b></label>"
      ).forms.first
    )
    #expect(form.fields.map(\.label) == ["User name", "E-mail"])
  }

  @Test(
    arguments: [
      ([0xE9], "text/html; charset=ISO-8859-1", "é"),
      ([0x80], "text/html; charset=\"windows-1252\"", "€"),
      ([0xC3, 0xA9], "text/html", "é"),
      ([0xE9], "text/html", "\u{FFFD}"),
      ([0xC3, 0xA9], "text/html; charset=koi8-r", "é"),
    ] as [([UInt8], String, String)]
  )
  func `the Content-Type decides the charset`(bytes: [UInt8], type: String, expected: String) {
    let body = Array("<title>".utf8) + bytes + Array("</title>".utf8)
    #expect(HTMLPage.read(body, contentType: type).title == expected)
  }

  @Test func `a mark and a meta element decide the charset too`() {
    let meta = Array("<meta charset=latin1><title>".utf8) + [0xE9] + Array("</title>".utf8)
    #expect(HTMLPage.read(meta, contentType: "text/html").title == "é")
    let old =
      Array("<meta http-equiv=Content-Type content='text/html; charset=iso-8859-1'><title>".utf8)
      + [0xE9] + Array("</title>".utf8)
    #expect(HTMLPage.read(old).title == "é")
    let marked = [0xEF, 0xBB, 0xBF] + Array("<meta charset=latin1><title>é</title>".utf8)
    #expect(HTMLPage.read(marked, contentType: "text/html; charset=latin1").title == "é")
    var wide: [UInt8] = [0xFF, 0xFE]
    for unit in "<title>é</title>".utf16 { wide += [UInt8(unit & 0xFF), UInt8(unit >> 8)] }
    #expect(HTMLPage.read(wide).title == "é")
  }

  @Test(arguments: [Pages.keycloakLogin, Pages.hydraConsent, Pages.springConsent])
  func `a page may end anywhere`(html: String) {
    let bytes = Array(html.utf8)
    for end in 0...bytes.count {
      let page = HTMLPage.read(Array(bytes[..<end]))
      #expect(page.forms.count <= 1)
    }
  }

  @Test func `any bytes are a page`() {
    var state: UInt32 = 1
    let alphabet = Array("<>/=\"'&;#!-a \n\0éform input option select textarea".utf8)
    for _ in 0..<300 {
      var bytes: [UInt8] = []
      for _ in 0..<200 {
        state = state &* 1_664_525 &+ 1_013_904_223
        bytes.append(
          state >> 28 == 0 ? UInt8(state >> 20 & 0xFF) : alphabet[Int(state >> 16) % alphabet.count]
        )
      }
      #expect(HTMLPage.read(bytes).exceededLimit == nil)
    }
  }

  @Test(arguments: [
    "<", "</", "<!--", "<a ", "<div>", "<label>", "<fieldset disabled><legend>", "<p class=error>",
    "&", "&#", "<option>", "<select><option>", "<x y=", "<title>", "</script", "<!-", "<button>",
    "<form><table>", "<template>", "\r", "<h1>", "<div role=alert><b>",
  ])
  func `a page that repeats itself takes linear time`(piece: String) {
    let clock = ContinuousClock()
    let time = clock.measure {
      _ = HTMLPage.read(Array(String(repeating: piece, count: 100_000).utf8))
    }
    // A square would take minutes; a debug build on a busy machine takes a second or so.
    #expect(time < .seconds(20))
  }

  @Test func `a page that is too large says what is too large`() {
    #expect(
      read(String(repeating: "<form></form>", count: 101)).exceededLimit == "more than 100 forms"
    )
    #expect(
      read("<form>" + String(repeating: "<input name=a>", count: 1001)).exceededLimit
        == "more than 1000 fields"
    )
    #expect(
      read(String(repeating: " ", count: 2 << 20)).exceededLimit == nil
    )
    #expect(
      read(String(repeating: " ", count: (2 << 20) + 1)).exceededLimit
        == "a page of more than 2097152 bytes"
    )
    #expect(
      read("<form><input name=a value='\(String(repeating: "x", count: 70_000))'>").exceededLimit
        == "an attribute of more than 65536 bytes"
    )
  }
}
