import COpenSSLTLS

/// A certificate of any shape with its key, P-256, made when a test asks and worth nothing anywhere.
final class TestIdentity {
    struct Shape {
        var commonNames: [[UInt8]]
        var organizations: [String] = []
        /// `nil` leaves the extension out.
        var extendedKeyUsage: String? = "clientAuth"
        var basicConstraints: String? = "critical,CA:FALSE"
        /// Seconds from now.
        var notBefore = -60
        var notAfter = 24 * 3600
        /// As the certificate spells it; stands instead of the seconds.
        var notAfterText: String?
        /// Bytes of text that nobody reads.
        var commentSize = 0

        init(_ commonName: String) { commonNames = [Array(commonName.utf8)] }

        static func authority(_ name: String) -> Shape {
            var shape = Shape(name)
            shape.extendedKeyUsage = nil
            shape.basicConstraints = "critical,CA:TRUE"
            return shape
        }
    }

    let certificate: OpaquePointer
    let key: OpaquePointer

    /// - Parameter issuer: signs; `nil` for one that signs itself.
    init(_ shape: Shape, by issuer: TestIdentity? = nil) {
        guard let key = TestCertificate.newKeyPair(), let certificate = X509_new() else {
            preconditionFailure("libcrypto makes no key")
        }
        (self.certificate, self.key) = (certificate, key)
        let subject = X509_get_subject_name(certificate)
        var results = [
            X509_set_version(certificate, CLong(X509_VERSION_3)),
            ASN1_INTEGER_set(X509_get_serialNumber(certificate), CLong.random(in: 1...CLong.max)),
            X509_set_pubkey(certificate, key),
        ]
        for name in shape.commonNames {
            let size = CInt(name.count)
            results.append(X509_NAME_add_entry_by_txt(subject, "CN", V_ASN1_UTF8STRING, name, size, -1, 0))
        }
        for name in shape.organizations {
            results.append(X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_UTF8, name, -1, -1, 0))
        }
        results.append(
            X509_set_issuer_name(certificate, issuer.map { X509_get_subject_name($0.certificate) } ?? subject)
        )
        X509_gmtime_adj(X509_getm_notBefore(certificate), shape.notBefore)
        X509_gmtime_adj(X509_getm_notAfter(certificate), shape.notAfter)
        if let text = shape.notAfterText {
            results.append(ASN1_TIME_set_string_X509(X509_getm_notAfter(certificate), text))
        }
        let comment = shape.commentSize > 0 ? String(repeating: "x", count: shape.commentSize) : nil
        for (kind, value) in [
            (NID_basic_constraints, shape.basicConstraints), (NID_ext_key_usage, shape.extendedKeyUsage),
            (NID_netscape_comment, comment),
        ] {
            guard let value else { continue }
            let made = X509V3_EXT_conf_nid(nil, nil, kind, value)
            defer { X509_EXTENSION_free(made) }
            results.append(X509_add_ext(certificate, made, -1))
        }
        results.append(X509_sign(certificate, issuer?.key ?? key, EVP_sha256()) > 0 ? 1 : 0)
        precondition(results.allSatisfy { $0 == 1 }, "libcrypto makes no certificate")
    }

    /// Another's certificate beside a key that only looks like its key: the public half is the other's.
    init(impersonating other: TestIdentity) {
        // OSSL_KEYMGMT_SELECT_…: 1 the private half, 2 the public half, 0x84 the curve.
        var (own, theirs): (UnsafeMutablePointer<OSSL_PARAM>?, UnsafeMutablePointer<OSSL_PARAM>?) = (nil, nil)
        let pair = TestCertificate.newKeyPair()
        var results = [EVP_PKEY_todata(pair, 0x87, &own), EVP_PKEY_todata(other.key, 0x86, &theirs)]
        let mixed = OSSL_PARAM_merge(own, theirs)
        let context = EVP_PKEY_CTX_new_from_name(nil, "EC", nil)
        defer {
            OSSL_PARAM_free(mixed)
            OSSL_PARAM_free(own)
            OSSL_PARAM_free(theirs)
            EVP_PKEY_free(pair)
            EVP_PKEY_CTX_free(context)
        }
        var made: OpaquePointer?
        results.append(EVP_PKEY_fromdata_init(context))
        results.append(EVP_PKEY_fromdata(context, &made, 0x87, mixed))
        results.append(X509_up_ref(other.certificate))
        guard let made, results.allSatisfy({ $0 == 1 }) else { preconditionFailure("libcrypto mixes no key") }
        (certificate, key) = (other.certificate, made)
    }

    deinit {
        X509_free(certificate)
        EVP_PKEY_free(key)
    }

    var text: String { TestCertificate.text { PEM_write_bio_X509($0, certificate) } }

    /// As it travels.
    var bytes: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(i2d_X509(certificate, nil)))
        bytes.withUnsafeMutableBufferPointer { buffer in
            var end = buffer.baseAddress
            i2d_X509(certificate, &end)
        }
        return bytes
    }
}
