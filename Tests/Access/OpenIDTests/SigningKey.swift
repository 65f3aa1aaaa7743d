import Base
import COpenSSL
import JSON

/// An Ed25519 key that signs tokens, made for a test. Owned by libcrypto until the value goes away.
final class SigningKey: @unchecked Sendable {
    let id: String?
    private let pair: OpaquePointer

    init(id: String?) {
        let context = EVP_PKEY_CTX_new_from_name(nil, "ED25519", nil)
        defer { EVP_PKEY_CTX_free(context) }
        var pair: OpaquePointer?
        let results = [EVP_PKEY_keygen_init(context), EVP_PKEY_generate(context, &pair)]
        guard results == [1, 1], let pair else { preconditionFailure("libcrypto makes no key") }
        (self.pair, self.id) = (pair, id)
    }

    deinit { EVP_PKEY_free(pair) }

    /// As a provider publishes it.
    var published: JSONValue {
        var bytes = [UInt8](repeating: 0, count: 32)
        var size = bytes.count
        precondition(EVP_PKEY_get_raw_public_key(pair, &bytes, &size) == 1)
        var key = JSONObject()
        key["kty"] = "OKP"
        key["crv"] = "Ed25519"
        key["x"] = .string(Base64.urlWithoutPadding.encode(bytes))
        key["kid"] = id.map { .string($0) }
        return .object(key)
    }

    func token(_ claims: JSONObject) -> String {
        var header = JSONObject()
        header["alg"] = "EdDSA"
        header["kid"] = id.map { .string($0) }
        let encoding = Base64.urlWithoutPadding
        let signed = [header, claims].map { encoding.encode(JSONValue.object($0).encoded) }
            .joined(separator: ".")
        return "\(signed).\(encoding.encode(signature(of: Array(signed.utf8))))"
    }

    private func signature(of message: [UInt8]) -> [UInt8] {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: 64)
        var size = signature.count
        let results = [
            EVP_DigestSignInit(context, nil, nil, nil, pair),
            EVP_DigestSign(context, &signature, &size, message, message.count),
        ]
        precondition(results == [1, 1] && size == 64)
        return signature
    }
}
