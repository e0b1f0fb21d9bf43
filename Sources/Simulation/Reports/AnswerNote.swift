import HTTP
import JSON
import OAuth
import SCIM
import World

/// What an answer brought, in the few words that a row of a timeline has room for.
enum AnswerNote {
  /// - Parameters:
  ///   - spent: The alias of the code or the refresh token that was sent.
  ///   - access: What stands for the access token that came; nil where nobody has named it.
  static func tokens(
    _ response: HTTPResponse,
    _ document: JSONBody,
    spent: String?,
    access: String?,
    refresh: String?
  ) -> String {
    let spent = spent.map { "\($0): " } ?? ""
    do throws(TokenResponseError) {
      let token = try TokenResponse.read(response, document)
      let life = token.expiresIn.map { "for \($0) s" } ?? "without a stated end"
      let unnamed = token.refreshToken == nil ? "no refresh token" : "a refresh token"
      return "\(spent)\(access ?? "an access token") \(life), \(refresh ?? unnamed)"
    } catch {
      if case .refused(_, let code, _) = error { return spent + (code ?? "refused") }
      return "\(spent)\(error)"
    }
  }

  static func resource(_ act: Intent.Act, _ status: Int, _ document: JSONBody) -> String {
    if !(200..<300).contains(status) {
      let error = try? SCIMError.read(document, status: status)
      return error?.detail.map { "\(Quotation($0, upTo: 60))" } ?? ""
    }
    switch act {
    case .find:
      guard let list = try? ListResponse.read(document) else { return "" }
      if list.resources.isEmpty { return nothingListed(list) ?? "no match" }
      let id = list.resources.first?.object?[ignoringCase: "id"]?.textForComparison ?? "none"
      let more = list.resources.count - 1
      return "found id \(id)" + (more > 0 ? " and \(more) more" : "")
    case .page:
      guard let list = try? ListResponse.read(document) else { return "" }
      return nothingListed(list) ?? list.totalResults.map { "\($0) in all" } ?? ""
    case .create:
      let id = document.object?[ignoringCase: "id"]?.textForComparison
      return id.map { "id \($0)" } ?? "no id"
    default: return ""
    }
  }

  /// That a list counts what it does not list, which is no "no match".
  private static func nothingListed(_ list: ListResponse) -> String? {
    guard list.resources.isEmpty, let total = list.totalResults, total > 0 else { return nil }
    return "totalResults \(total), nothing listed"
  }
}
