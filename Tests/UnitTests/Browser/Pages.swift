/// Pages in the manner of well-known authorization servers, written for these tests.
enum Pages {
  /// Django's sign-in with a protection token.
  static let djangoLogin = """
    <!DOCTYPE html>
    <html lang="en"><head><meta charset="utf-8"><title>Sign in</title></head>
    <body>
    <form method="post" action="/accounts/login/">
      <input type="hidden" name="csrfmiddlewaretoken" value="tok-1">
      <p><label for="id_username">Username:</label>
        <input type="text" name="username" autofocus maxlength="150" required id="id_username"></p>
      <p><label for="id_password">Password:</label>
        <input type="password" name="password" required id="id_password"></p>
      <input type="hidden" name="next" value="/o/authorize/?client_id=okta&amp;state=st-1">
      <button type="submit">Log in</button>
    </form>
    </body></html>
    """

  static let djangoLoginFailed = djangoLogin.replacing(
    "<form",
    with: """
      <ul class="errorlist nonfield"><li>Please enter a correct username and password.</li></ul>
      <form
      """
  )

  /// Consent where the button's name makes the difference.
  static let djangoConsent = """
    <html><head><title>Authorize</title></head><body>
    <form id="authorizationForm" method="post">
      <h3>Authorize Okta?</h3>
      <input type="hidden" name="csrfmiddlewaretoken" value="tok-2">
      <input type="hidden" name="redirect_uri" value="https://system-admin.okta.com/x">
      <input type="hidden" name="scope" value="scim">
      <input type="hidden" name="state" value="st-1">
      <p>Application requires the following permissions</p>
      <ul><li>Manage users</li></ul>
      <input type="submit" value="Cancel">
      <input type="submit" name="allow" value="Authorize">
    </form></body></html>
    """

  /// Keycloak's sign-in: attributes without quotes, a remember-me box, other identity providers.
  static let keycloakLogin = """
    <HTML><HEAD><TITLE>Sign in to acme</TITLE><script src="menu.js" type="module"></script></HEAD>
    <BODY><div id=kc-form>
    <form id=kc-form-login onsubmit="login.disabled = true; return true;" method=post
      action="https://app.test/realms/acme/login-actions/authenticate?session_code=a&amp;tab_id=b">
      <label for=username>Username or email</label>
      <input tabindex=2 id=username name=username value="" type=text autocomplete="username">
      <label for=password>Password</label>
      <input tabindex=3 id=password name=password type=password autocomplete="current-password">
      <button type="button" aria-label="Show password">show</button>
      <label><input id=rememberMe name=rememberMe type=checkbox> Remember me</label>
      <a href="/reset">Forgot Password?</a>
      <input type=hidden name=credentialId>
      <input name=login id=kc-login type=submit value="Sign In">
    </form></div></BODY></HTML>
    """

  static let keycloakConsent = """
    <html><body><h1>Grant Access to Okta</h1>
    <form action="https://app.test/realms/acme/login-actions/consent" method="POST">
      <input type="hidden" name="code" value="c0de-of-session">
      <input name="accept" id="kc-login" type="submit" value="Yes"/>
      <input name="cancel" id="kc-cancel" type="submit" value="No"/>
    </form></body></html>
    """

  /// Duende's quick start: one form with a button's value, ticked scopes.
  static let identityServerLogin = """
    <html><body><h1>Login</h1>
    <form method="post">
      <input type="hidden" id="Input_ReturnUrl" name="Input.ReturnUrl" value="/connect/authorize">
      <input class="form-control" placeholder="Username" type="text" id="Input_Username"
        name="Input.Username">
      <input type="password" placeholder="Password" id="Input_Password" name="Input.Password">
      <input type="checkbox" name="Input.RememberLogin" value="true">
      <button class="btn btn-primary" name="Input.Button" value="login">Login</button>
      <button class="btn btn-secondary" name="Input.Button" value="cancel">Cancel</button>
      <input name="__RequestVerificationToken" type="hidden" value="tok">
      <input name="Input.RememberLogin" type="hidden" value="false">
    </form>
    <form method="post" action="/external"><button>Google</button></form>
    </body></html>
    """

  static let identityServerConsent = """
    <html><body><form action="/consent" method="post">
      <input type="checkbox" name="Input.ScopesConsented" value="openid" checked disabled>
      <input type="hidden" name="Input.ScopesConsented" value="openid">
      <input type="checkbox" name="Input.ScopesConsented" value="scim" checked="checked">
      <input type="checkbox" name="Input.ScopesConsented" value="extra">
      <input name="Input.Description" placeholder="Description or name of device">
      <input type="checkbox" name="Input.RememberConsent" value="true">
      <button name="Input.Button" value="yes" class="btn btn-primary" autofocus>Yes, Allow</button>
      <button name="Input.Button" value="no" class="btn btn-secondary">No, Do Not Allow</button>
    </form></body></html>
    """

  /// The reference consent app of Ory Hydra: nothing is ticked.
  static let hydraConsent = """
    <html><body><h1>An application requests access to your data!</h1>
    <form action="/consent" method="POST">
      <input type="hidden" name="challenge" value="ch-1"><input type="hidden" name="_csrf" value="x">
      <input class="grant_scope" type="checkbox" id="openid" value="openid" name="grant_scope">
      <label for="openid">openid</label><br>
      <input class="grant_scope" type="checkbox" id="scim" value="scim" name="grant_scope">
      <label for="scim">scim</label><br>
      <input type="checkbox" id="remember" name="remember" value="1">
      <label for="remember">Do not ask me again</label>
      <p><input type="submit" id="accept" name="submit" value="Allow access">
      <input type="submit" id="reject" name="submit" value="Deny access"></p>
    </form></body></html>
    """

  /// Spring Authorization Server: the way out is a script's.
  static let springConsent = """
    <html><head><script>
      function cancelConsent() { document.consent_form.reset(); document.consent_form.submit(); }
    </script></head><body><h1>Consent required</h1>
    <form name="consent_form" method="post" action="/oauth2/authorize">
      <input type="hidden" name="client_id" value="okta"><input type="hidden" name="state" value="s">
      <div><input type="checkbox" name="scope" value="scim.write" id="scim.write"></div>
      <div><input type="checkbox" name="scope" value="scim.read" id="scim.read"></div>
      <button class="btn" type="submit" id="submit-consent">Submit Consent</button>
      <button class="btn" type="button" id="cancel-consent" onclick="cancelConsent();">Cancel</button>
    </form></body></html>
    """

  static let springLogin = """
    <html><body><form class="login-form" method="post" action="/login">
      <h2>Please sign in</h2>
      <p><label for="username" class="screenreader">Username</label>
      <input type="text" id="username" name="username" placeholder="Username" required autofocus></p>
      <p><label for="password">Password</label>
      <input type="password" id="password" name="password" placeholder="Password" required></p>
      <input name="_csrf" type="hidden" value="tok"/>
      <button type="submit" class="primary">Sign in</button>
    </form></body></html>
    """

  static let identifierStep = """
    <html><head><title>Who are you?</title></head><body>
    <form action="/search"><input name="q" type="search"><button>Search</button></form>
    <form action="/login/identifier" method="post">
      <input type="hidden" name="state" value="hK-1">
      <input name="identifier" type="email" autocomplete="username" placeholder="Work email">
      <button type="submit" name="action" value="google">Continue with Google</button>
      <button type="submit" name="action" value="default">Continue</button>
    </form></body></html>
    """

  static let passwordStep = """
    <html><body><form action="/login/password" method="post">
      <input type="hidden" name="state" value="hK-1">
      <input name="identifier" value="admin@acme.test" readonly>
      <input name="password" type="password">
      <button type="submit">Continue</button>
    </form></body></html>
    """

  static let scriptOnly = """
    <html><head><title>Acme</title><script src="/static/app.js" defer></script></head>
    <body><div id="root"></div><noscript>You need to enable JavaScript to run this app.</noscript>
    </body></html>
    """
}
