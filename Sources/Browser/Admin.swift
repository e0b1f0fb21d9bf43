import HTTP
import World

/// The person at the browser: decides what to fill and what to press on each page.
struct Admin: Sendable {
  enum Answer {
    case go(Visit)
    /// The page itself leads to the redirect URI.
    case land(String)
  }

  /// A form that was sent, to know it when it comes back.
  private struct Submission: Equatable, Sendable {
    enum Part {
      case userName
      case password
      case oneTimeCode
      case hints
      case consent
      /// What leads to the sign-in.
      case wayIn
    }

    var part: Part
    var place: String
    var names: [String]
    /// What the page calls itself and its form.
    var said: [String] = []
    /// Whether the page complains of something.
    var complains = false

    /// Whether the page has come back as `later`: at its place or with its fields, unless it is called
    /// otherwise and complains of nothing, as a second step is.
    func isSamePage(as later: Submission) -> Bool {
      part == later.part && (place == later.place || names == later.names)
        && (said == later.said || later.complains)
    }
  }

  /// A sign-in may have several stages, each with a password of its own page.
  private static let maximumSubmissions = 3
  private static let maximumRefreshSeconds = 10.0

  let login: BrowserLogin
  let decision: AdminBrowser.Decision
  let target: RedirectTarget
  let origins: TrustedOrigins
  let redaction: Redaction
  /// What the next request is sent for, for messages.
  private static let opening = "opening the authorization URL"
  private(set) var doing = Admin.opening
  private var submissions: [Submission] = []
  /// What a second factor asks for at this moment; nil where the profile has no secret for it.
  private let oneTimeCode: @Sendable () -> String?

  init(
    login: BrowserLogin,
    decision: AdminBrowser.Decision,
    target: RedirectTarget,
    origins: TrustedOrigins,
    redaction: Redaction,
    oneTimeCode: @escaping @Sendable () -> String?
  ) {
    self.oneTimeCode = oneTimeCode
    self.login = login
    self.decision = decision
    self.target = target
    self.origins = origins
    self.redaction = redaction
  }

  /// Whether it has pressed what refuses.
  private(set) var hasRefused = false
  private var hasSentPassword: Bool { submissions.contains { $0.part == .password } }

  /// What to do on a page: sign in, consent, or go where it says.
  mutating func answer(_ page: VisitedPage) throws(BrowserError) -> Answer {
    let forms = page.html.forms
    if page.status < 500, !submissions.isEmpty, let (form, field) = oneTimeCodeForm(in: forms) {
      return try giveOneTimeCode(to: form, field, on: page)
    }
    if page.status < 500, let form = passwordForm(in: forms) {
      let isDone =
        hasSentPassword
        && submissions.allSatisfy { sent in
          !sent.isSamePage(as: submission(of: form, .password, on: page))
        }
      // A layout may hold a small login form beside the question for consent.
      let asks = consent(on: page, onlyIfCertain: true).map { $0.form != form } ?? false
      if !isDone || !asks { return try signIn(with: form, on: page) }
    }
    let isError = page.status >= 400
    if let form = hintedForm(in: forms), !isError || wasSent(form, .hints, on: page) {
      return try fillHints(of: form, on: page)
    }
    if !hasSentPassword, !login.username.isEmpty, let form = userNameForm(in: forms),
      !isError || page.status == 401 || wasSent(form, .userName, on: page)
    {
      return try giveUserName(to: form, on: page)
    }
    if isError || page.status >= 300 { throw refusal(page) }
    if let choice = consent(on: page, onlyIfCertain: true) {
      return try press(choice, on: page)
    }
    if let refresh = page.html.refresh, refresh.delaySeconds <= Admin.maximumRefreshSeconds {
      return try follow(refresh, on: page)
    }
    if let form = selfSendingForm(of: page.html) {
      return try send(form, pressing: nil, on: page)
    }
    if let way = try wayIn(on: page) { return way }
    if let choice = consent(on: page, onlyIfCertain: false) {
      return try press(choice, on: page)
    }
    if let link = linkOn(from: page) { return try follow(link, on: page) }
    throw noWayOn(page)
  }

  // MARK: Signing in

  /// The form that signs in with a password: of several the one that looks least like registering.
  private func passwordForm(in forms: [HTMLForm]) -> HTMLForm? {
    func rank(_ form: HTMLForm) -> Int {
      var rank = 0
      let passwords = form.fields.count { $0.kind == .password && $0.isOpen }
      if passwords == 1 { rank += 4 }
      // A script may show it: better than none.
      if form.fields.allSatisfy({ $0.kind != .password || $0.isConcealed }) { rank -= 16 }
      if form.fields.contains(where: { login.fields[$0.name] != nil }) { rank += 8 }
      if let hint = login.button, form.buttons.contains(where: { $0.answers(to: hint) }) {
        rank += 8
      }
      if form.buttons.contains(where: { ButtonMeaning($0).contains(.signsIn) }) { rank += 2 }
      let about = [form.action ?? "", form.id ?? "", form.name ?? ""].joined(separator: " ")
      let meaning = ButtonMeaning(ofText: about)
      if meaning.contains(.signsIn) { rank += 1 }
      if meaning.contains(.leadsAway) { rank -= 2 }
      return rank
    }
    let candidates = forms.filter { form in
      form.fields.contains { $0.kind == .password && $0.isOpen }
    }
    return first(candidates, by: rank)
  }

  private mutating func signIn(
    with form: HTMLForm,
    on page: VisitedPage
  ) throws(BrowserError) -> Answer {
    let sent = submission(of: form, .password, on: page)
    if submissions.contains(where: { $0.isSamePage(as: sent) }) {
      throw wrongLogin(page, "the user name and password", "login.username and login.password")
    }
    let open = form.fields.indices.filter {
      form.fields[$0].kind == .password && form.fields[$0].isOpen
    }
    let unhinted = open.filter { login.fields[form.fields[$0].name] == nil }
    guard unhinted.count <= 1 else {
      throw problem(
        .noWayOn,
        page,
        "asks for more than one password (to register, or to change it); "
          + page.html.describeForms(redaction) + "; login.fields can give a value for each field"
      )
    }
    guard unhinted.isEmpty || !login.password.exposed().isEmpty else {
      throw problem(
        .noWayOn,
        page,
        "asks for a password, and the profile's login has none; "
          + page.html.describeForms(redaction) + "; login.password or login.fields gives one"
      )
    }
    guard submissions.count(where: { $0.part == .password }) < Admin.maximumSubmissions else {
      throw wrongLogin(page, "the password three times", "login.username and login.password")
    }
    var filled = form
    fillHints(&filled)
    for index in unhinted {
      if filled.fields[index].name.isEmpty {
        throw problem(
          .needsJavaScript,
          page,
          "needs JavaScript: its password field has no name; login.command can sign in with a "
            + "real browser"
        )
      }
      filled.fields[index].value = login.password.exposed()
    }
    if !login.username.isEmpty, let index = userNameField(of: filled, atLeast: 0) {
      filled.fields[index].value = login.username
    }
    // Sign-in and consent in one page.
    if decision == .refuse, submitButtons(of: form).contains(where: accepts),
      let refusing = submitButtons(of: form).first(where: refuses)
    {
      submissions.append(sent)
      hasRefused = true
      doing = "after pressing \"\(redaction.quote(refusing.label))\""
      return try send(filled, pressing: refusing, on: page, isTyped: true)
    }
    let button = try signInButton(of: form, on: page)
    submissions.append(sent)
    doing = "after sending the user name and password"
    return try send(filled, pressing: button, on: page, isTyped: true)
  }

  /// The form of a second factor, and the field that the code goes into; one that the profile fills by
  /// `login.fields` is none.
  private func oneTimeCodeForm(in forms: [HTMLForm]) -> (form: HTMLForm, field: Int)? {
    for form in forms {
      let open = form.fields.indices.filter {
        form.fields[$0].isOpen && login.fields[form.fields[$0].name] == nil
          && !form.fields[$0].name.isEmpty
      }
      let codes = open.filter { index in
        // Before the password has been sent, a field of its kind is the password's.
        OneTimeCodeField.isLikely(form.fields[index])
          && (form.fields[index].kind != .password || hasSentPassword)
      }
      // Beside a user's name and password it is another way in, or a part of the first step.
      let others = open.filter { index in
        !codes.contains(index)
          && (form.fields[index].isTextual || form.fields[index].kind == .password)
      }
      if codes.count == 1, others.isEmpty { return (form, codes[0]) }
    }
    return nil
  }

  private mutating func giveOneTimeCode(
    to form: HTMLForm,
    _ field: Int,
    on page: VisitedPage
  ) throws(BrowserError) -> Answer {
    let sent = submission(of: form, .oneTimeCode, on: page)
    if submissions.contains(where: { $0.isSamePage(as: sent) }) {
      throw wrongLogin(page, "the one-time code", "login.totp and this machine's clock")
    }
    guard let code = oneTimeCode() else {
      throw problem(
        .noWayOn,
        page,
        "asks for a second factor, in its field '\(redaction.quote(form.fields[field].name))'; login.totp "
          + "computes such codes from the secret behind the QR code (RFC 6238), login.fields gives a "
          + "fixed one, login.command signs in in its own way"
      )
    }
    var filled = form
    fillHints(&filled)
    filled.fields[field].value = code
    let button = try signInButton(of: form, on: page)
    submissions.append(sent)
    doing = "after sending the one-time code"
    return try send(filled, pressing: button, on: page, isTyped: true)
  }

  /// The form of a sign-in in two steps that asks who it is first.
  private func userNameForm(in forms: [HTMLForm]) -> HTMLForm? {
    let candidates = forms.filter { form in
      !isSearch(form) && userNameField(of: form, atLeast: 3) != nil
    }
    return first(candidates) { form in
      var rank =
        userNameField(of: form, atLeast: 3).map {
          UserNameField.likelihood(form.fields[$0])
        } ?? 0
      let meanings = form.buttons.map { ButtonMeaning($0) }
      if meanings.contains(where: { !$0.isDisjoint(with: [.signsIn, .proceeds]) }) { rank += 4 }
      if meanings.contains(where: { $0.contains(.leadsAway) }) { rank -= 4 }
      return rank
    }
  }

  private mutating func giveUserName(
    to form: HTMLForm,
    on page: VisitedPage
  ) throws(BrowserError) -> Answer {
    let sent = submission(of: form, .userName, on: page)
    if submissions.contains(where: { $0.isSamePage(as: sent) }) {
      throw wrongLogin(page, "the user name", "login.username")
    }
    var filled = form
    fillHints(&filled)
    if let index = userNameField(of: filled, atLeast: 3) {
      filled.fields[index].value = login.username
    }
    let button = try signInButton(of: form, on: page)
    submissions.append(sent)
    doing = "after sending the user name"
    return try send(filled, pressing: button, on: page, isTyped: true)
  }

  /// A form, without a password, with a visible field that the profile gives a value for.
  private func hintedForm(in forms: [HTMLForm]) -> HTMLForm? {
    forms.first { form in
      form.fields.contains { $0.isOpen && login.fields[$0.name] != nil }
        && !form.fields.contains { $0.kind == .password && $0.isOpen }
    }
  }

  private mutating func fillHints(
    of form: HTMLForm,
    on page: VisitedPage
  ) throws(BrowserError) -> Answer {
    let sent = submission(of: form, .hints, on: page)
    if submissions.contains(where: { $0.isSamePage(as: sent) }) {
      throw wrongLogin(page, "the values of login.fields", "login.fields")
    }
    var filled = form
    fillHints(&filled)
    if !hasSentPassword, !login.username.isEmpty,
      let index = userNameField(of: filled, atLeast: 3)
    {
      filled.fields[index].value = login.username
    }
    // It may be the question for consent, with a field that the profile answers.
    if let choice = consent(on: page, onlyIfCertain: true), choice.form == form {
      submissions.append(sent)
      return try press((filled, choice.button), on: page, isTyped: true)
    }
    let button = try signInButton(of: form, on: page)
    submissions.append(sent)
    doing = "after filling in login.fields"
    return try send(filled, pressing: button, on: page, isTyped: true)
  }

  private func fillHints(_ form: inout HTMLForm) {
    for index in form.fields.indices {
      guard let value = login.fields[form.fields[index].name] else { continue }
      switch form.fields[index].kind {
      case .checkbox:
        let isOff = ["false", "off", "no", ""].contains(value.lowercased())
        form.fields[index].isChecked = value == form.fields[index].value || !isOff
      case .radio:
        form.fields[index].isChecked = value == form.fields[index].value
      case .select:
        for option in form.fields[index].options.indices {
          let found = form.fields[index].options[option]
          form.fields[index].options[option].isSelected =
            found.value == value || found.text == value
        }
      default:
        form.fields[index].value = value
      }
    }
  }

  private func userNameField(of form: HTMLForm, atLeast threshold: Int) -> Int? {
    let open = form.fields.indices.filter {
      form.fields[$0].isOpen && login.fields[form.fields[$0].name] == nil
        && !form.fields[$0].name.isEmpty
    }
    let best = first(open) { UserNameField.likelihood(form.fields[$0]) }
    return best.flatMap {
      UserNameField.likelihood(form.fields[$0]) >= threshold ? $0 : nil
    }
  }

  /// The button that signs in; nil where the form has none and Enter would send it.
  private func signInButton(
    of form: HTMLForm,
    on page: VisitedPage
  ) throws(BrowserError) -> HTMLForm.Button? {
    let buttons = submitButtons(of: form)
    if let hint = login.button, let button = buttons.first(where: { $0.answers(to: hint) }) {
      return button
    }
    if buttons.isEmpty { return nil }
    let good = buttons.filter {
      ButtonMeaning($0).isDisjoint(with: [.refuses, .leadsAway, .usesOtherAccount])
    }
    let best = first(good) { button in
      let meaning = ButtonMeaning(button)
      if meaning.contains(.signsIn) { return 3 }
      return meaning.isDisjoint(with: [.proceeds, .accepts]) ? 1 : 2
    }
    if let best { return best }
    if buttons.count == 1, !refuses(buttons[0]) { return buttons[0] }
    throw problem(
      .noWayOn,
      page,
      "has no button that looks like signing in; " + page.html.describeForms(redaction)
        + "; login.button names the one to press"
    )
  }

  // MARK: Between pages

  /// What leads from a page without a sign-in to the one that has it: a button or a link.
  private mutating func wayIn(on page: VisitedPage) throws(BrowserError) -> Answer? {
    guard !hasSentPassword else { return nil }
    for form in page.html.forms where form.fields.allSatisfy({ !$0.isOpen }) {
      let sent = submission(of: form, .wayIn, on: page)
      guard !submissions.contains(sent),
        let button = submitButtons(of: form).first(where: { signsIn(ButtonMeaning($0)) })
      else { continue }
      submissions.append(sent)
      doing = "after pressing \"\(redaction.quote(button.label))\""
      return try send(form, pressing: button, on: page)
    }
    return try link(on: page, signsIn).map { link throws(BrowserError) in
      try follow(link, on: page)
    }
  }

  private func signsIn(_ meaning: ButtonMeaning) -> Bool {
    meaning.contains(.signsIn) && meaning.isDisjoint(with: [.leadsAway, .usesOtherAccount])
  }

  /// A link that goes on as it was decided.
  private mutating func linkOn(from page: VisitedPage) -> HTMLPage.Link? {
    if decision == .refuse, let link = link(on: page, { $0.contains(.refuses) }) {
      hasRefused = true
      return link
    }
    return link(on: page) { $0 == .proceeds || $0 == .accepts && decision == .consent }
  }

  /// The first link of a meaning that leads to another page.
  private func link(
    on page: VisitedPage,
    _ fits: (ButtonMeaning) -> Bool
  ) -> HTMLPage.Link? {
    page.html.links.first { link in
      guard fits(ButtonMeaning(ofText: link.text)), !link.reference.hasPrefix("#") else {
        return false
      }
      switch target.destination(of: link.reference, from: page.base) {
      case .page: return true
      // Whoever is told what is wrong may be offered to go there all the same (RFC 9700 section 4.11.2).
      case .redirectURI(let url): return !target.isUnregistered || Admin.holdsCode(url)
      case .elsewhere: return false
      }
    }
  }

  private static func holdsCode(_ url: String) -> Bool {
    HTTPURL(url)?.queryFields["code"]?.isEmpty == false
  }

  private mutating func follow(
    _ link: HTMLPage.Link,
    on page: VisitedPage
  ) throws(BrowserError) -> Answer {
    doing = "after following the link \"\(redaction.quote(link.text))\""
    switch target.destination(of: link.reference, from: page.base) {
    case .redirectURI(let url): return .land(url)
    case .page(let next):
      try refuseMissed(next, on: page)
      return .go(Visit(url: next, from: page.url))
    case .elsewhere(let scheme): throw wrongPlace(page, "has a link that leads", scheme)
    }
  }

  /// What ends the session on a page that offers it, at the page's own origin; nil where it does not.
  func signOut(on page: VisitedPage) -> Visit? {
    guard page.status < 400 else { return nil }
    for form in page.html.forms {
      let button = submitButtons(of: form).first { ButtonMeaning($0).contains(.signsOut) }
      // A form that this browser cannot send is none that it could sign out with.
      guard let button, case .go(let visit)? = try? send(form, pressing: button, on: page) else {
        continue
      }
      if visit.url.origin == page.url.origin { return visit }
    }
    guard let link = link(on: page, { $0.contains(.signsOut) }),
      case .page(let next) = target.destination(of: link.reference, from: page.base),
      next.origin == page.url.origin
    else { return nil }
    return Visit(url: next, from: page.url)
  }

  // MARK: Consent

  private typealias Choice = (form: HTMLForm, button: HTMLForm.Button)

  /// The form and the button that answer the question for consent as it was decided.
  ///
  /// - Parameter onlyIfCertain: Only a button that says so, not the only one or one that goes on.
  private func consent(on page: VisitedPage, onlyIfCertain: Bool) -> Choice? {
    var choices: [Choice] = []
    for form in page.html.forms where !isSearch(form) {
      choices += submitButtons(of: form).map { (form, $0) }
    }
    // What a script would have to show first is pressed only where nothing else will do.
    return consent(among: choices.filter { !$0.button.isConcealed }, onlyIfCertain)
      ?? consent(among: choices, onlyIfCertain)
  }

  private func consent(among choices: [Choice], _ onlyIfCertain: Bool) -> Choice? {
    if decision == .refuse {
      if let choice = choices.first(where: { refuses($0.button) }) { return choice }
      // A form that is answered with radio buttons and sent with a button that says neither.
      return choices.first { choice in
        radioAnswer(in: choice.form) != nil && !accepts(choice.button)
          && !ButtonMeaning(choice.button).contains(.leadsAway)
      }
    }
    if let hint = login.consentButton {
      if let choice = choices.first(where: { $0.button.answers(to: hint) }) { return choice }
    } else if let choice = choices.first(where: { accepts($0.button) }) {
      return choice
    }
    if onlyIfCertain { return nil }
    let rest = choices.filter { choice in
      ButtonMeaning(choice.button).isDisjoint(with: [.refuses, .leadsAway, .usesOtherAccount])
        && !(login.consentButton != nil && accepts(choice.button))
    }
    if rest.count == 1 { return rest[0] }
    let proceeding = rest.filter { ButtonMeaning($0.button).contains(.proceeds) }
    return proceeding.count == 1 ? proceeding[0] : nil
  }

  private mutating func press(
    _ choice: Choice,
    on page: VisitedPage,
    isTyped: Bool = false
  ) throws(BrowserError) -> Answer {
    let label = redaction.quote(choice.button.label)
    var sent = submission(of: choice.form, .consent, on: page)
    sent.names.append("button " + label)
    // Pages of consent may share a path, the names of their fields or what they say, but hardly all.
    sent.names.append("text " + page.html.text)
    if submissions.contains(sent) {
      throw problem(
        .noWayOn,
        page,
        "came back after \"\(label)\" was pressed on it" + complaint(of: page)
          + "; login.consent.button names another button, login.fields fills a field or ticks a box"
      )
    }
    submissions.append(sent)
    hasRefused = decision == .refuse
    var form = choice.form
    if decision == .consent { tickScopes(of: &form) }
    if let answer = radioAnswer(in: form) {
      for index in form.fields.indices where form.fields[index].name == form.fields[answer].name {
        if form.fields[index].kind == .radio { form.fields[index].isChecked = index == answer }
      }
    }
    doing = "after pressing \"\(label)\""
    return try send(form, pressing: choice.button, on: page, isTyped: isTyped)
  }

  /// Ticks the scopes where the form asks the admin to choose and has chosen none: an app takes
  /// consent to nothing for a refusal.
  private func tickScopes(of form: inout HTMLForm) {
    let scopes = form.fields.indices.filter { index in
      let field = form.fields[index]
      guard field.kind == .checkbox, field.isOpen, login.fields[field.name] == nil else {
        return false
      }
      let words = PageWords.split(field.name)
      return !words.contains("remember")
        && words.contains { ["scope", "scopes", "permission", "permissions"].contains($0) }
    }
    if scopes.contains(where: { form.fields[$0].isChecked }) { return }
    for index in scopes { form.fields[index].isChecked = true }
  }

  /// The radio button that gives the decision, in a form that asks with two of them.
  private func radioAnswer(in form: HTMLForm) -> Int? {
    func meaning(_ index: Int) -> ButtonMeaning {
      ButtonMeaning(ofText: "\(form.fields[index].value) \(form.fields[index].label ?? "")")
    }
    let radios = form.fields.indices.filter {
      form.fields[$0].kind == .radio && !form.fields[$0].isDisabled
    }
    let refusing = radios.first { meaning($0).contains(.refuses) }
    guard let refusing else { return nil }
    let accepting = radios.first {
      form.fields[$0].name == form.fields[refusing].name && !meaning($0).contains(.refuses)
        && meaning($0).contains(.accepts)
    }
    guard let accepting else { return nil }
    return decision == .consent ? accepting : refusing
  }

  private func accepts(_ button: HTMLForm.Button) -> Bool {
    let meaning = ButtonMeaning(button)
    return meaning.contains(.accepts) && !meaning.contains(.refuses)
  }

  private func refuses(_ button: HTMLForm.Button) -> Bool {
    ButtonMeaning(button).contains(.refuses)
  }

  private func submitButtons(of form: HTMLForm) -> [HTMLForm.Button] {
    form.buttons.filter(\.sendsForm)
  }

  private func isSearch(_ form: HTMLForm) -> Bool {
    form.fields.contains { $0.kind == .search || ["q", "query", "search"].contains($0.name) }
  }

  // MARK: Pages that lead on by themselves

  /// A form that a script would send at once: hidden fields, and at most a button for those
  /// without scripts.
  private func selfSendingForm(of page: HTMLPage) -> HTMLForm? {
    guard page.submitsItself, page.forms.count == 1, let form = page.forms.first,
      !form.fields.isEmpty, form.fields.allSatisfy({ $0.kind == .hidden })
    else { return nil }
    let buttons = submitButtons(of: form)
    return buttons.count > 1 || buttons.contains { accepts($0) || refuses($0) } ? nil : form
  }

  private func follow(
    _ refresh: HTMLPage.Refresh,
    on page: VisitedPage
  ) throws(BrowserError) -> Answer {
    let destination =
      refresh.reference.isEmpty
      ? .page(page.url) : target.destination(of: refresh.reference, from: page.base)
    switch destination {
    case .redirectURI(let url): return .land(url)
    case .page(let next):
      try refuseMissed(next, on: page)
      var visit = Visit(url: next, from: page.url)
      visit.delay = .milliseconds(Int64(refresh.delaySeconds * 1000))
      return .go(visit)
    case .elsewhere(let scheme): throw wrongPlace(page, "refreshes", scheme)
    }
  }

  // MARK: Sending

  private func send(
    _ form: HTMLForm,
    pressing button: HTMLForm.Button?,
    on page: VisitedPage,
    isTyped: Bool = false
  ) throws(BrowserError) -> Answer {
    let method = button?.method ?? form.method
    let encoding = button?.encoding ?? form.encoding
    if method == .dialog {
      throw problem(
        .needsJavaScript,
        page,
        "has a form that only a script can send (method dialog); login.command can sign in with "
          + "a real browser"
      )
    }
    let isMultipart = method == .post && encoding == MultipartForm.mediaType
    if method == .post, encoding != FormURLEncoding.mediaType, !isMultipart {
      throw problem(
        .unreadable,
        page,
        "has a form to be sent as \(encoding), which this browser does not send; login.command can "
          + "sign in with a real browser"
      )
    }
    let entries = form.entries(pressing: button)
    let body = FormURLEncoding.encode(entries)
    let password = login.password.exposed()
    // A page may hold what was typed on the one before.
    let isTyped =
      isTyped || !password.isEmpty && entries.contains { $0.value.contains(password) }
    let reference = button?.action ?? form.action ?? ""
    // An empty action means the page, whatever its base is.
    var url = page.url
    var landing: String?
    if !reference.collapsingSpace.isEmpty {
      switch target.destination(of: reference, from: page.base) {
      case .redirectURI(let found):
        // Nothing may go to an unregistered one, in whatever way.
        if method == .post, !target.isUnregistered {
          throw problem(
            .wrongPlace,
            page,
            "sends its answer to the redirect URI as a form (response_mode=form_post), which is "
              + "not what Okta asked for: it expects a redirect with code or error in the query"
          )
        }
        landing = found
      case .page(let found):
        try refuseMissed(found, on: page)
        url = found
      case .elsewhere(let scheme): throw wrongPlace(page, "has a form that leads", scheme)
      }
    }
    if isTyped, landing == nil,
      let refusal = origins.refusal(of: url.origin, from: page.url.origin)
    {
      throw problem(.untrustedOrigin, page, refusal)
    }
    if let landing { return .land(Admin.replacingQuery(of: landing, with: body)) }
    if method == .get {
      let next = HTTPURL(
        origin: url.origin,
        target: Admin.replacingQuery(of: url.target, with: body)
      )
      var visit = Visit(url: next, from: page.url)
      visit.isSubmission = true
      visit.isTyped = isTyped
      return .go(visit)
    }
    var visit = Visit(url: url, from: page.url)
    visit.method = "POST"
    if isMultipart {
      let boundary = MultipartForm.boundary(for: entries)
      visit.body = MultipartForm.encode(entries, boundary: boundary)
      visit.contentType = "\(MultipartForm.mediaType); boundary=\(boundary)"
    } else {
      visit.body = Array(body.utf8)
    }
    visit.isSubmission = true
    visit.isTyped = isTyped
    return .go(visit)
  }

  private static func replacingQuery(of url: String, with query: String) -> String {
    String(url.prefix { $0 != "?" && $0 != "#" }) + "?" + query
  }

  // MARK: Problems

  private func submission(
    of form: HTMLForm,
    _ part: Submission.Part,
    on page: VisitedPage
  ) -> Submission {
    // What else is hidden in the form may change from one showing to the next.
    let names = form.fields.filter(\.isOpen).map(\.name)
    let said =
      [page.html.title ?? ""] + page.html.headings + form.fields.map { $0.label ?? "" }
      + form.buttons.map(\.text)
    return Submission(
      part: part,
      place: page.url.withoutQuery,
      names: names,
      said: said,
      complains: page.status >= 400 || !page.html.messages.isEmpty
    )
  }

  private func wasSent(_ form: HTMLForm, _ part: Submission.Part, on page: VisitedPage) -> Bool {
    submissions.contains { $0.isSamePage(as: submission(of: form, part, on: page)) }
  }

  private func refuseMissed(_ next: HTTPURL, on page: VisitedPage) throws(BrowserError) {
    guard next.origin != page.url.origin, target.isMissed(by: next) else { return }
    throw problem(
      .wrongRedirectURI,
      page,
      "leads to \(next.withoutQuery), but the redirect URI is \(target.url.withoutQuery)"
    )
  }

  private func wrongPlace(_ page: VisitedPage, _ does: String, _ scheme: String) -> BrowserError {
    let place = scheme.isEmpty ? "something that is no URL" : "a URL of the scheme '\(scheme)'"
    return problem(.wrongPlace, page, "\(does) to \(place)")
  }

  private func wrongLogin(_ page: VisitedPage, _ sent: String, _ keys: String) -> BrowserError {
    problem(
      .wrongLogin,
      page,
      "asks again after \(sent) had been sent" + complaint(of: page)
        + "; are \(keys) right? If the form was filled wrongly, login.fields and login.button "
        + "help; " + page.html.describeForms(redaction)
    )
  }

  private func complaint(of page: VisitedPage) -> String {
    page.html.complaint.map { " and says \"\(redaction.quote($0))\"" } ?? ""
  }

  private func refusal(_ page: VisitedPage) -> BrowserError {
    // What is wrong stands below the heading as often as in a message.
    let text = page.html.messages.isEmpty ? page.html.text : ""
    let said = text.isEmpty ? complaint(of: page) : " and says \"\(redaction.quote(text))\""
    let isFirst = page.status == 400 && doing == Admin.opening
    let isNowhere = page.status == 404 && doing == Admin.opening
    return problem(
      .refused,
      page,
      "was answered with HTTP \(page.status)" + said
        + (isFirst ? "; are authentication.clientID and redirectURI what the app knows?" : "")
        + (isNowhere ? "; is authentication.authorizationEndpoint right?" : "")
    )
  }

  private func noWayOn(_ page: VisitedPage) -> BrowserError {
    let html = page.html
    if html.needsJavaScript || html.hasScripts && !html.looseFields.isEmpty {
      return problem(
        .needsJavaScript,
        page,
        "needs JavaScript (it has scripts and no form to send)" + complaint(of: page)
          + "; login.command can sign in with a real browser"
      )
    }
    let forms = html.describeForms(redaction)
    if decision == .refuse {
      return problem(.noWayOn, page, "has no button that refuses; " + forms)
    }
    if let hint = login.consentButton {
      return problem(
        .noWayOn,
        page,
        "has no button '\(redaction.quote(hint))' (login.consent.button); " + forms
      )
    }
    return problem(
      .noWayOn,
      page,
      "has no login form and no button that consents"
        + (html.forms.isEmpty ? complaint(of: page) : "")
        + "; " + forms + "; login.fields, login.button and login.consent.button say what to fill "
        + "and press, login.command signs in with a program of yours"
    )
  }

  private func problem(
    _ reason: BrowserError.Reason,
    _ page: VisitedPage,
    _ text: String
  ) -> BrowserError {
    let title = page.html.title.map { " (\"\(redaction.quote($0))\")" } ?? ""
    return BrowserError(
      reason,
      "\(doing): the page \(page.url.withoutQuery)\(title) \(text)",
      exchange: page.exchange.number
    )
  }

  /// The first of those with the highest rank.
  private func first<T>(_ candidates: [T], by rank: (T) -> Int) -> T? {
    var best: (candidate: T, rank: Int)?
    for candidate in candidates {
      let rank = rank(candidate)
      if best.map({ rank > $0.rank }) ?? true { best = (candidate, rank) }
    }
    return best?.candidate
  }
}
