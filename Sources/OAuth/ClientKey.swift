import HTTP
import World

/// A client's own key, whose public half the app knows.
package struct ClientKey: Sendable {
  /// Why a text is none, in words that follow "holds".
  package struct Problem: Error, Sendable, Equatable {
    package var words: String
  }

  /// As it is written, in PEM; empty where it was made.
  package let text: Secret
  package let signing: SigningKey

  /// - Parameter text: An RSA private key in PEM (PKCS #8 or PKCS #1), not encrypted.
  package init(_ text: Secret) throws(Problem) {
    self.text = text
    do throws(SigningKey.Problem) {
      signing = try SigningKey(privateKey: text.exposed())
    } catch {
      throw Problem(words: error.description)
    }
  }

  private init(made signing: SigningKey) {
    text = Secret("", alias: "client_key")
    self.signing = signing
  }

  /// Why this machine has no keys; nil where it has.
  package static var unavailable: String? { SigningKey.unavailable }

  /// One that nobody has written, the same in the whole process: making one takes a tenth of a second.
  ///
  /// Where the machine has no keys the profile's reader has refused what asks for one.
  package static let made: ClientKey = {
    do throws(SigningKey.Problem) {
      return ClientKey(made: try SigningKey())
    } catch {
      preconditionFailure("a machine that has keys can make one: \(error)")
    }
  }()
}
