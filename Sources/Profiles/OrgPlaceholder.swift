/// `{org}` in a profile's URLs and names: each org of a load has a tenant of its own at such an app.
enum OrgPlaceholder {
  static let text = "{org}"
}

extension IntegrationProfile {
  /// The profile as one org uses it: its name stands for `{org}` in URLs, logins and client names.
  package func inOrg(_ org: String) -> IntegrationProfile {
    filled { $0.replacing(OrgPlaceholder.text, with: org) }
  }

  /// Whether orgs differ in it.
  package var namesOrg: Bool {
    var isNamed = false
    _ = filled { text in
      if text.contains(OrgPlaceholder.text) { isNamed = true }
      return text
    }
    return isNamed
  }

  private func filled(_ filled: (String) -> String) -> IntegrationProfile {
    var profile = self
    profile.scim.baseURL = filled(scim.baseURL)
    switch authentication {
    case .authorizationCode(var settings):
      settings.authorizationEndpoint = filled(settings.authorizationEndpoint)
      settings.tokenEndpoint = filled(settings.tokenEndpoint)
      settings.revocationEndpoint = settings.revocationEndpoint.map(filled)
      settings.client.id = filled(settings.client.id)
      switch settings.login {
      case .form(var form):
        form.username = filled(form.username)
        form.origins = form.origins.map(filled)
        settings.login = .form(form)
      case .command(let words): settings.login = .command(words.map(filled))
      }
      profile.authentication = .authorizationCode(settings)
    case .clientCredentials(var settings):
      settings.tokenEndpoint = filled(settings.tokenEndpoint)
      settings.client.id = filled(settings.client.id)
      profile.authentication = .clientCredentials(settings)
    case .basic(let username, let password):
      profile.authentication = .basic(username: filled(username), password: password)
    case .bearer, .header, .unauthenticated: break
    }
    return profile
  }
}
