import COpenSSLTLS
import TestSupport

/// A self-signed certificate and its key, P-256, as PEM texts: made when a test first asks, worth nothing
/// anywhere.
struct TestCertificate: Sendable {
    let certificate: String
    let key: String

    static let localhost = Self(name: "localhost")
    static let other = Self(name: "other.example")

    /// - Parameter name: the common name, and the host name it is valid for.
    private init(name: String) {
        guard let pair = Self.newKeyPair(), let certificate = X509_new() else {
            preconditionFailure("libcrypto makes no key")
        }
        defer {
            X509_free(certificate)
            EVP_PKEY_free(pair)
        }
        let subject = X509_get_subject_name(certificate)
        var results = [
            X509_set_version(certificate, CLong(X509_VERSION_3)),
            ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1),
            X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, name, -1, -1, 0),
            X509_set_issuer_name(certificate, subject),
            X509_set_pubkey(certificate, pair),
        ]
        X509_gmtime_adj(X509_getm_notBefore(certificate), -60)
        X509_gmtime_adj(X509_getm_notAfter(certificate), 24 * 3600)
        let names = X509V3_EXT_conf_nid(nil, nil, NID_subject_alt_name, "DNS:\(name)")
        defer { X509_EXTENSION_free(names) }
        results.append(X509_add_ext(certificate, names, -1))
        results.append(X509_sign(certificate, pair, EVP_sha256()) > 0 ? 1 : 0)
        precondition(results.allSatisfy { $0 == 1 }, "libcrypto makes no certificate")
        self.certificate = Self.text { PEM_write_bio_X509($0, certificate) }
        key = Self.text { PEM_write_bio_PrivateKey($0, pair, nil, nil, 0, nil, nil) }
    }

    static func newKeyPair() -> OpaquePointer? {
        let context = EVP_PKEY_CTX_new_from_name(nil, "EC", nil)
        defer { EVP_PKEY_CTX_free(context) }
        var pair: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_CTX_set_group_name(context, "P-256") == 1,
            EVP_PKEY_generate(context, &pair) == 1
        else { return nil }
        return pair
    }

    static func text(_ write: (OpaquePointer?) -> CInt) -> String {
        let memory = BIO_new(BIO_s_mem())
        defer { BIO_free(memory) }
        precondition(write(memory) == 1, "libcrypto writes no PEM")
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = BIO_read(memory, &bytes, CInt(bytes.count))
        return String(decoding: bytes.prefix(Int(count)), as: UTF8.self)
    }
}

extension TemporaryFolder {
    /// Puts the pair into the folder, or into a folder in it.
    func write(_ pair: TestCertificate, in folder: String = "") throws {
        let prefix = folder.isEmpty ? "" : folder + "/"
        try write("\(prefix)public.crt", pair.certificate)
        try write("\(prefix)private.key", pair.key)
    }
}
