/// What the words on a button promise.
///
/// A guess, made from lists of words: a profile's hint stands above it.
struct ButtonMeaning: OptionSet {
  let rawValue: UInt8
  /// Gives what is asked for: Allow, Authorize, Yes.
  static let accepts = ButtonMeaning(rawValue: 1)
  static let refuses = ButtonMeaning(rawValue: 2)
  /// Goes on, to wherever: Continue, Next, OK.
  static let proceeds = ButtonMeaning(rawValue: 4)
  static let signsIn = ButtonMeaning(rawValue: 8)
  /// Leads away from the way: Register, Log out, Search.
  static let leadsAway = ButtonMeaning(rawValue: 16)
  /// Signs in with something other than a password of this app.
  static let usesOtherAccount = ButtonMeaning(rawValue: 32)
  /// Ends the session of who is signed in; leads away as well.
  static let signsOut = ButtonMeaning(rawValue: 64)

  init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Looks at what a person reads first; at the name and the id only where that says nothing, since
  /// all buttons of a form often share them.
  init(_ button: HTMLForm.Button) {
    let layers = [button.text + " " + button.value, button.name, button.id ?? ""]
    self = layers.lazy.map { ButtonMeaning(ofText: $0) }.first { !$0.isEmpty } ?? []
  }

  init(ofText text: String) {
    let words = PageWords.split(text)
    var meaning: ButtonMeaning = []
    for (list, flag) in ButtonMeaning.lists where words.contains(where: list.contains) {
      meaning.insert(flag)
    }
    let lowered = text.lowercased()
    for (signs, flag) in ButtonMeaning.signs where signs.contains(where: lowered.contains) {
      meaning.insert(flag)
    }
    for (first, second) in zip(words, words.dropFirst()) {
      switch (first, second) {
      case ("sign", "in"), ("log", "in"), ("log", "on"), ("sign", "on"): meaning.insert(.signsIn)
      case ("sign", "up"): meaning.insert(.leadsAway)
      case ("log", "out"), ("sign", "out"), ("log", "off"), ("sign", "off"), ("se", "déconnecter"),
        ("cerrar", "sesión"), ("terminar", "sessão"):
        meaning.formUnion([.leadsAway, .signsOut])
      default: break
      }
    }
    // "Accept all cookies" consents to something else.
    if words.contains("cookies") || words.contains("cookie") {
      meaning.remove(.accepts)
      meaning.insert(.leadsAway)
    }
    // The app speaks of its client: "Continue to Okta". "Sign in with Okta" is another account.
    if words.contains("okta"), !words.contains("with"), !meaning.contains(.signsIn) {
      meaning.remove(.usesOtherAccount)
    }
    // "Create connection" makes what is asked for.
    if words.contains("connect") || words.contains("connection") {
      meaning.remove(.leadsAway)
      if meaning.isEmpty { meaning.insert(.proceeds) }
    }
    // "Authorize (read, create, delete)" is no way out.
    if meaning.contains(.accepts), !words.contains("cookies") { meaning.remove(.leadsAway) }
    self = meaning
  }

  private static let lists: [(Set<String>, ButtonMeaning)] = [
    (
      [
        "allow", "authorize", "authorise", "approve", "accept", "consent", "grant", "yes", "agree",
        "permit", "erlauben", "zulassen", "genehmigen", "zustimmen", "akzeptieren", "autorisieren",
        "ja", "autoriser", "accepter", "oui", "permitir", "autorizar", "aceptar", "aceitar", "sí",
        "si", "sim", "consenti", "autorizza", "accetta", "toestaan", "godkänn", "tillåt",
        "разрешить",
      ], .accepts
    ),
    (
      [
        "deny", "cancel", "decline", "no", "not", "don", "reject", "refuse", "disallow", "abort",
        "dismiss", "never", "abbrechen", "ablehnen", "verweigern", "nein", "refuser", "annuler",
        "non", "rechazar", "cancelar", "denegar", "negar", "annulla", "rifiuta", "nega", "nee",
        "weigeren", "annuleren", "avbryt", "neka", "nej", "отмена", "отклонить",
      ], .refuses
    ),
    (
      [
        "continue", "next", "ok", "okay", "submit", "proceed", "confirm", "go", "enter", "weiter",
        "fortfahren", "bestätigen", "continuer", "suivant", "confirmer", "valider", "continuar",
        "siguiente", "confirmar", "avanti", "conferma", "verder", "bevestigen", "fortsätt",
      ], .proceeds
    ),
    (
      [
        "login", "signin", "logon", "anmelden", "einloggen", "connexion", "connecter", "iniciar",
        "acceder", "entrar", "accedi", "inloggen", "aanmelden", "logga", "войти",
      ], .signsIn
    ),
    (
      [
        "register", "registrieren", "signup", "create", "forgot", "reset", "recover", "help",
        "back", "search", "suche", "language", "locale", "delete",
        "revoke", "switch", "different", "another", "resend", "subscribe", "theme", "show",
      ], .leadsAway
    ),
    (
      [
        "logout", "logoff", "signout", "abmelden", "ausloggen", "déconnexion", "uitloggen",
        "afmelden", "disconnetti", "esci", "sair", "выйти",
      ], [.leadsAway, .signsOut]
    ),
    (
      [
        "google", "facebook", "github", "gitlab", "microsoft", "azure", "apple", "linkedin",
        "twitter", "saml", "sso", "passkey", "webauthn", "okta", "magic", "qr",
      ], .usesOtherAccount
    ),
  ]

  /// For scripts without spaces between words.
  private static let signs: [([String], ButtonMeaning)] = [
    (["許可", "承認", "同意", "允许", "授权", "허용", "동의"], .accepts),
    (["拒否", "キャンセル", "拒绝", "取消", "거부", "취소"], .refuses),
    (["続行", "次へ", "继续", "下一步", "계속", "다음"], .proceeds),
    (["ログイン", "サインイン", "登录", "登入", "로그인"], .signsIn),
  ]
}

/// Which field takes the user name.
enum UserNameField {
  /// How likely it is; from 3 on it is good enough without a password field beside it.
  static func likelihood(_ field: HTMLForm.Field) -> Int {
    guard field.isOpen, field.isTextual, field.kind != .search, field.kind != .number else {
      return -10
    }
    let names = [field.name, field.id ?? ""]
    let words =
      names.flatMap(PageWords.split) + PageWords.split(field.label ?? "")
      + PageWords.split(field.placeholder ?? "")
    if field.kind == .textArea || words.contains(where: others.contains) { return -10 }
    var score = 0
    let autocomplete = PageWords.split(field.autocomplete ?? "")
    if autocomplete.contains("username") {
      score += 8
    } else if autocomplete.contains("email") {
      score += 5
    }
    let plain = names.map { $0.lowercased().filter(\.isLetter) }
    if plain.contains(where: exact.contains) {
      score += 6
    } else if plain.contains(where: { name in parts.contains { name.contains($0) } }) {
      score += 4
    }
    if field.kind == .email { score += 3 }
    if words.contains(where: labels.contains) { score += 2 }
    return score
  }

  private static let exact: Set<String> = [
    "username", "user", "login", "email", "mail", "identifier", "userid", "loginfmt", "jusername",
    "userlogin", "loginid", "emailaddress", "account", "uid", "usernameoremail", "logonidentifier",
    "useremail", "loginname", "signinname",
  ]
  private static let parts = ["user", "login", "email", "account", "identif", "signin"]
  private static let labels: Set<String> = [
    "user", "username", "email", "mail", "login", "benutzername", "benutzer", "utilisateur",
    "usuario", "correo", "gebruikersnaam", "utente",
  ]
  private static let others: Set<String> = [
    "search", "query", "q", "captcha", "otp", "totp", "token", "coupon", "tenant", "company",
    "organization", "organisation", "domain", "workspace", "subdomain", "newsletter", "first",
    "last", "confirm", "newsletters", "pin",
  ]
}

enum PageWords {
  /// The words of a label or a name in lower case, also those of `userName` and `user_name`.
  static func split(_ text: String) -> [String] {
    var words: [String] = []
    var word = ""
    var previousIsLower = false
    for character in text.prefix(300) {
      if character.isLetter {
        if character.isUppercase, previousIsLower, !word.isEmpty {
          words.append(word.lowercased())
          word = ""
        }
        word.append(character)
        previousIsLower = character.isLowercase
      } else {
        if !word.isEmpty { words.append(word.lowercased()) }
        word = ""
        previousIsLower = false
      }
    }
    if !word.isEmpty { words.append(word.lowercased()) }
    return words
  }
}

/// The field for a code that a person reads off a telephone.
enum OneTimeCodeField {
  static func isLikely(_ field: HTMLForm.Field) -> Bool {
    switch field.kind {
    case .text, .tel, .number, .password: break
    default: return false
    }
    if PageWords.split(field.autocomplete ?? "").joined(separator: "-") == "one-time-code" {
      return true
    }
    let plain = [field.name, field.id ?? ""].map { $0.lowercased().filter(\.isLetter) }
    if plain.contains(where: { name in names.contains { name == $0 || name.hasSuffix($0) } }) {
      return true
    }
    let words = PageWords.split(field.label ?? "") + PageWords.split(field.placeholder ?? "")
    return words.contains(where: labels.contains)
  }

  private static let names = [
    "otp", "totp", "otptoken", "otpcode", "totpcode", "mfacode", "mfatoken", "tfacode",
    "twofactorcode",
    "passcode", "verificationcode", "authenticationcode", "onetimecode", "onetimepassword",
    "authcode", "mfa", "otpdevicetoken", "tokentoken", "securitycode",
  ]
  private static let labels: Set<String> = [
    "otp", "totp", "authenticator", "passcode", "2fa", "mfa", "einmalcode", "einmalpasswort",
  ]
}
