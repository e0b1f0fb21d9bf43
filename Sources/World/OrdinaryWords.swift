/// What a run's own requests and reports are made of.
///
/// A secret that is such a word, as the password `user` is, cannot be replaced wherever it stands:
/// nothing of a recording would be left that anybody could read. The fields that hold it are
/// replaced.
enum OrdinaryWords {
  /// Shorter values stand in any text by chance.
  static let shortestInText = 4
  private static let longest = 24

  static func contain(_ value: String) -> Bool {
    let bytes = Array(value.utf8)
    guard bytes.count >= shortestInText else { return true }
    guard bytes.count <= longest else { return false }
    return isPart(bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 })
  }

  private static func isPart(_ value: [UInt8]) -> Bool {
    guard let places = places[key(value, at: 0)] else { return false }
    return places.contains { place in
      place + value.count <= text.count
        && text[place..<place + value.count].elementsEqual(value)
    }
  }

  private static func key(_ bytes: [UInt8], at place: Int) -> UInt32 {
    (0..<shortestInText).reduce(0) { $0 << 8 | UInt32(bytes[place + $1]) }
  }

  private static let text = Array(words.utf8)
  /// Where each four bytes stand.
  private static let places: [UInt32: [Int]] = {
    var places: [UInt32: [Int]] = [:]
    for place in 0...(text.count - shortestInText) {
      places[key(text, at: place), default: []].append(place)
    }
    return places
  }()

  /// In small letters; no two of a line are meant to be read together, but a space keeps them apart.
  private static let words = """
    http https localhost 127.0.0.1 example.com get post put patch delete host accept charset utf-8 \
    accept-encoding gzip deflate br content-type content-length content-location user-agent \
    authorization bearer basic cookie set-cookie connection keep-alive close location referer \
    origin server date expires cache-control no-store no-cache private public max-age pragma vary \
    etag last-modified www-authenticate realm transfer-encoding chunked retry-after x-request-id \
    path secure httponly samesite lax strict none application json scim+json text html plain \
    x-www-form-urlencoded okta scim client provisioning agent simulator oktasim sample demo \
    oauth authorize authorization_code token access_token refresh_token id_token client_id \
    client_secret grant_type response_type redirect_uri scope offline_access openid profile email \
    expires_in token_type error error_description invalid_grant invalid_client invalid_request \
    unauthorized_client code state nonce code_challenge code_challenge_method code_verifier s256 \
    login logout consent callback password username user users group groups admin administrator \
    root guest test tests tester changeme wrong wrongly bad incorrect invalid default secret signin sign-in submit allow deny approve \
    cancel continue button input hidden form action method name value type title body head label \
    schemas urn:ietf:params:scim:schemas:core:2.0:user urn:ietf:params:scim:api:messages:2.0:error \
    urn:ietf:params:scim:api:messages:2.0:listresponse :patchop extension:enterprise:2.0 operations \
    replace add remove id externalid username displayname nickname givenname familyname formatted \
    firstname lastname emails primary work home mobile phonenumbers addresses streetaddress \
    locality region postalcode country usertype preferredlanguage locale timezone active true \
    false null employeenumber department organization division costcenter manager members display \
    meta resourcetype created lastmodified version totalresults itemsperpage startindex resources \
    count filter detail status scimtype uniqueness service provider config resource types \
    en-us en_us en-gb de-de fr-fr es-es ja-jp english deutsch light dark auto system theme mode \
    passed failed warning observed skipped expect assign update deactivate reactivate refreshes \
    scenario event exchange clean-up recording lifetime expired rejected
    """
}
