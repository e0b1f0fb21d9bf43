import HTTP

/// The origins that get what the admin types: the authorization endpoint's, and those that the
/// profile adds (`login.origins`).
///
/// A person sees in the address bar where a password goes; nobody looks here.
struct TrustedOrigins: Sendable {
  /// The authorization endpoint's.
  let home: Origin
  let added: [Origin]

  /// Why what was typed on a page does not go to `target`, as the end of a sentence about the page;
  /// nil where it does.
  func refusal(of target: Origin, from page: Origin) -> String? {
    if added.contains(target) { return nil }
    let permission = "; if that is right, add \"\(target)\" to login.origins"
    guard target == home else {
      return
        "would take what is typed from \(page) to \(target), and the authorization endpoint is "
        + "at \(home)" + permission
    }
    guard page.scheme == .https, target.scheme == .http else { return nil }
    return "would take what is typed from \(page) to \(target), without encryption" + permission
  }
}
